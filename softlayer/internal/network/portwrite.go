package network

import (
	"context"
	"errors"
	"slices"
	"strconv"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/network"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
)

var _ interface {
	network.Updater[network.Port]
	network.Deleter
} = ports{}

// Update implements network.Updater.
func (d ports) Update(ctx context.Context, id string, u network.Update[network.Port]) (*network.Port, error) {
	if _, ok := keep.NumberOf(keep.RouterPortKind, id); ok {
		return nil, jumpgate.Forbidden.New("Port %s is a gateway of the cloud; it can't be changed.", id)
	}
	unlock, err := d.Locks.Lock(ctx, "port/"+id)
	if err != nil {
		return nil, err
	}
	defer unlock()
	book, c, kept, err := d.portCalled(ctx, id)
	switch {
	case err != nil:
		return nil, err
	case c == nil:
		err = d.changeWaiting(ctx, id, kept, u)
	case c.VLAN.ID == 0:
		return nil, jumpgate.Conflict.New("Port %s can't be changed while the cloud makes server %s.", id, kept.Device)
	default:
		err = d.changeInterface(ctx, book, id, c, u)
	}
	if err != nil {
		return nil, err
	}
	return d.Get(ctx, id)
}

// changeWaiting changes a port that no server has.
func (d ports) changeWaiting(ctx context.Context, id string, kept *keptPort, u network.Update[network.Port]) error {
	now := *kept.port(ctx, id)
	if u.Has("fixed_ips") {
		now.FixedIPs = nil
	}
	u.Apply(&now)
	now.GroupsGiven = u.Has("security_groups")
	if err := plainPort(&now); err != nil {
		return err
	}
	if now.GroupsGiven {
		if _, err := d.groupNumbers(ctx, now.SecurityGroups); err != nil {
			return err
		}
	}
	wish := *kept
	if u.Has("fixed_ips") {
		old := kept.Address
		wish.Subnet, wish.Address = 0, ""
		if len(now.FixedIPs) == 1 && now.FixedIPs[0].Address.IsValid() && now.FixedIPs[0].Address.String() == old {
			wish.Subnet, wish.Address = kept.Subnet, old
		} else if err := d.wantAddress(ctx, &wish, now.FixedIPs); err != nil {
			return err
		} else if old != "" {
			if err := d.release(ctx, old); err != nil {
				return err
			}
		}
	}
	_, err := d.keptPorts().edit(ctx, id, func(k *keptPort) error {
		k.Name, k.Description, k.Tags, k.Groups = now.Name, now.Description, now.Tags, now.SecurityGroups
		k.Subnet, k.Address, k.Updated = wish.Subnet, wish.Address, d.Opts.Now()
		return nil
	})
	return err
}

// changeInterface changes the interface that a port is.
func (d ports) changeInterface(ctx context.Context, book *PortBook, id string, c *component, u network.Update[network.Port]) error {
	before, err := d.portOf(ctx, book, &c.Guest, &c.connection)
	if err != nil {
		return err
	}
	now := *before
	u.Apply(&now)
	switch {
	case u.Has("fixed_ips") && !slices.Equal(now.FixedIPs, before.FixedIPs):
		return network.Invalid("The addresses of a port that a server has can't be changed: this cloud chose them.")
	case u.Has("device_id") && now.DeviceID != before.DeviceID, u.Has("device_owner") && now.DeviceOwner != before.DeviceOwner:
		return network.PortInUse(id, before.NetworkID, before.DeviceID)
	case u.Has("mac_address") && now.MAC != before.MAC:
		return network.Invalid("The MAC address of an interface of this cloud can't be changed.")
	}
	plain := now
	plain.MAC, plain.DeviceID, plain.DeviceOwner, plain.AdminStateUp = "", "", "", true
	plain.SecurityGiven = u.Has("port_security_enabled")
	if err := plainPort(&plain); err != nil {
		return err
	}
	if u.Has("security_groups") {
		if err := d.regroup(ctx, c, now.SecurityGroups); err != nil {
			return err
		}
	}
	if now.AdminStateUp != before.AdminStateUp {
		method := map[bool]string{true: "enable", false: "disable"}[now.AdminStateUp]
		err := d.API.Order(ctx, upstream.Call{Service: componentService, ID: strconv.Itoa(c.ID), Method: method})
		if err != nil {
			return busyServer(err, before.DeviceID)
		}
	}
	if now.Name == before.Name && now.Description == before.Description && !u.Has("tags") {
		return nil
	}
	_, err = d.keptPorts().edit(ctx, id, func(k *keptPort) error {
		k.Name, k.Description, k.Updated = now.Name, now.Description, d.Opts.Now()
		if u.Has("tags") {
			k.Tags = u.New.Tags
		}
		return nil
	})
	return err
}

// regroup puts an interface behind other groups: first into the new ones, so
// that it is not open in between.
func (d *Networks) regroup(ctx context.Context, c *component, ids []string) error {
	wanted, err := d.groupNumbers(ctx, ids)
	if err != nil {
		return err
	}
	var have []int
	for _, b := range c.SecurityGroups {
		have = append(have, b.Group.ID)
	}
	for _, step := range []struct {
		method  string
		numbers []int
	}{{"attachNetworkComponents", without(wanted, have)}, {"detachNetworkComponents", without(have, wanted)}} {
		for _, n := range step.numbers {
			if _, err := d.GroupRequest(ctx, n, step.method, []int{c.ID}); err != nil {
				return busyServer(err, c.Guest.GlobalIdentifier)
			}
		}
	}
	tags, markers := keep.SplitTags(c.Guest.TagReferences)
	if !markers.Groupless {
		return nil
	}
	markers.Groupless = false // it is in a group again
	return d.setTags(ctx, "Virtual_Guest", c.Guest.GlobalIdentifier, keep.References(markers.Tags()), tags)
}

// without are the numbers that others lack.
func without(numbers, others []int) []int {
	return slices.DeleteFunc(slices.Clone(numbers), func(n int) bool { return slices.Contains(others, n) })
}

// busyServer words SoftLayer's no to something about an interface.
func busyServer(err error, server string) error {
	var no *upstream.Refusal
	if errors.As(err, &no) {
		return jumpgate.Conflict.Wrap(err, "The cloud is at work on server %s. Please try again later.", server)
	}
	return err
}

// Delete implements network.Deleter. The interfaces of a server go with it.
func (d ports) Delete(ctx context.Context, id string) error {
	if subnet, ok := keep.NumberOf(keep.RouterPortKind, id); ok {
		p, err := d.routerPort(ctx, subnet)
		if err != nil {
			return err
		}
		return network.PortOfService(id, p.DeviceOwner)
	}
	_, c, kept, err := d.portCalled(ctx, id)
	switch {
	case err != nil:
		return err
	case c != nil:
		vlan := c.VLAN.ID
		if vlan == 0 {
			vlan = kept.VLAN
		}
		return network.PortInUse(id, keep.IDOf(keep.NetworkKind, vlan), c.Guest.GlobalIdentifier)
	case d.claimed(kept):
		return network.PortInUse(id, keep.IDOf(keep.NetworkKind, kept.VLAN), "")
	}
	if kept.Address != "" {
		if err := d.release(ctx, kept.Address); err != nil {
			return err
		}
	}
	return d.Opts.Store.Delete(ctx, d.keptPorts().key(ctx, id), 0)
}
