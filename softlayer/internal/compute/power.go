package compute

import (
	"context"
	"errors"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
)

// StartServer powers a guest on.
func (d *Servers) StartServer(ctx context.Context, id string) error {
	return d.act(ctx, id, compute.ActionStart, "powerOn")
}

// StopServer shuts a guest's system down, or switches the guest off where
// SoftLayer says no to that and the guest's state is no reason. Nobody waits
// here for a system that does not shut down: it may be started elsewhere
// meanwhile.
func (d *Servers) StopServer(ctx context.Context, id string) error {
	err := d.act(ctx, id, compute.ActionStop, "powerOffSoft")
	var (
		no    *upstream.Refusal
		state *compute.StateError
	)
	if !errors.As(err, &no) || errors.As(err, &state) || errors.Is(err, jumpgate.Conflict) {
		return err
	}
	if _, err := ready(ctx, d, actForm, id, compute.ActionStop); err != nil {
		return err
	}
	return d.act(ctx, id, compute.ActionStop, "powerOff")
}

// RebootServer reboots a guest.
func (d *Servers) RebootServer(ctx context.Context, id string, how compute.RebootType) error {
	doing, method := compute.ActionReboot, "rebootSoft"
	if how == compute.HardReboot {
		doing, method = compute.ActionHardReboot, "rebootHard"
	}
	err := d.act(ctx, id, doing, method)
	if err == nil {
		d.reboots.note(ctx, id, how, d.Opts.Now())
	}
	return err
}

// PauseServer holds a guest in memory.
func (d *Servers) PauseServer(ctx context.Context, id string) error {
	return d.mark(ctx, id, compute.ActionPause, "pause", func(m *keep.Markers) { m.Suspended = false })
}

// UnpauseServer lets a paused guest go on.
func (d *Servers) UnpauseServer(ctx context.Context, id string) error {
	return d.act(ctx, id, compute.ActionUnpause, "resume")
}

// SuspendServer pauses a guest, too: SoftLayer suspends none to disk.
func (d *Servers) SuspendServer(ctx context.Context, id string) error {
	return d.mark(ctx, id, compute.ActionSuspend, "pause", func(m *keep.Markers) { m.Suspended = true })
}

// ResumeServer lets a suspended guest go on.
func (d *Servers) ResumeServer(ctx context.Context, id string) error {
	return d.mark(ctx, id, compute.ActionResume, "resume", func(m *keep.Markers) { m.Suspended = false })
}

// RescueServer boots SoftLayer's rescue system, which has the password of the
// guest's own.
func (d *Servers) RescueServer(ctx context.Context, id string, r compute.ServerRescue) (password string, err error) {
	if r.ImageRef != "" {
		if _, err := ready(ctx, d, actForm, id, compute.ActionRescue); err != nil {
			return "", err
		}
		return "", compute.RescueImageUnusable(r.ImageRef, "this cloud has a rescue system of its own")
	}
	return "", d.mark(ctx, id, compute.ActionRescue, "executeRescueLayer", func(m *keep.Markers) { m.Rescue = true })
}

// UnrescueServer boots the guest's own system again.
func (d *Servers) UnrescueServer(ctx context.Context, id string) error {
	return d.mark(ctx, id, compute.ActionUnrescue, "powerCycle", func(m *keep.Markers) { m.Rescue = false })
}

// LockServer keeps the lock in a tag, and the reason in the notes.
func (d *Servers) LockServer(ctx context.Context, id, reason string) (err error) {
	defer d.remember(ctx, id, compute.ActionLock)(&err)
	unlock, err := d.lockGuest(ctx, id)
	if err != nil {
		return err
	}
	defer unlock()
	g, err := guestAs(ctx, d, actForm, id)
	if err != nil {
		return err
	}
	text, kept := keep.Split(g.Notes)
	kept.LockReason = reason
	if err := d.editNotes(ctx, id, compute.ActionLock, &g.Noted, text, kept); err != nil {
		return err
	}
	return d.remark(ctx, id, g, func(m *keep.Markers) { m.Locked = true })
}

// UnlockServer takes the lock away. A reason for it means nothing by itself,
// and goes with the next change of the notes.
func (d *Servers) UnlockServer(ctx context.Context, id string) error {
	return d.mark(ctx, id, compute.ActionUnlock, "", func(m *keep.Markers) { m.Locked = false })
}
