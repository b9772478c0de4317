package memory

import (
	"context"
	"slices"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/network"
)

// trunks are the shelf of trunks.
type trunks struct{ *shelf[network.Trunk] }

var _ network.TrunkSubPorts = (*trunks)(nil)

const ownerSubPort = "trunk:subport"

func (n *nets) trunkShelf() *shelf[network.Trunk] {
	return &shelf[network.Trunk]{
		n: n, items: make(map[string]*network.Trunk), head: func(t *network.Trunk) head { return headOf(&t.Standard) }, first: 1, quota: "trunk",
		show: func(_ context.Context, t *network.Trunk) {
			t.Status = "DOWN"
			if p := n.ports.items[t.PortID]; p != nil && p.Status == "ACTIVE" && t.AdminStateUp {
				t.Status = "ACTIVE"
			}
		},
		add: func(ctx context.Context, t *network.Trunk) error {
			p := n.ports.visible(ctx, t.PortID)
			switch {
			case p == nil:
				return network.PortNotFound(t.PortID)
			case n.carrierOf(p.ID) != nil:
				return network.Fault(jumpgate.Conflict, "TrunkPortInUse", "Port %s is in use by another trunk.", p.ID)
			case n.parentOf(p.ID) != nil || p.DeviceID != "":
				return network.Fault(jumpgate.Conflict, "ParentPortInUse", "Port %s is currently in use and is not eligible for use as a parent port.", p.ID)
			}
			if err := n.checkSubPorts(ctx, t, t.SubPorts); err != nil {
				return err
			}
			n.carry(ctx, t, t.SubPorts)
			return nil
		},
		leave: func(_ context.Context, t *network.Trunk) error {
			if p := n.ports.items[t.PortID]; p != nil && p.DeviceID != "" {
				return network.Fault(jumpgate.Conflict, "TrunkInUse", "Trunk %s is currently in use.", t.ID)
			}
			return nil
		},
		erase: func(t *network.Trunk) { n.drop(t.SubPorts) },
	}
}

// follow has a subport be where the parent of its trunk is.
func (n *nets) follow(p *network.Port) {
	if p.DeviceOwner != ownerSubPort {
		return
	}
	if t := n.trunks.items[p.DeviceID]; t != nil && n.ports.items[t.PortID] != nil {
		p.Binding.HostID = n.ports.items[t.PortID].Binding.HostID
		settlePort(p)
	}
}

// parentOf finds the trunk whose parent a port is, carrierOf the one whose
// subport it is.
func (n *nets) parentOf(portID string) *network.Trunk {
	for _, t := range n.trunks.items {
		if t.PortID == portID {
			return t
		}
	}
	return nil
}

func (n *nets) carrierOf(portID string) *network.Trunk {
	for _, t := range n.trunks.items {
		if slices.ContainsFunc(t.SubPorts, func(p network.SubPort) bool { return p.PortID == portID }) {
			return t
		}
	}
	return nil
}

// trunkless says which trunk needs a port.
func (n *nets) trunkless(p *network.Port) error {
	if t := n.parentOf(p.ID); t != nil {
		return network.Fault(jumpgate.Conflict, "PortInUseAsTrunkParent", "Port %s is currently a parent port for trunk %s.", p.ID, t.ID)
	}
	if t := n.carrierOf(p.ID); t != nil {
		return network.Fault(jumpgate.Conflict, "PortInUseAsSubPort", "Port %s is currently a subport for trunk %s.", p.ID, t.ID)
	}
	return nil
}

// checkSubPorts says why a trunk can't carry ports.
func (n *nets) checkSubPorts(ctx context.Context, t *network.Trunk, ports []network.SubPort) error {
	for _, sub := range ports {
		p := n.ports.visible(ctx, sub.PortID)
		switch {
		case p == nil:
			return network.PortNotFound(sub.PortID)
		case sub.PortID == t.PortID || n.parentOf(p.ID) != nil:
			return network.Fault(jumpgate.Conflict, "ParentPortInUse", "Port %s is currently in use and is not eligible for use as a parent port.", p.ID)
		case n.carrierOf(p.ID) != nil:
			return network.Fault(jumpgate.Conflict, "TrunkPortInUse", "Port %s is in use by another trunk.", p.ID)
		case p.DeviceID != "":
			return network.PortInUse(p.ID, p.NetworkID, p.DeviceID)
		case sub.SegmentationType == "":
			return network.Invalid("Invalid subport details: missing segmentation information. Must specify both segmentation_id and segmentation_type")
		}
	}
	return nil
}

// carry makes ports subports of a trunk.
func (n *nets) carry(ctx context.Context, t *network.Trunk, ports []network.SubPort) {
	for _, sub := range ports {
		p := n.ports.items[sub.PortID]
		u := network.NewUpdate(func(p *network.Port) { p.DeviceID, p.DeviceOwner = t.ID, ownerSubPort }, "device_id", "device_owner")
		_ = n.ports.change(ctx, p, &u) // neither can be refused
	}
}

// drop undoes that.
func (n *nets) drop(ports []network.SubPort) {
	for _, sub := range ports {
		if p := n.ports.items[sub.PortID]; p != nil {
			u := network.NewUpdate(func(p *network.Port) { p.DeviceID, p.DeviceOwner = "", "" }, "device_id", "device_owner")
			_ = n.ports.change(context.Background(), p, &u)
		}
	}
}

// AddSubPorts implements network.TrunkSubPorts.
func (s *trunks) AddSubPorts(ctx context.Context, id string, ports []network.SubPort) (*network.Trunk, error) {
	return s.rearrange(ctx, id, func(t *network.Trunk) ([]network.SubPort, error) {
		for _, sub := range ports {
			if slices.ContainsFunc(t.SubPorts, func(have network.SubPort) bool { return have.SegmentationID == sub.SegmentationID }) {
				return nil, network.Fault(jumpgate.Conflict, "DuplicateSubPort", "segmentation_type %s and segmentation_id %d already in use on trunk %s.",
					sub.SegmentationType, sub.SegmentationID, t.ID)
			}
		}
		if err := s.n.checkSubPorts(ctx, t, ports); err != nil {
			return nil, err
		}
		s.n.carry(ctx, t, ports)
		return append(slices.Clone(t.SubPorts), ports...), nil
	})
}

// RemoveSubPorts implements network.TrunkSubPorts.
func (s *trunks) RemoveSubPorts(ctx context.Context, id string, ports []network.SubPort) (*network.Trunk, error) {
	return s.rearrange(ctx, id, func(t *network.Trunk) ([]network.SubPort, error) {
		left := slices.Clone(t.SubPorts)
		for _, sub := range ports {
			i := slices.IndexFunc(left, func(have network.SubPort) bool { return have.PortID == sub.PortID })
			if i < 0 {
				return nil, network.Fault(jumpgate.NotFound, "SubPortNotFound", "SubPort %s on trunk %s could not be found.", sub.PortID, t.ID)
			}
			left = slices.Delete(left, i, i+1)
		}
		s.n.drop(ports)
		return left, nil
	})
}

func (s *trunks) rearrange(ctx context.Context, id string, change func(*network.Trunk) ([]network.SubPort, error)) (*network.Trunk, error) {
	s.n.mu.Lock()
	defer s.n.mu.Unlock()
	t := s.visible(ctx, id)
	switch {
	case t == nil:
		return nil, jumpgate.NotFound
	case !t.AdminStateUp:
		return nil, network.Fault(jumpgate.Conflict, "TrunkDisabled", "Trunk %s is currently disabled.", t.ID)
	}
	ports, err := change(t)
	if err != nil {
		return nil, err
	}
	t.SubPorts = ports
	s.touch(t)
	return s.shown(ctx, t), nil
}
