package compute

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
)

// What is bought is finished, and what is deleted costs nothing any more. A
// call that changes something goes on without the client; see upstream.API.Do.
// What it leaves open is done here: by the request itself, or by whoever sees
// the server next.

// orderGuests orders guests, once. If SoftLayer does not say what came of it,
// they are looked for by the request that is in their notes.
func (d *Servers) orderGuests(ctx context.Context, templates []map[string]any, request string) ([]*shown, error) {
	guests, err := make([]orderedGuest, 1), error(nil)
	if len(templates) == 1 {
		var one *orderedGuest
		one, err = orderedForm.One(ctx, d.API, upstream.Call{Service: "Virtual_Guest", Method: "createObject", Args: []any{templates[0]}})
		guests[0] = *one
	} else {
		guests, err = orderedForm.All(ctx, d.API, upstream.Call{Service: "Virtual_Guest", Method: "createObjects", Args: []any{templates}})
	}
	var unsure *upstream.Unsure
	switch {
	case errors.Is(err, jumpgate.NotFound):
		return nil, jumpgate.BadRequest.Wrap(err, "Something that the request names does not exist any more.")
	case err != nil && !errors.As(err, &unsure):
		return nil, err
	}
	guests = slices.DeleteFunc(guests, func(g orderedGuest) bool { return g.GlobalIdentifier == "" }) // null, for one
	if err == nil && len(guests) > 0 {
		made := make([]*shown, len(guests))
		for i := range guests {
			made[i] = guests[i].shown()
		}
		return made, nil
	}
	if made := d.madeBy(context.WithoutCancel(ctx), request); len(made) > 0 {
		return made, nil
	}
	kind := jumpgate.BadGateway
	if err != nil {
		kind = jumpgate.AsError(err).Kind
	}
	return nil, kind.Wrap(err, "The cloud did not say which servers it made. Please look at the list of servers before trying again.")
}

// madeBy are the guests that a request has made, as far as SoftLayer shows
// them already.
func (d *Servers) madeBy(ctx context.Context, request string) []*shown {
	if request == "" {
		return nil
	}
	s := everything()
	s.where["notes"] = upstream.Contains(request)
	var made []*shown
	for g, err := range guestsAs(ctx, d, shownForm, s, new(place)) {
		if err != nil {
			return made
		}
		if _, kept := keep.Split(g.Notes); kept.Request == request && !g.Gone() {
			made = append(made, g.shown())
		}
	}
	return made
}

// finishOrder gives guests that were ordered what an order has no place for.
// Whatever fails of it, the rest is done, and the error names all that there
// is to pay for.
func (d *Servers) finishOrder(ctx context.Context, guests []*shown, c compute.ServerCreate, volumes []*candidate, kept keep.Envelope) ([]*compute.Server, error) {
	var (
		servers []*compute.Server
		made    []string
		amiss   []string
		faults  []error
	)
	ctx = context.WithoutCancel(ctx)
	along := len(kept.Along)
	for _, g := range guests {
		id := strings.ToLower(g.GlobalIdentifier)
		made = append(made, id)
		if len(c.Tags) > 0 || along > 0 {
			if err := d.firstTags(ctx, g.GlobalIdentifier, c.Tags, along); err != nil {
				amiss, faults = append(amiss, "the tags of "+id+" could not be set"), append(faults, err)
			}
		}
		for _, v := range volumes {
			if err := d.attach(ctx, g.GlobalIdentifier, g.ID, &v.attached); err != nil {
				amiss, faults = append(amiss, "volume "+v.ID+" could not be attached to "+id), append(faults, err)
			}
		}
		if kept.Boot > 0 {
			d.volumes.KeepBoot(ctx, g.ID, kept.Boot)
		}
		if along > 0 {
			d.tryFirst(ctx, g.GlobalIdentifier)
		}
		s, err := d.server(ctx, g)
		if err != nil {
			amiss, faults = append(amiss, "what is kept of "+id+" could not be read"), append(faults, err)
		}
		servers = append(servers, s)
	}
	if len(guests) < c.MinCount {
		amiss = append(amiss, "the cloud made fewer than were ordered")
	}
	if amiss == nil {
		return servers, nil
	}
	return nil, jumpgate.BadGateway.Wrap(errors.Join(faults...), "Created: %s. But %s.", strings.Join(made, ", "), strings.Join(amiss, ", and "))
}

// firstTags sets the tags of a guest that was just made. Somebody may have found
// it before who made it hears of it, and want it gone already, or have ordered
// its volumes.
func (d *Servers) firstTags(ctx context.Context, id string, tags []string, along int) error {
	unlock, err := d.lockGuest(ctx, id)
	if err != nil {
		return err
	}
	defer unlock()
	var m keep.Markers
	if d.Later.Has(pendingKey(ctx, id)) {
		g, err := anyGuestAs(ctx, d, actForm, id)
		if err != nil {
			return err
		}
		m = keep.MarkersOf(g.TagReferences)
	}
	if m.Volumes == "" && along > 0 {
		m.Volumes = keep.OrdersMarker(make([]int, along))
	}
	return d.setTags(ctx, id, tags, m)
}
