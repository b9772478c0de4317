package compute

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
)

// What is bought is finished, and what is deleted costs nothing any more. A
// call that changes something goes on without the client; see upstream.API.Do.
// What it leaves open is done here: by the request itself, or by whoever sees
// the server next.

// orderGuests orders guests, once. If SoftLayer does not say what came of it,
// they are looked for by the request that is in their notes.
func (d *Servers) orderGuests(ctx context.Context, templates []map[string]any, request string) ([]records.Guest, error) {
	guests, err := make([]records.Guest, 1), error(nil)
	if len(templates) == 1 {
		_, err = d.API.Do(ctx, upstream.Call{Service: "Virtual_Guest", Method: "createObject", Args: []any{templates[0]}}, &guests[0])
	} else {
		_, err = d.API.Do(ctx, upstream.Call{Service: "Virtual_Guest", Method: "createObjects", Args: []any{templates}}, &guests)
	}
	var unsure *upstream.Unsure
	switch {
	case errors.Is(err, jumpgate.NotFound):
		return nil, jumpgate.BadRequest.Wrap(err, "Something that the request names does not exist any more.")
	case err != nil && !errors.As(err, &unsure):
		return nil, err
	}
	guests = slices.DeleteFunc(guests, func(g records.Guest) bool { return g.GlobalIdentifier == "" }) // null, for one
	if err == nil && len(guests) > 0 {
		return guests, nil
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
func (d *Servers) madeBy(ctx context.Context, request string) []records.Guest {
	if request == "" {
		return nil
	}
	s := everything(GuestMask)
	s.where["notes"] = upstream.Contains(request)
	var made []records.Guest
	for g, err := range d.Guests(ctx, s, new(place)) {
		if err != nil {
			return made
		}
		if _, kept := keep.Split(g.Notes); kept.Request == request && !g.Gone() {
			made = append(made, *g)
		}
	}
	return made
}

// finishOrder gives guests that were ordered what an order has no place for.
// Whatever fails of it, the rest is done, and the error names all that there
// is to pay for.
func (d *Servers) finishOrder(ctx context.Context, guests []records.Guest, c compute.ServerCreate, volumes []*candidate) ([]*compute.Server, error) {
	var (
		servers []*compute.Server
		made    []string
		amiss   []string
		faults  []error
	)
	ctx = context.WithoutCancel(ctx)
	for i := range guests {
		g := &guests[i]
		id := strings.ToLower(g.GlobalIdentifier)
		made = append(made, id)
		if len(c.Tags) > 0 {
			if err := d.setTags(ctx, g.GlobalIdentifier, c.Tags, keep.Markers{}); err != nil {
				amiss, faults = append(amiss, "the tags of "+id+" could not be set"), append(faults, err)
			}
		}
		for _, v := range volumes {
			if err := d.attach(ctx, g.GlobalIdentifier, g, &v.attached); err != nil {
				amiss, faults = append(amiss, "volume "+v.ID+" could not be attached to "+id), append(faults, err)
			}
		}
		servers = append(servers, d.server(ctx, g))
	}
	if len(guests) < c.MinCount {
		amiss = append(amiss, "the cloud made fewer than were ordered")
	}
	if amiss == nil {
		return servers, nil
	}
	return nil, jumpgate.BadGateway.Wrap(errors.Join(faults...), "Created: %s. But %s.", strings.Join(made, ", "), strings.Join(amiss, ", and "))
}

// deleted tells whether a guest is gone after a call that may have deleted it.
func (d *Servers) deleted(ctx context.Context, id string) bool {
	g, err := d.AnyGuest(context.WithoutCancel(ctx), id, "mask["+records.StateFields+"]")
	return errors.Is(err, jumpgate.NotFound) || err == nil && g.Gone()
}

// doomed are the volumes that go with g.
func doomed(g *records.Guest) []attached {
	_, kept := keep.Split(g.Notes)
	return slices.DeleteFunc(attachedOf(g, &kept), func(a attached) bool { return !a.DeleteOnTermination })
}

// cancelVolumes ends the bills of volumes that went with a server. It tries
// all of them, and names those that stay.
func (d *Servers) cancelVolumes(ctx context.Context, id string, list []attached) error {
	var (
		stay   []string
		faults []error
	)
	ctx = context.WithoutCancel(ctx)
	for _, a := range list {
		if err := d.Cancel(ctx, a.bill); err != nil {
			stay, faults = append(stay, a.VolumeID), append(faults, err)
		}
	}
	if stay == nil {
		return nil
	}
	return jumpgate.BadGateway.Wrap(errors.Join(faults...), "Instance %s is deleted, but not yet what was to go with it: %s.", id, strings.Join(stay, ", "))
}

// finishDelete cancels the volumes that were to go with a guest that is gone,
// for whoever deleted it may not have come to that. A volume that another
// server has since is left alone. It is tried once in a while: the user may
// not be allowed to.
func (d *Servers) finishDelete(ctx context.Context, g *records.Guest) {
	list := doomed(g)
	if len(list) == 0 || !d.attempts.begin(ctx, g.GlobalIdentifier, d.Opts.Now()) {
		return
	}
	ctx = context.WithoutCancel(ctx)
	list = slices.DeleteFunc(list, func(a attached) bool {
		v, err := d.volumes.Volume(ctx, a.VolumeID)
		return err != nil || len(v.Attachments) > 0
	})
	_ = d.cancelVolumes(ctx, g.GlobalIdentifier, list) // who sees the guest next tries again
}

// attempts remember when somebody tried to finish a delete.
type attempts struct {
	mu sync.Mutex
	at *keep.LRU[time.Time] // by account, and user and guest
}

const (
	attemptPause = time.Minute
	maxAttempts  = 10_000
	attemptsEach = 1_000
)

func newAttempts() *attempts {
	return &attempts{at: keep.NewLRU[time.Time](attemptsEach, maxAttempts)}
}

// begin tells whether it is time for an attempt of ctx's principal.
func (a *attempts) begin(ctx context.Context, id string, now time.Time) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	key := keep.AccountKey(ctx) + "/" + id
	if last, ok := a.at.Get(keep.Account(ctx), key); ok && now.Sub(last) < attemptPause {
		return false
	}
	a.at.Put(keep.Account(ctx), key, now)
	return true
}
