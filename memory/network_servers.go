package memory

import (
	"cmp"
	"context"
	"net/netip"
	"slices"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
	"github.com/softlayer/jumpgate/openstack/network"
)

// connect gives a server the interfaces that it was ordered with, or one in
// the only network there is where the order says nothing. If one can't be had
// it takes the others back.
func (n *nets) connect(ctx context.Context, s *server, wanted []compute.NetworkRequest, groups []string) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	ids, err := n.groupIDs(s.ProjectID, groups)
	if err != nil {
		return err
	}
	if len(wanted) == 0 {
		all := n.available(s.ProjectID)
		switch len(all) {
		case 0:
			return nil
		case 1:
			wanted = []compute.NetworkRequest{{NetworkID: all[0].ID}}
		default:
			return jumpgate.Conflict.New("Multiple possible networks found, use a Network ID to be more specific.")
		}
	}
	for _, w := range wanted {
		if w.PortID != "" {
			err = n.lend(ctx, s, w.PortID)
		} else {
			_, err = n.join(ctx, s, w.NetworkID, w.FixedIP, ids)
		}
		if err != nil {
			n.disconnect(ctx, s)
			return err
		}
	}
	return nil
}

// provide gives a project that has no network one, if a server's order asks
// for that.
func (n *nets) provide(ctx context.Context, project string, asked bool) error {
	if !asked {
		return nil
	}
	n.mu.Lock()
	has := len(n.available(project)) > 0
	n.mu.Unlock()
	if has {
		return nil
	}
	if _, err := n.AutoAllocatedTopology(ctx, project, false); err != nil {
		return jumpgate.BadRequest.Wrap(err, "Unable to automatically allocate a network for project %s", project)
	}
	return nil
}

// affordPorts refuses an order of more servers than there can be ports for, or
// leaves those out that need not be.
func (n *nets) affordPorts(project string, o *compute.ServerCreate) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	each := 0
	for _, w := range o.Networks {
		if w.PortID == "" {
			each++
		}
	}
	for each > 0 && n.afford(project, "port", each*o.MaxCount) != nil {
		if o.MaxCount == o.MinCount {
			return jumpgate.Forbidden.New("Maximum number of ports exceeded")
		}
		o.MaxCount--
	}
	return nil
}

// available are the networks that a project's servers are connected to where
// nobody says which, by name.
func (n *nets) available(project string) []*network.Network {
	var all []*network.Network
	for _, t := range n.networks.items {
		if t.ProjectID == project && !t.External || n.grantedTo(project, t.ID, shared) {
			all = append(all, t)
		}
	}
	slices.SortFunc(all, func(a, b *network.Network) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
	return all
}

// join makes a port for a server.
func (n *nets) join(ctx context.Context, s *server, networkID, fixed string, groups []string) (*network.Port, error) {
	t := n.networks.items[networkID]
	switch {
	case t == nil || t.ProjectID != s.ProjectID && !n.grantedTo(s.ProjectID, t.ID, shared) && !n.grantedTo(s.ProjectID, t.ID, external) && !caller(ctx).HasRole("admin"):
		return nil, compute.NetworkNotFound(networkID)
	case t.External && t.ProjectID != s.ProjectID && !n.grantedTo(s.ProjectID, t.ID, shared) && !caller(ctx).HasRole("admin"):
		return nil, jumpgate.Forbidden.New("It is not allowed to create an interface on external network %s", networkID)
	case len(t.Subnets) == 0:
		return nil, jumpgate.BadRequest.New("Network %s requires a subnet in order to boot instances on.", networkID)
	}
	if !s.unlimited && n.afford(s.ProjectID, "port", 1) != nil {
		return nil, jumpgate.Forbidden.New("Maximum number of ports exceeded")
	}
	p := &network.Port{
		Standard: network.Standard{ProjectID: s.ProjectID}, NetworkID: t.ID, AdminStateUp: true, DeviceID: s.ID, DeviceOwner: ownerServer, VNICType: "normal",
		Binding: network.Binding{HostID: s.host}, SecurityGroups: groups, GroupsGiven: len(groups) > 0 && t.PortSecurity, Propagate: true,
	}
	if fixed != "" {
		a, err := netip.ParseAddr(fixed)
		if err != nil {
			return nil, jumpgate.BadRequest.New("Invalid fixed IP address %s", fixed)
		}
		p.FixedIPs, p.FixedIPsGiven = []network.FixedIP{{Address: a}}, true
	}
	if err := n.ports.put(network.WithAllProjects(ctx), p); err != nil {
		return nil, portFault(err, t.ID, fixed)
	}
	return p, nil
}

// portFault says in Nova's words why there is no port.
func portFault(err error, networkID, fixed string) error {
	switch jumpgate.AsError(err).Type {
	case "IpAddressAlreadyAllocated":
		return jumpgate.BadRequest.Wrap(err, "Fixed IP address %s is already in use on instance.", fixed)
	case "IpAddressGenerationFailure":
		return jumpgate.BadRequest.Wrap(err, "No fixed IP addresses available for network: %s", networkID)
	case "InvalidIpForNetwork", "InvalidIpForSubnet":
		return jumpgate.BadRequest.Wrap(err, "Fixed IP %s is not a valid ip address for network %s.", fixed, networkID)
	}
	return err
}

// lend gives a server a port that exists. It survives the server.
func (n *nets) lend(ctx context.Context, s *server, portID string) error {
	p := n.ports.items[portID]
	switch {
	case p == nil || p.ProjectID != s.ProjectID && !caller(ctx).HasRole("admin"):
		return jumpgate.BadRequest.New("Port %s could not be found.", portID)
	case p.ProjectID != s.ProjectID:
		return jumpgate.BadRequest.New("Port %s not usable for instance %s.", portID, s.ID)
	case p.DeviceID != "":
		return compute.PortInUse(portID)
	case len(p.FixedIPs) == 0 && len(n.networks.items[p.NetworkID].Subnets) > 0:
		return jumpgate.BadRequest.New("Port %s requires a FixedIP in order to be used.", portID)
	}
	u := network.NewUpdate(func(p *network.Port) {
		p.DeviceID, p.DeviceOwner, p.Binding.HostID = s.ID, ownerServer, s.host
	}, "device_id", "device_owner", "binding:host_id")
	if err := n.ports.change(ctx, p, &u); err != nil {
		return err
	}
	if s.borrowed == nil {
		s.borrowed = make(map[string]bool)
	}
	s.borrowed[portID] = true
	return nil
}

// part takes one port from a server: one that was made for it goes.
func (n *nets) part(ctx context.Context, s *server, p *network.Port) {
	if !s.borrowed[p.ID] {
		n.ports.take(p)
		return
	}
	delete(s.borrowed, p.ID)
	u := network.NewUpdate(func(p *network.Port) { p.DeviceID, p.DeviceOwner, p.Binding.HostID = "", "", "" }, "device_id", "device_owner", "binding:host_id")
	_ = n.ports.change(ctx, p, &u) // none of these can be refused
}

func (n *nets) disconnect(ctx context.Context, s *server) {
	for _, p := range n.portsOf(s) {
		n.part(ctx, s, p)
	}
}

// portsOf returns the ports of a server, oldest first. A port of another
// project that only says so is none.
func (n *nets) portsOf(s *server) []*network.Port {
	var all []*network.Port
	for _, p := range n.devices[s.ID] {
		if p.ProjectID == s.ProjectID && strings.HasPrefix(p.DeviceOwner, "compute:") {
			all = append(all, p)
		}
	}
	return all
}

// release takes all ports from a server.
func (n *nets) release(s *server) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.disconnect(context.Background(), s)
}

// bind says on which host a server's ports are; "" is nowhere.
func (n *nets) bind(s *server) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, p := range n.portsOf(s) {
		if p.Binding.HostID != s.host {
			p.Binding.HostID = s.host
			settlePort(p)
			n.ports.touch(p)
		}
	}
}

// refresh tells a server what follows from its ports: the addresses by network
// and the names of its security groups.
func (n *nets) refresh(s *server) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if s.seen == n.changes {
		return
	}
	s.seen, s.Networks, s.SecurityGroups = n.changes, nil, nil
	for _, p := range n.portsOf(s) {
		name := n.networks.items[p.NetworkID].Name
		i := slices.IndexFunc(s.Networks, func(a compute.NetworkAddresses) bool { return a.Name == name })
		if i < 0 {
			i = len(s.Networks)
			s.Networks = append(s.Networks, compute.NetworkAddresses{Name: name})
		}
		to := &s.Networks[i].Addresses
		for _, ip := range p.FixedIPs {
			version := 6
			if ip.Address.Is4() {
				version = 4
			}
			*to = append(*to, compute.Address{Version: version, Addr: ip.Address.String(), MAC: p.MAC})
			for _, f := range n.floatingOn(p.ID) {
				if f.FixedIP == ip.Address {
					*to = append(*to, compute.Address{Version: 4, Addr: f.Address.String(), MAC: p.MAC, Floating: true})
				}
			}
		}
		for _, id := range p.SecurityGroups {
			if name := n.groups.items[id].Name; !slices.Contains(s.SecurityGroups, name) {
				s.SecurityGroups = append(s.SecurityGroups, name)
			}
		}
	}
}

// floatingOn returns the floating IPs of a port, by address.
func (n *nets) floatingOn(portID string) []*network.FloatingIP {
	var all []*network.FloatingIP
	for _, f := range n.floating.items {
		if f.PortID == portID {
			all = append(all, f)
		}
	}
	slices.SortFunc(all, func(a, b *network.FloatingIP) int { return a.Address.Compare(b.Address) })
	return all
}

// checkGroups says which of a project's groups there is not.
func (n *nets) checkGroups(project string, namesOrIDs []string) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	_, err := n.groupIDs(project, namesOrIDs)
	return err
}

// groupIDs finds groups of a project by their names or ids.
func (n *nets) groupIDs(project string, namesOrIDs []string) ([]string, error) {
	n.defaultGroup(project)
	var ids []string
	for _, name := range namesOrIDs {
		found := n.groupsNamed(project, name)
		switch len(found) {
		case 0:
			return nil, compute.SecurityGroupNotFound(name)
		case 1:
			ids = append(ids, found[0].ID)
		default:
			return nil, compute.ManySecurityGroups(name)
		}
	}
	return ids, nil
}

// groupsNamed returns the groups of a project that have a name, or the one
// that has it as id.
func (n *nets) groupsNamed(project, nameOrID string) []*network.SecurityGroup {
	var found []*network.SecurityGroup
	for _, g := range n.groups.items {
		switch {
		case g.ProjectID != project && !n.grantedTo(project, g.ID, shared):
		case strings.EqualFold(g.ID, nameOrID):
			return []*network.SecurityGroup{g}
		case g.Name == nameOrID:
			found = append(found, g)
		}
	}
	return found
}
