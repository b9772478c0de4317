package network

import (
	"context"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/softlayer/jumpgate/openstack/network"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
)

// keptPort is what the store has of a port. One that was made before any
// server has an id of its own, which it keeps when a server takes it over; of
// all others the store has what SoftLayer has no place for, under the id made
// of their numbers.
type keptPort struct {
	Name, Description string    `json:",omitempty"`
	Tags              []string  `json:",omitempty"`
	Created, Updated  time.Time `json:",omitzero"`

	// Of a port that was made before any server:
	VLAN    int       `json:",omitempty"`
	Public  bool      `json:",omitempty"`
	Subnet  int       `json:",omitempty"` // wanted; 0: any
	Address string    `json:",omitempty"` // reserved, in that subnet
	Groups  []string  `json:",omitempty"` // ids, until a server has it
	Device  string    `json:",omitempty"` // the server that took it over
	Claimed time.Time `json:",omitzero"`  // when an order of a server began that names it
}

func (d *Networks) keptPorts() *drawer[keptPort] {
	return &drawer[keptPort]{store: d.Opts.Store, kind: "softlayer_network_port", quota: "port"}
}

// PortBook is what the store has of all ports of a project.
type PortBook struct {
	ports   map[string]*keptPort // by id
	devices map[string]string    // ids, by the server and the port of its interface
}

// PortBook reads it.
func (d *Networks) PortBook(ctx context.Context) (*PortBook, error) {
	all, err := d.keptPorts().all(ctx)
	if err != nil {
		return nil, err
	}
	b := &PortBook{ports: all, devices: make(map[string]string)}
	for id, p := range all {
		if p.Device != "" {
			b.devices[deviceKey(p.Device, p.side())] = id
		}
	}
	return b, nil
}

func deviceKey(guid string, port int) string {
	return strings.ToLower(guid) + "/" + strconv.Itoa(port)
}

// side is the port of the interface that p becomes.
func (p *keptPort) side() int {
	if p.Public {
		return publicPort
	}
	return 0
}

// ID is the id of the port that an interface of a server is.
func (b *PortBook) ID(guid string, c *records.Interface) string {
	if id := b.devices[deviceKey(guid, c.Port)]; id != "" {
		return id
	}
	return keep.IDOf(keep.PortKind, c.ID)
}

// waiting are the ids of ports that no server has yet and that ok says yes to.
func (b *PortBook) waiting(ok func(*keptPort) bool) []string {
	var list []string
	for id, p := range b.ports {
		if p.VLAN != 0 && p.Device == "" && ok(p) {
			list = append(list, id)
		}
	}
	slices.Sort(list)
	return list
}

// tell adds to a port what the store has of it.
func (b *PortBook) tell(p *network.Port) {
	kept := b.ports[p.ID]
	if kept == nil {
		return
	}
	p.Name, p.Description = kept.Name, kept.Description
	if kept.Tags != nil {
		p.Tags = kept.Tags
	}
	if kept.Address != "" {
		p.FixedIPs = append(kept.addresses(), p.FixedIPs...)
	}
	p.Created = kept.created(p.Created)
	if kept.Updated.After(p.Updated) {
		p.Updated = kept.Updated
	}
	p.Revision = revision(p.Revision, kept.Name, kept.Description, kept.Tags, kept.Address)
}

func (p *keptPort) created(other time.Time) time.Time {
	if p.Created.IsZero() {
		return other
	}
	return p.Created
}

// port is a port that no server's interface is yet, in Neutron's terms.
// SoftLayer chooses its addresses when a server takes it over.
func (p *keptPort) port(ctx context.Context, id string) *network.Port {
	n := &network.Port{
		Standard: network.Standard{
			ID: id, ProjectID: keep.Account(ctx), Description: p.Description, Tags: []string{}, Created: p.Created, Updated: p.Updated,
			Revision: revision(p),
		},
		Name: p.Name, NetworkID: keep.IDOf(keep.NetworkKind, p.VLAN), AdminStateUp: true, Status: "DOWN", FixedIPs: []network.FixedIP{},
		SecurityGroups: slices.Clone(p.Groups), PortSecurity: true, VNICType: "normal",
	}
	if p.Tags != nil {
		n.Tags = p.Tags
	}
	if n.SecurityGroups == nil {
		n.SecurityGroups = []string{}
	}
	if p.Address != "" {
		n.FixedIPs = p.addresses()
	}
	return n
}

func (p *keptPort) addresses() []network.FixedIP {
	address, _ := netip.ParseAddr(p.Address)
	return []network.FixedIP{{SubnetID: keep.IDOf(keep.SubnetKind, p.Subnet), Address: address}}
}

// taken is the same while a server is made with it.
func (p *keptPort) taken(n *network.Port) *network.Port {
	n.DeviceID, n.DeviceOwner, n.Status = strings.ToLower(p.Device), "compute:nova", "BUILD"
	return n
}
