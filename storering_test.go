package jumpgate_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/softlayer/jumpgate"
)

// TestStoreKeyRotation: a rotation loses no record at any of its steps, and
// when everything is sealed anew the old keys leave.
func TestStoreKeyRotation(t *testing.T) {
	dir, file := filepath.Join(t.TempDir(), "keys"), filepath.Join(t.TempDir(), "store")
	open := func() *jumpgate.Sealed {
		t.Helper()
		keys, err := jumpgate.OpenStoreKeys(dir)
		if err != nil {
			t.Fatal(err)
		}
		s, err := jumpgate.OpenFileStore(file, keys, jumpgate.StoreOptions{})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	files := func() (names []string) {
		entries, _ := os.ReadDir(dir)
		for _, e := range entries {
			names = append(names, e.Name())
		}
		return names
	}
	if _, err := jumpgate.OpenStoreKeys(dir); err == nil {
		t.Error("no directory was opened")
	}
	if err := jumpgate.RotateStoreKeys(dir); err != nil {
		t.Fatal(err)
	}
	ctx, key := t.Context(), jumpgate.StoreKey{Project: "p", Kind: "k", ID: "1"}
	if _, err := open().Put(ctx, jumpgate.Record{StoreKey: key, Value: []byte("kept")}); err != nil {
		t.Fatal(err)
	}
	is := func(s *jumpgate.Sealed, step string) {
		t.Helper()
		if r, err := s.Get(ctx, key); err != nil || string(r.Value) != "kept" {
			t.Errorf("%s: %v %v", step, r, err)
		}
	}
	before := open()
	for range 2 {
		if err := jumpgate.RotateStoreKeys(dir); err != nil {
			t.Fatal(err)
		}
		is(open(), "rotated")
	}
	if got := files(); !slices.Equal(got, []string{"0", "1", "2", "3"}) {
		t.Errorf("files %v", got)
	}
	s := open()
	if n, err := s.Reseal(ctx); n != 1 || err != nil {
		t.Errorf("resealed %d, %v", n, err)
	}
	if n, err := jumpgate.PruneStoreKeys(dir); n != 2 || err != nil {
		t.Errorf("pruned %d, %v", n, err)
	}
	is(open(), "pruned")
	if got := files(); !slices.Equal(got, []string{"0", "3"}) {
		t.Errorf("files %v", got)
	}
	if r, err := before.Get(ctx, key); err != nil || r == nil { // its copy in memory is sealed with its own key
		t.Errorf("a process from before: %v %v", r, err)
	}

	// A process that staged a key reads what another, which rotated, has sealed.
	staged, err := jumpgate.OpenStoreKeys(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := jumpgate.RotateStoreKeys(dir); err != nil {
		t.Fatal(err)
	}
	ahead, err := jumpgate.OpenStoreKeys(dir)
	if err != nil {
		t.Fatal(err)
	}
	if value, err := staged.Open(key, ahead.Seal(key, []byte("x"))); err != nil || string(value) != "x" {
		t.Errorf("staged: %q %v", value, err)
	}

	if err := os.Chmod(filepath.Join(dir, "3"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := jumpgate.OpenStoreKeys(dir); err == nil || !strings.Contains(err.Error(), "open to everybody") {
		t.Error(err)
	}
}
