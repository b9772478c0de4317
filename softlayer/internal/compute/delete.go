package compute

import (
	"context"
	"errors"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
)

// DeleteServer cancels a guest at once, hourly or monthly, and what
// goes with it: volumes with a call for each, and the image of one that is
// shelved. It looks first, however recently the
// guest was seen: a volume that somebody attached meanwhile must not stay.
//
// SoftLayer deletes no guest that it works on, and Nova all but locked ones.
// So where SoftLayer is busy the wish is kept in a tag, and carried out as soon
// as SoftLayer lets it be: by this process or, if that ends, by whoever sees
// the guest next.
func (d *Servers) DeleteServer(ctx context.Context, id string) (err error) {
	defer d.remember(ctx, id, compute.ActionDelete)(&err)
	unlock, err := d.lockGuest(ctx, id)
	if err != nil {
		return err
	}
	defer unlock()
	g, err := anyGuestAs(ctx, d, attachForm, id)
	switch {
	case err != nil:
		return err
	case g.Gone():
		d.finishDelete(ctx, g)
		return jumpgate.NotFound
	}
	if err := mayDo(g, compute.ActionDelete); err != nil {
		return err
	}
	if g.Transaction != nil || unordered(g) {
		return d.deleteLater(ctx, id, g)
	}
	err = d.API.Order(ctx, upstream.Call{Service: "Virtual_Guest", ID: id, Method: "deleteObject"})
	switch d.whether(ctx, id, err) {
	case happened:
		err := d.ended(ctx, id, g)
		if err == nil || d.tryLater(ctx, id) {
			return nil
		}
		return err
	case mayHappen:
		return d.deleteLater(ctx, id, g)
	}
	return d.explain(ctx, id, compute.ActionDelete, err)
}

// outcome is what came of a call that was to delete a guest.
type outcome int

const (
	refused   outcome = iota // for good
	happened                 // the guest is gone
	mayHappen                // SoftLayer is busy, or did not get the call
)

// whether tells what came of a call that was to delete a guest and returned
// err. Only a failure costs a further call.
func (d *Servers) whether(ctx context.Context, id string, err error) outcome {
	var (
		unsure *upstream.Unsure
		no     *upstream.Refusal
	)
	if err == nil {
		return happened
	}
	lost, denied := errors.As(err, &unsure), errors.As(err, &no)
	if !lost && !denied {
		return refused
	}
	g, stateErr := anyGuestAs(context.WithoutCancel(ctx), d, presenceForm, id)
	switch {
	case errors.Is(stateErr, jumpgate.NotFound), stateErr == nil && g.Gone():
		return happened
	case lost, stateErr == nil && g.Transaction != nil, denied && strings.Contains(no.Text, "active transaction"):
		return mayHappen
	}
	return refused
}

// deleteLater keeps the wish to delete g, and sees to it. The caller holds the
// lock of g since it fetched it.
func (d *Servers) deleteLater(ctx context.Context, id string, g *attachGuest) error {
	err := d.remark(context.WithoutCancel(ctx), id, g, func(m *keep.Markers) { m.Deleting = true })
	if err != nil {
		return d.explain(ctx, id, compute.ActionDelete, err)
	}
	d.tryLater(ctx, id) // whoever sees the guest next does, too
	return nil
}

// goOnDeleting does what is left of the delete of g, which is marked for it or
// gone. The caller holds the lock of g since it fetched it.
func (d *Servers) goOnDeleting(ctx context.Context, id string, g *attachGuest) (done bool, err error) {
	// What was ordered has to be known while SoftLayer still shows the guest.
	again, err := d.orderAlong(ctx, id, g, false, false)
	if g.Gone() {
		list, listErr := d.leftBehind(ctx, g)
		err = errors.Join(err, listErr, d.cancelVolumes(ctx, id, list), d.leaveVolumes(ctx, id, g), d.dropShelf(ctx, id, g))
		return err == nil && !again, err
	}
	if again || err != nil || g.Transaction != nil {
		return false, err
	}
	err = d.API.Order(ctx, upstream.Call{Service: "Virtual_Guest", ID: id, Method: "deleteObject"})
	if d.whether(ctx, id, err) != happened {
		return false, err
	}
	err = d.ended(ctx, id, g)
	return err == nil, err
}

// ended does what belongs to the end of g, which was deleted a moment ago.
func (d *Servers) ended(ctx context.Context, id string, g *attachGuest) error {
	d.rememberGone(ctx, g)
	if _, kept := keep.Split(g.Notes); kept.Boot > 0 {
		d.volumes.ForgetBoot(ctx, g.ID)
	}
	return errors.Join(d.cancelVolumes(ctx, id, doomed(g)), d.leaveVolumes(ctx, id, g), d.dropShelf(ctx, id, g))
}
