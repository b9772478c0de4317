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
type Hardware struct{ *core.Core }

// New returns the bare metal behind c.
func New(c *core.Core) *Hardware { return &Hardware{c} }

// Nodes implements baremetal.NodeDriver.
func (d *Hardware) Nodes() baremetal.Lister[baremetal.Node] { return nodes{d} }

// nodes are the servers as nodes.
type nodes struct{ *Hardware }

// pageSize is the most that one call asks for.
const pageSize = 1000

// all yields the account's servers, oldest first, a call for each thousand.
func (d *Hardware) all(ctx context.Context, where upstream.Filter) iter.Seq2[*records.Hardware, error] {
	return func(yield func(*records.Hardware, error) bool) {
		for start := 0; ; start += pageSize {
			var page []records.Hardware
			total, err := d.API.Do(ctx, upstream.Call{
				Service: "Account", Method: "getHardware", Mask: "mask(SoftLayer_Hardware_Server)[" + records.HardwareFields + "]",
				Filter: upstream.Filter{"hardware": where.With("id", upstream.OrderBy("ASC"))}, Offset: start, Limit: pageSize,
			}, &page)
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
		for h, err := range d.all(ctx, upstream.Filter{}) {
			if err != nil {
				yield(nil, err)
				return
			}
			if !yield(d.node(h), nil) {
				return
			}
		}
	}
}

// server gets a server by its UUID or host name.
func (d *Hardware) server(ctx context.Context, ident string) (*records.Hardware, error) {
	if !isUUID(ident) {
		var found *records.Hardware
		for h, err := range d.all(ctx, upstream.Filter{"hostname": upstream.Equals(ident)}) {
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
	h := new(records.Hardware)
	_, err := d.API.Do(ctx, upstream.Call{Service: "Hardware_Server", ID: ident, Method: "getObject", Mask: "mask[" + records.HardwareFields + "]"}, h)
	switch {
	case err != nil:
		return nil, err
	case !strings.EqualFold(h.GlobalIdentifier, ident):
		return nil, jumpgate.NotFound
	}
	return h, nil
}

func isUUID(s string) bool { return len(s) == 36 && strings.Count(s, "-") == 4 }

// Get implements baremetal.Getter. A second call asks for the power, which
// the management controller of a server tells, unless SoftLayer works on it.
func (d nodes) Get(ctx context.Context, ident string) (*baremetal.Node, error) {
	h, err := d.server(ctx, ident)
	if err != nil {
		return nil, err
	}
	n := d.node(h)
	if h.Transaction == nil {
		n.Power = d.power(ctx, n.UUID)
	}
	return n, nil
}

// power is what the management controller says, or nothing: it is not always
// there, and a node is shown all the same.
func (d *Hardware) power(ctx context.Context, uuid string) baremetal.Power {
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

// Update implements baremetal.Updater: the name is the host name, the
// description what people wrote into the notes, and extra is kept there, too.
func (d nodes) Update(ctx context.Context, uuid string, u baremetal.Update[baremetal.Node]) (*baremetal.Node, error) {
	unlock, err := d.Locks.Lock(ctx, keep.AccountKey(ctx)+"/"+uuid)
	if err != nil {
		return nil, err
	}
	defer unlock()
	h, err := d.server(ctx, uuid)
	if err != nil {
		return nil, err
	}
	n := d.node(h)
	u.Apply(n)
	change := make(map[string]any)
	_, kept := keep.Split(h.Notes)
	for _, field := range u.Fields {
		switch field {
		case "name":
			if n.Name == "" || strings.ContainsAny(n.Name, "._~") {
				return nil, jumpgate.BadRequest.New("'%s' can't be a node's name in this cloud: it is the host name.", n.Name)
			}
			change["hostname"] = n.Name
		case "description":
		case "extra":
			kept.Metadata = make(map[string]string, len(n.Extra))
			for name, v := range n.Extra {
				text, ok := v.(string)
				if !ok {
					return nil, jumpgate.BadRequest.New("extra/%s can't be kept: this cloud keeps text alone.", name)
				}
				kept.Metadata[name] = text
			}
		default:
			return nil, jumpgate.BadRequest.New("%s can't be changed in this cloud.", field)
		}
	}
	if u.Has("description") || u.Has("extra") {
		notes, err := keep.Join(n.Description, kept)
		if err != nil {
			return nil, err
		}
		change["notes"] = notes
	}
	if len(change) > 0 {
		call := upstream.Call{Service: "Hardware_Server", ID: uuid, Method: "editObject", Args: []any{change}, Again: true}
		if err := d.API.Order(ctx, call); err != nil {
			return nil, err
		}
	}
	return n, nil
}
