package memory

import (
	"context"
	"iter"
	"slices"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/network"
)

// ports are the shelf of ports.
type ports struct{ *shelf[network.Port] }

var _ network.PortBindingDriver = (*ports)(nil)

// PortBindings implements network.PortBindingDriver.
func (s *ports) PortBindings(portID string) network.Lister[network.Binding] {
	return &bindings{s.n, portID}
}

// bindings are those of one port: the active one, and those that wait.
type bindings struct {
	n    *nets
	port string
}

func (s *bindings) of(ctx context.Context) (*network.Port, error) {
	p := s.n.ports.visible(ctx, s.port)
	if p == nil {
		return nil, network.PortNotFound(s.port)
	}
	return p, nil
}

// all returns the bindings of a port, the active one first.
func (s *bindings) all(p *network.Port) []network.Binding {
	active := p.Binding
	active.Status, active.VNICType = "ACTIVE", p.VNICType
	return append([]network.Binding{active}, s.n.waiting[p.ID]...)
}

// List implements network.Lister.
func (s *bindings) List(ctx context.Context, _ network.Query) iter.Seq2[*network.Binding, error] {
	return func(yield func(*network.Binding, error) bool) {
		s.n.mu.Lock()
		p, err := s.of(ctx)
		var all []network.Binding
		if p != nil {
			all = s.all(p)
		}
		s.n.mu.Unlock()
		if err != nil {
			yield(nil, err)
			return
		}
		for _, b := range all {
			if !yield(&b, nil) {
				return
			}
		}
	}
}

// Get implements network.Getter.
func (s *bindings) Get(ctx context.Context, host string) (*network.Binding, error) {
	s.n.mu.Lock()
	defer s.n.mu.Unlock()
	p, err := s.of(ctx)
	if err != nil {
		return nil, err
	}
	for _, b := range s.all(p) {
		if b.HostID == host {
			return &b, nil
		}
	}
	return nil, noBinding(s.port, host)
}

func noBinding(port, host string) error {
	return network.Fault(jumpgate.NotFound, "PortBindingNotFound", "Binding for port %s for host %s could not be found.", port, host)
}

// Create implements network.Creator.
func (s *bindings) Create(ctx context.Context, all []*network.Binding) ([]*network.Binding, error) {
	s.n.mu.Lock()
	defer s.n.mu.Unlock()
	p, err := s.of(ctx)
	if err != nil {
		return nil, err
	}
	waiting := slices.Clone(s.n.waiting[p.ID])
	for _, b := range all {
		if slices.ContainsFunc(s.all(p), func(have network.Binding) bool { return have.HostID == b.HostID }) {
			return nil, network.Fault(jumpgate.Conflict, "PortBindingAlreadyExists", "Binding for port %s on host %s already exists.", p.ID, b.HostID)
		}
		b.Status, b.VIFType, b.Details = "INACTIVE", "ovs", map[string]any{"port_filter": true, "connectivity": "l2"}
		waiting = append(waiting, *b)
	}
	s.n.waiting[p.ID] = waiting
	s.n.ports.touch(p)
	return all, nil
}

// Delete implements network.Deleter.
func (s *bindings) Delete(ctx context.Context, host string) error {
	s.n.mu.Lock()
	defer s.n.mu.Unlock()
	p, err := s.of(ctx)
	if err != nil {
		return err
	}
	if p.Binding.HostID == host {
		u := network.NewUpdate(func(p *network.Port) { p.Binding.HostID = "" }, "binding:host_id")
		return s.n.ports.change(ctx, p, &u)
	}
	left := slices.DeleteFunc(slices.Clone(s.n.waiting[p.ID]), func(b network.Binding) bool { return b.HostID == host })
	if len(left) == len(s.n.waiting[p.ID]) {
		return noBinding(p.ID, host)
	}
	s.n.waiting[p.ID] = left
	s.n.ports.touch(p)
	return nil
}

// ActivatePortBinding implements network.PortBindingDriver.
func (s *ports) ActivatePortBinding(ctx context.Context, portID, host string) (*network.Binding, error) {
	n := s.n
	n.mu.Lock()
	defer n.mu.Unlock()
	p := s.visible(ctx, portID)
	switch {
	case p == nil:
		return nil, network.PortNotFound(portID)
	case p.Binding.HostID == host:
		return nil, network.Fault(jumpgate.Conflict, "PortBindingAlreadyActive", "Binding for port %s on host %s is already active.", portID, host)
	}
	i := slices.IndexFunc(n.waiting[p.ID], func(b network.Binding) bool { return b.HostID == host })
	if i < 0 {
		return nil, noBinding(portID, host)
	}
	b, old := n.waiting[p.ID][i], p.Binding
	u := network.NewUpdate(func(p *network.Port) {
		p.Binding.HostID, p.Binding.Profile, p.VNICType = b.HostID, b.Profile, b.VNICType
	}, "binding:host_id", "binding:profile", "binding:vnic_type")
	if err := s.change(ctx, p, &u); err != nil {
		return nil, err
	}
	n.waiting[p.ID] = slices.Delete(slices.Clone(n.waiting[p.ID]), i, i+1)
	if old.HostID != "" {
		old.Status = "INACTIVE"
		n.waiting[p.ID] = append(n.waiting[p.ID], old)
	}
	b.Status = "ACTIVE"
	return &b, nil
}
