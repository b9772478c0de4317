package compute

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
)

// ShelveServer makes an image of a guest and switches the guest off when that
// is done. Its id, its addresses and its bill stay: SoftLayer keeps it where it
// is.
func (d *Servers) ShelveServer(ctx context.Context, id string) (err error) {
	defer d.remember(ctx, id, compute.ActionShelve)(&err)
	g, unlock, err := lockReady(ctx, d, shelveForm, id, compute.ActionShelve)
	if err != nil {
		return err
	}
	defer unlock()
	_, kept := keep.Split(g.Notes)
	image, err := d.save(ctx, id, compute.ActionShelve, &g.captureGuest, kept.NameFor(g.Hostname)+"-shelved", snapshotOf(&g.captureGuest), func(e *keep.Envelope) {
		e.Shelf = strings.ToLower(g.GlobalIdentifier)
	})
	if err != nil {
		return err
	}
	ctx = context.WithoutCancel(ctx)
	if err := d.remark(ctx, id, g, func(m *keep.Markers) { m.Shelved, m.Off = true, true }); err != nil {
		_ = d.images.DeleteImage(ctx, image) // the server is not shelved
		return err
	}
	d.tryLater(ctx, id) // whoever sees the guest next does, too
	return nil
}

// UnshelveServer switches a guest on again, and deletes the image that was made
// of it. The mark goes last: until then all of it can be tried again.
func (d *Servers) UnshelveServer(ctx context.Context, id string, u compute.Unshelving) (err error) {
	defer d.remember(ctx, id, compute.ActionUnshelve)(&err)
	g, unlock, err := lockReady(ctx, d, placedForm, id, compute.ActionUnshelve)
	if err != nil {
		return err
	}
	defer unlock()
	if err := d.staysWhere(ctx, id, g, u); err != nil {
		return err
	}
	if g.PowerState.KeyName == "HALTED" {
		err := d.API.Order(ctx, upstream.Call{Service: "Virtual_Guest", ID: id, Method: "powerOn"})
		if err := d.explain(ctx, id, compute.ActionUnshelve, err); err != nil {
			return err
		}
	}
	ctx = context.WithoutCancel(ctx)
	if err := d.dropShelf(ctx, id, g); err != nil {
		return err
	}
	return d.remark(ctx, id, g, func(m *keep.Markers) { m.Shelved, m.Off = false, false })
}

// staysWhere refuses to unshelve g elsewhere than where it is.
func (d *Servers) staysWhere(ctx context.Context, id string, g *placedGuest, u compute.Unshelving) error {
	st := stateOf(g)
	switch {
	case u.Zone == nil && u.Host == "":
		return nil
	case st.vm != vmOffloaded:
		return compute.UnshelveNotOffloaded(id, st.vm)
	case u.Host != "":
		return compute.HostNotFound(u.Host)
	case *u.Zone == "" || *u.Zone == g.Datacenter.Name:
		return nil
	}
	cat, err := d.CatalogueOf(ctx)
	if err != nil {
		return err
	}
	if !slices.Contains(cat.Datacenters, *u.Zone) {
		return compute.ZoneNotFound()
	}
	return jumpgate.BadRequest.New("Instance %s can't be unshelved in availability zone %s: this cloud keeps it in %s.", id, *u.Zone, g.Datacenter.Name)
}

// dropShelf deletes the images that were made of g to shelve it, which cost
// something. Without the marker there are none.
func (d *Servers) dropShelf(ctx context.Context, id string, g tagged) error {
	if !keep.MarkersOf(g.Tags()).Shelved {
		return nil
	}
	ctx = context.WithoutCancel(ctx)
	all, err := d.ownTemplates(ctx)
	if err != nil {
		return err
	}
	for _, t := range all {
		_, kept := keep.Split(t.Note)
		if kept.Shelf != strings.ToLower(id) || t.GlobalIdentifier == "" || t.ParentID != 0 || keep.MarkersOf(t.TagReferences).Deleting {
			continue
		}
		if deleteErr := d.images.DeleteImage(ctx, strings.ToLower(t.GlobalIdentifier)); !errors.Is(deleteErr, jumpgate.NotFound) {
			err = errors.Join(err, deleteErr)
		}
	}
	return err
}

// What Nova calls the states of servers that are shelved.
const (
	vmShelved   = "shelved"
	vmOffloaded = "shelved_offloaded"
)

// shelvedState is the state of a guest with the marker Shelved: its image is
// made, then it is switched off. Somebody may have switched it on elsewhere.
func shelvedState(g *records.GuestState, m keep.Markers) state {
	on := g.PowerState.KeyName == "RUNNING"
	switch {
	case g.Transaction != nil && on:
		return state{status: "ACTIVE", vm: "active", task: "shelving_image_uploading", power: compute.PowerRunning}
	case g.Transaction != nil:
		return state{status: "SHUTOFF", vm: "stopped", task: "shelving_image_uploading", power: compute.PowerShutdown}
	case on && m.Off:
		return state{status: "SHELVED", vm: vmShelved, task: "shelving_offloading", power: compute.PowerRunning}
	case on:
		return state{status: "SHELVED", vm: vmShelved, power: compute.PowerRunning}
	}
	return state{status: "SHELVED_OFFLOADED", vm: vmOffloaded, power: compute.PowerShutdown}
}
