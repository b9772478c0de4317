package redisstore_test

import (
	"net"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

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
	opts := redisstore.Options{Timeout: 100 * time.Millisecond}
	for name, call := range map[string]func() error{
		"revoked": func() error {
			_, err := redisstore.NewRevocations(client, opts).Revoked(t.Context(), identity.AuditID{1})
			return err
		},
		"revoke": func() error {
			return redisstore.NewRevocations(client, opts).Revoke(t.Context(), identity.AuditID{1}, time.Now().Add(time.Hour))
		},
		"credential": func() error {
			_, err := redisstore.NewCredentials(client, opts).Get(t.Context(), "id")
			return err
		},
	} {
		start := time.Now()
		if err := call(); err == nil {
			t.Errorf("%s: no error", name)
		}
		if took := time.Since(start); took > time.Second {
			t.Errorf("%s took %v, want about 100 ms", name, took)
		}
	}
	if client.Options().ContextTimeoutEnabled {
		t.Error("the client of the program has other options now")
	}
}
