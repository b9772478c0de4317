package memory

import (
	"fmt"
	"net/netip"
	"slices"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
)

// nets is what the compute service needs of networks: addresses for servers
// and groups. The Cloud's lock guards it.
type nets struct {
	taken  map[netip.Addr]bool
	groups map[string][]compute.SecurityGroup // by project's id; the first is called default
	serial int
	next   netip.Addr // where to look for a free address
}

// private is the network that servers are connected to.
var private = struct {
	id, subnet, name string
	addresses        netip.Prefix
}{stableUUID("network", "private"), stableUUID("subnet", "private"), "private", netip.MustParsePrefix("10.10.0.0/16")}

func newNets() *nets {
	return &nets{taken: make(map[netip.Addr]bool), groups: make(map[string][]compute.SecurityGroup)}
}

// securityGroup finds a group of a project by its name or id.
func (n *nets) securityGroup(projectID, nameOrID string) *compute.SecurityGroup {
	groups := n.of(projectID)
	i := slices.IndexFunc(groups, func(g compute.SecurityGroup) bool { return g.Name == nameOrID || g.ID == nameOrID })
	if i < 0 {
		return nil
	}
	return &groups[i]
}

// of returns the groups of a project, which has one called default from the
// beginning.
func (n *nets) of(projectID string) []compute.SecurityGroup {
	if n.groups[projectID] == nil {
		n.groups[projectID] = []compute.SecurityGroup{{
			ID: stableUUID("security group", projectID), Name: "default", Description: "Default security group", ProjectID: projectID,
		}}
	}
	return n.groups[projectID]
}

// connect gives a server the interfaces that it was ordered with, or one where
// the order says nothing. If one can't be had it takes the others back.
func (n *nets) connect(s *server, wanted []compute.NetworkRequest) error {
	if len(wanted) == 0 {
		wanted = []compute.NetworkRequest{{NetworkID: private.id}}
	}
	for _, w := range wanted {
		err := compute.NetworkNotFound(w.NetworkID)
		if w.NetworkID == private.id {
			err = n.plug(s, w.FixedIP)
		}
		if err != nil {
			n.release(s)
			return err
		}
	}
	return nil
}

// plug adds an interface with an address.
func (n *nets) plug(s *server, fixed string) error {
	addr, err := n.allocate(fixed)
	if err != nil {
		return err
	}
	n.serial++
	mac := fmt.Sprintf("fa:16:3e:%02x:%02x:%02x", byte(n.serial>>16), byte(n.serial>>8), byte(n.serial))
	s.ports = append(s.ports, compute.Interface{
		PortID: jumpgate.NewUUID(), NetworkID: private.id, MAC: mac, State: "ACTIVE",
		FixedIPs: []compute.FixedIP{{SubnetID: private.subnet, Address: addr.String()}},
	})
	s.readdress()
	return nil
}

// readdress makes a server's addresses of its interfaces.
func (s *server) readdress() {
	s.Networks = nil
	if len(s.ports) == 0 {
		return
	}
	n := compute.NetworkAddresses{Name: private.name}
	for _, port := range s.ports {
		for _, ip := range port.FixedIPs {
			n.Addresses = append(n.Addresses, compute.Address{Version: 4, Addr: ip.Address, MAC: port.MAC})
		}
	}
	s.Networks = []compute.NetworkAddresses{n}
}

// allocate takes the address that is asked for, or the next free one.
func (n *nets) allocate(fixed string) (netip.Addr, error) {
	if fixed != "" {
		addr, err := netip.ParseAddr(fixed)
		if err != nil || !private.addresses.Contains(addr) || n.taken[addr] {
			return addr, jumpgate.BadRequest.New("Fixed IP address %s is already in use on instance.", fixed)
		}
		n.taken[addr] = true
		return addr, nil
	}
	first := private.addresses.Addr().Next().Next() // after the network's and the gateway's
	if !n.next.IsValid() {
		n.next = first
	}
	for range 1 << 16 {
		addr := n.next
		if n.next = addr.Next(); !private.addresses.Contains(n.next) {
			n.next = first
		}
		if !n.taken[addr] {
			n.taken[addr] = true
			return addr, nil
		}
	}
	return netip.Addr{}, jumpgate.BadRequest.New("No fixed IP addresses available for network: %s", private.id)
}

// release gives back what a server had.
func (n *nets) release(s *server) {
	for _, port := range s.ports {
		for _, ip := range port.FixedIPs {
			if addr, err := netip.ParseAddr(ip.Address); err == nil {
				delete(n.taken, addr)
			}
		}
	}
	s.ports = nil
}
