package network

import (
	"context"
	"slices"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/network"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
)

var _ network.Creator[network.Port] = ports{}

// Create implements network.Creator: the ports are kept in the store until
// servers are ordered with them. Their addresses are SoftLayer's choice then,
// as with Neutron's deferred allocation.
func (d ports) Create(ctx context.Context, all []*network.Port) ([]*network.Port, error) {
	kept := make([]*keptPort, len(all))
	var err error
	defer func() {
		if err != nil {
			d.giveBack(ctx, kept)
		}
	}()
	for i, p := range all {
		if kept[i], err = d.newPort(ctx, p); err != nil {
			return nil, err
		}
	}
	made := make([]*network.Port, len(all))
	for i, k := range kept {
		id := jumpgate.NewUUID()
		if err = d.keptPorts().put(ctx, id, k); err != nil {
			for _, p := range made[:i] {
				d.keptPorts().drop(ctx, p.ID) // all or none
			}
			return nil, err
		}
		made[i] = k.port(ctx, id)
	}
	return made, nil
}

// giveBack frees the addresses that were reserved for ports.
func (d *Networks) giveBack(ctx context.Context, list []*keptPort) {
	for _, k := range list {
		if k != nil && k.Address != "" {
			_ = d.release(context.WithoutCancel(ctx), k.Address) // one that stays reserved has a note that says why
		}
	}
}

// newPort checks what a client wants of a port, and reserves its address.
func (d ports) newPort(ctx context.Context, p *network.Port) (*keptPort, error) {
	if err := plainPort(p); err != nil {
		return nil, err
	}
	if p.NetworkID == accountID(ctx, keep.GlobalPoolKind) {
		return nil, network.Invalid("Nothing can be connected to network %s, which global addresses come from.", p.NetworkID)
	}
	v, err := d.VLAN(ctx, p.NetworkID)
	switch {
	case isMissing(err):
		return nil, network.NetworkNotFound(p.NetworkID)
	case err != nil:
		return nil, err
	}
	now := d.Opts.Now()
	k := &keptPort{
		Name: p.Name, Description: p.Description, Tags: p.Tags, Created: now, Updated: now, VLAN: v.ID, Public: v.Public(), Groups: p.SecurityGroups,
	}
	if !p.GroupsGiven {
		k.Groups = []string{DefaultGroupID(ctx)}
	}
	if _, err := d.groupNumbers(ctx, k.Groups); err != nil {
		return nil, err
	}
	return k, d.wantAddress(ctx, k, p.FixedIPs)
}

// plainPort refuses what SoftLayer's interfaces can't be.
func plainPort(p *network.Port) error {
	switch {
	case p.MAC != "":
		return network.Invalid("The MAC address of a port can't be chosen: an interface of this cloud has one of its own.")
	case p.DeviceID != "" || p.DeviceOwner != "":
		return network.Invalid("A port of this cloud gets its device when a server is ordered with it.")
	case !p.AdminStateUp:
		return network.Invalid("A port can be switched off once a server has it.")
	case p.VNICType != "" && p.VNICType != "normal":
		return network.Invalid("Interfaces of this cloud are of the VNIC type normal.")
	case p.SecurityGiven && !p.PortSecurity:
		return network.Invalid("Port security can't be switched off; an interface in security group default alone lets everything pass.")
	case len(p.AllowedPairs) > 0:
		return network.Invalid("Interfaces of this cloud may send from any address that is routed to them; there are no allowed address pairs.")
	case len(p.DHCPOptions) > 0:
		return network.Invalid("This cloud has no DHCP options.")
	}
	return nil
}

// groupNumbers are the numbers of the groups that ids name, without the
// "default" that SoftLayer does not know.
func (d *Networks) groupNumbers(ctx context.Context, ids []string) ([]int, error) {
	if len(ids) == 0 {
		return nil, network.Invalid("A port of this cloud that is in no security group lets everything pass; please put it into group default, which says so.")
	}
	own, err := d.OwnDefault(ctx)
	if err != nil {
		return nil, err
	}
	if own == 0 && len(ids) == 1 && ids[0] == DefaultGroupID(ctx) {
		return nil, nil
	}
	all, err := d.FirewallNames(ctx)
	if err != nil {
		return nil, err
	}
	var list []int
	for _, id := range ids {
		if own == 0 && id == DefaultGroupID(ctx) {
			return nil, network.Invalid("A port can't be in security group default and in others: default lets everything pass, as it is none of the cloud's groups.")
		}
		number, ok := keep.NumberOf(keep.SecurityGroupKind, id)
		if id == DefaultGroupID(ctx) {
			number, ok = own, true
		}
		if !ok || !slices.ContainsFunc(all, func(g records.GroupName) bool { return g.ID == number }) {
			return nil, network.SecurityGroupNotFound(id)
		}
		if !slices.Contains(list, number) {
			list = append(list, number)
		}
	}
	return list, nil
}
