package compute

import (
	"context"
	"errors"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
)

// SoftLayer refuses everything to a guest that it works on. What is to happen
// afterwards is marked by tags, and carried out in the background by the
// process that was asked for it or, if that ended, by whoever sees the guest
// next.

// seePending goes on with what is left to do to a guest that somebody sees.
func (d *Servers) seePending(ctx context.Context, g holder) {
	p := g.Self()
	if p.Gone() {
		d.finishDelete(ctx, g)
		return
	}
	m := keep.MarkersOf(g.Tags())
	if (p.Transaction == nil && (m.Deleting || m.Off) || unmade(g)) && d.attempts.begin(ctx, p.GlobalIdentifier, d.Opts.Now()) {
		d.tryLater(ctx, p.GlobalIdentifier)
	}
}

// tryLater does in the background what a guest is marked for, or cancels the
// volumes that were to go with it if it is gone. It tells whether that is under
// way.
func (d *Servers) tryLater(ctx context.Context, id string) bool {
	id = strings.ToLower(id)
	return d.Later.Try(ctx, pendingKey(ctx, id), func(ctx context.Context) (done bool, err error) {
		return d.goOn(ctx, id, false)
	})
}

// pendingKey names a guest among what is done later.
func pendingKey(ctx context.Context, id string) string {
	return "server/" + keep.AccountKey(ctx) + "/" + strings.ToLower(id)
}

// goOn does what is left to do to a guest; first tells that certainly nobody has
// tried it before.
func (d *Servers) goOn(ctx context.Context, id string, first bool) (done bool, err error) {
	unlock, err := d.lockGuest(ctx, id)
	if err != nil {
		return false, err
	}
	defer unlock()
	g, err := anyGuestAs(ctx, d, attachForm, id)
	m := keep.Markers{}
	if err == nil {
		m = keep.MarkersOf(g.TagReferences)
	}
	switch {
	case errors.Is(err, jumpgate.NotFound):
		return true, nil
	case err != nil:
		return false, err
	case g.Gone() || m.Deleting:
		return d.goOnDeleting(ctx, id, g)
	case unmade(g):
		done, err := d.goOnMaking(ctx, id, g, first)
		return done && !m.Off, err
	case m.Off:
		return d.goOnStopping(ctx, id, g, m)
	}
	return true, nil // somebody took it back
}

// remarkStopped is remark for what SoftLayer boots a guest at the end of: one
// that was stopped is to be so again, as Nova leaves it.
func (d *Servers) remarkStopped(ctx context.Context, id string, g guest, change func(*keep.Markers)) error {
	off := g.State().PowerState.KeyName == "HALTED"
	err := d.remark(ctx, id, g, func(m *keep.Markers) {
		change(m)
		m.Off = m.Off || off
	})
	if err == nil && off {
		d.tryLater(ctx, id)
	}
	return err
}

// goOnStopping stops a guest again once SoftLayer is done with what it was
// stopped before. Between an order for an upgrade and its first step SoftLayer
// shows nothing, so the size tells whether that is over.
func (d *Servers) goOnStopping(ctx context.Context, id string, g *attachGuest, m keep.Markers) (done bool, err error) {
	waits := m.Resize != "" && hasSize(g, m.Resize) || m.Revert != "" && !hasSize(g, m.Revert)
	if g.Transaction != nil || waits {
		return false, nil
	}
	if g.PowerState.KeyName == "RUNNING" {
		if err := d.API.Order(ctx, upstream.Call{Service: "Virtual_Guest", ID: id, Method: "powerOff"}); err != nil {
			return false, err
		}
	}
	err = d.remark(ctx, id, g, func(m *keep.Markers) { m.Off = false })
	return err == nil, err
}
