package cloud

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"slices"
)

// subnet is a block of IPv4 addresses routed to a VLAN. The first addresses are the network's and the gateway's, the last
// the broadcast. Of a primary one the cloud gives addresses to servers, of a portable one its owner.
type subnet struct {
	*record
	purchase // of a portable one
	account  *account
	vlan     *vlan
	prefix   netip.Prefix
	base     int // the id of the first address
	used     map[netip.Addr]*nic
	held     map[netip.Addr]bool   // by something that is no server
	notes    map[netip.Addr]string // of addresses
}

func (a *account) subnetsIn(public bool) []*subnet {
	var list []*subnet
	for _, s := range a.visibleSubnets() {
		if s.vlan.public == public {
			list = append(list, s)
		}
	}
	return list
}

// newSubnet makes the next primary subnet of a VLAN.
func (a *account) newSubnet(v *vlan) *subnet {
	kind := "PRIMARY"
	if len(v.primaries()) > 0 {
		kind = "ADDITIONAL_PRIMARY"
	}
	return a.addSubnet(v, a.sim.addresses.next(v.public, subnetBits), kind)
}

func (a *account) addSubnet(v *vlan, prefix netip.Prefix, kind string) *subnet {
	s := &subnet{
		account: a, vlan: v, prefix: prefix, used: map[netip.Addr]*nic{}, held: map[netip.Addr]bool{}, notes: map[netip.Addr]string{},
		base: a.sim.inv.id("address"),
	}
	size := s.size()
	for range size/2 - 1 {
		a.sim.inv.id("address") // each address of the subnet has an id
	}
	mask := netip.AddrFrom4([4]byte(binary.BigEndian.AppendUint32(nil, -uint32(size))))
	s.record = newRecord("Network_Subnet", fields{
		"id": a.sim.inv.id("subnet"), "networkIdentifier": prefix.Addr().String(), "cidr": prefix.Bits(), "netmask": mask.String(),
		"gateway": s.address(1).String(), "broadcastAddress": s.address(size - 1).String(), "subnetType": kind,
		"version": 4, "networkVlanId": v.id(), "modifyDate": a.now, "sortOrder": "3", "note": nil,
		"isCustomerOwned": false, "isCustomerRoutable": false, "usableIpAddressCount": fmt.Sprint(size - 3),
		"totalIpAddresses": fmt.Sprint(size), "addressSpace": v.str("networkSpace"), "datacenter": v.dc, "networkVlan": v,
		"podName": v.str("podName"), "account": a.self, "tagReferences": []node{},
		"ipAddresses":   func() any { return s.addresses() },
		"virtualGuests": func() any { return s.guests() },
		"billingItem": func() any {
			if r := s.billingItem(); r != nil {
				return r
			}
			return nil
		},
	})
	v.subnets = append(v.subnets, s)
	a.subnets = append(a.subnets, s)
	return s
}

func (s *subnet) size() int { return 1 << (32 - s.prefix.Bits()) }

func (s *subnet) portable() bool { return s.str("subnetType") == portableSubnet }

const portableSubnet = "SECONDARY_ON_VLAN"

func (s *subnet) address(n int) netip.Addr {
	b := s.prefix.Addr().As4()
	binary.BigEndian.PutUint32(b[:], binary.BigEndian.Uint32(b[:])+uint32(n))
	return netip.AddrFrom4(b)
}

// hold keeps an address from servers.
func (s *subnet) hold(n int) { s.held[s.address(n)] = true }

// give assigns the lowest free address of s and reports whether there was one.
func (s *subnet) give(c *nic) bool {
	if s == nil {
		return false
	}
	size := s.size()
	if len(s.used)+len(s.held) == size-3 {
		return false
	}
	for n := 2; n < size-1; n++ {
		if addr := s.address(n); s.used[addr] == nil && !s.held[addr] {
			s.used[addr], c.subnet, c.addr = c, s, addr
			return true
		}
	}
	return false
}

func (c *nic) release() {
	if c.subnet != nil {
		delete(c.subnet.used, c.addr)
	}
}

// nicsInUse lists the interfaces with an address of s, in order.
func (s *subnet) nicsInUse() []*nic {
	list := make([]*nic, 0, len(s.used))
	for _, c := range s.used {
		list = append(list, c)
	}
	slices.SortFunc(list, func(a, b *nic) int { return a.addr.Compare(b.addr) })
	return list
}

func (s *subnet) guests() []node {
	list := []node{}
	for _, c := range s.nicsInUse() {
		list = append(list, c.guest)
	}
	return list
}

// address is the one that c has, once it has one.
func (c *nic) address() *record {
	return c.subnet.addressRecord(c.subnet.place(c.addr))
}

// place is which of its addresses addr is.
func (s *subnet) place(addr netip.Addr) int {
	a, b := addr.As4(), s.prefix.Addr().As4()
	return int(binary.BigEndian.Uint32(a[:]) - binary.BigEndian.Uint32(b[:]))
}

// addresses lists every address of the subnet, used or not.
func (s *subnet) addresses() []node {
	list := make([]node, s.size())
	for n := range list {
		list[n] = s.addressRecord(n)
	}
	return list
}

func (s *subnet) addressRecord(n int) *record {
	size := s.size()
	addr := s.address(n)
	r := newRecord("Network_Subnet_IpAddress", fields{
		"id": s.base + n, "ipAddress": addr.String(), "subnetId": s.id(), "note": orNull(s.notes[addr]), "isNetwork": n == 0,
		"isGateway": n == 1, "isBroadcast": n == size-1, "isReserved": n < 2 || n == size-1, "subnet": s,
	})
	if c := s.used[addr]; c != nil {
		r.fields["virtualGuest"], r.fields["guestNetworkComponent"] = c.guest, c
		r.fields["endpointSubnets"] = func() any { return c.guest.account.routedTo(c) }
	}
	return r
}
