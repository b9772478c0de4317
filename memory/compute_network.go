package memory

import (
	"cmp"
	"context"
	"net/http"
	"slices"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
	"github.com/softlayer/jumpgate/openstack/network"
)

var (
	_ compute.NetworkLister           = machines{}
	_ compute.ServerInterfaceLister   = machines{}
	_ compute.ServerInterfaceAttacher = machines{}
	_ compute.ServerAddresser         = machines{}
)

// Networks implements compute.NetworkLister.
func (m machines) Networks(ctx context.Context) ([]compute.Network, error) {
	n := m.c.nets
	n.mu.Lock()
	defer n.mu.Unlock()
	var all []compute.Network
	if caller(ctx).HasRole("admin") {
		ctx = network.WithAllProjects(ctx)
	}
	for _, t := range n.networks.items {
		if n.networks.may(ctx, t) {
			all = append(all, compute.Network{ID: t.ID, Label: t.Name})
		}
	}
	slices.SortFunc(all, func(a, b compute.Network) int { return cmp.Compare(a.ID, b.ID) })
	return all, nil
}

// ServerInterfaces implements compute.ServerInterfaceLister.
func (m machines) ServerInterfaces(ctx context.Context, id string) ([]compute.Interface, error) {
	var all []compute.Interface
	err := m.wired(ctx, id, 0, func(s *server) error {
		for _, p := range m.c.nets.portsOf(s) {
			all = append(all, interfaceView(p))
		}
		return nil
	})
	return all, err
}

// wired is with, and under the lock of the networks, too.
func (m machines) wired(ctx context.Context, id string, doing compute.Action, f func(*server) error) error {
	return m.with(ctx, id, doing, func(s *server) error {
		m.c.nets.mu.Lock()
		defer m.c.nets.mu.Unlock()
		return f(s)
	})
}

func interfaceView(p *network.Port) compute.Interface {
	i := compute.Interface{PortID: p.ID, NetworkID: p.NetworkID, MAC: p.MAC, State: p.Status}
	for _, ip := range p.FixedIPs {
		i.FixedIPs = append(i.FixedIPs, compute.FixedIP{SubnetID: ip.SubnetID, Address: ip.Address.String()})
	}
	return i
}

// AttachServerInterface implements compute.ServerInterfaceAttacher.
func (m machines) AttachServerInterface(ctx context.Context, id string, a compute.InterfaceAttachment) (*compute.Interface, error) {
	var made compute.Interface
	err := m.wired(ctx, id, compute.ActionAttachInterface, func(s *server) error {
		p, err := m.c.nets.attach(ctx, s, a)
		if err != nil {
			return err
		}
		made = interfaceView(p)
		m.c.note(ctx, s, "attach_interface")
		m.c.touch(s)
		return nil
	})
	return &made, err
}

// attach gives a server one more port, and says in the words of an attachment
// why not.
func (n *nets) attach(ctx context.Context, s *server, a compute.InterfaceAttachment) (*network.Port, error) {
	if a.PortID != "" {
		err := n.lend(ctx, s, a.PortID)
		if err != nil && n.ports.items[a.PortID] == nil {
			err = jumpgate.NotFound.New("Port %s could not be found.", a.PortID)
		}
		return n.ports.items[a.PortID], err
	}
	if a.NetworkID == "" {
		all := n.available(s.ProjectID)
		switch len(all) {
		case 0:
			return nil, jumpgate.BadRequest.New("No specific network was requested and none are available for project '%s'.", s.ProjectID)
		case 1:
			a.NetworkID = all[0].ID
		default:
			return nil, jumpgate.BadRequest.New("Multiple possible networks found, use a Network ID to be more specific.")
		}
	}
	if n.networks.items[a.NetworkID] == nil {
		return nil, jumpgate.NotFound.New("Network %s could not be found.", a.NetworkID)
	}
	p, err := n.join(ctx, s, a.NetworkID, a.FixedIP, nil)
	if e := jumpgate.AsError(err); err != nil && jumpgate.AsError(e.Err).Type == "IpAddressAlreadyAllocated" {
		err = jumpgate.Conflict.New("Fixed IP address %s is already in use on instance.", a.FixedIP)
	}
	return p, err
}

// DetachServerInterface implements compute.ServerInterfaceAttacher.
func (m machines) DetachServerInterface(ctx context.Context, id, portID string) error {
	return m.wired(ctx, id, 0, func(s *server) error {
		ports := m.c.nets.portsOf(s)
		i := slices.IndexFunc(ports, func(p *network.Port) bool { return p.ID == portID })
		if i < 0 {
			return jumpgate.NotFound.New("Port %s could not be found.", portID)
		}
		if err := m.c.mayDo(ctx, compute.ActionDetachInterface, s); err != nil {
			return err
		}
		m.c.nets.part(ctx, s, ports[i])
		m.c.note(ctx, s, "detach_interface")
		m.c.touch(s)
		return nil
	})
}

// AddFixedIP implements compute.ServerAddresser.
func (m machines) AddFixedIP(ctx context.Context, id, networkID string) error {
	return m.readdress(ctx, id, "addFixedIp", func(p *network.Port) ([]network.FixedIP, bool) {
		if p.NetworkID != networkID {
			return nil, false
		}
		return append(slices.Clone(p.FixedIPs), network.FixedIP{}), true
	}, func(s *server) error { // a host of Nova finds out, long after the answer
		s.Fault = &compute.Fault{Code: http.StatusNotFound, Message: "Network could not be found for instance " + s.ID + ".", Created: m.c.now().UTC()}
		m.c.note(ctx, s, "addFixedIp")
		return nil
	})
}

// RemoveFixedIP implements compute.ServerAddresser.
func (m machines) RemoveFixedIP(ctx context.Context, id, address string) error {
	return m.readdress(ctx, id, "removeFixedIp", func(p *network.Port) ([]network.FixedIP, bool) {
		is := func(ip network.FixedIP) bool { return ip.Address.String() == address }
		return slices.DeleteFunc(slices.Clone(p.FixedIPs), is), slices.ContainsFunc(p.FixedIPs, is)
	}, func(*server) error {
		return jumpgate.BadRequest.New("Fixed IP %s has not been found for the instance.", address)
	})
}

// readdress gives the first port of a server that change says other addresses
// of, these; if there is none, it is missing.
func (m machines) readdress(ctx context.Context, id, name string, change func(*network.Port) ([]network.FixedIP, bool), missing func(*server) error) error {
	return m.wired(ctx, id, 0, func(s *server) error {
		for _, p := range m.c.nets.portsOf(s) {
			ips, ok := change(p)
			if !ok {
				continue
			}
			u := network.NewUpdate(func(p *network.Port) { p.FixedIPs = ips }, "fixed_ips")
			if err := m.c.nets.ports.change(ctx, p, &u); err != nil {
				return portFault(err, p.NetworkID, "")
			}
			m.c.note(ctx, s, name)
			m.c.touch(s)
			return nil
		}
		return missing(s)
	})
}
