package compute

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
	volumes "github.com/softlayer/jumpgate/softlayer/internal/volume"
)

// SoftLayer makes no volumes with a server, so the server is ordered first: its
// notes say which volumes it is to have. They are ordered and attached in the
// background, by the process that ordered the server or, if that ends, by
// whoever sees the server next. A tag has the numbers of the orders, for
// SoftLayer lets nobody change the notes of a guest that it is making. Once all
// are attached the notes say what they say of any volume, and the tag goes.

// making tells whether volumes of g are still to be made or attached.
func making(g holder) bool { return keep.MakesVolumes(g.Text()) }

// unmade tells whether that is so, or is still marked.
func unmade(g holder) bool {
	marker := keep.MarkersOf(g.Tags()).Volumes
	return making(g) || marker != keep.AllMade(marker)
}

// unmarked tells whether volumes of g are to be made, but its tags don't say so
// yet: who ordered it has died.
func unmarked(g guest) bool {
	n, ok := g.(noted)
	if !ok || !keep.MakesVolumes(n.Text()) {
		return false
	}
	_, kept := keep.Split(n.Text())
	return len(kept.Along) > 0
}

// madeAlong are the volumes that are made along with g, and the numbers of their
// orders.
func madeAlong(g carrier, kept *keep.Envelope) (list []keep.Along, orders []int) {
	if len(kept.Along) == 0 {
		return nil, nil
	}
	return kept.Along, keep.Orders(keep.MarkersOf(g.Tags()).Volumes, len(kept.Along))
}

// tryFirst begins to order the volumes of a guest that was just made.
func (d *Servers) tryFirst(ctx context.Context, id string) {
	first := true
	d.Later.Try(ctx, pendingKey(ctx, id), func(ctx context.Context) (bool, error) {
		done, err := d.goOn(ctx, strings.ToLower(id), first)
		first = false
		return done, err
	})
}

// orderOf is the order of a volume of g.
func orderOf(g *attachGuest, place int, a keep.Along, first bool) volumes.Along {
	return volumes.Along{
		Along: a, Server: strings.ToLower(g.GlobalIdentifier), Zone: g.Datacenter.Name, Place: place, Since: g.CreateDate.Time, First: first,
	}
}

// orderAlong orders the volumes of g that are not ordered yet, or with wanted
// unset only finds out which are. It tells whether that has to be tried again.
// The caller holds the lock of g.
func (d *Servers) orderAlong(ctx context.Context, id string, g *attachGuest, wanted, first bool) (again bool, err error) {
	_, kept := keep.Split(g.Notes)
	all, orders := madeAlong(g, &kept)
	order := d.volumes.OrderAlong
	if !wanted {
		order = d.volumes.FindAlong
	}
	var found []volumes.Along
	for i, a := range all {
		if orders[i] != keep.NotOrdered {
			continue
		}
		this := orderOf(g, i, a, first)
		number, orderErr := order(ctx, this)
		switch {
		case errors.Is(orderErr, volumes.ErrUnderway):
			again = true
		case orderErr != nil && volumes.Refused(orderErr):
			if wanted {
				orders[i] = keep.NeverOrdered
			}
		case orderErr != nil:
			again, err = true, errors.Join(err, orderErr)
		case number != 0:
			orders[i], found = number, append(found, this)
		}
	}
	marker := keep.OrdersMarker(orders)
	if marker == keep.MarkersOf(g.TagReferences).Volumes || len(found) == 0 && !wanted {
		return again, err
	}
	return again, errors.Join(err, d.markOrders(ctx, id, g, marker, found))
}

// markOrders keeps the numbers of orders in the tags of g, as these are by now.
// Of a guest that is gone nothing is kept.
func (d *Servers) markOrders(ctx context.Context, id string, g *attachGuest, marker string, found []volumes.Along) error {
	if !g.Gone() {
		now, err := anyGuestAs(ctx, d, actForm, id)
		if err != nil {
			return err
		}
		g.TagReferences = now.TagReferences
		if err := d.remark(ctx, id, g, func(m *keep.Markers) { m.Volumes = marker }); err != nil {
			return err
		}
		for _, a := range found {
			d.volumes.ForgetAlong(ctx, a)
		}
	}
	tags, m := keep.SplitTags(g.TagReferences)
	m.Volumes = marker
	g.TagReferences = keep.References(append(tags, m.Tags()...))
	return nil
}

// goOnMaking orders and attaches what is to be made along with g. The caller
// holds the lock of g since it fetched it.
func (d *Servers) goOnMaking(ctx context.Context, id string, g *attachGuest, first bool) (done bool, err error) {
	again, err := d.orderAlong(ctx, id, g, true, first)
	if keep.MarkersOf(g.TagReferences).Deleting { // meanwhile
		return false, err
	}
	_, kept := keep.Split(g.Notes)
	all, orders := madeAlong(g, &kept)
	for i, a := range all {
		if orders[i] <= 0 {
			continue
		}
		attached, oneErr := d.attachAlong(ctx, id, g, volumes.ID(a, orders[i]))
		switch {
		case errors.Is(oneErr, jumpgate.NotFound):
			orders[i] = keep.NeverOrdered
			err = errors.Join(err, d.markOrders(ctx, id, g, keep.OrdersMarker(orders), nil))
		case oneErr != nil:
			again, err = true, errors.Join(err, oneErr)
		case !attached:
			again = true
		}
	}
	if again || err != nil || g.Transaction != nil || g.ProvisionDate.IsZero() {
		return false, err
	}
	return true, d.endMaking(ctx, id)
}

// attachAlong attaches a volume that was made along with g, and tells whether
// it is. One that there will never be is not found.
func (d *Servers) attachAlong(ctx context.Context, id string, g *attachGuest, volumeID string) (done bool, err error) {
	for _, a := range attachedOf(g, new(keep.Envelope)) {
		if a.VolumeID == volumeID {
			return true, d.volumes.Attached(ctx, volumeID, strings.ToLower(id))
		}
	}
	v, err := d.candidate(ctx, volumeID)
	switch {
	case errors.Is(err, jumpgate.NotFound) && d.Opts.Now().Sub(g.CreateDate.Time) < shownAfter:
		return false, nil
	case err != nil:
		return false, err
	case v.key == "" && v.Status == "error": // SoftLayer refused the order later
		return false, jumpgate.NotFound
	case v.key == "" || v.Status == "creating", v.disk && (g.Transaction != nil || g.ProvisionDate.IsZero()):
		return false, nil
	}
	err = d.attach(ctx, id, g.ID, &v.attached)
	switch {
	case errors.Is(err, jumpgate.Conflict), errors.Is(err, jumpgate.NotFound): // SoftLayer is busy with one of them, or has none any more
		return false, nil
	case err != nil:
		return false, err
	case v.disk:
		g.Transaction = new(records.Transaction) // for it takes a while
		return false, nil
	}
	return true, d.volumes.Attached(ctx, volumeID, strings.ToLower(id))
}

// shownAfter is how long it may take until SoftLayer shows an order.
const shownAfter = 10 * time.Minute

// endMaking writes into the notes of a guest what is kept of any volume. The
// caller holds its lock.
func (d *Servers) endMaking(ctx context.Context, id string) error {
	g, err := anyGuestAs(ctx, d, attachForm, id)
	if err != nil {
		return err
	}
	text, kept := keep.Split(g.Notes)
	for _, a := range attachedOf(g, &kept) {
		if a.along > 0 {
			a.along = 0
			keepVolume(&kept, &a)
		}
	}
	kept.Along = nil
	if err := d.editNotes(ctx, id, 0, &g.Noted, text, kept); err != nil {
		return err
	}
	return d.remark(ctx, id, g, func(m *keep.Markers) { m.Volumes = keep.AllMade(m.Volumes) })
}

// unordered tells whether it is not known of some volume of g whether it is
// ordered.
func unordered(g holder) bool {
	_, kept := keep.Split(g.Text())
	_, orders := madeAlong(g, &kept)
	return slices.Contains(orders, keep.NotOrdered)
}

// leaveVolumes gives up volumes that were to be attached to a guest which is
// gone, and don't go with it.
func (d *Servers) leaveVolumes(ctx context.Context, id string, g holder) error {
	_, kept := keep.Split(g.Text())
	var faults []error
	for _, a := range attachedOf(g, &kept) {
		if a.key == "" && !a.DeleteOnTermination {
			faults = append(faults, d.volumes.Attached(ctx, a.VolumeID, strings.ToLower(id)))
		}
	}
	return errors.Join(faults...)
}
