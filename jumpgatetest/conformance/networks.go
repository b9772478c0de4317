package conformance

import (
	"net/http"
	"testing"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/extensions/external"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/extensions/layer3/floatingips"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/extensions/layer3/routers"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/extensions/security/groups"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/extensions/security/rules"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/networks"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/ports"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/subnets"
)

// networks makes a network with all that belongs to it, and takes it away
// again. A cloud that makes no networks for its users is skipped.
func (s *suite) networks(t *testing.T) {
	ctx := t.Context()
	neutron, other := s.client(t, 0, openstack.NewNetworkV2), s.client(t, 1, openstack.NewNetworkV2)
	_, err := networks.Get(ctx, neutron, "no-such-network").Extract()
	refused(t, "show an unknown network", err, http.StatusNotFound)
	_, err = networks.List(neutron, networks.ListOpts{Limit: -1}).AllPages(ctx)
	refused(t, "list a negative number", err, http.StatusBadRequest)

	network, err := networks.Create(ctx, neutron, networks.CreateOpts{Name: "conformance"}).Extract()
	if gophercloud.ResponseCodeIs(err, http.StatusForbidden) {
		t.Skip("not offered: networks of one's own")
	}
	must(t, "create a network", err)
	gone := func(what string, del func() error) {
		t.Helper()
		must(t, "delete "+what, del())
		refused(t, "delete it again: "+what, del(), http.StatusNotFound)
	}
	_, err = networks.Get(ctx, other, network.ID).Extract()
	refused(t, "show a network of another project", err, http.StatusNotFound)

	opts := subnets.CreateOpts{NetworkID: network.ID, CIDR: "10.133.7.0/24", IPVersion: gophercloud.IPv4}
	subnet, err := subnets.Create(ctx, neutron, opts).Extract()
	must(t, "create a subnet", err)
	_, err = subnets.Create(ctx, neutron, opts).Extract()
	refused(t, "create it again", err, http.StatusBadRequest)
	name := "other"
	renamed, err := networks.Update(ctx, neutron, network.ID, networks.UpdateOpts{Name: &name}).Extract()
	if must(t, "rename a network", err); renamed.Name != name || len(renamed.Subnets) != 1 {
		t.Errorf("a renamed network is %+v", renamed)
	}

	group, err := groups.Create(ctx, neutron, groups.CreateOpts{Name: "conformance"}).Extract()
	must(t, "create a security group", err)
	rule := rules.CreateOpts{SecGroupID: group.ID, Direction: rules.DirIngress, EtherType: rules.EtherType4, Protocol: rules.ProtocolTCP, PortRangeMin: 22, PortRangeMax: 22}
	_, err = rules.Create(ctx, neutron, rule).Extract()
	must(t, "create a rule", err)
	_, err = rules.Create(ctx, neutron, rule).Extract()
	refused(t, "create it again", err, http.StatusConflict)

	port := s.port(t, neutron, subnet, group)
	refused(t, "delete a group in use", groups.Delete(ctx, neutron, group.ID).ExtractErr(), http.StatusConflict)
	refused(t, "delete a network in use", networks.Delete(ctx, neutron, network.ID).ExtractErr(), http.StatusConflict)
	s.router(t, neutron, subnet, port)

	gone("a port", func() error { return ports.Delete(ctx, neutron, port.ID).ExtractErr() })
	gone("a group", func() error { return groups.Delete(ctx, neutron, group.ID).ExtractErr() })
	gone("a subnet", func() error { return subnets.Delete(ctx, neutron, subnet.ID).ExtractErr() })
	gone("a network", func() error { return networks.Delete(ctx, neutron, network.ID).ExtractErr() })
}

// port makes a port with an address of its own.
func (s *suite) port(t *testing.T, neutron *gophercloud.ServiceClient, subnet *subnets.Subnet, group *groups.SecGroup) *ports.Port {
	t.Helper()
	const address = "10.133.7.77"
	opts := ports.CreateOpts{
		NetworkID: subnet.NetworkID, FixedIPs: []ports.IP{{SubnetID: subnet.ID, IPAddress: address}}, SecurityGroups: &[]string{group.ID},
	}
	port, err := ports.Create(t.Context(), neutron, opts).Extract()
	must(t, "create a port", err)
	_, err = ports.Create(t.Context(), neutron, opts).Extract()
	refused(t, "take an address twice", err, http.StatusConflict)
	pages, err := ports.List(neutron, ports.ListOpts{FixedIPs: []ports.FixedIPOpts{{IPAddress: address}}, NetworkID: subnet.NetworkID}).AllPages(t.Context())
	must(t, "list ports by their address", err)
	found, err := ports.ExtractPorts(pages)
	if must(t, "read a list of ports", err); len(found) != 1 || found[0].ID != port.ID || found[0].MACAddress != port.MACAddress {
		t.Errorf("ports with the address: %+v, want %+v", found, port)
	}
	return port
}

// router leads from a subnet to an external network, for a floating IP.
func (s *suite) router(t *testing.T, neutron *gophercloud.ServiceClient, subnet *subnets.Subnet, port *ports.Port) {
	t.Helper()
	ctx := t.Context()
	yes := true
	pages, err := networks.List(neutron, external.ListOptsExt{ListOptsBuilder: networks.ListOpts{}, External: &yes}).AllPages(ctx)
	must(t, "list external networks", err)
	outside, err := networks.ExtractNetworks(pages)
	if must(t, "read a list of networks", err); len(outside) == 0 {
		t.Log("not offered: an external network")
		return
	}
	router, err := routers.Create(ctx, neutron, routers.CreateOpts{Name: "conformance", GatewayInfo: &routers.GatewayInfo{NetworkID: outside[0].ID}}).Extract()
	must(t, "create a router", err)
	_, err = routers.AddInterface(ctx, neutron, router.ID, routers.AddInterfaceOpts{SubnetID: subnet.ID}).Extract()
	must(t, "add an interface", err)
	refused(t, "delete a router in use", routers.Delete(ctx, neutron, router.ID).ExtractErr(), http.StatusConflict)
	floating, err := floatingips.Create(ctx, neutron, floatingips.CreateOpts{FloatingNetworkID: outside[0].ID, PortID: port.ID}).Extract()
	if must(t, "create a floating IP", err); floating.FixedIP != port.FixedIPs[0].IPAddress || floating.RouterID != router.ID {
		t.Errorf("the floating IP is %+v", floating)
	}
	_, err = routers.RemoveInterface(ctx, neutron, router.ID, routers.RemoveInterfaceOpts{SubnetID: subnet.ID}).Extract()
	refused(t, "remove an interface in use", err, http.StatusConflict)
	must(t, "delete a floating IP", floatingips.Delete(ctx, neutron, floating.ID).ExtractErr())
	_, err = routers.RemoveInterface(ctx, neutron, router.ID, routers.RemoveInterfaceOpts{SubnetID: subnet.ID}).Extract()
	must(t, "remove an interface", err)
	must(t, "delete a router", routers.Delete(ctx, neutron, router.ID).ExtractErr())
}
