package core

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
)

// newNotes are notes of things with a store and a clock of their own; naming
// has those that their user sees.
func newNotes(naming *[]string) (n *Notes, now *time.Time, ctx context.Context) {
	now = new(time.Time)
	*now = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	clock := func() time.Time { return *now }
	c := &Core{Opts: Config{Now: clock, Timeout: time.Minute, Store: jumpgate.NewMemoryStore(jumpgate.StoreOptions{Now: clock})}}
	n = &Notes{Core: c, Kind: "softlayer_server_overflow", Naming: func(context.Context) ([]string, error) { return *naming, nil }}
	return n, now, jumpgate.WithPrincipal(context.Background(), &jumpgate.Principal{ProjectID: "1"})
}

func longEnvelope(letter string) keep.Envelope {
	return keep.Envelope{Known: keep.Known{Description: strings.Repeat(letter, 2000)}}
}

func described(t *testing.T, ctx context.Context, n *Notes, notes, letter string) {
	t.Helper()
	_, e, err := n.Split(ctx, notes)
	if err != nil || e.Description != strings.Repeat(letter, len(e.Description)) || (letter == "") != (e.Description == "") {
		t.Errorf("%.20s of %d characters, %v; want %q", e.Description, len(e.Description), err, letter)
	}
}

// TestSettle: who has read notes a moment before they are changed finds what
// they name.
func TestSettle(t *testing.T) {
	n, now, ctx := newNotes(new([]string))
	old, err := n.Join(ctx, "", longEnvelope("a"))
	if err != nil {
		t.Fatal(err)
	}
	if same, err := n.Change(ctx, old, "", longEnvelope("a")); same != old || err != nil {
		t.Errorf("%s is another note than %s, %v", same, old, err)
	}
	next, err := n.Change(ctx, old, "", longEnvelope("b"))
	if err != nil {
		t.Fatal(err)
	}
	n.Settle(ctx, old, next, nil)
	for _, ctx := range []context.Context{ctx, n.Listing(ctx)} {
		described(t, ctx, n, old, "a")
		described(t, ctx, n, next, "b")
	}
	*now = now.Add(3 * time.Minute)
	described(t, ctx, n, old, "")
	described(t, ctx, n, next, "b")
}

// TestMissed: what one user misses is kept for another who sees more.
func TestMissed(t *testing.T) {
	var naming []string
	n, now, ctx := newNotes(&naming)
	hidden, err := n.Join(ctx, "", longEnvelope("a"))
	if err != nil {
		t.Fatal(err)
	}
	*now = now.Add(2 * time.Hour)
	for i := range maxOverflows - 1 {
		id := fmt.Sprint("n", i)
		if _, err := n.Opts.Store.Put(ctx, jumpgate.Record{StoreKey: n.key("1", id), Value: []byte("{}")}); err != nil {
			t.Fatal(err)
		}
		notes, _ := keep.Join("", keep.Envelope{Known: keep.Known{Overflow: id}})
		naming = append(naming, notes)
	}
	if _, err := n.Join(ctx, "", longEnvelope("c")); err != nil {
		t.Errorf("with one that is missed: %v", err)
	}
	if _, err := n.Join(ctx, "", longEnvelope("c")); err == nil {
		t.Errorf("%d records are not enough", maxOverflows)
	}
	*now = now.Add(6 * 24 * time.Hour)
	described(t, ctx, n, hidden, "a") // which tells that it is needed
	*now = now.Add(6 * 24 * time.Hour)
	described(t, ctx, n, hidden, "a")
}

// TestFormerRecord: records that were written when only servers had them are
// read.
func TestFormerRecord(t *testing.T) {
	n, _, ctx := newNotes(new([]string))
	value, _ := json.Marshal(map[string]any{"Description": "d", "Metadata": map[string]string{"a": "b"}, "Kept": "2026-01-01T00:00:00Z"})
	if _, err := n.Opts.Store.Put(ctx, jumpgate.Record{StoreKey: n.key("1", "one"), Value: value}); err != nil {
		t.Fatal(err)
	}
	text, e, err := n.Split(ctx, "Ann's\n--os:{\"x\":\"one\"}")
	if got := fmt.Sprint(text, e.Description, e.Metadata, e.Overflow, err); got != "Ann'sdmap[a:b]<nil>" {
		t.Error(got)
	}
}
