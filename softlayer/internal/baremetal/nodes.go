// Package baremetal shows SoftLayer's bare metal servers as the nodes of
// Ironic: their power, the reload of their systems, their end, and their
// network interfaces as ports.
package baremetal

import (
	"context"
	"iter"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/baremetal"
	"github.com/softlayer/jumpgate/softlayer/internal/core"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
)

// Hardware is the bare metal of one driver's accounts.
type Hardware struct {
	*core.Core
	notes *core.Notes // their text is the description
}

// New returns the bare metal behind c.
func New(c *core.Core) *Hardware {
	d := &Hardware{Core: c}
	d.notes = &core.Notes{Core: c, Kind: "softlayer_node_overflow", Text: true, Naming: d.naming}
	return d
}

// naming are the notes of servers that name records of the store.
func (d *Hardware) naming(ctx context.Context) (notes []string, err error) {
	for h, err := range d.fetch(ctx, upstream.Filter{"notes": upstream.Contains(keep.Overflows)}) {
		if err != nil {
			return nil, err
		}
		notes = append(notes, h.Notes)
	}
	return notes, nil
}

// Nodes implements baremetal.NodeDriver.
func (d *Hardware) Nodes() baremetal.Lister[baremetal.Node] { return nodes{d} }

// nodes are the servers as nodes.
type nodes struct{ *Hardware }

// pageSize is the most that one call asks for.
const pageSize = 1000

// All yields the account's servers, oldest first, a call for each thousand.
func (d *Hardware) All(ctx context.Context, where upstream.Filter) iter.Seq2[*records.Hardware, error] {
	ctx = d.notes.Listing(ctx)
	return func(yield func(*records.Hardware, error) bool) {
		for h, err := range d.fetch(ctx, where) {
			if err == nil {
				h.Text, h.Kept, err = d.notes.Split(ctx, h.Notes)
			}
			if !yield(h, err) || err != nil {
				return
			}
		}
	}
}

// fetch is All without what notes name.
func (d *Hardware) fetch(ctx context.Context, where upstream.Filter) iter.Seq2[*records.Hardware, error] {
	return func(yield func(*records.Hardware, error) bool) {
		for start := 0; ; start += pageSize {
			page, total, err := records.HardwareServers.Page(ctx, d.API, upstream.Call{
				Service: "Account", Method: "getHardware", Mask: records.HardwareServers.MaskOf(records.HardwareServer),
				Filter: upstream.Filter{"hardware": where.With("id", upstream.OrderBy("ASC"))}, Offset: start, Limit: pageSize,
			})
			if err != nil {
				yield(nil, err)
				return
			}
			for i := range page {
				if !yield(&page[i], nil) {
					return
				}
			}
			if start+len(page) >= total || len(page) == 0 {
				return
			}
		}
	}
}

// List implements baremetal.Lister. It costs one call; nobody knows the power
// of the nodes of a list, for SoftLayer tells it of one server at a time.
func (d nodes) List(ctx context.Context, _ baremetal.Query) iter.Seq2[*baremetal.Node, error] {
	return func(yield func(*baremetal.Node, error) bool) {
		kept, err := core.RecallAll[keptNode](ctx, d.Core, nodeRecord)
		if err != nil {
			yield(nil, err)
			return
		}
		for h, err := range d.All(ctx, upstream.Filter{}) {
			if err != nil {
				yield(nil, err)
				return
			}
			n := d.node(ctx, h)
			k := kept[n.UUID]
			k.show(n)
			if !yield(n, nil) {
				return
			}
		}
	}
}

// Server gets a server by its UUID or host name.
func (d *Hardware) Server(ctx context.Context, ident string) (*records.Hardware, error) {
	if !keep.GUID.MatchString(ident) {
		var found *records.Hardware
		for h, err := range d.All(ctx, upstream.Filter{"hostname": upstream.Equals(ident)}) {
			switch {
			case err != nil:
				return nil, err
			case found != nil:
				return nil, jumpgate.Conflict.New("Several nodes are called %s. Please use the UUID.", ident)
			}
			found = h
		}
		if found == nil {
			return nil, jumpgate.NotFound
		}
		return found, nil
	}
	h, err := records.HardwareServers.Get(ctx, d.API, records.HardwareServer, ident)
	switch {
	case err != nil:
		return nil, err
	case !strings.EqualFold(h.GlobalIdentifier, ident):
		return nil, jumpgate.NotFound
	}
	h.Text, h.Kept, err = d.notes.Split(ctx, h.Notes)
	return h, err
}

// Get implements baremetal.Getter. A second call asks for the power, which
// the management controller of a server tells, unless SoftLayer works on it.
func (d nodes) Get(ctx context.Context, ident string) (*baremetal.Node, error) {
	h, err := d.Server(ctx, ident)
	if err != nil {
		return nil, err
	}
	n := d.node(ctx, h)
	k, err := d.recall(ctx, n.UUID)
	if err != nil {
		return nil, err
	}
	k.show(n)
	if h.Transaction == nil {
		n.Power = d.Power(ctx, n.UUID)
	}
	return n, nil
}

// Power is what the management controller says, or nothing: it is not always
// there, and a node is shown all the same.
func (d *Hardware) Power(ctx context.Context, uuid string) baremetal.Power {
	var state string
	if _, err := d.API.Do(ctx, upstream.Call{Service: "Hardware_Server", ID: uuid, Method: "getServerPowerState"}, &state); err != nil {
		return ""
	}
	switch strings.ToLower(state) {
	case "on":
		return baremetal.PowerOn
	case "off":
		return baremetal.PowerOff
	}
	return ""
}
