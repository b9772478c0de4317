package core

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
)

// Notes are those of things of one kind. They have a text and an envelope; what
// does not fit into them is a record of the store, which they name. A change
// makes a new record: the notes are what counts, and are written after it. The
// record goes with the thing.
type Notes struct {
	*Core
	Kind string // of the records

	// Text tells that the text, too, is what OpenStack says of a thing: it is
	// put into the record where it is too long.
	Text bool

	// Naming returns the notes of the project's things that name records.
	Naming func(context.Context) ([]string, error)
}

// overflow is such a record.
type overflow struct {
	Text        string            `json:",omitempty"`
	Description string            `json:",omitempty"`
	Metadata    map[string]string `json:",omitempty"`
	Tags        []string          `json:",omitempty"`
	Kept        time.Time         // when
	Missed      time.Time         `json:",omitzero"` // when no notes named it that its user could see
}

const (
	// maxOverflows is how many things of a kind of a project may have more than
	// fits into their notes.
	maxOverflows = 1000

	// overflowAge is when a record that no notes name is nobody's: until then
	// somebody may be about to write them.
	overflowAge = time.Hour

	// MissedAge is how long a record is kept of what its user does not find, for
	// those who may see more of the project.
	MissedAge = 7 * 24 * time.Hour
)

// Beyond tells operators what becomes of what the notes of a thing don't hold.
func Beyond(thing string) string {
	return fmt.Sprintf("what does not fit into the 1,000 characters of the notes of a %s is in the program's store, of at most 1,000 %[1]ss of a project: then 403", thing)
}

// Join makes notes of a text and an envelope. Once they are written, or are not,
// Settle has to be told.
func (n *Notes) Join(ctx context.Context, text string, e keep.Envelope) (string, error) {
	fits := func(notes string, err error) bool {
		return err == nil && strings.Contains(notes, e.Request) && // by which what was ordered is found
			(keep.Fits(notes) || !n.Text) // people's own text stays, however long
	}
	notes, tooLong := keep.Join(text, e)
	o := overflow{Description: e.Description, Metadata: e.Metadata, Tags: e.Tags, Kept: n.Opts.Now().UTC()}
	some := e.Description != "" || len(e.Metadata) > 0 || len(e.Tags) > 0 || n.Text && text != ""
	if fits(notes, tooLong) && len(e.Tags) == 0 || !some || e.Overflow != "" {
		return notes, tooLong
	}
	e.Description, e.Metadata, e.Tags, e.Overflow = "", nil, nil, jumpgate.NewUUID()
	notes, err := keep.Join(text, e)
	if n.Text && !fits(notes, err) {
		o.Text = text
		notes, err = keep.Join("", e)
	}
	if err != nil {
		return "", err
	}
	value, err := json.Marshal(o)
	if err != nil {
		return "", jumpgate.Internal.Wrap(err, "")
	}
	if err := n.room(ctx); err != nil {
		return "", err
	}
	_, err = n.Opts.Store.Put(ctx, jumpgate.Record{StoreKey: n.key(keep.Account(ctx), e.Overflow), Value: value})
	var full *jumpgate.StoreFullError
	if errors.As(err, &full) {
		return "", keep.TooLong()
	}
	return notes, err
}

// Change is Join for what has notes: they stay as they are if they say the same.
func (n *Notes) Change(ctx context.Context, notes, text string, e keep.Envelope) (string, error) {
	wasText, was, err := n.Split(ctx, notes)
	if err != nil {
		return "", err
	}
	for _, m := range []*map[string]string{&was.Metadata, &e.Metadata} {
		if len(*m) == 0 {
			*m = nil
		}
	}
	if text == wasText && reflect.DeepEqual(e, was) {
		return notes, nil
	}
	return n.Join(ctx, text, e)
}

func (n *Notes) key(project, id string) jumpgate.StoreKey {
	return jumpgate.StoreKey{Project: project, Kind: n.Kind, ID: id}
}

// Settle forgets what is needed no more when notes were to be changed, and err
// is what came of it: "" are those of what was not there, or is not any more.
// Who has read the old ones a moment ago still finds what they name.
func (n *Notes) Settle(ctx context.Context, before, after string, err error) {
	_, was := keep.Split(before)
	_, is := keep.Split(after)
	var unsure *upstream.Unsure
	switch {
	case was.Overflow == is.Overflow:
	case err == nil:
		n.Expire(ctx, before, n.Opts.Now().Add(2*n.Opts.Timeout))
	case is.Overflow != "" && !errors.As(err, &unsure): // else the notes may name it
		n.Drop(ctx, n.Kind, is.Overflow)
	}
}

// Expire lets what notes name go at a time. If it can't be, it is found when
// there is no room.
func (n *Notes) Expire(ctx context.Context, notes string, at time.Time) {
	_, e := keep.Split(notes)
	if e.Overflow == "" {
		return
	}
	ctx = context.WithoutCancel(ctx)
	if r, err := n.Opts.Store.Get(ctx, n.key(keep.Account(ctx), e.Overflow)); err == nil {
		r.Expires = at
		_, _ = n.Opts.Store.Put(ctx, *r)
	}
}

// Split returns the text and the envelope of notes of a thing of the
// principal's project, which name no record then. What the store has lost is
// empty.
func (n *Notes) Split(ctx context.Context, notes string) (text string, e keep.Envelope, err error) {
	if text, e = keep.Split(notes); e.Overflow == "" {
		return text, e, nil
	}
	return n.SplitOf(ctx, keep.Account(ctx), notes)
}

// SplitOf is Split for a thing of any project.
func (n *Notes) SplitOf(ctx context.Context, project, notes string) (text string, e keep.Envelope, err error) {
	text, e = keep.Split(notes)
	if e.Overflow == "" {
		return text, e, nil
	}
	r, err := n.record(ctx, project, e.Overflow)
	e.Overflow = ""
	if errors.Is(err, jumpgate.NotFound) {
		return text, e, nil
	}
	if err != nil {
		return "", e, err
	}
	var o overflow
	if err := json.Unmarshal(r.Value, &o); err != nil {
		return "", e, jumpgate.Internal.Wrap(err, "")
	}
	e.Description, e.Metadata, e.Tags = o.Description, o.Metadata, o.Tags
	if text == "" {
		text = o.Text
	}
	if !o.Missed.IsZero() {
		o.Missed = time.Time{}
		n.rewrite(ctx, r, &o, time.Time{})
	}
	return text, e, nil
}

// rewrite replaces a record. If it can't be, or is changed meanwhile, who
// reads it next tries again.
func (n *Notes) rewrite(ctx context.Context, r *jumpgate.Record, o *overflow, expires time.Time) {
	value, err := json.Marshal(o)
	if err == nil {
		_, _ = n.Opts.Store.Put(context.WithoutCancel(ctx), jumpgate.Record{StoreKey: r.StoreKey, Value: value, Version: r.Version, Expires: expires})
	}
}

// Listing returns a context in which Split reads the store once for all things
// of a list, when the first of them needs it.
func (n *Notes) Listing(ctx context.Context) context.Context {
	return context.WithValue(ctx, listing(n.Kind), &listed{projects: make(map[string]map[string]*jumpgate.Record)})
}

// listing is the key in a context of what a list has read of a kind.
type listing string

// listed is what a list has read, by project and id.
type listed struct {
	mu       sync.Mutex
	projects map[string]map[string]*jumpgate.Record
}

// record reads one, or what a list has read already.
func (n *Notes) record(ctx context.Context, project, id string) (*jumpgate.Record, error) {
	if l, ok := ctx.Value(listing(n.Kind)).(*listed); ok {
		l.mu.Lock()
		defer l.mu.Unlock()
		if l.projects[project] == nil {
			all := make(map[string]*jumpgate.Record)
			for r, err := range n.Opts.Store.List(ctx, project, n.Kind) {
				if err != nil {
					return nil, err
				}
				all[r.ID] = r
			}
			l.projects[project] = all
		}
		if r := l.projects[project][id]; r != nil {
			return r, nil
		}
	}
	return n.Opts.Store.Get(ctx, n.key(project, id)) // one made since
}

// Any tells whether any notes of the project may name a record.
func (n *Notes) Any(ctx context.Context) (bool, error) {
	for _, err := range n.Opts.Store.List(ctx, keep.Account(ctx), n.Kind) {
		return err == nil, err
	}
	return false, nil
}

// room refuses one more record of a project that has as many as it may, even
// without those that nobody needs: their things were deleted elsewhere.
func (n *Notes) room(ctx context.Context) error {
	var all []*jumpgate.Record
	for r, err := range n.Opts.Store.List(ctx, keep.Account(ctx), n.Kind) {
		if err != nil {
			return err
		}
		if r.Expires.IsZero() {
			all = append(all, r)
		}
	}
	if len(all) < maxOverflows {
		return nil
	}
	type record struct {
		*jumpgate.Record
		overflow
	}
	old := make(map[string]record)
	for _, r := range all {
		one := record{Record: r}
		if err := json.Unmarshal(r.Value, &one.overflow); err != nil {
			return jumpgate.Internal.Wrap(err, "")
		}
		if n.Opts.Now().Sub(one.Kept) > overflowAge {
			old[r.ID] = one
		}
	}
	naming, err := n.Naming(ctx)
	if err != nil {
		return err
	}
	for _, notes := range naming {
		_, e := keep.Split(notes)
		delete(old, e.Overflow)
	}
	for _, r := range old {
		r.Missed = n.Opts.Now().UTC()
		n.rewrite(ctx, r.Record, &r.overflow, r.Missed.Add(MissedAge))
	}
	if len(old) == 0 {
		return keep.TooLong()
	}
	return nil
}
