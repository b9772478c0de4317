package network

import (
	"context"
	"iter"
	"net/netip"
	"strconv"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/network"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
)

const componentService = "Virtual_Guest_Network_Component"

// connection is an interface of a guest and the groups that it is behind.
type connection struct {
	records.Interface
	records.Addresses
	SecurityGroups []struct {
		Group records.GroupName `json:"securityGroup"`
	} `json:"securityGroupBindings"`
}

// owner is the guest that has interfaces.
type owner struct {
	records.Presence
	records.Tagged
	CreateDate records.Timestamp `json:"createDate"`
	ModifyDate records.Timestamp `json:"modifyDate"`
	Datacenter records.Named     `json:"datacenter"`
}

// guest is a guest with its interfaces.
type guest struct {
	owner
	NetworkComponents []connection `json:"networkComponents"`
}

// component is an interface and whose it is.
type component struct {
	connection
	Guest owner `json:"guest"`
}

var (
	guestForm     = records.FormOf[guest]()
	componentForm = records.FormOf[component]()
)

// ports are the interfaces of guests that are connected, and those of routers.
type ports struct{ *Networks }

var _ network.Getter[network.Port] = ports{}

// Ports implements network.PortDriver.
func (d *Networks) Ports() network.Lister[network.Port] { return ports{d} }

// List implements network.Lister. The ports of a server or a router cost one
// call; all of them one for the servers of each thousand and one for the
// routers.
func (d ports) List(ctx context.Context, q network.Query) iter.Seq2[*network.Port, error] {
	return func(yield func(*network.Port, error) bool) {
		book, err := d.PortBook(ctx)
		if err != nil {
			yield(nil, err)
			return
		}
		if device, ok := q.One("device_id"); ok && device != "" {
			d.ofDevice(ctx, book, device)(yield)
			return
		}
		if onlyServers(q.Filters["device_owner"]) {
			d.ofGuests(ctx, book)(yield)
			return
		}
		for _, part := range []iter.Seq2[*network.Port, error]{d.ofGuests(ctx, book), d.ofRouters(ctx, "")} {
			for p, err := range part {
				if !yield(p, err) || err != nil {
					return
				}
			}
		}
	}
}

// onlyServers tells whether owners of ports are all servers.
func onlyServers(owners []string) bool {
	for _, o := range owners {
		if !strings.HasPrefix(o, "compute:") {
			return false
		}
	}
	return len(owners) > 0
}

// ofDevice yields the ports of a server or a router.
func (d ports) ofDevice(ctx context.Context, book *PortBook, id string) iter.Seq2[*network.Port, error] {
	if isRouter(ctx, id) {
		return d.ofRouters(ctx, id)
	}
	return all(func() ([]*network.Port, error) {
		if !keep.GUID.MatchString(id) {
			return nil, nil
		}
		g, err := guestForm.Get(ctx, d.API, "Virtual_Guest", id)
		switch {
		case isMissing(err):
			return nil, nil
		case err != nil:
			return nil, err
		}
		return d.portsOf(ctx, book, g, make(map[string]bool))
	})
}

// ofGuests yields the ports of all servers, and those that wait for one.
func (d ports) ofGuests(ctx context.Context, book *PortBook) iter.Seq2[*network.Port, error] {
	return func(yield func(*network.Port, error) bool) {
		shown := make(map[string]bool)
		for g, err := range d.guests(ctx) {
			if err != nil {
				yield(nil, err)
				return
			}
			list, err := d.portsOf(ctx, book, g, shown)
			if err != nil {
				yield(nil, err)
				return
			}
			for _, p := range list {
				if !yield(p, nil) {
					return
				}
			}
		}
		for id, p := range book.ports {
			if p.VLAN != 0 && !shown[id] && !yield(p.port(ctx, id), nil) {
				return
			}
		}
	}
}

// portsOf are the ports of g. It notes their ids in shown.
func (d *Networks) portsOf(ctx context.Context, book *PortBook, g *guest, shown map[string]bool) ([]*network.Port, error) {
	if g.ID == 0 || g.Gone() {
		return nil, nil
	}
	var list []*network.Port
	for i := range g.NetworkComponents {
		c := &g.NetworkComponents[i]
		id := book.ID(g.GlobalIdentifier, &c.Interface)
		if c.VLAN.ID == 0 {
			if kept := book.ports[id]; kept != nil && kept.VLAN != 0 {
				shown[id] = true
				list = append(list, kept.taken(kept.port(ctx, id)))
			}
			continue
		}
		p, err := d.portOf(ctx, book, &g.owner, c)
		if err != nil {
			return nil, err
		}
		shown[p.ID] = true
		list = append(list, p)
	}
	return list, nil
}

// Get implements network.Getter.
func (d ports) Get(ctx context.Context, id string) (*network.Port, error) {
	if subnet, ok := keep.NumberOf(keep.RouterPortKind, id); ok {
		return d.routerPort(ctx, subnet)
	}
	book, c, kept, err := d.portCalled(ctx, id)
	switch {
	case err != nil:
		return nil, err
	case c != nil && c.VLAN.ID != 0:
		return d.portOf(ctx, book, &c.Guest, &c.connection)
	case c != nil:
		return kept.taken(kept.port(ctx, id)), nil
	}
	return kept.port(ctx, id), nil
}

// portCalled finds what a port is: an interface or, nil, none yet; and what
// the store has of a port that was made before any server. It returns the book
// that it looked into.
func (d *Networks) portCalled(ctx context.Context, id string) (*PortBook, *component, *keptPort, error) {
	book, err := d.PortBook(ctx)
	if err != nil {
		return nil, nil, nil, err
	}
	c, kept, err := d.portIn(ctx, book, id)
	return book, c, kept, err
}

func (d *Networks) portIn(ctx context.Context, book *PortBook, id string) (*component, *keptPort, error) {
	if number, ok := keep.NumberOf(keep.PortKind, id); ok {
		c, err := d.component(ctx, number)
		return c, nil, err
	}
	kept := book.ports[id]
	switch {
	case kept == nil || kept.VLAN == 0:
		return nil, nil, jumpgate.NotFound
	case kept.Device == "":
		return nil, kept, nil
	}
	g, err := guestForm.Get(ctx, d.API, "Virtual_Guest", kept.Device)
	switch {
	case isMissing(err):
		return nil, kept, nil // the server that had it is gone
	case err != nil:
		return nil, nil, err
	case g.ID == 0 || g.Gone():
		return nil, kept, nil
	}
	for i := range g.NetworkComponents {
		if g.NetworkComponents[i].Port == kept.side() {
			return &component{connection: g.NetworkComponents[i], Guest: g.owner}, kept, nil
		}
	}
	return nil, kept, nil
}

// componentOf fetches the interface that a port is. One that is none yet is a
// jumpgate.NotFound.
func (d *Networks) componentOf(ctx context.Context, id string) (*component, error) {
	_, c, _, err := d.portCalled(ctx, id)
	if err == nil && (c == nil || c.VLAN.ID == 0) {
		err = jumpgate.NotFound
	}
	return c, err
}

// component fetches an interface that is connected, with its guest.
func (d *Networks) component(ctx context.Context, number int) (*component, error) {
	c, err := componentForm.Get(ctx, d.API, componentService, strconv.Itoa(number))
	if err == nil && (c.ID == 0 || c.VLAN.ID == 0 || c.Guest.ID == 0 || c.Guest.Gone()) {
		err = jumpgate.NotFound
	}
	return c, err
}

// portOf is an interface of g in Neutron's terms.
func (d *Networks) portOf(ctx context.Context, book *PortBook, g *owner, c *connection) (*network.Port, error) {
	groups, err := d.groupsOf(ctx, g, c)
	if err != nil {
		return nil, err
	}
	p := &network.Port{
		NetworkID:      keep.IDOf(keep.NetworkKind, c.VLAN.ID),
		AdminStateUp:   c.Status != "DISABLED",
		Status:         "DOWN",
		MAC:            c.MACAddress,
		FixedIPs:       AddressesOf(&c.Addresses),
		DeviceID:       strings.ToLower(g.GlobalIdentifier),
		DeviceOwner:    "compute:" + g.Datacenter.Name,
		SecurityGroups: groups,
		PortSecurity:   true,
		VNICType:       "normal",
	}
	if c.Status == "ACTIVE" {
		p.Status = "ACTIVE"
	}
	changed := g.ModifyDate.Time
	if changed.IsZero() {
		changed = g.CreateDate.Time
	}
	p.Standard = standard(ctx, book.ID(g.GlobalIdentifier, &c.Interface), "", new(keep.Envelope), nil, changed, p.AdminStateUp, p.Status, p.FixedIPs, groups)
	p.Created = g.CreateDate.Time
	book.tell(p)
	return p, nil
}

// AddressesOf are the addresses of an interface that SoftLayer gave it.
func AddressesOf(c *records.Addresses) []network.FixedIP {
	list := []network.FixedIP{}
	if a, err := netip.ParseAddr(c.PrimaryIP); err == nil {
		list = append(list, network.FixedIP{SubnetID: keep.IDOf(keep.SubnetKind, c.Subnet.ID), Address: a})
	}
	if v6 := c.PrimaryVersion; v6 != nil {
		if a, err := netip.ParseAddr(v6.Address); err == nil {
			list = append(list, network.FixedIP{SubnetID: keep.IDOf(keep.SubnetKind, v6.SubnetID), Address: a})
		}
	}
	return list
}

// guestPage is how many guests one call asks for.
const guestPage = 1000

// guests yields the account's guests in the order of their ids. Each page
// begins with a guest that was seen already: if it does not, some before it
// have gone, and it begins anew, without yielding one twice.
func (d *Networks) guests(ctx context.Context) iter.Seq2[*guest, error] {
	return func(yield func(*guest, error) bool) {
		for last, offset := 0, 0; ; {
			page, total, err := guestForm.Page(ctx, d.API, upstream.Call{
				Service: "Account", Method: "getVirtualGuests",
				Filter: upstream.Filter{"virtualGuests": upstream.Filter{"id": upstream.OrderBy("ASC")}}, Offset: offset, Limit: guestPage,
			})
			if err != nil {
				yield(nil, err)
				return
			}
			if offset > 0 && (len(page) == 0 || page[0].ID > last) {
				offset = max(offset-guestPage+1, 0)
				continue
			}
			for i := range page {
				if page[i].ID <= last {
					continue
				}
				last = page[i].ID
				if !yield(&page[i], nil) {
					return
				}
			}
			if end := offset + len(page); len(page) < guestPage || end == total {
				return
			}
			offset += guestPage - 1
		}
	}
}
