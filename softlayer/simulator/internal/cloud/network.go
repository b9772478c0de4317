package cloud

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
	purchase // of one that was ordered by itself
	account  *account
	dc       *record
	public   bool
	subnets  []*subnet
}

const subnetBits = 26

// addressPlan hands out the subnets of the whole cloud, so that no two accounts hold the same address.
type addressPlan struct {
	mu              sync.Mutex
	public, private uint32     // how many addresses were given
	global          netip.Addr // the last one given
}

// next returns an unused prefix: public ones from the benchmarking networks (RFC 2544), which are nobody's.
func (p *addressPlan) next(public bool, bits int) netip.Prefix {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := &p.private
	base := binary.BigEndian.Uint32([]byte{10, 64, 0, 0})
	if public {
		n = &p.public
		base = binary.BigEndian.Uint32([]byte{198, 18, 0, 0})
	}
	var b [4]byte
	size := uint32(1) << (32 - bits)
	*n = (*n + size - 1) &^ (size - 1) // a block begins where its size fits
	binary.BigEndian.PutUint32(b[:], base+*n)
	*n += size
	return netip.PrefixFrom(netip.AddrFrom4(b), bits)
}

// newVLAN makes a VLAN with a primary subnet, as one that the cloud gives an account by itself has it.
func (a *account) newVLAN(dc *record, public bool) *vlan {
	v := a.bareVLAN(dc, public)
	a.newSubnet(v)
	return v
}

// bareVLAN makes one without subnets.
func (a *account) bareVLAN(dc *record, public bool) *vlan {
	c := a.sim.catalog
	router, space := c.backRouter[dc.id()], "PRIVATE"
	if public {
		router, space = c.frontRouter[dc.id()], "PUBLIC"
	}
	id := a.sim.inv.id("vlan")
	number := 800 + id/2%1700
	v := &vlan{account: a, dc: dc, public: public}
	role, _, _ := strings.Cut(router.str("hostname"), ".")
	v.record = newRecord("Network_Vlan", fields{
		"id": id, "accountId": a.id(), "vlanNumber": number, "name": nil, "note": nil, "modifyDate": a.now,
		"fullyQualifiedName": fmt.Sprintf("%s.%s.%d", dc.str("name"), role, number), "networkSpace": space,
		"podName": dc.str("name") + ".pod01", "primaryRouter": router, "datacenter": dc, "account": a.self,
		"type":    newRecord("Network_Vlan_Type", fields{"id": 1, "keyName": "STANDARD", "name": "Standard"}).freeze(),
		"subnets": func() any { return nodes(v.there()) }, "primarySubnets": func() any { return nodes(v.primaries()) },
		"primarySubnet": func() any {
			if list := v.primaries(); len(list) > 0 {
				return list[0]
			}
			return nil
		},
		"additionalPrimarySubnets": func() any { return nodes(v.primaries()[min(1, len(v.primaries())):]) },
		"secondarySubnets": func() any {
			return nodes(slices.DeleteFunc(v.there(), func(s *subnet) bool { return !s.portable() }))
		},
		"billingItem": func() any {
			if r := v.billingItem(); r != nil {
				return r
			}
			return nil
		},
		"virtualGuests":              func() any { return v.guests() },
		"guestNetworkComponents":     func() any { return v.nics() },
		"totalPrimaryIpAddressCount": func() any { return len(v.primaries()) << (32 - subnetBits) },
		"tagReferences":              []node{},
		"attachedNetworkGatewayFlag": func() any { return v.behind() != nil },
		"attachedNetworkGateway": func() any {
			if in := v.behind(); in != nil {
				return in.gateway
			}
			return nil
		},
		"attachedNetworkGatewayVlan": func() any {
			if in := v.behind(); in != nil {
				return in
			}
			return nil
		},
	})
	a.vlans = append(a.vlans, v)
	v.fields["primarySubnetId"] = func() any {
		if list := v.primaries(); len(list) > 0 {
			return list[0].id()
		}
		return nil
	}
	return v
}

// there are the subnets of v that are there by now.
func (v *vlan) there() []*subnet {
	return slices.DeleteFunc(slices.Clone(v.subnets), func(s *subnet) bool { return s.portable() && !s.visible(v.account) })
}

// primaries are the subnets of v that servers are given addresses of.
func (v *vlan) primaries() []*subnet {
	return slices.DeleteFunc(slices.Clone(v.subnets), (*subnet).portable)
}

// vlansIn lists the account's VLANs of one kind, in one datacenter or, for a nil dc, in all.
func (a *account) vlansIn(dc *record, public bool) []*vlan {
	var list []*vlan
	for _, v := range a.visibleVLANs() {
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
	list := a.visibleVLANs()
	if i := slices.IndexFunc(list, func(v *vlan) bool { return v.id() == id }); i >= 0 {
		return list[i]
	}
	return nil
}

// take gives c an address of a VLAN. A full VLAN gets one more subnet, as the cloud does by itself.
func (a *account) take(v *vlan, c *nic) {
	if c.wish.give(c) {
		return
	}
	for _, s := range slices.Backward(v.primaries()) { // only the latest has room, unless servers were deleted
		if s.give(c) {
			return
		}
	}
	a.newSubnet(v).give(c)
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
