package compute

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
)

// ResizeServer orders an upgrade to another preset, at once. It takes three
// calls: the state is read, the order is placed, and the old flavor is marked
// until somebody confirms the new one. The order comes first, for a marker
// without an upgrade would never go away.
func (d *Servers) ResizeServer(ctx context.Context, id string, r compute.ServerResize) (err error) {
	defer d.remember(ctx, id, compute.ActionResize)(&err)
	g, unlock, err := lockReady(ctx, d, actForm, id, compute.ActionResize)
	if err != nil {
		return err
	}
	defer unlock()
	sold, err := d.sizesOf(ctx)
	if err != nil {
		return err
	}
	wanted := sold.flavor(r.FlavorRef)
	if rule := d.Opts.Ordering.Resize; rule != nil && wanted != nil {
		if err := rule(ctx, id, &r, *wanted); err != nil {
			return err
		}
		wanted = sold.flavor(r.FlavorRef)
	}
	text, kept := keep.Split(g.Notes)
	now := flavorOf(g.Size(), &kept)
	switch {
	case wanted == nil:
		return compute.FlavorNotFound(r.FlavorRef)
	case now.ID == wanted.ID:
		return compute.SameFlavor()
	case sold.flavor(now.ID) == nil && sizeOf(now.ID) == nil:
		return jumpgate.BadRequest.New("Flavor %s can't be left: this cloud resizes no server that was not ordered by flavor.", now.ID)
	case wanted.Disk < now.Disk:
		return jumpgate.BadRequest.New("Flavor %s has a smaller disk (%d GB) than the server (%d GB): disks of this cloud can't shrink.", wanted.ID, wanted.Disk, now.Disk)
	}
	if r.AutoDisk != nil { // before the order, while SoftLayer still lets notes be changed
		kept.AutoDisk = *r.AutoDisk
		if err := d.editNotes(ctx, id, compute.ActionResize, &g.Noted, text, kept); err != nil {
			return err
		}
	}
	if err := d.upgrade(ctx, id, compute.ActionResize, g.ID, sold.ids[wanted.ID]); err != nil {
		return err
	}
	return d.remarkStopped(ctx, id, g, func(m *keep.Markers) { m.Resize, m.Revert = now.ID, "" })
}

// ConfirmResize forgets the old flavor.
func (d *Servers) ConfirmResize(ctx context.Context, id string) error {
	return d.mark(ctx, id, compute.ActionConfirmResize, "", func(m *keep.Markers) { m.Resize = "" })
}

// RevertResize orders the old flavor back.
func (d *Servers) RevertResize(ctx context.Context, id string) (err error) {
	defer d.remember(ctx, id, compute.ActionRevertResize)(&err)
	g, unlock, err := lockReady(ctx, d, actForm, id, compute.ActionRevertResize)
	if err != nil {
		return err
	}
	defer unlock()
	sold, err := d.sizesOf(ctx)
	if err != nil {
		return err
	}
	former := keep.MarkersOf(g.TagReferences).Resize
	old := sold.flavor(former)
	_, kept := keep.Split(g.Notes)
	switch now := flavorOf(g.Size(), &kept); {
	case old == nil:
		return jumpgate.Conflict.New("Instance %s can't go back to flavor %s: the cloud does not sell it any more.", id, former)
	case old.Disk < now.Disk:
		return jumpgate.Conflict.New("Instance %s can't go back to flavor %s: its disk has grown, and disks of this cloud can't shrink.", id, former)
	}
	if err := d.upgrade(ctx, id, compute.ActionRevertResize, g.ID, sold.ids[old.ID]); err != nil {
		return err
	}
	return d.remarkStopped(ctx, id, g, func(m *keep.Markers) { m.Resize, m.Revert = "", old.ID })
}

// upgrade orders a preset for the guest with an id and a number.
func (d *Servers) upgrade(ctx context.Context, id string, doing compute.Action, number, preset int) error {
	order := map[string]any{
		"complexType":   "SoftLayer_Container_Product_Order_Virtual_Guest_Upgrade",
		"virtualGuests": []any{map[string]any{"id": number}},
		"presetId":      preset,
		"prices":        []any{},
		"properties": []any{map[string]any{
			"name": "MAINTENANCE_WINDOW", "value": d.Opts.Now().UTC().Format(time.RFC3339),
		}},
	}
	since := d.Opts.Now()
	_, err := d.Buy(ctx, order)
	var unsure *upstream.Unsure
	if errors.As(err, &unsure) && d.upgrades(context.WithoutCancel(ctx), id, since) {
		return nil
	}
	return d.explain(ctx, id, doing, err)
}

// upgradedGuest tells that a guest is to be upgraded: by SoftLayer's note of the
// request, which is there before it begins.
type upgradedGuest struct {
	records.Presence
	Upgrade *struct {
		Created records.Timestamp `json:"createDate"`
	} `json:"upgradeRequest"`
}

var upgradedForm = records.FormOf[upgradedGuest]()

// upgrades tells whether an upgrade of a guest was asked for since.
func (d *Servers) upgrades(ctx context.Context, id string, since time.Time) bool {
	g, err := guestAs(ctx, d, upgradedForm, id)
	if err != nil {
		return false
	}
	r := g.Upgrade
	return r != nil && !r.Created.Before(since.Add(-skew)) || g.Transaction != nil && strings.Contains(g.Transaction.Status.Name, "UPGRADE")
}
