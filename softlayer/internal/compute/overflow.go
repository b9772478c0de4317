package compute

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
)

// overflow is what does not fit into the notes of a guest. It is a record of the
// store, which the notes name. A change makes a new record: the notes are what
// counts, and are written after it. The record goes with the guest.
type overflow struct {
	Description string            `json:",omitempty"`
	Metadata    map[string]string `json:",omitempty"`
	Kept        time.Time         // when
}

const (
	overflowRecord = "softlayer_server_overflow"

	// maxOverflows is how many servers of a project may have a description and
	// metadata that do not fit into notes.
	maxOverflows = 1000

	// overflowAge is when a record that no notes name is nobody's: until then
	// somebody may be about to write them.
	overflowAge = time.Hour
)

// fold makes notes of a text and an envelope. What does not fit is kept in the
// store under a new id, which is in the notes and returned; "": all does.
func (d *Servers) fold(ctx context.Context, text string, e keep.Envelope) (notes, id string, err error) {
	notes, tooLong := keep.Join(text, e)
	whole := tooLong == nil && strings.Contains(notes, e.Request) // by which what was ordered is found
	if whole || e.Description == "" && len(e.Metadata) == 0 {
		return notes, "", tooLong
	}
	o := overflow{e.Description, e.Metadata, d.Opts.Now().UTC()}
	e.Description, e.Metadata, e.Overflow = "", nil, jumpgate.NewUUID()
	if notes, err = keep.Join(text, e); err != nil {
		return "", "", err
	}
	value, err := json.Marshal(o)
	if err != nil {
		return "", "", jumpgate.Internal.Wrap(err, "")
	}
	if err := d.roomForOverflow(ctx, tooLong); err != nil {
		return "", "", err
	}
	_, err = d.Opts.Store.Put(ctx, jumpgate.Record{StoreKey: overflowKey(ctx, e.Overflow), Value: value})
	var full *jumpgate.StoreFullError
	if errors.As(err, &full) {
		return "", "", tooLong
	}
	return notes, e.Overflow, err
}

func overflowKey(ctx context.Context, id string) jumpgate.StoreKey {
	return jumpgate.StoreKey{Project: keep.Account(ctx), Kind: overflowRecord, ID: id}
}

// unfold puts into an envelope what is kept of it in the store. It names no
// record then. What a store has lost is empty.
func (d *Servers) unfold(ctx context.Context, e *keep.Envelope) error {
	if e.Overflow == "" {
		return nil
	}
	var o overflow
	if _, err := d.Recall(ctx, overflowRecord, e.Overflow, &o); err != nil {
		return err
	}
	e.Description, e.Metadata, e.Overflow = o.Description, o.Metadata, ""
	return nil
}

// split is keep.Split with what is kept in the store.
func (d *Servers) split(ctx context.Context, notes string) (text string, e keep.Envelope, err error) {
	text, e = keep.Split(notes)
	return text, e, d.unfold(ctx, &e)
}

// dropOverflow forgets what old notes name, unless new ones do.
func (d *Servers) dropOverflow(ctx context.Context, before, after string) {
	_, was := keep.Split(before)
	if _, is := keep.Split(after); was.Overflow != "" && was.Overflow != is.Overflow {
		d.Drop(ctx, overflowRecord, was.Overflow)
	}
}

// roomForOverflow refuses one more record of a project that has as many as it
// may, even without those that nobody needs: their servers were deleted
// elsewhere.
func (d *Servers) roomForOverflow(ctx context.Context, tooLong error) error {
	old := make(map[string]bool)
	n := 0
	for r, err := range d.Opts.Store.List(ctx, keep.Account(ctx), overflowRecord) {
		if err != nil {
			return err
		}
		var o overflow
		if err := json.Unmarshal(r.Value, &o); err != nil {
			return jumpgate.Internal.Wrap(err, "")
		}
		if n++; d.Opts.Now().Sub(o.Kept) > overflowAge {
			old[r.ID] = true
		}
	}
	if n < maxOverflows {
		return nil
	}
	s := everything()
	s.where["notes"] = upstream.Contains(keep.Overflows)
	for g, err := range guestsAs(ctx, d, memberForm, s, new(place)) {
		if err != nil {
			return err
		}
		_, kept := keep.Split(g.Notes)
		delete(old, kept.Overflow)
	}
	for id := range old {
		d.Drop(ctx, overflowRecord, id)
	}
	if len(old) == 0 {
		return tooLong
	}
	return nil
}

// expireOverflow has what is kept of a guest that was deleted go when the rest
// of what is remembered of it does.
func (d *Servers) expireOverflow(ctx context.Context, g *attachGuest) {
	_, kept := keep.Split(g.Notes)
	if kept.Overflow == "" {
		return
	}
	ctx = context.WithoutCancel(ctx)
	r, err := d.Opts.Store.Get(ctx, overflowKey(ctx, kept.Overflow))
	if err == nil {
		r.Expires = d.Opts.Now().Add(goneAge)
		_, _ = d.Opts.Store.Put(ctx, *r) // else it is found when there is no room
	}
}
