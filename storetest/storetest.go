// Package storetest checks implementations of jumpgate.Store.
package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/softlayer/jumpgate"
)

// MaxRecords is the bound of a project that the store under test must have.
const MaxRecords = 20

// Run checks that a store does what its interface says. open returns it, with
// MaxRecords as its bound and time.Now as its clock; the first call returns an
// empty store, later calls return one with the records kept so far.
func Run(t *testing.T, open func(t *testing.T) jumpgate.Store) {
	t.Run("versions", func(t *testing.T) { versions(t, open) })
	t.Run("list", func(t *testing.T) { list(t, open(t)) })
	t.Run("expiry", func(t *testing.T) { expiry(t, open(t)) })
	t.Run("bound", func(t *testing.T) { bound(t, open(t)) })
	t.Run("races", func(t *testing.T) { races(t, open(t)) })
	t.Run("bad records", func(t *testing.T) { bad(t, open(t)) })
}

func want(t *testing.T, what string, err, kind error) {
	t.Helper()
	if !errors.Is(err, kind) {
		t.Errorf("%s: %v, want %v", what, err, kind)
	}
}

func record(project, kind, id, value string) jumpgate.Record {
	return jumpgate.Record{StoreKey: jumpgate.StoreKey{Project: project, Kind: kind, ID: id}, Value: []byte(value)}
}

func put(t *testing.T, s jumpgate.Store, r jumpgate.Record) uint64 {
	t.Helper()
	v, err := s.Put(t.Context(), r)
	if err != nil || v == 0 || v == r.Version {
		t.Fatalf("put %v: version %d after %d, %v", r.StoreKey, v, r.Version, err)
	}
	return v
}

func versions(t *testing.T, open func(t *testing.T) jumpgate.Store) {
	ctx, s := t.Context(), open(t)
	r := record("p:1", "kind", "id:/\x00 ü", "\x00one\xff")
	_, err := s.Get(ctx, r.StoreKey)
	want(t, "get none", err, jumpgate.NotFound)
	want(t, "delete none", s.Delete(ctx, r.StoreKey, 0), jumpgate.NotFound)
	stale := r
	stale.Version = 99
	_, err = s.Put(ctx, stale)
	want(t, "replace none", err, jumpgate.Conflict)

	first := put(t, s, r)
	_, err = s.Put(ctx, r)
	want(t, "make again", err, jumpgate.Conflict)
	r.Version, r.Value = first, []byte("two")
	second := put(t, s, r)
	_, err = s.Put(ctx, r)
	want(t, "replace the version before", err, jumpgate.Conflict)
	want(t, "delete the version before", s.Delete(ctx, r.StoreKey, first), jumpgate.Conflict)

	s = open(t)
	got, err := s.Get(ctx, r.StoreKey)
	if err != nil || string(got.Value) != "two" || got.Version != second || got.StoreKey != r.StoreKey || !got.Expires.IsZero() {
		t.Fatalf("got %+v, %v", got, err)
	}
	got.Value[0] = 'X'
	if again, err := s.Get(ctx, r.StoreKey); err != nil || string(again.Value) != "two" {
		t.Errorf("a caller changed what is kept: %+v, %v", again, err)
	}
	if err := s.Delete(ctx, r.StoreKey, second); err != nil {
		t.Error(err)
	}
	r.Version = 0
	if third := put(t, s, r); third == first || third == second {
		t.Errorf("version %d was given again", third)
	}
}

func ids(t *testing.T, s jumpgate.Store, project, kind string) string {
	t.Helper()
	var list []string
	for r, err := range s.List(t.Context(), project, kind) {
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, r.ID+"="+string(r.Value))
	}
	return fmt.Sprint(list)
}

func list(t *testing.T, s jumpgate.Store) {
	for _, r := range []jumpgate.Record{
		record("list", "k", "b", "2"), record("list", "k", "a", "1"), record("list", "k2", "c", "3"), record("list:k", "", "", ""),
		record("other", "k", "d", "4"), record("", "k", "e", "5"),
	} {
		if r.Kind != "" {
			put(t, s, r)
		}
	}
	for _, c := range [][3]string{
		{"list", "k", "[a=1 b=2]"}, {"list", "k2", "[c=3]"}, {"other", "k", "[d=4]"}, {"", "k", "[e=5]"}, {"", "", "[]"}, {"nobody", "k", "[]"},
	} {
		if got := ids(t, s, c[0], c[1]); got != c[2] {
			t.Errorf("%q, %q: %s, want %s", c[0], c[1], got, c[2])
		}
	}
	for _, err := range s.List(t.Context(), "list", "k") {
		if err != nil {
			t.Error(err)
		}
		break // must not panic
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	failed := false
	for _, err := range s.List(ctx, "list", "k") {
		failed = err != nil
	}
	if !failed {
		t.Error("a list without a context ends as if it were complete")
	}
}

func expiry(t *testing.T, s jumpgate.Store) {
	r := record("expiry", "k", "short", "v")
	r.Expires = time.Now().Add(300 * time.Millisecond)
	put(t, s, r)
	keep := record("expiry", "k", "long", "v")
	keep.Expires = time.Now().Add(time.Hour).Truncate(time.Second)
	put(t, s, keep)
	if got, err := s.Get(t.Context(), keep.StoreKey); err != nil || !got.Expires.Equal(keep.Expires) {
		t.Errorf("%+v, %v", got, err)
	}
	for got, err := range s.List(t.Context(), "expiry", "k") {
		if err != nil || got.ID == keep.ID && !got.Expires.Equal(keep.Expires) {
			t.Errorf("in a list: %+v, %v", got, err)
		}
	}
	time.Sleep(400 * time.Millisecond)
	_, err := s.Get(t.Context(), r.StoreKey)
	want(t, "expired", err, jumpgate.NotFound)
	if got := ids(t, s, "expiry", "k"); got != "[long=v]" {
		t.Errorf("list %s", got)
	}
	put(t, s, record("expiry", "k", "short", "anew"))
}

func bound(t *testing.T, s jumpgate.Store) {
	for i := range MaxRecords {
		r := record("bound", fmt.Sprint("kind", i%2), fmt.Sprint(i), "v")
		if i == 0 {
			r.Expires = time.Now().Add(300 * time.Millisecond)
		}
		put(t, s, r)
	}
	more := record("bound", "kind0", "more", "v")
	_, err := s.Put(t.Context(), more)
	if full := new(jumpgate.StoreFullError); !errors.As(err, &full) || full.Project != "bound" || full.Limit != MaxRecords {
		t.Errorf("at the bound: %v", err)
	}
	put(t, s, record("neighbour", "k", "1", "v"))
	one, err := s.Get(t.Context(), record("bound", "kind1", "1", "").StoreKey)
	if err != nil {
		t.Fatal(err)
	}
	put(t, s, *one) // replacing works
	time.Sleep(400 * time.Millisecond)
	put(t, s, more) // in place of what has expired
	if err := s.Delete(t.Context(), more.StoreKey, 0); err != nil {
		t.Error(err)
	}
	put(t, s, more)
}

// races: of many that replace one version, one does.
func races(t *testing.T, s jumpgate.Store) {
	r := record("races", "k", "1", "v")
	for range 5 {
		var won atomic.Int64
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				switch v, err := s.Put(t.Context(), r); {
				case err == nil:
					won.Add(1)
					_ = v
				case !errors.Is(err, jumpgate.Conflict):
					t.Error(err)
				}
			})
		}
		wg.Wait()
		got, err := s.Get(t.Context(), r.StoreKey)
		if err != nil || won.Load() != 1 {
			t.Fatalf("%d replaced one version; %v", won.Load(), err)
		}
		r = *got
	}
}

func bad(t *testing.T, s jumpgate.Store) {
	_, err := s.Put(t.Context(), record("bad", "", "id", ""))
	want(t, "no kind", err, jumpgate.BadRequest)
	_, err = s.Put(t.Context(), record("bad", "k", "", ""))
	want(t, "no id", err, jumpgate.BadRequest)
	_, err = s.Put(t.Context(), record("bad", "k", "id", string(make([]byte, jumpgate.MaxStoreValue+1))))
	want(t, "too large", err, jumpgate.TooLarge)
	put(t, s, record("bad", "k", "id", ""))
}
