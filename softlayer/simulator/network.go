package simulator

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"sync"
)

// vlan is a network of an account in one datacenter, behind its public or its private router.
type vlan struct {
	*record
	dc      *record
	public  bool
	subnets []*subnet
}

// subnet is a /26 routed to a VLAN. The first addresses are the network's and the gateway's, the last the broadcast.
type subnet struct {
	*record
	vlan   *vlan
	prefix netip.Prefix
	base   int // the id of the first address
	used   map[netip.Addr]*nic
}

const subnetBits = 26

// addressPlan hands out the subnets of the whole cloud, so that no two accounts hold the same address.
type addressPlan struct {
	mu              sync.Mutex
	public, private uint32
	global          netip.Addr // the last one given
}

// next returns an unused prefix: public ones from the benchmarking networks (RFC 2544), which are nobody's.
func (p *addressPlan) next(public bool) netip.Prefix {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := &p.private
	base := binary.BigEndian.Uint32([]byte{10, 64, 0, 0})
	if public {
		n = &p.public
		base = binary.BigEndian.Uint32([]byte{198, 18, 0, 0})
	}
	var b [4]byte
	binary.BigEndian.PutUint32(b[:], base+*n<<(32-subnetBits))
	*n++
	return netip.PrefixFrom(netip.AddrFrom4(b), subnetBits)
}

func (a *account) newVLAN(dc *record, public bool) *vlan {
	c := a.sim.catalog
	router, space := c.backRouter[dc.id()], "PRIVATE"
	if public {
		router, space = c.frontRouter[dc.id()], "PUBLIC"
	}
	id := a.sim.inv.id("vlan")
	number := 800 + id/2%1700
	v := &vlan{dc: dc, public: public}
	role, _, _ := strings.Cut(router.str("hostname"), ".")
	v.record = newRecord("Network_Vlan", fields{
		"id": id, "accountId": a.id(), "vlanNumber": number, "name": nil, "note": nil, "modifyDate": a.now,
		"fullyQualifiedName": fmt.Sprintf("%s.%s.%d", dc.str("name"), role, number), "networkSpace": space,
		"podName": dc.str("name") + ".pod01", "primaryRouter": router, "datacenter": dc, "account": a.self,
		"type":    newRecord("Network_Vlan_Type", fields{"id": 1, "keyName": "STANDARD", "name": "Standard"}).freeze(),
		"subnets": func() any { return nodes(v.subnets) }, "primarySubnets": func() any { return nodes(v.subnets) },
		"primarySubnet":              func() any { return v.subnets[0] },
		"additionalPrimarySubnets":   func() any { return nodes(v.subnets[1:]) },
		"virtualGuests":              func() any { return v.guests() },
		"guestNetworkComponents":     func() any { return v.nics() },
		"totalPrimaryIpAddressCount": func() any { return len(v.subnets) << (32 - subnetBits) },
		"tagReferences":              []node{},
	})
	a.vlans = append(a.vlans, v)
	s := a.newSubnet(v)
	v.fields["primarySubnetId"] = s.id()
	return v
}

// vlansIn lists the account's VLANs of one kind, in one datacenter or, for a nil dc, in all.
func (a *account) vlansIn(dc *record, public bool) []*vlan {
	var list []*vlan
	for _, v := range a.vlans {
		if v.public == public && (dc == nil || v.dc == dc) {
			list = append(list, v)
		}
	}
	return list
}

// vlanIn returns the VLAN a server gets when it does not ask for one, which the first server in a datacenter brings along.
func (a *account) vlanIn(dc *record, public bool) *vlan {
	if list := a.vlansIn(dc, public); len(list) > 0 {
		return list[0]
	}
	return a.newVLAN(dc, public)
}

func (a *account) vlan(id int) *vlan {
	if i := slices.IndexFunc(a.vlans, func(v *vlan) bool { return v.id() == id }); i >= 0 {
		return a.vlans[i]
	}
	return nil
}

func (a *account) subnetsIn(public bool) []*subnet {
	var list []*subnet
	for _, s := range a.subnets {
		if s.vlan.public == public {
			list = append(list, s)
		}
	}
	return list
}

func (a *account) newSubnet(v *vlan) *subnet {
	prefix := a.sim.addresses.next(v.public)
	size := 1 << (32 - subnetBits)
	s := &subnet{vlan: v, prefix: prefix, used: map[netip.Addr]*nic{}, base: a.sim.inv.id("address")}
	for range size/2 - 1 {
		a.sim.inv.id("address") // each address of the subnet has an id
	}
	kind := "PRIMARY"
	if len(v.subnets) > 0 {
		kind = "ADDITIONAL_PRIMARY"
	}
	s.record = newRecord("Network_Subnet", fields{
		"id": a.sim.inv.id("subnet"), "networkIdentifier": prefix.Addr().String(), "cidr": subnetBits, "netmask": "255.255.255.192",
		"gateway": s.address(1).String(), "broadcastAddress": s.address(size - 1).String(), "subnetType": kind,
		"version": 4, "networkVlanId": v.id(), "modifyDate": a.now, "sortOrder": "3", "note": nil,
		"isCustomerOwned": false, "isCustomerRoutable": false, "usableIpAddressCount": fmt.Sprint(size - 3),
		"totalIpAddresses": fmt.Sprint(size), "addressSpace": v.str("networkSpace"), "datacenter": v.dc, "networkVlan": v,
		"podName": v.str("podName"), "account": a.self, "tagReferences": []node{},
		"ipAddresses":   func() any { return s.addresses() },
		"virtualGuests": func() any { return s.guests() },
	})
	v.subnets = append(v.subnets, s)
	a.subnets = append(a.subnets, s)
	return s
}

func (s *subnet) address(n int) netip.Addr {
	b := s.prefix.Addr().As4()
	b[3] += byte(n) // a /26 does not leave its last octet
	return netip.AddrFrom4(b)
}

// take gives c an address of a VLAN. A full VLAN gets one more subnet, as the cloud does by itself.
func (a *account) take(v *vlan, c *nic) {
	if c.wish.give(c) {
		return
	}
	for _, s := range slices.Backward(v.subnets) { // only the latest has room, unless servers were deleted
		if s.give(c) {
			return
		}
	}
	a.newSubnet(v).give(c)
}

// give assigns the lowest free address of s and reports whether there was one.
func (s *subnet) give(c *nic) bool {
	size := 1 << (32 - subnetBits)
	if s == nil || len(s.used) == size-3 {
		return false
	}
	for n := 2; n < size-1; n++ {
		if addr := s.address(n); s.used[addr] == nil {
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

func (v *vlan) guests() []node {
	list := []node{}
	for _, s := range v.subnets {
		list = append(list, s.guests()...)
	}
	return list
}

func (v *vlan) nics() []node {
	list := []node{}
	for _, s := range v.subnets {
		list = append(list, nodes(s.nicsInUse())...)
	}
	return list
}

// address is the one that c has, once it has one.
func (c *nic) address() *record {
	return c.subnet.addressRecord(int(c.addr.As4()[3] - c.subnet.prefix.Addr().As4()[3]))
}

// addresses lists every address of the subnet, used or not.
func (s *subnet) addresses() []node {
	size := 1 << (32 - subnetBits)
	list := make([]node, size)
	for n := range list {
		list[n] = s.addressRecord(n)
	}
	return list
}

func (s *subnet) addressRecord(n int) *record {
	size := 1 << (32 - subnetBits)
	addr := s.address(n)
	r := newRecord("Network_Subnet_IpAddress", fields{
		"id": s.base + n, "ipAddress": addr.String(), "subnetId": s.id(), "note": nil, "isNetwork": n == 0,
		"isGateway": n == 1, "isBroadcast": n == size-1, "isReserved": n < 2 || n == size-1, "subnet": s,
	})
	if c := s.used[addr]; c != nil {
		r.fields["virtualGuest"], r.fields["guestNetworkComponent"] = c.guest, c
		r.fields["endpointSubnets"] = func() any { return c.guest.account.routedTo(c) }
	}
	return r
}
