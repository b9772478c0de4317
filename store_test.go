package jumpgate_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/storetest"
)

func storeKeys(t *testing.T, firsts ...byte) *jumpgate.StoreKeys {
	t.Helper()
	var keys [][]byte
	for _, b := range firsts {
		key := bytes.Repeat([]byte{b}, 32)
		key[1] = 0
		keys = append(keys, key)
	}
	k, err := jumpgate.NewStoreKeys(keys...)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestMemoryStore(t *testing.T) {
	s := jumpgate.NewMemoryStore(jumpgate.StoreOptions{MaxRecords: storetest.MaxRecords})
	storetest.Run(t, func(*testing.T) jumpgate.Store { return s })
}

func openStore(t *testing.T, file string, keys *jumpgate.StoreKeys) *jumpgate.Sealed {
	t.Helper()
	s, err := jumpgate.OpenFileStore(file, keys, jumpgate.StoreOptions{MaxRecords: storetest.MaxRecords})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestFileStore(t *testing.T) {
	file := filepath.Join(t.TempDir(), "store.json")
	keys := storeKeys(t, 1)
	storetest.Run(t, func(t *testing.T) jumpgate.Store { return openStore(t, file, keys) })
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	if _, err := jumpgate.OpenFileStore(file, nil, jumpgate.StoreOptions{}); err == nil {
		t.Error("a file without keys is opened")
	}
	if err := os.WriteFile(file, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := jumpgate.OpenFileStore(file, keys, jumpgate.StoreOptions{}); err == nil {
		t.Error("half a file is opened")
	}
}

// TestStoreThatCannotWrite: what is not in the file was not kept.
func TestStoreThatCannotWrite(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "gone")
	s := openStore(t, filepath.Join(dir, "store.json"), storeKeys(t, 1))
	r := jumpgate.Record{StoreKey: jumpgate.StoreKey{Project: "p", Kind: "k", ID: "1"}}
	if _, err := s.Put(t.Context(), r); !errors.Is(err, jumpgate.Unavailable) {
		t.Error(err)
	}
	if _, err := s.Get(t.Context(), r.StoreKey); !errors.Is(err, jumpgate.NotFound) {
		t.Error(err)
	}
}

// TestReseal: a key leaves without a record lost, and only after Reseal.
func TestReseal(t *testing.T) {
	file := filepath.Join(t.TempDir(), "store.json")
	key := func(i int) jumpgate.StoreKey {
		return jumpgate.StoreKey{Project: fmt.Sprint("p", i%3), Kind: "k", ID: fmt.Sprint(i)}
	}
	old := openStore(t, file, storeKeys(t, 1))
	for i := range 10 {
		if _, err := old.Put(t.Context(), jumpgate.Record{StoreKey: key(i), Value: []byte("in the clear")}); err != nil {
			t.Fatal(err)
		}
	}
	if text, err := os.ReadFile(file); err != nil || bytes.Contains(text, []byte("aW4gdGhlIGNsZWFy")) {
		t.Error("the file has a value in the clear", err)
	}
	if _, err := openStore(t, file, storeKeys(t, 2)).Get(t.Context(), key(1)); err == nil {
		t.Error("a key that did not seal opens")
	}
	both := openStore(t, file, storeKeys(t, 2, 1))
	for _, want := range []int{10, 0} {
		if n, err := both.Reseal(t.Context()); n != want || err != nil {
			t.Errorf("%d sealed anew, want %d; %v", n, want, err)
		}
	}
	after := openStore(t, file, storeKeys(t, 2))
	for i := range 10 {
		if r, err := after.Get(t.Context(), key(i)); err != nil || string(r.Value) != "in the clear" {
			t.Errorf("record %d: %+v, %v", i, r, err)
		}
	}
	keys := storeKeys(t, 1)
	if _, err := keys.Open(key(2), keys.Seal(key(1), []byte("v"))); err == nil {
		t.Error("a value opens under another key")
	}
	if _, err := openStore(t, file, storeKeys(t, 3)).Reseal(t.Context()); err == nil {
		t.Error("records that no key opens were sealed anew")
	}
}
