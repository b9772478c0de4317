package compute

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/softlayer/jumpgate/openstack/compute"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
)

// lockGuest waits until nobody else in this process changes what is kept of a
// guest in its tags and notes.
func (d *Servers) lockGuest(ctx context.Context, id string) (unlock func(), err error) {
	return d.Locks.Lock(ctx, strings.ToLower(id))
}

// ready fetches a guest to which something may be done; see compute.MayDo.
func ready[G any, P fetched[G]](ctx context.Context, d *Servers, form records.Form[G], id string, doing compute.Action) (P, error) {
	asked := d.Opts.Now()
	g, err := guestAs[G, P](ctx, d, form, id)
	if err == nil {
		d.sighted(ctx, strings.ToLower(id), g, asked)
		err = mayDo(g, doing)
	}
	return g, err
}

// lockReady locks a guest and then fetches it as ready does. On an error
// nothing stays locked, and unlock is nil.
func lockReady[G any, P fetched[G]](ctx context.Context, d *Servers, form records.Form[G], id string, doing compute.Action) (g P, unlock func(), err error) {
	release, err := d.lockGuest(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	defer func() {
		if unlock == nil { // an error or a panic
			release()
		}
	}()
	if g, err = ready[G, P](ctx, d, form, id, doing); err != nil {
		return nil, nil, err
	}
	return g, release, nil
}

// mayDo tells whether something may be done to g.
func mayDo(g guest, doing compute.Action) error {
	st := stateOf(g)
	return compute.MayDo(doing, &compute.Server{VMState: st.vm, TaskState: st.task, Locked: keep.MarkersOf(g.Tags()).Locked})
}

// mark does something to a guest, by a method unless that is "", and changes
// the markers. The caller does not hold the lock of the guest.
func (d *Servers) mark(ctx context.Context, id string, doing compute.Action, method string, change func(*keep.Markers)) (err error) {
	defer d.remember(ctx, id, doing)(&err)
	g, unlock, err := lockReady(ctx, d, actForm, id, doing)
	if err != nil {
		return err
	}
	defer unlock()
	if method != "" {
		err = d.API.Order(ctx, upstream.Call{Service: "Virtual_Guest", ID: id, Method: method})
		if err = d.explain(ctx, id, doing, err); err != nil {
			return err
		}
	}
	return d.remark(ctx, id, g, change)
}

// fetched is a form of a guest to which something may be done.
type fetched[G any] interface {
	*G
	noted
	seen
	There() bool
}

// seen is what is noted of a guest that somebody sees.
type seen interface {
	Self() *records.Presence
	Tags() []keep.TagReference
	Text() string
}

// tagged is an object with tags.
type tagged interface{ Tags() []keep.TagReference }

// remark changes the markers of g, with a call only where they do change.
// The caller holds the lock of g since it fetched g.
func (d *Servers) remark(ctx context.Context, id string, g tagged, change func(*keep.Markers)) error {
	tags, m := keep.SplitTags(g.Tags())
	old := m
	change(&m)
	if m == old {
		return nil
	}
	return d.setTags(ctx, id, tags, m)
}

// setTags replaces all tags of a guest: SoftLayer knows no other way.
func (d *Servers) setTags(ctx context.Context, id string, tags []string, m keep.Markers) error {
	// Whatever comes of it: who looked meanwhile may have seen the old ones.
	defer func() { d.sightings.Note(keep.Account(ctx), strings.ToLower(id), true, d.Opts.Now()) }()
	all := strings.Join(slices.Concat(tags, m.Tags()), ",")
	return d.API.Order(ctx, upstream.Call{Service: "Virtual_Guest", ID: id, Method: "setTags", Args: []any{all}, Again: true})
}

// sighted notes the guest called id, which a call that began at a time fetched
// with its tags and notes. One that may have volumes which go with it counts
// as marked.
func (d *Servers) sighted(ctx context.Context, id string, g seen, at time.Time) {
	marked := keep.MarkersOf(g.Tags()) != keep.Markers{} || keep.KeepsVolumes(g.Text())
	d.sightings.Note(keep.Account(ctx), id, marked, at)
}
