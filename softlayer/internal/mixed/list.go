package mixed

import (
	"cmp"
	"context"
	"iter"
	"slices"
	"strings"

	"github.com/softlayer/jumpgate/openstack/compute"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
)

// ListServers implements compute.ServerLister: servers of both kinds, newest
// first, for a call more than guests cost. It is made at the same time as
// theirs, unless there is a marker: that may be of either kind, and one that
// is a guest's has to be looked at, too.
func (d *Servers) ListServers(ctx context.Context, q compute.ServerQuery) iter.Seq2[*compute.Server, error] {
	return func(yield func(*compute.Server, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		machines := make(chan listed, 1)
		go func() { machines <- d.all(ctx) }()
		var begin func(compute.Server) bool // tells of a guest whether it is behind the marker
		var hardware []*compute.Server
		if q.Marker != "" {
			got := <-machines
			if got.err != nil {
				yield(nil, got.err)
				return
			}
			if i := slices.IndexFunc(got.list, func(s *compute.Server) bool { return s.ID == strings.ToLower(q.Marker) }); i >= 0 {
				marker := got.list[i]
				begin = func(s compute.Server) bool { return s.Created.Before(marker.Created) }
				hardware = got.list[i+1:]
				q.Marker, q.Limit = "", 0 // in large pages to the guests that are older
			} else {
				marker, err := d.Servers.ServerMarker(ctx, q.Marker)
				if err != nil {
					yield(nil, err)
					return
				}
				hardware = slices.DeleteFunc(got.list, func(s *compute.Server) bool { return s.Created.After(marker.Created) })
			}
			machines <- listed{list: hardware}
		}
		d.merge(d.Servers.ListServers(ctx, q), machines, begin, yield)
	}
}

// listed is the hardware of an account as servers, newest first.
type listed struct {
	list []*compute.Server
	err  error
}

// merge yields guests, from the one on that begin tells of, and hardware
// before the first guest that is older.
func (d *Servers) merge(guests iter.Seq2[*compute.Server, error], machines <-chan listed, begin func(compute.Server) bool, yield func(*compute.Server, error) bool) {
	var hardware []*compute.Server
	waited := false
	older := func(than *compute.Server) bool { // yields the hardware that is newer than a guest
		if !waited {
			got := <-machines
			if waited, hardware = true, got.list; got.err != nil {
				yield(nil, got.err)
				return false
			}
		}
		for len(hardware) > 0 && (than == nil || hardware[0].Created.After(than.Created)) {
			if !yield(hardware[0], nil) {
				return false
			}
			hardware = hardware[1:]
		}
		return true
	}
	for g, err := range guests {
		if err != nil {
			yield(nil, err)
			return
		}
		if begin != nil {
			if !begin(*g) {
				continue
			}
			begin = nil
		}
		if !older(g) || !yield(g, nil) {
			return
		}
	}
	older(nil)
}

// all are the bare metal servers that are there.
func (d *Servers) all(ctx context.Context) (l listed) {
	for h, err := range d.hardware.All(ctx, upstream.Filter{}) {
		if err != nil {
			return listed{err: err}
		}
		if !gone(h) {
			l.list = append(l.list, d.server(ctx, h, ""))
		}
	}
	slices.SortFunc(l.list, func(a, b *compute.Server) int { return cmp.Or(b.Created.Compare(a.Created), cmp.Compare(a.ID, b.ID)) })
	return l
}

// gone tells whether a server is cancelled: to Nova it is deleted.
func gone(h *records.Hardware) bool {
	return h.Gone() || h.BillingItem == nil && !h.ProvisionDate.IsZero()
}
