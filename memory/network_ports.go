package memory

import (
	"context"
	"slices"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/network"
)

// What has a port, in Neutron's words.
const (
	ownerServer    = "compute:" + zone
	ownerInterface = "network:router_interface"
	ownerGateway   = "network:router_gateway"
	ownerFloating  = "network:floatingip"
)

func (n *nets) portShelf() *shelf[network.Port] {
	return &shelf[network.Port]{
		n: n, items: make(map[string]*network.Port), head: func(t *network.Port) head { return headOf(&t.Standard) }, first: 1, quota: "port",
		sees: func(ctx context.Context, t *network.Port) bool { // whose the network is
			of := n.networks.items[t.NetworkID]
			return of != nil && of.ProjectID == caller(ctx).ProjectID
		},
		show: func(ctx context.Context, t *network.Port) {
			t.Shared = n.granted(ctx, t.NetworkID, shared)
			n.follow(t)
		},
		add:   n.addPort,
		alter: n.alterPort,
		leave: func(_ context.Context, t *network.Port) error {
			if isRouters(t) || t.DeviceOwner == ownerFloating {
				return network.PortOfService(t.ID, t.DeviceOwner)
			}
			return n.trunkless(t)
		},
		erase: func(t *network.Port) {
			n.strand(t, func(network.FixedIP) bool { return true })
			n.free(t.FixedIPs)
			delete(n.macs, t.NetworkID+t.MAC)
			n.unplug(t)
			delete(n.waiting, t.ID)
		},
	}
}

// isRouters tells whether a router has a port.
func isRouters(p *network.Port) bool {
	return p.DeviceOwner == ownerInterface || p.DeviceOwner == ownerGateway
}

func isNetworks(p *network.Port) bool { return strings.HasPrefix(p.DeviceOwner, "network:") }

func (n *nets) addPort(ctx context.Context, p *network.Port) error {
	of := n.networks.visible(ctx, p.NetworkID)
	if of == nil {
		return network.NetworkNotFound(p.NetworkID)
	}
	if p.MAC == "" {
		p.MAC = n.newMAC()
	}
	if n.macs[of.ID+p.MAC] != "" {
		return macInUse(of.ID, p.MAC)
	}
	if err := n.mayBelong(ctx, p); err != nil {
		return err
	}
	if err := n.policyExists(ctx, p.QoSPolicyID); err != nil {
		return err
	}
	if !p.SecurityGiven {
		p.PortSecurity = of.PortSecurity
		if p.GroupsGiven && len(p.SecurityGroups) > 0 && !p.PortSecurity {
			return network.Fault(jumpgate.BadRequest, "PortSecurityAndIPRequiredForSecurityGroups",
				"Port security must be enabled and port must have an IP address in order to use security groups.")
		}
	}
	if isNetworks(p) {
		p.PortSecurity = false
	}
	switch {
	case p.GroupsGiven:
		if err := n.groupsExist(ctx, p.ProjectID, p.SecurityGroups); err != nil {
			return err
		}
	case p.PortSecurity:
		p.SecurityGroups = []string{n.defaultGroup(p.ProjectID).ID}
	}
	wishes := p.FixedIPs
	if !p.FixedIPsGiven {
		wishes = nil
	}
	ips, err := n.address(p, wishes)
	if err != nil {
		return err
	}
	p.FixedIPs = ips
	settlePort(p)
	n.macs[of.ID+p.MAC] = p.ID
	n.plug(p.DeviceID, p)
	return nil
}

// mayBelong refuses ports that say they are those of a router of somebody
// else.
func (n *nets) mayBelong(ctx context.Context, p *network.Port) error {
	r := n.routers.items[p.DeviceID]
	if r == nil || !isRouters(p) || r.ProjectID == p.ProjectID || network.AllProjects(ctx) {
		return nil
	}
	return network.Fault(jumpgate.Conflict, "DeviceIDNotOwnedByTenant",
		"The following device_id %s is not owned by your project or matches another project router.", p.DeviceID)
}

func macInUse(networkID, mac string) error {
	return network.Fault(jumpgate.Conflict, "MacAddressInUse", "Unable to complete operation for network %s. The mac address %s is in use.", networkID, mac)
}

func (n *nets) alterPort(ctx context.Context, old, now *network.Port, u *network.Update[network.Port]) error {
	if u.Has("mac_address") {
		if now.MAC == "" {
			now.MAC = n.newMAC()
		}
		switch have := n.macs[old.NetworkID+now.MAC]; {
		case have != "" && have != old.ID:
			return macInUse(old.NetworkID, now.MAC)
		case now.MAC != old.MAC && old.Binding.HostID != "":
			return network.Fault(jumpgate.Conflict, "PortBound", "Unable to complete operation on port %s, port is already bound, port type: %s, old_mac %s, new_mac %s.",
				old.ID, old.Binding.VIFType, old.MAC, now.MAC)
		}
	}
	if err := n.policyExists(ctx, now.QoSPolicyID); err != nil {
		return err
	}
	if u.Has("device_id") || u.Has("device_owner") {
		if err := n.mayBelong(ctx, now); err != nil {
			return err
		}
	}
	if u.Has("security_groups") {
		if err := n.groupsExist(ctx, old.ProjectID, now.SecurityGroups); err != nil {
			return err
		}
	}
	if u.Has("fixed_ips") {
		if old.DeviceOwner == ownerGateway || old.DeviceOwner == ownerFloating {
			return network.Fault(jumpgate.BadRequest, "IPAddressChangeNotAllowed", "IP updates for port %s are not allowed", old.ID)
		}
		if err := n.readdress(old, now); err != nil {
			return err
		}
	}
	delete(n.macs, old.NetworkID+old.MAC)
	n.macs[now.NetworkID+now.MAC] = now.ID
	settlePort(now)
	if now.DeviceID != old.DeviceID {
		n.unplug(old)
		n.plug(now.DeviceID, old)
	}
	return nil
}

// readdress gives a port that changes other addresses, or on an error leaves
// it those that it has.
func (n *nets) readdress(old, now *network.Port) error {
	n.free(old.FixedIPs)
	ips, err := n.address(now, now.FixedIPs)
	if err != nil {
		for _, ip := range old.FixedIPs {
			n.books[ip.SubnetID].taken[ip.Address] = old.ID
		}
		return err
	}
	now.FixedIPs = ips
	n.strand(old, func(ip network.FixedIP) bool { return !slices.Contains(ips, ip) })
	return nil
}

// settlePort gives a port the state that follows from where it is.
func settlePort(p *network.Port) {
	p.Status, p.Binding.VIFType, p.Binding.Details = "DOWN", "unbound", nil
	if p.Binding.HostID != "" {
		p.Binding.VIFType, p.Binding.Details = "ovs", map[string]any{"port_filter": true, "connectivity": "l2"}
	}
	if p.AdminStateUp && (p.Binding.HostID != "" || isRouters(p)) {
		p.Status = "ACTIVE"
	}
	if p.DeviceOwner == ownerFloating {
		p.Status = "N/A"
	}
}

// plug notes that a device has a port.
func (n *nets) plug(device string, p *network.Port) {
	if device != "" {
		n.devices[device] = append(n.devices[device], p)
	}
}

// unplug undoes that.
func (n *nets) unplug(p *network.Port) {
	if p.DeviceID == "" {
		return
	}
	left := slices.DeleteFunc(slices.Clone(n.devices[p.DeviceID]), func(other *network.Port) bool { return other == p })
	if len(left) == 0 {
		delete(n.devices, p.DeviceID)
		return
	}
	n.devices[p.DeviceID] = left
}
