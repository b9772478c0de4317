package network

import (
	"cmp"
	"context"
	"iter"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/network"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
)

const globalIPService = "Network_Subnet_IpAddress_Global"

// floatingIPs are global addresses.
type floatingIPs struct{ *Networks }

var _ network.Getter[network.FloatingIP] = floatingIPs{}

// FloatingIPs implements network.FloatingIPDriver.
func (d *Networks) FloatingIPs() network.Lister[network.FloatingIP] { return floatingIPs{d} }

// GlobalIPs fetches the account's global addresses in the order of their
// numbers, with one call. Users who may not see what they cost have none.
func (d *Networks) GlobalIPs(ctx context.Context) ([]records.GlobalIP, error) {
	all, err := records.GlobalIPs.All(ctx, d.API, upstream.Call{Service: "Account", Method: "getGlobalIpRecords"})
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(g records.GlobalIP) bool { return !g.There() })
	slices.SortFunc(all, func(a, b records.GlobalIP) int { return cmp.Compare(a.ID, b.ID) })
	ctx = d.subnetNotes.Listing(ctx)
	for i := range all {
		d.wished(ctx, &all[i])
		if err := d.readNote(ctx, &all[i].Address.Subnet.SubnetNote); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// GlobalIP fetches one of them.
func (d *Networks) GlobalIP(ctx context.Context, id string) (*records.GlobalIP, error) {
	number, ok := keep.NumberOf(keep.FloatingIPKind, id)
	if !ok {
		return nil, jumpgate.NotFound
	}
	g, err := records.GlobalIPs.Get(ctx, d.API, globalIPService, strconv.Itoa(number))
	if err == nil && !g.There() {
		err = jumpgate.NotFound
	}
	if err != nil {
		return nil, err
	}
	d.wished(ctx, g)
	return g, d.readNote(ctx, &g.Address.Subnet.SubnetNote)
}

// List implements network.Lister.
func (d floatingIPs) List(ctx context.Context, _ network.Query) iter.Seq2[*network.FloatingIP, error] {
	return all(func() ([]*network.FloatingIP, error) {
		found, err := d.GlobalIPs(ctx)
		if err != nil {
			return nil, err
		}
		list := make([]*network.FloatingIP, len(found))
		for i := range found {
			list[i] = floatingIPOf(ctx, &found[i])
		}
		return list, nil
	})
}

// Get implements network.Getter.
func (d floatingIPs) Get(ctx context.Context, id string) (*network.FloatingIP, error) {
	g, err := d.GlobalIP(ctx, id)
	if err != nil {
		return nil, err
	}
	return floatingIPOf(ctx, g), nil
}

// floatingIPOf is g in Neutron's terms.
func floatingIPOf(ctx context.Context, g *records.GlobalIP) *network.FloatingIP {
	s := &g.Address.Subnet
	f := &network.FloatingIP{NetworkID: accountID(ctx, keep.GlobalPoolKind), Status: "DOWN"}
	f.Address, _ = netip.ParseAddr(g.Address.IP)
	if to := g.Leads(); to != nil && to.Component != nil && to.Component.ID != 0 {
		c := to.Component
		f.Status, f.RouterID = "ACTIVE", accountID(ctx, keep.BackboneKind)
		f.PortID = keep.IDOf(keep.PortKind, c.ID)
		f.FixedIP, _ = netip.ParseAddr(to.IP)
		f.Port = &network.PortDetails{
			NetworkID: keep.IDOf(keep.NetworkKind, c.VLAN.ID), MAC: c.MACAddress, Status: c.Status, AdminStateUp: c.Status != "DISABLED",
		}
		if to.Guest != nil {
			f.Port.DeviceID, f.Port.DeviceOwner = strings.ToLower(to.Guest.GlobalIdentifier), "compute:"+to.Guest.Datacenter.Name
		}
	}
	f.Standard = standard(ctx, keep.IDOf(keep.FloatingIPKind, g.ID), s.Text, &s.Kept, s.TagReferences, s.Modified.Time, f.PortID, f.FixedIP)
	return f
}
