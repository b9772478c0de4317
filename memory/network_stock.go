package memory

import (
	"context"
	"net/netip"

	"github.com/softlayer/jumpgate/openstack/network"
)

// publicOwner is the project that the network to the outside is in.
const publicOwner = "admin"

// stockNetworks makes what a small OpenStack has at first: an external network
// called public and, for each project, a network called private with a router
// between both.
func (n *nets) stockNetworks(projects []string) error {
	ctx := network.WithAllProjects(context.Background())
	public := &network.Network{
		Standard: network.Standard{ID: stableUUID("network", "public"), ProjectID: stableID("project", publicOwner)}, Name: "public", AdminStateUp: true,
		External: true, IsDefault: true, PortSecurity: true, Provider: network.Provider{Type: "flat", PhysicalNetwork: "public"},
	}
	if err := n.stock(ctx, public, "172.24.4.0/24", false); err != nil {
		return err
	}
	for _, project := range projects {
		private := &network.Network{
			Standard: network.Standard{ID: stableUUID("network", "private "+project), ProjectID: project}, Name: "private", AdminStateUp: true, PortSecurity: true,
		}
		if err := n.stock(ctx, private, "10.10.0.0/16", true); err != nil {
			return err
		}
		router := &network.Router{
			Standard: network.Standard{ID: stableUUID("router", project), ProjectID: project}, Name: "router1", AdminStateUp: true,
			Gateway: &network.Gateway{NetworkID: public.ID, EnableSNAT: true},
		}
		if _, err := n.routers.Create(ctx, []*network.Router{router}); err != nil {
			return err
		}
		if _, err := n.routers.AddInterface(ctx, router.ID, stableUUID("subnet", private.ID), ""); err != nil {
			return err
		}
	}
	return nil
}

// stock makes a network with a subnet.
func (n *nets) stock(ctx context.Context, t *network.Network, cidr string, dhcp bool) error {
	if _, err := n.networks.Create(ctx, []*network.Network{t}); err != nil {
		return err
	}
	_, err := n.subnets.Create(ctx, []*network.Subnet{{
		Standard: network.Standard{ID: stableUUID("subnet", t.ID), ProjectID: t.ProjectID}, Name: t.Name + "-subnet", NetworkID: t.ID, IPVersion: 4,
		CIDR: netip.MustParsePrefix(cidr), DHCP: dhcp,
	}})
	return err
}
