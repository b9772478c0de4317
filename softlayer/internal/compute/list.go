package compute

import (
	"context"
	"iter"
	"strconv"
	"strings"
	"sync"

	"github.com/softlayer/jumpgate/openstack/compute"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
)

// pageSize is the most that one call asks for: as much as Nova's largest page.
const pageSize = 1000

// ListServers yields the account's virtual guests, newest first by id, for
// ids grow with time and sort uniquely. A page costs one call; two where it is
// filtered by name. A marker that this process has not given out itself costs
// two more.
func (d *Servers) ListServers(ctx context.Context, q compute.ServerQuery) iter.Seq2[*compute.Server, error] {
	switch {
	case brief(q):
		return listServers(ctx, d, briefForm, q)
	case q.Hostnames:
		return listServers(ctx, d, namedForm, q)
	}
	return listServers(ctx, d, listedForm, q)
}

// listed is a form of the guests of a list.
type listed[G any] interface {
	*G
	holder
	Gone() bool
	server(context.Context, *Servers) (*compute.Server, error)
}

func listServers[G any, P listed[G]](ctx context.Context, d *Servers, form records.Form[G], q compute.ServerQuery) iter.Seq2[*compute.Server, error] {
	ctx = d.notes.Listing(ctx)
	return func(yield func(*compute.Server, error) bool) {
		wanted := searches(q)
		from := make([]place, len(wanted))
		lists := make([]iter.Seq2[P, error], len(wanted))
		for i, s := range wanted {
			var err error
			if from[i], err = d.Place(ctx, s.where, strings.ToLower(q.Marker)); err != nil {
				yield(nil, err)
				return
			}
			lists[i] = guestsAs[G, P](ctx, d, form, s, &from[i])
		}
		var last *records.Presence // may come back as a marker, even when it is deleted
		defer func() {
			for i, s := range wanted {
				if last != nil {
					d.places.put(ctx, s.where, strings.ToLower(last.GlobalIdentifier), from[i].behind(last))
				}
			}
		}()
		asked := d.Opts.Now()
		moved := sync.OnceValue(func() map[string]string { return d.networks.Rerouted(ctx) }) // once SoftLayer has answered
		for g, err := range merged[G](lists) {
			if err != nil {
				yield(nil, err)
				return
			}
			shown, err := g.server(ctx, d)
			if err != nil {
				yield(nil, err)
				return
			}
			rerouted(shown, moved())
			d.seePending(ctx, g)
			if g.Gone() {
				if q.ChangedSince.IsZero() && q.ChangedBefore.IsZero() {
					continue
				}
				showDeleted(g.Self(), shown, asked)
			}
			d.sighted(ctx, shown.ID, g, asked)
			last = g.Self()
			if !yield(shown, nil) {
				return
			}
		}
	}
}

// place is a place in the list of an account's guests: behind the guest with
// an id, which is about the one at offset-1. The offset only saves calls:
// guests come and go.
type place struct{ id, Offset int }

// behind is p, to which a list has been read, for those who go on behind g.
// Where two lists are merged one of them is a guest ahead.
func (p place) behind(g *records.Presence) place {
	if p.id < g.ID {
		return place{g.ID, p.Offset - 1}
	}
	return p
}

// Guests yields what tells names of the guests that s finds behind from; see
// guestsAs.
func (d *Servers) Guests(ctx context.Context, s Search, from *place) iter.Seq2[*briefGuest, error] {
	return guestsAs(ctx, d, briefForm, s, from)
}

// guestsAs yields the guests that s finds behind from in a form, and keeps from
// at the last one yielded. It yields none twice, and leaves out none that
// exists all the while.
func guestsAs[G any, P interface {
	*G
	Self() *records.Presence
}](ctx context.Context, d *Servers, form records.Form[G], s Search, from *place) iter.Seq2[P, error] {
	return func(yield func(P, error) bool) {
		// SoftLayer can't filter and sort by one property, so pages are made
		// with offsets. Each begins with a row that was seen already: if it
		// does not, rows before it have gone, and some would be left out.
		size := s.First + 1 // also, a limit of 1 is known to ignore the offset
		start := max(from.Offset-1, 0)
		for {
			page, total, err := form.Page(ctx, d.API, upstream.Call{
				Service: "Account", Method: "getVirtualGuests",
				Filter: upstream.Filter{"virtualGuests": s.where.With("id", upstream.OrderBy("DESC"))},
				Offset: start, Limit: size,
			})
			if err != nil {
				yield(nil, err)
				return
			}
			if start > 0 && (len(page) == 0 || P(&page[0]).Self().ID < from.id) {
				start = max(min(start, max(total, 1))-size+1, 0)
				continue
			}
			for i := range page {
				g := P(&page[i])
				id := g.Self().ID
				if from.id != 0 && id >= from.id { // seen, or new
					continue
				}
				*from = place{id, start + i + 1}
				if !yield(g, nil) {
					return
				}
			}
			end := start + len(page)
			if len(page) < size || end == total {
				return
			}
			start, size = end-1, s.Further+1
		}
	}
}

// Place finds the place behind the guest called id, even if it was deleted
// lately, among those that where lets through. "" is the place before all.
func (d *Servers) Place(ctx context.Context, where upstream.Filter, id string) (place, error) {
	if id == "" {
		return place{}, nil
	}
	if p, ok := d.places.get(ctx, where, id); ok {
		return p, nil
	}
	g, err := anyGuestAs(ctx, d, presenceForm, id)
	if err != nil {
		return place{}, err
	}
	_, before, err := numberForm.Page(ctx, d.API, upstream.Call{
		Service: "Account", Method: "getVirtualGuests",
		Filter: upstream.Filter{"virtualGuests": where.With("id", upstream.Filter{"operation": ">= " + strconv.Itoa(g.ID)})},
		Limit:  2,
	})
	return place{g.ID, before}, err
}

var numberForm = records.FormOf[records.Numbered]()

// places remembers the ends of pages that were given out. All of it may be
// lost at any time.
type places struct {
	mu sync.Mutex
	at *keep.LRU[place] // by account, and user with filter and marker
}

// maxPlaces and placesEach bound the memory, to about two megabytes.
const (
	maxPlaces  = 10_000
	placesEach = 1_000
)

func newPlaces() *places { return &places{at: keep.NewLRU[place](placesEach, maxPlaces)} }

func (p *places) get(ctx context.Context, where upstream.Filter, marker string) (place, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.at.Get(keep.Account(ctx), placeKey(ctx, where, marker))
}

func (p *places) put(ctx context.Context, where upstream.Filter, marker string, at place) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.at.Put(keep.Account(ctx), placeKey(ctx, where, marker), at)
}

func placeKey(ctx context.Context, where upstream.Filter, marker string) string {
	return marker + keep.AccountKey(ctx) + where.String()
}

func (p *places) forget() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.at.Clear()
}
