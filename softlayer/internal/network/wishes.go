package network

import (
	"context"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
)

// wishes remember for a while where global addresses were told to lead:
// SoftLayer carries that out later, one change of an address at a time, and
// OpenStack shows at once what was asked for.
type wishes struct {
	mu   sync.Mutex
	open *keep.LRU[wish] // by account and the address's number
}

type wish struct {
	address string               // the global one
	to      *records.Destination // nil: nowhere
	at      time.Time
	waiting string // names it while SoftLayer has not heard of it
}

const (
	// wishAge is how long a change of a route may take.
	wishAge = 10 * time.Minute

	wishesEach = 1000
	maxWishes  = 20_000
)

func newWishes() *wishes { return &wishes{open: keep.NewLRU[wish](wishesEach, maxWishes)} }

func (w *wishes) put(ctx context.Context, g *records.GlobalIP, v wish) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.open.Put(keep.Account(ctx), strconv.Itoa(g.ID), v)
}

func (w *wishes) get(ctx context.Context, g *records.GlobalIP) (wish, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.open.Get(keep.Account(ctx), strconv.Itoa(g.ID))
}

func (w *wishes) drop(ctx context.Context, g *records.GlobalIP) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.open.Delete(keep.Account(ctx), strconv.Itoa(g.ID))
}

// Wished shows global addresses as they were told to be; see wished.
func (d *Networks) Wished(ctx context.Context, all []records.GlobalIP) {
	for i := range all {
		d.wished(ctx, &all[i])
	}
}

// Taken tells which other global address leads to a public one of a server; "":
// none does. Addresses are as they were told to be.
func Taken(all []records.GlobalIP, g *records.GlobalIP, address string) string {
	for i := range all {
		if other := &all[i]; other.ID != g.ID && other.There() && addressOf(other.Leads()) == address {
			return other.Address.IP
		}
	}
	return ""
}

// wished shows g as it was told to be, until SoftLayer does or has had the
// time for it.
func (d *Networks) wished(ctx context.Context, g *records.GlobalIP) {
	v, ok := d.wishes.get(ctx, g)
	switch {
	case !ok:
	case d.Opts.Now().Sub(v.at) > wishAge, v.waiting == "" && addressOf(g.Destination) == addressOf(v.to):
		d.wishes.drop(ctx, g)
	default:
		g.Destination = v.to
	}
}

// Rerouted are the global addresses that were told to lead elsewhere a moment
// ago: to the servers that the map has, "" for none.
func (d *Networks) Rerouted(ctx context.Context) map[string]string {
	d.wishes.mu.Lock()
	defer d.wishes.mu.Unlock()
	var list map[string]string
	for _, v := range d.wishes.open.Of(keep.Account(ctx)) {
		if d.Opts.Now().Sub(v.at) > wishAge {
			continue
		}
		if list == nil {
			list = make(map[string]string)
		}
		list[v.address] = ""
		if v.to != nil && v.to.Guest != nil {
			list[v.address] = strings.ToLower(v.to.Guest.GlobalIdentifier)
		}
	}
	return list
}

func addressOf(to *records.Destination) string {
	if to == nil {
		return ""
	}
	return to.IP
}

// RouteGlobalIP lets a global address lead to a public one of a server, or
// nowhere. SoftLayer does it a while later; while it is at work on another
// change it is told again in the background, unless something else is said
// meanwhile.
func (d *Networks) RouteGlobalIP(ctx context.Context, g *records.GlobalIP, to *records.Destination) error {
	key := "global/" + keep.Account(ctx) + "/" + strconv.Itoa(g.ID)
	unlock, err := d.Locks.Lock(ctx, key)
	if err != nil {
		return err
	}
	defer unlock()
	err = d.route(ctx, g, to)
	if err != nil && !busy(err) {
		return err
	}
	v := wish{address: g.Address.IP, to: to, at: d.Opts.Now()}
	if err == nil {
		d.wishes.put(ctx, g, v)
		return nil
	}
	v.waiting = jumpgate.NewUUID()
	d.wishes.put(ctx, g, v)
	if d.Later.Try(ctx, key+"/"+v.waiting, func(ctx context.Context) (bool, error) { return d.routeAgain(ctx, key, g, v) }) {
		return nil
	}
	d.wishes.drop(ctx, g)
	return busyAddress(err, g.Address.IP)
}

// routeAgain tells SoftLayer of a wish that is still what was said last.
func (d *Networks) routeAgain(ctx context.Context, key string, g *records.GlobalIP, v wish) (done bool, err error) {
	unlock, err := d.Locks.Lock(ctx, key)
	if err != nil {
		return false, err
	}
	defer unlock()
	if last, ok := d.wishes.get(ctx, g); !ok || last.waiting != v.waiting {
		return true, nil
	}
	err = d.route(ctx, g, v.to)
	if busy(err) {
		return false, nil
	}
	if v.waiting = ""; err == nil {
		d.wishes.put(ctx, g, v)
	} else {
		d.wishes.drop(ctx, g)
	}
	return true, err
}

func (d *Networks) route(ctx context.Context, g *records.GlobalIP, to *records.Destination) error {
	c := upstream.Call{Service: globalIPService, ID: strconv.Itoa(g.ID), Method: "unroute"}
	if to != nil {
		c.Method, c.Args = "route", []any{to.IP}
	}
	var changed bool // false: it is so already
	_, err := d.API.Do(ctx, c, &changed)
	return err
}

// busy tells whether SoftLayer is at work on another change of a route.
func busy(err error) bool {
	text, no := refused(err)
	return no && strings.Contains(text, "not ready")
}
