package softlayer

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
)

// guid is the form of a globalIdentifier. Nothing else may become part of a
// URL upstream.
var guid = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

// Server shows one virtual guest.
func (d *Driver) Server(ctx context.Context, id string) (*compute.Server, error) {
	g, err := d.guest(ctx, id, guestMask)
	if err != nil {
		return nil, err
	}
	return g.server(), nil
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
	unlock, err := d.locks.lock(ctx, accountKey(ctx)+"/"+strings.ToLower(id))
	if err != nil {
		return nil, err
	}
	defer unlock()
	g, err := d.guest(ctx, id, guestMask)
	if err != nil {
		return nil, err
	}
	text, kept := splitNotes(g.Notes)
	name, hostname := kept.name(g.Hostname), g.Hostname
	if u.Name != nil && *u.Name != name {
		name = *u.Name
		hostname = hostnameFor(name)
	}
	if u.Hostname != nil {
		hostname = *u.Hostname
	}
	kept.setName(name, hostname)
	set := func(field *string, value *string) {
		if value != nil {
			*field = *value
		}
	}
	set(&kept.Description, u.Description)
	set(&kept.AccessIPv4, u.AccessIPv4)
	set(&kept.AccessIPv6, u.AccessIPv6)
	notes, err := joinNotes(text, kept)
	if err != nil {
		return nil, err
	}

	// What stays the same is not sent: somebody may be changing it elsewhere.
	change := make(map[string]string)
	if hostname != g.Hostname {
		change["hostname"] = hostname
	}
	if notes != g.Notes {
		change["notes"] = notes
	}
	if len(change) > 0 {
		edit := call{service: "Virtual_Guest", id: id, method: "editObject", args: []any{change}}
		if err := d.explain(ctx, id, d.api.order(ctx, edit), always); err != nil {
			return nil, err
		}
	}
	g.Hostname, g.Notes = hostname, notes
	return g.server(), nil
}

// DeleteServer cancels a guest at once, hourly or monthly.
func (d *Driver) DeleteServer(ctx context.Context, id string) error {
	return d.act(ctx, id, "deleteObject", always)
}

// StartServer powers a guest on.
func (d *Driver) StartServer(ctx context.Context, id string) error {
	return d.act(ctx, id, "powerOn", stopped)
}

// StopServer shuts a guest's system down.
func (d *Driver) StopServer(ctx context.Context, id string) error {
	return d.act(ctx, id, "powerOffSoft", active)
}

// RebootServer reboots a guest.
func (d *Driver) RebootServer(ctx context.Context, id string, how compute.RebootType) error {
	if how == compute.HardReboot {
		return d.act(ctx, id, "rebootHard", always)
	}
	return d.act(ctx, id, "rebootSoft", active)
}

// act calls a method of a guest that takes nothing and answers whether it did
// it. fit tells in which states it can.
func (d *Driver) act(ctx context.Context, id, method string, fit func(state) bool) error {
	if !guid.MatchString(id) {
		return jumpgate.NotFound
	}
	return d.explain(ctx, id, d.api.order(ctx, call{service: "Virtual_Guest", id: id, method: method}), fit)
}

// The states that an action needs.
func always(state) bool    { return true }
func active(s state) bool  { return s.vm == "active" }
func stopped(s state) bool { return s.vm == "stopped" }

// explain finds out why SoftLayer refused to touch a guest. It says no in
// free text, so the guest's state is asked for: only a refused action costs
// this second call.
func (d *Driver) explain(ctx context.Context, id string, err error, fit func(state) bool) error {
	var no *refusal
	if !errors.As(err, &no) {
		return err
	}
	g, stateErr := d.guest(ctx, id, "mask["+stateFields+"]")
	if errors.Is(stateErr, jumpgate.NotFound) {
		return stateErr
	}
	if stateErr != nil {
		return err
	}
	switch st := g.state(); {
	case st.vm == "building" || st.vm == "error":
		return fmt.Errorf("%w: %w", &compute.StateError{VMState: st.vm}, err) // Nova names no task then
	case st.task != "" || !fit(st):
		return fmt.Errorf("%w: %w", &compute.StateError{VMState: st.vm, TaskState: st.task}, err)
	case g.Transaction != nil || strings.Contains(no.text, "active transaction"):
		return jumpgate.Conflict.Wrap(err, "The cloud is still busy with instance %s. Please try again later.", id)
	}
	return err
}
