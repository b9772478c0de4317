package memory

import (
	"context"
	"iter"
	"slices"
	"strconv"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/network"
)

var _ network.PortForwardingDriver = (*floatingIPs)(nil)

// PortForwardings implements network.PortForwardingDriver.
func (s *floatingIPs) PortForwardings(floatingIPID string) network.Lister[network.PortForwarding] {
	return &forwardings{s.n, floatingIPID}
}

// forwardings are those of one floating IP.
type forwardings struct {
	n  *nets
	ip string
}

// of finds the floating IP. The lock is held.
func (s *forwardings) of(ctx context.Context) (*network.FloatingIP, error) {
	f := s.n.floating.visible(ctx, s.ip)
	if f == nil {
		return nil, network.Fault(jumpgate.NotFound, "FloatingIPNotFound", "Floating IP %s could not be found", s.ip)
	}
	return f, nil
}

// List implements network.Lister.
func (s *forwardings) List(ctx context.Context, _ network.Query) iter.Seq2[*network.PortForwarding, error] {
	return func(yield func(*network.PortForwarding, error) bool) {
		s.n.mu.Lock()
		f, err := s.of(ctx)
		var all []network.PortForwarding
		if f != nil {
			all = f.Forwardings
		}
		s.n.mu.Unlock()
		if err != nil {
			yield(nil, err)
			return
		}
		for _, one := range all {
			if !yield(&one, nil) {
				return
			}
		}
	}
}

func (s *forwardings) find(ctx context.Context, id string) (*network.FloatingIP, int, error) {
	f, err := s.of(ctx)
	if err != nil {
		return nil, 0, err
	}
	i := slices.IndexFunc(f.Forwardings, func(one network.PortForwarding) bool { return one.ID == id })
	if i < 0 {
		return nil, 0, jumpgate.NotFound
	}
	return f, i, nil
}

// Get implements network.Getter.
func (s *forwardings) Get(ctx context.Context, id string) (*network.PortForwarding, error) {
	s.n.mu.Lock()
	defer s.n.mu.Unlock()
	f, i, err := s.find(ctx, id)
	if err != nil {
		return nil, err
	}
	one := f.Forwardings[i]
	return &one, nil
}

// Create implements network.Creator.
func (s *forwardings) Create(ctx context.Context, all []*network.PortForwarding) ([]*network.PortForwarding, error) {
	s.n.mu.Lock()
	defer s.n.mu.Unlock()
	f, err := s.of(ctx)
	if err != nil {
		return nil, err
	}
	now := slices.Clone(f.Forwardings)
	router := f.RouterID
	for _, one := range all {
		one.ID = jumpgate.NewUUID()
		if router, err = s.n.checkForwarding(ctx, f, one, now); err != nil {
			return nil, err
		}
		now = append(now, *one)
	}
	f.Forwardings, f.RouterID, f.Status = now, router, "ACTIVE"
	s.n.floating.touch(f)
	return all, nil
}

// checkForwarding says why a floating IP can't have a forwarding, or which
// router will do it.
func (n *nets) checkForwarding(ctx context.Context, f *network.FloatingIP, one *network.PortForwarding, have []network.PortForwarding) (string, error) {
	bad := func(format string, args ...any) (string, error) {
		return "", network.BadRequest("port_forwarding", format, args...)
	}
	p := n.ports.visible(ctx, one.InternalPortID)
	if p == nil {
		return "", network.PortNotFound(one.InternalPortID)
	}
	if f.PortID != "" {
		return "", network.FloatingIPTaken(f.Address.String(), f.ID, p.ID, one.InternalIP.String(), f.NetworkID)
	}
	if on := n.floatingOn(p.ID); len(on) > 0 {
		return "", network.Fault(jumpgate.Conflict, "PortHasBindingFloatingIP",
			"Cannot create port forwarding to floating IP %s (%s) with port %s using fixed IP %s, as that port already has a binding floating IP.",
			on[0].Address, f.ID, p.ID, one.InternalIP)
	}
	ip, ok := addressOf(p, one.InternalIP)
	if !ok || !ip.Address.Is4() {
		return bad("The requested internal IP address %s is not suitable for internal neutron port %s, as its fixed_ips are %s", one.InternalIP, p.ID, fixedTexts(p))
	}
	outer, ok1 := portRange(one.ExternalPort, one.ExternalPortRange)
	inner, ok2 := portRange(one.InternalPort, one.InternalPortRange)
	switch {
	case !ok1 || !ok2:
		return bad("Invalid port value, the port value must be a value between 1 and 65535")
	case inner[1] > inner[0] && inner[1]-inner[0] != outer[1]-outer[0]:
		return bad("The relation between internal and external ports must be N-N or 1-N")
	}
	for _, other := range have {
		theirs, _ := portRange(other.ExternalPort, other.ExternalPortRange)
		if other.ID != one.ID && other.Protocol == one.Protocol && theirs[0] <= outer[1] && outer[0] <= theirs[1] {
			return bad("There is a port collision with the following port forwarding: %s", other.ID)
		}
	}
	router := n.way(ip.SubnetID, f.NetworkID)
	switch {
	case router == "":
		return bad("External network %s is not reachable from subnet %s. Cannot set Port forwarding for port %s with Floating IP %s", f.NetworkID, ip.SubnetID, p.ID, f.ID)
	case f.RouterID != "" && f.RouterID != router:
		return bad("The Floating IP %s had been set on router %s, the internal Neutron port %s can not reach it", f.ID, f.RouterID, p.ID)
	}
	return router, nil
}

func fixedTexts(p *network.Port) string {
	var texts []string
	for _, ip := range p.FixedIPs {
		texts = append(texts, ip.Address.String())
	}
	return strings.Join(texts, ", ")
}

// portRange reads a port, or "80:90".
func portRange(port int, text string) (r [2]int, ok bool) {
	if text == "" {
		return [2]int{port, port}, port >= 1 && port <= 65535
	}
	first, last, both := strings.Cut(text, ":")
	if !both {
		last = first
	}
	a, err1 := strconv.Atoi(first)
	b, err2 := strconv.Atoi(last)
	return [2]int{a, b}, err1 == nil && err2 == nil && a >= 1 && a <= b && b <= 65535
}

// Update implements network.Updater.
func (s *forwardings) Update(ctx context.Context, id string, u network.Update[network.PortForwarding]) (*network.PortForwarding, error) {
	s.n.mu.Lock()
	defer s.n.mu.Unlock()
	f, i, err := s.find(ctx, id)
	if err != nil {
		return nil, err
	}
	one := f.Forwardings[i]
	u.Apply(&one)
	alone := *f
	if len(f.Forwardings) == 1 {
		alone.RouterID = ""
	}
	router, err := s.n.checkForwarding(ctx, &alone, &one, f.Forwardings)
	if err != nil {
		return nil, err
	}
	f.Forwardings = slices.Clone(f.Forwardings)
	f.Forwardings[i], f.RouterID = one, router
	s.n.floating.touch(f)
	return &one, nil
}

// Delete implements network.Deleter.
func (s *forwardings) Delete(ctx context.Context, id string) error {
	s.n.mu.Lock()
	defer s.n.mu.Unlock()
	f, i, err := s.find(ctx, id)
	if err != nil {
		return err
	}
	s.n.unforward(f, func(one network.PortForwarding) bool { return one.ID == f.Forwardings[i].ID })
	return nil
}

// unforward takes forwardings away from a floating IP.
func (n *nets) unforward(f *network.FloatingIP, which func(network.PortForwarding) bool) {
	left := slices.DeleteFunc(slices.Clone(f.Forwardings), which)
	if len(left) == len(f.Forwardings) {
		return
	}
	if f.Forwardings = left; len(left) == 0 {
		f.RouterID, f.Status = "", "DOWN"
	}
	n.floating.touch(f)
}

// forwarded says that a floating IP has forwardings.
func forwarded(f *network.FloatingIP) error {
	if len(f.Forwardings) == 0 {
		return nil
	}
	return network.Fault(jumpgate.Conflict, "FipInUseByPortForwarding", "Floating IP %s in use by Port Forwarding resources.", f.ID)
}
