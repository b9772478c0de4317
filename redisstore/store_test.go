package redisstore_test

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/redisstore"
	"github.com/softlayer/jumpgate/storetest"
)

func recordKeys(t *testing.T, firsts ...byte) *jumpgate.StoreKeys {
	t.Helper()
	var keys [][]byte
	for _, b := range firsts {
		keys = append(keys, bytes.Repeat([]byte{b}, 32))
	}
	k, err := jumpgate.NewStoreKeys(keys...)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestRecords(t *testing.T) {
	eachServer(t, func(t *testing.T, addr string, stop func()) {
		client := connect(t, addr)
		open := func(t *testing.T, keys *jumpgate.StoreKeys) *jumpgate.Sealed {
			t.Helper()
			s, err := redisstore.OpenStore(client, keys, redisstore.StoreOptions{
				Options: redisstore.Options{Timeout: 5 * time.Second}, MaxRecords: storetest.MaxRecords,
			})
			if err != nil {
				t.Fatal(err)
			}
			return s
		}
		if _, err := redisstore.OpenStore(client, nil, redisstore.StoreOptions{}); err == nil {
			t.Error("a store without keys is opened")
		}
		storetest.Run(t, func(t *testing.T) jumpgate.Store { return open(t, recordKeys(t, 1)) })

		if err := client.FlushAll(t.Context()).Err(); err != nil {
			t.Fatal(err)
		}
		key := func(i int) jumpgate.StoreKey {
			return jumpgate.StoreKey{Project: fmt.Sprint("p", i%3), Kind: "k", ID: fmt.Sprint(i)}
		}
		for i := range 10 {
			if _, err := open(t, recordKeys(t, 1)).Put(t.Context(), jumpgate.Record{StoreKey: key(i), Value: []byte("v")}); err != nil {
				t.Fatal(err)
			}
		}
		if n, err := open(t, recordKeys(t, 2, 1)).Reseal(t.Context()); n != 10 || err != nil {
			t.Errorf("%d sealed anew, want 10; %v", n, err)
		}
		for i := range 10 {
			if r, err := open(t, recordKeys(t, 2)).Get(t.Context(), key(i)); err != nil || string(r.Value) != "v" {
				t.Errorf("record %d: %+v, %v", i, r, err)
			}
		}
	})
}
