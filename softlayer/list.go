package softlayer

import (
	"context"
	"iter"
	"strconv"
	"strings"
	"sync"

	"github.com/softlayer/jumpgate/openstack/compute"
)

// pageSize is the most that one call asks for: as much as Nova's largest page.
const pageSize = 1000

// ListServers yields the account's virtual guests, newest first by id, for
// ids grow with time and sort uniquely. A page that nobody filters costs one
// call. A marker that this process has not given out itself costs two more.
func (d *Driver) ListServers(ctx context.Context, q compute.ServerQuery) iter.Seq2[*compute.Server, error] {
	return func(yield func(*compute.Server, error) bool) {
		mask, size := guestMask, pageSize
		if plain := !q.Filtered() && q.Limit > 0; plain {
			size = min(q.Limit, pageSize)
			if !q.Detail {
				mask = briefGuestMask
			}
		}
		from, err := d.place(ctx, strings.ToLower(q.Marker))
		if err != nil {
			yield(nil, err)
			return
		}
		var last string // may come back as a marker, even when it is deleted
		defer func() {
			if last != "" {
				d.places.put(accountKey(ctx), last, from)
			}
		}()
		asked := d.opts.Now()
		for g, err := range d.guests(ctx, mask, size, &from) {
			if err != nil {
				yield(nil, err)
				return
			}
			if g.state().gone {
				continue
			}
			d.sighted(g, asked)
			s := g.server()
			last = s.ID
			if !yield(s, nil) {
				return
			}
		}
	}
}

// place is a place in the list of an account's guests: behind the guest with
// an id, which is about the one at offset-1. The offset only saves calls:
// guests come and go.
type place struct{ id, offset int }

// guests yields the guests behind from, in pages of size, and keeps from at
// the last one yielded. It yields none twice, and leaves out none that exists
// all the while.
func (d *Driver) guests(ctx context.Context, mask string, size int, from *place) iter.Seq2[*guest, error] {
	return func(yield func(*guest, error) bool) {
		// SoftLayer can't filter and sort by one property, so pages are made
		// with offsets. Each begins with a row that was seen already: if it
		// does not, rows before it have gone, and some would be left out.
		size = max(size, 1) + 1 // also, a limit of 1 is known to ignore the offset
		start := max(from.offset-1, 0)
		for {
			var page []guest
			total, err := d.api.do(ctx, call{
				service: "Account", method: "getVirtualGuests", mask: mask,
				filter: filter{"virtualGuests": filter{"id": orderBy("DESC")}},
				offset: start, limit: size,
			}, &page)
			if err != nil {
				yield(nil, err)
				return
			}
			if start > 0 && (len(page) == 0 || page[0].ID < from.id) {
				start = max(min(start, max(total, 1))-size+1, 0)
				continue
			}
			for i := range page {
				g := &page[i]
				if from.id != 0 && g.ID >= from.id { // seen, or new
					continue
				}
				*from = place{g.ID, start + i + 1}
				if !yield(g, nil) {
					return
				}
			}
			end := start + len(page)
			if len(page) < size || end == total {
				return
			}
			start = end - 1
		}
	}
}

// place finds the place behind the guest called id, even if it was deleted
// lately. "" is the place before all.
func (d *Driver) place(ctx context.Context, id string) (place, error) {
	if id == "" {
		return place{}, nil
	}
	if p, ok := d.places.get(accountKey(ctx), id); ok {
		return p, nil
	}
	g, err := d.anyGuest(ctx, id, "mask["+stateFields+"]")
	if err != nil {
		return place{}, err
	}
	var some []numbered
	before, err := d.api.do(ctx, call{
		service: "Account", method: "getVirtualGuests", mask: "mask[id]",
		filter: filter{"virtualGuests": filter{"id": filter{"operation": ">= " + strconv.Itoa(g.ID)}}},
		limit:  2,
	}, &some)
	return place{g.ID, before}, err
}

// places remembers the ends of pages that were given out. All of it may be
// lost at any time.
type places struct {
	mu sync.Mutex
	m  map[[2]string]place // by account and marker
}

// maxPlaces bounds the memory, to about two megabytes.
const maxPlaces = 10000

func (p *places) get(account, marker string) (place, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	at, ok := p.m[[2]string{account, marker}]
	return at, ok
}

func (p *places) put(account, marker string, at place) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.m == nil || len(p.m) >= maxPlaces {
		p.m = make(map[[2]string]place)
	}
	p.m[[2]string{account, marker}] = at
}
