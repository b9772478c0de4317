package softlayer

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
)

// guid is the form of a globalIdentifier. Nothing else may become part of a
// URL upstream.
var guid = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

// Server shows one virtual guest.
func (d *Driver) Server(ctx context.Context, id string) (*compute.Server, error) {
	asked := d.opts.Now()
	g, err := d.guest(ctx, id, guestMask)
	if err != nil {
		return nil, err
	}
	d.sighted(g, asked)
	return d.server(ctx, g), nil
}

// ServerMarker shows a virtual guest, even one that SoftLayer is deleting.
func (d *Driver) ServerMarker(ctx context.Context, id string) (*compute.Server, error) {
	g, err := d.anyGuest(ctx, id, guestMask)
	if err != nil {
		return nil, err
	}
	return d.server(ctx, g), nil
}

// guest fetches the guest that is called id in OpenStack.
func (d *Driver) guest(ctx context.Context, id, mask string) (*guest, error) {
	g, err := d.anyGuest(ctx, id, mask)
	if err == nil && g.state().gone {
		return nil, jumpgate.NotFound
	}
	return g, err
}

// anyGuest is guest with those that were deleted but are still there.
func (d *Driver) anyGuest(ctx context.Context, id, mask string) (*guest, error) {
	if !guid.MatchString(id) {
		return nil, jumpgate.NotFound
	}
	var g guest
	if _, err := d.api.do(ctx, call{service: "Virtual_Guest", id: id, method: "getObject", mask: mask}, &g); err != nil {
		return nil, err
	}
	if g.ID == 0 {
		return nil, unexpected("Virtual_Guest::getObject")
	}
	return &g, nil
}

// UpdateServer renames a guest. It takes two calls: the notes have to be read
// to be changed.
func (d *Driver) UpdateServer(ctx context.Context, id string, u compute.ServerUpdate) (*compute.Server, error) {
	unlock, err := d.lockGuest(ctx, id)
	if err != nil {
		return nil, err
	}
	defer unlock()
	g, err := d.guest(ctx, id, guestMask)
	if err != nil {
		return nil, err
	}
	text, kept := splitNotes(g.Notes)
	h, err := d.rename(&kept, g.host(), u.Name, u.Hostname)
	if err != nil {
		return nil, err
	}
	set(&kept.Description, u.Description)
	set(&kept.AccessIPv4, u.AccessIPv4)
	set(&kept.AccessIPv6, u.AccessIPv6)
	set(&kept.AutoDisk, u.AutoDisk)
	if err := d.edit(ctx, id, "", g, h, text, kept); err != nil {
		return nil, err
	}
	return d.server(ctx, g), nil
}

// rename keeps a name and returns the host that goes with it; nil stays.
func (d *Driver) rename(kept *envelope, h host, name, hostname *string) (_ host, err error) {
	is := kept.name(h.name)
	if name != nil && *name != is {
		is = *name
		h.name = hostnameFor(is)
	}
	if hostname != nil {
		if h, err = d.hostOf(*hostname); err != nil {
			return h, err
		}
	}
	kept.setName(is, h.name)
	return h, nil
}

func set[T any](field, value *T) {
	if value != nil {
		*field = *value
	}
}

// edit writes the host and the notes of g. What stays the same is not
// sent: somebody may be changing it elsewhere.
func (d *Driver) edit(ctx context.Context, id, doing string, g *guest, h host, text string, kept envelope) error {
	notes, err := joinNotes(text, kept)
	if err != nil {
		return err
	}
	change := make(map[string]string)
	if h.name != g.Hostname {
		change["hostname"] = h.name
	}
	if h.domain != g.Domain {
		change["domain"] = h.domain
	}
	if notes != g.Notes {
		change["notes"] = notes
	}
	if len(change) > 0 {
		edit := call{service: "Virtual_Guest", id: id, method: "editObject", args: []any{change}}
		if err := d.explain(ctx, id, doing, d.api.order(ctx, edit)); err != nil {
			return err
		}
	}
	g.Hostname, g.Domain, g.Notes = h.name, h.domain, notes
	if keepsVolumes(notes) {
		d.sightings.note(strings.ToLower(id), true, d.opts.Now())
	}
	return nil
}

// DeleteServer cancels a guest at once, hourly or monthly, and the volumes
// that go with it with a call for each.
func (d *Driver) DeleteServer(ctx context.Context, id string) error {
	if !guid.MatchString(id) {
		return jumpgate.NotFound
	}
	var doomed []attached
	if !d.sightings.recent(strings.ToLower(id), d.opts.Now()) {
		g, err := d.ready(ctx, id, "delete", attachMask)
		if err != nil {
			return err
		}
		_, kept := splitNotes(g.Notes)
		doomed = slices.DeleteFunc(g.attached(&kept), func(a attached) bool { return !a.DeleteOnTermination })
	}
	err := d.api.order(ctx, call{service: "Virtual_Guest", id: id, method: "deleteObject"})
	if err = d.explain(ctx, id, "delete", err); err != nil {
		return err
	}
	for _, a := range doomed {
		if err := d.cancel(ctx, a.bill); err != nil {
			return jumpgate.BadGateway.Wrap(err, "Instance %s is deleted, but its volume %s could not be.", id, a.VolumeID)
		}
	}
	return nil
}

// act does something to a guest by a method that takes nothing. It takes one
// call if the guest was seen a moment ago, else two: only the tags of a guest
// tell that it is locked, or in a state that SoftLayer does not know.
func (d *Driver) act(ctx context.Context, id, doing, method string) error {
	if !guid.MatchString(id) {
		return jumpgate.NotFound
	}
	if !d.sightings.recent(strings.ToLower(id), d.opts.Now()) {
		if _, err := d.ready(ctx, id, doing, actMask); err != nil {
			return err
		}
	}
	return d.explain(ctx, id, doing, d.api.order(ctx, call{service: "Virtual_Guest", id: id, method: method}))
}

// buildPause is when to try again what SoftLayer refuses to do to a guest that
// it is still making, such as to delete it. A step of that takes about a minute.
const buildPause = time.Minute

// explain finds out why SoftLayer refused to touch a guest. It says no in
// free text, so the guest's state is asked for: only a refused action costs
// this further call.
func (d *Driver) explain(ctx context.Context, id, doing string, err error) error {
	var no *refusal
	if !errors.As(err, &no) {
		return err
	}
	g, stateErr := d.guest(ctx, id, actMask)
	if errors.Is(stateErr, jumpgate.NotFound) {
		return stateErr
	}
	if stateErr != nil {
		return err
	}
	switch st := g.state(); {
	case st.vm == "building": // Nova names no task then
		return fmt.Errorf("%w: %w", &compute.StateError{VMState: st.vm, RetryAfter: buildPause}, err)
	case st.vm == "error":
		return fmt.Errorf("%w: %w", &compute.StateError{VMState: st.vm}, err)
	case g.may(doing) != nil:
		return fmt.Errorf("%w: %w", g.may(doing), err)
	case st.task != "":
		return fmt.Errorf("%w: %w", &compute.StateError{VMState: st.vm, TaskState: st.task}, err)
	case g.Transaction != nil || strings.Contains(no.text, "active transaction"):
		return jumpgate.Conflict.Wrap(err, "The cloud is still busy with instance %s. Please try again later.", id)
	}
	return err
}
