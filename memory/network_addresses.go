package memory

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/network"
)

// book says which addresses of a subnet are taken, and by which port.
type book struct {
	taken map[netip.Addr]string
	next  netip.Addr // where to look for a free one
}

// allocate takes the next free address of the pools of a subnet for a port.
// An address that was given back is not given to the next who asks, as long as
// there are others.
func (n *nets) allocate(s *network.Subnet, port string) (netip.Addr, bool) {
	b := n.books[s.ID]
	pools := s.Pools
	at := slices.IndexFunc(pools, func(p network.Pool) bool { return !b.next.Less(p.Start) && !p.End.Less(b.next) })
	if at < 0 {
		at, b.next = 0, netip.Addr{}
	}
	for i := range len(pools) + 1 { // the first pool a second time, for what is before next
		p := pools[(at+i)%len(pools)]
		a := p.Start
		if i == 0 && b.next.IsValid() {
			a = b.next
		}
		for ; !p.End.Less(a); a = a.Next() {
			if _, taken := b.taken[a]; taken {
				continue
			}
			b.taken[a], b.next = port, a.Next()
			return a, true
		}
		if len(pools) == 0 {
			break
		}
	}
	return netip.Addr{}, false
}

// reserve takes one address of a subnet for a port.
func (n *nets) reserve(s *network.Subnet, a netip.Addr, port string) error {
	if !s.CIDR.Contains(a) || a.Is4() && s.CIDR.Bits() < 31 && (a == s.CIDR.Addr() || a == network.LastAddress(s.CIDR)) {
		return network.AddressOutside(a.String())
	}
	if _, taken := n.books[s.ID].taken[a]; taken {
		return network.AddressInUse(a.String(), s.ID)
	}
	n.books[s.ID].taken[a] = port
	return nil
}

// free gives addresses back.
func (n *nets) free(ips []network.FixedIP) {
	for _, ip := range ips {
		if b := n.books[ip.SubnetID]; b != nil {
			delete(b.taken, ip.Address)
		}
	}
}

// automatic tells whether hosts in a subnet make their addresses themselves.
func automatic(s *network.Subnet) bool {
	return s.IPv6AddressMode == "slaac" || s.IPv6AddressMode == "dhcpv6-stateless"
}

// fromMAC is the address that a host makes itself (EUI-64).
func fromMAC(p netip.Prefix, mac string) netip.Addr {
	b := p.Masked().Addr().As16()
	var hw [6]byte
	_, _ = fmt.Sscanf(strings.ToLower(mac), "%02x:%02x:%02x:%02x:%02x:%02x", &hw[0], &hw[1], &hw[2], &hw[3], &hw[4], &hw[5])
	copy(b[8:], []byte{hw[0] ^ 2, hw[1], hw[2], 0xff, 0xfe, hw[3], hw[4], hw[5]})
	return netip.AddrFrom16(b)
}

// address gives a port the addresses that it wishes or, where wishes is nil,
// those that Neutron chooses: one of each IP version and, in either case, those
// that hosts make themselves. On an error it takes none.
func (n *nets) address(p *network.Port, wishes []network.FixedIP) (ips []network.FixedIP, err error) {
	defer func() {
		if err != nil {
			n.free(ips)
			ips = nil
		}
	}()
	var usable []*network.Subnet
	all := n.subnetsOf(n.networks.items[p.NetworkID])
	for _, s := range all {
		if len(s.ServiceTypes) == 0 || slices.Contains(s.ServiceTypes, p.DeviceOwner) {
			usable = append(usable, s)
		}
	}
	if wishes == nil {
		ips, err = n.choose(p, usable)
	} else {
		ips, err = n.grantWishes(p, wishes, all, usable)
	}
	if err != nil || wishes != nil && len(wishes) == 0 || isRouters(p) {
		return ips, err
	}
	for _, s := range usable {
		if !automatic(s) || slices.ContainsFunc(ips, func(ip network.FixedIP) bool { return ip.SubnetID == s.ID }) {
			continue
		}
		a := fromMAC(s.CIDR, p.MAC)
		if err := n.reserve(s, a, p.ID); err != nil {
			return ips, err
		}
		ips = append(ips, network.FixedIP{SubnetID: s.ID, Address: a})
	}
	return ips, nil
}

// choose takes an address of each IP version that there is one of.
func (n *nets) choose(p *network.Port, usable []*network.Subnet) (ips []network.FixedIP, err error) {
	for _, version := range []int{4, 6} {
		found, some := false, false
		for _, s := range usable {
			if s.IPVersion != version || automatic(s) && !isRouters(p) {
				continue
			}
			some = true
			if a, ok := n.allocate(s, p.ID); ok {
				ips, found = append(ips, network.FixedIP{SubnetID: s.ID, Address: a}), true
				break
			}
		}
		if some && !found {
			return ips, network.NoAddresses(p.NetworkID)
		}
	}
	return ips, nil
}

// grantWishes takes the addresses that were asked for: each names a subnet, an
// address, or both.
func (n *nets) grantWishes(p *network.Port, wishes []network.FixedIP, all, usable []*network.Subnet) (ips []network.FixedIP, err error) {
	for _, w := range wishes {
		i := slices.IndexFunc(all, func(s *network.Subnet) bool {
			return s.ID == w.SubnetID || w.SubnetID == "" && s.CIDR.Contains(w.Address)
		})
		switch {
		case w.SubnetID == "" && !w.Address.IsValid():
			more, err := n.choose(p, usable)
			if ips = append(ips, more...); err != nil {
				return ips, err
			}
			continue
		case i < 0 && w.SubnetID == "":
			return ips, network.NotInNetwork(w.Address.String())
		case i < 0:
			if n.subnets.items[w.SubnetID] == nil {
				return ips, network.SubnetNotFound(w.SubnetID)
			}
			return ips, network.ForeignSubnet(p.NetworkID, w.SubnetID)
		}
		s, a := all[i], w.Address
		own := fromMAC
		switch {
		case automatic(s) && !isRouters(p) && a.IsValid() && a != own(s.CIDR, p.MAC):
			return ips, network.Fault(jumpgate.BadRequest, "AllocationOnAutoAddressSubnet",
				"IPv6 address %s cannot be directly assigned to a port on subnet %s as the subnet is configured for automatic addresses", a, s.ID)
		case automatic(s) && !isRouters(p):
			a = own(s.CIDR, p.MAC)
			err = n.reserve(s, a, p.ID)
		case a.IsValid():
			err = n.reserve(s, a, p.ID)
		default:
			var ok bool
			if a, ok = n.allocate(s, p.ID); !ok {
				err = network.NoAddresses(p.NetworkID)
			}
		}
		if err != nil {
			return ips, err
		}
		ips = append(ips, network.FixedIP{SubnetID: s.ID, Address: a})
	}
	return ips, nil
}

// newMAC makes a MAC address that no port has.
func (n *nets) newMAC() string {
	n.serial++
	return fmt.Sprintf("fa:16:3e:%02x:%02x:%02x", byte(n.serial>>16), byte(n.serial>>8), byte(n.serial))
}
