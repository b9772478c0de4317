package compute

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
)

// Server shows one virtual guest.
func (d *Servers) Server(ctx context.Context, id string) (*compute.Server, error) {
	asked := d.Opts.Now()
	g, err := guestAs(ctx, d, shownForm, id)
	if err != nil {
		return nil, err
	}
	d.sighted(ctx, strings.ToLower(id), g, asked)
	d.seePending(ctx, g)
	return d.wholeServer(ctx, g.shown())
}

// ServerMarker shows a virtual guest, even one that SoftLayer is deleting.
func (d *Servers) ServerMarker(ctx context.Context, id string) (*compute.Server, error) {
	g, err := anyGuestAs(ctx, d, shownForm, id)
	if err != nil {
		return nil, err
	}
	return d.server(ctx, g.shown())
}

// guestAs fetches the guest that is called id in OpenStack, in a form.
func guestAs[G any, P interface {
	*G
	Gone() bool
	There() bool
}](ctx context.Context, d *Servers, form records.Form[G], id string) (P, error) {
	g, err := anyGuestAs[G, P](ctx, d, form, id)
	if err == nil && g.Gone() {
		return nil, jumpgate.NotFound
	}
	return g, err
}

// anyGuestAs is guestAs with those that were deleted but are still there.
func anyGuestAs[G any, P interface {
	*G
	There() bool
}](ctx context.Context, d *Servers, form records.Form[G], id string) (P, error) {
	if !keep.GUID.MatchString(id) {
		return nil, jumpgate.NotFound
	}
	g, err := form.Get(ctx, d.API, "Virtual_Guest", id)
	if err != nil {
		return nil, err
	}
	if !P(g).There() {
		return nil, upstream.Unexpected("Virtual_Guest::getObject")
	}
	return g, nil
}

// UpdateServer renames a guest. It takes two calls: the notes have to be read
// to be changed.
func (d *Servers) UpdateServer(ctx context.Context, id string, u compute.ServerUpdate) (*compute.Server, error) {
	unlock, err := d.lockGuest(ctx, id)
	if err != nil {
		return nil, err
	}
	defer unlock()
	g, err := guestAs(ctx, d, shownForm, id)
	if err != nil {
		return nil, err
	}
	text, kept, err := d.notes.Split(ctx, g.Notes)
	if err != nil {
		return nil, err
	}
	was := host{g.Hostname, g.Domain}
	h, err := d.rename(&kept, was, u.Name, u.Hostname)
	if err != nil {
		return nil, err
	}
	set(&kept.Description, u.Description)
	set(&kept.AccessIPv4, u.AccessIPv4)
	set(&kept.AccessIPv6, u.AccessIPv6)
	set(&kept.AutoDisk, u.AutoDisk)
	if err := d.edit(ctx, id, 0, &g.Noted, was, h, text, kept); err != nil {
		return nil, err
	}
	g.Hostname, g.Domain = h.name, h.domain
	return d.wholeServer(ctx, g.shown())
}

// rename keeps a name and returns the host that goes with it; nil stays.
func (d *Servers) rename(kept *keep.Envelope, h host, name, hostname *string) (_ host, err error) {
	is := kept.NameFor(h.name)
	if name != nil && *name != is {
		is = *name
		h.name = HostnameFor(is)
	}
	if hostname != nil {
		if h, err = d.hostOf(*hostname); err != nil {
			return h, err
		}
	}
	kept.SetName(is, h.name)
	return h, nil
}

func set[T any](field, value *T) {
	if value != nil {
		*field = *value
	}
}

// editNotes writes the notes of a guest.
func (d *Servers) editNotes(ctx context.Context, id string, doing compute.Action, g *records.Noted, text string, kept keep.Envelope) error {
	return d.edit(ctx, id, doing, g, host{}, host{}, text, kept)
}

// edit writes the host and the notes of a guest. What stays the same is not
// sent: somebody may be changing it elsewhere.
func (d *Servers) edit(ctx context.Context, id string, doing compute.Action, g *records.Noted, was, h host, text string, kept keep.Envelope) error {
	notes, err := d.notes.Change(ctx, g.Notes, text, kept)
	if err != nil {
		return err
	}
	change := make(map[string]string)
	if h.name != was.name {
		change["hostname"] = h.name
	}
	if h.domain != was.domain {
		change["domain"] = h.domain
	}
	if notes != g.Notes {
		change["notes"] = notes
	}
	if len(change) > 0 {
		edit := upstream.Call{Service: "Virtual_Guest", ID: id, Method: "editObject", Args: []any{change}}
		err := d.explain(ctx, id, doing, d.API.Order(ctx, edit))
		d.notes.Settle(ctx, g.Notes, notes, err)
		if err != nil {
			return err
		}
	}
	g.Notes = notes
	if keep.KeepsVolumes(notes) {
		d.sightings.Note(keep.Account(ctx), strings.ToLower(id), true, d.Opts.Now())
	}
	return nil
}

// act does something to a guest by a method that takes nothing. It takes one
// call if the guest was seen a moment ago, else two: only the tags of a guest
// tell that it is locked, or in a state that SoftLayer does not know.
func (d *Servers) act(ctx context.Context, id string, doing compute.Action, method string) (err error) {
	defer d.remember(ctx, id, doing)(&err)
	if !keep.GUID.MatchString(id) {
		return jumpgate.NotFound
	}
	if !d.sightings.Recent(keep.Account(ctx), strings.ToLower(id), d.Opts.Now()) {
		g, unlock, err := lockReady(ctx, d, actForm, id, doing)
		if err != nil {
			return err
		}
		defer unlock()
		if err := d.remark(ctx, id, g, func(m *keep.Markers) { m.Off = false }); err != nil {
			return err // what is said last counts
		}
		if method == "powerOn" && g.PowerState.KeyName == "RUNNING" { // SoftLayer has booted it, and nobody has stopped it yet
			return nil
		}
	}
	return d.explain(ctx, id, doing, d.API.Order(ctx, upstream.Call{Service: "Virtual_Guest", ID: id, Method: method}))
}

// buildPause is when to try again what SoftLayer refuses to do to a guest that
// it is still making, such as to delete it. A step of that takes about a minute.
const buildPause = time.Minute

// explain finds out why SoftLayer refused to touch a guest. It says no in
// free text, so the guest's state is asked for: only a refused action costs
// this further call.
func (d *Servers) explain(ctx context.Context, id string, doing compute.Action, err error) error {
	var no *upstream.Refusal
	if !errors.As(err, &no) {
		return err
	}
	g, stateErr := guestAs(ctx, d, actForm, id)
	if errors.Is(stateErr, jumpgate.NotFound) {
		return stateErr
	}
	if stateErr != nil {
		return err
	}
	switch st := stateOf(g); {
	case st.vm == "building": // Nova names no task then
		return fmt.Errorf("%w: %w", &compute.StateError{VMState: st.vm, RetryAfter: buildPause}, err)
	case st.vm == "error":
		return fmt.Errorf("%w: %w", &compute.StateError{VMState: st.vm}, err)
	case doing != 0 && mayDo(g, doing) != nil: // 0 changes what no state forbids
		return fmt.Errorf("%w: %w", mayDo(g, doing), err)
	case st.task != "":
		return fmt.Errorf("%w: %w", &compute.StateError{VMState: st.vm, TaskState: st.task}, err)
	case g.Transaction != nil || strings.Contains(no.Text, "active transaction"):
		return jumpgate.Conflict.Wrap(err, "The cloud is still busy with instance %s. Please try again later.", id)
	}
	return err
}
