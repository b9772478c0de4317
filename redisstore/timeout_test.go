package redisstore_test

import (
	"net"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/identity"
	"github.com/softlayer/jumpgate/redisstore"
)

// TestTimeout: a server that takes connections and never answers costs no
// request more than the timeout, with the client's options as they come.
func TestTimeout(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			t.Cleanup(func() { c.Close() })
		}
	}()
	client := redis.NewClient(&redis.Options{Addr: l.Addr().String()})
	t.Cleanup(func() { client.Close() })
	const bound = 500 * time.Millisecond // a retry of the client's own would take as long again, and there are three
	opts := redisstore.Options{Timeout: bound}
	keys, err := jumpgate.NewStoreKeys(make([]byte, 32))
	if err != nil {
		t.Fatal(err)
	}
	store, err := redisstore.OpenStore(client, keys, redisstore.StoreOptions{Options: opts})
	if err != nil {
		t.Fatal(err)
	}
	revocations, credentials := redisstore.NewRevocations(client, opts), redisstore.NewCredentials(client, opts)
	var calls sync.WaitGroup
	for name, call := range map[string]func() error{
		"revoked": func() error {
			_, err := revocations.Revoked(t.Context(), identity.AuditID{1})
			return err
		},
		"revoke": func() error {
			return revocations.Revoke(t.Context(), identity.AuditID{1}, time.Now().Add(time.Hour))
		},
		"credential": func() error {
			_, err := credentials.Get(t.Context(), "id")
			return err
		},
		"record": func() error {
			_, err := store.Get(t.Context(), jumpgate.StoreKey{Kind: "k", Project: "p", ID: "i"})
			return err
		},
	} {
		calls.Go(func() {
			start := time.Now()
			if err := call(); err == nil {
				t.Errorf("%s: no error", name)
			}
			if took := time.Since(start); took > 3*bound {
				t.Errorf("%s took %v, want about %v", name, took, bound)
			}
		})
	}
	calls.Wait()
	if client.Options().ContextTimeoutEnabled {
		t.Error("the client of the program has other options now")
	}
}
