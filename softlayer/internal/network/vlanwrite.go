package network

import (
	"context"
	"strconv"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/network"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
)

var _ network.Updater[network.Network] = vlans{}

// Update implements network.Updater: a VLAN has a name, a note and tags. All
// else about it is SoftLayer's.
func (d vlans) Update(ctx context.Context, id string, u network.Update[network.Network]) (*network.Network, error) {
	if id == accountID(ctx, keep.GlobalPoolKind) {
		return nil, jumpgate.Forbidden.New("Network %s is not yours to change: it stands for the cloud's global addresses.", id)
	}
	unlock, err := d.Locks.Lock(ctx, id)
	if err != nil {
		return nil, err
	}
	defer unlock()
	v, err := d.VLAN(ctx, id)
	if err != nil {
		return nil, err
	}
	before := networkOf(ctx, v)
	now := *before
	u.Apply(&now)
	if err := fixedNetwork(before, &now, u); err != nil {
		return nil, err
	}
	if err := d.editVLAN(ctx, v, now.Name, now.Description, now.Tags); err != nil {
		return nil, err
	}
	return networkOf(ctx, v), nil
}

// editVLAN gives v a name, a description and tags, with a call for what SoftLayer
// keeps in one place. The qualified name is that of a VLAN that has none.
func (d *Networks) editVLAN(ctx context.Context, v *records.VLAN, name, description string, tags []string) error {
	if name == v.FullName {
		name = ""
	}
	short, kept := shortName(name), v.Kept
	kept.SetName(name, short)
	had, _ := keep.SplitTags(v.TagReferences)
	tags, kept.Tags = keep.PartTags(tags, had)
	note, err := d.vlanNotes.Change(ctx, v.Note, description, kept)
	if err != nil {
		return err
	}
	if short != v.Name || note != v.Note {
		err := d.API.Order(ctx, upstream.Call{
			Service: vlanService, ID: strconv.Itoa(v.ID), Method: "editObject", Args: []any{map[string]any{"name": short, "note": note}},
		})
		d.vlanNotes.Settle(ctx, v.Note, note, err)
		if err != nil {
			return err
		}
		v.Name, v.Note, v.Text, v.Kept = short, note, description, kept
	}
	return d.retag(ctx, vlanService, v.ID, &v.TagReferences, tags)
}

// fixedNetwork refuses to change what SoftLayer decides.
func fixedNetwork(before, now *network.Network, u network.Update[network.Network]) error {
	switch {
	case u.Has("admin_state_up") && !now.AdminStateUp:
		return network.Invalid("Networks of this cloud can't be switched off.")
	case u.Has("mtu") && now.MTU != before.MTU:
		return network.Invalid("The MTU of this network is %d; this cloud has no other for it.", before.MTU)
	case u.Has("port_security_enabled") && !now.PortSecurity:
		return network.Invalid("Security groups can't be switched off for networks of this cloud; servers are open that are in none.")
	case u.Has("shared") && now.Shared, u.Has("router:external") && now.External != before.External, u.Has("is_default") && now.IsDefault:
		return network.Invalid("Networks of this cloud belong to one account, and are external if they are public.")
	}
	return nil
}
