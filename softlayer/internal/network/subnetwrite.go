package network

import (
	"context"
	"slices"
	"strconv"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/network"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
)

var _ network.Updater[network.Subnet] = subnets{}

// Update implements network.Updater: a subnet has a note, which has its name,
// and tags. All else about it is SoftLayer's.
func (d subnets) Update(ctx context.Context, id string, u network.Update[network.Subnet]) (*network.Subnet, error) {
	number, ok := keep.NumberOf(keep.SubnetKind, id)
	if !ok {
		return nil, jumpgate.NotFound
	}
	unlock, err := d.Locks.Lock(ctx, id)
	if err != nil {
		return nil, err
	}
	defer unlock()
	s, err := d.block(ctx, number)
	if err != nil {
		return nil, err
	}
	before := subnetOf(ctx, s)
	now := *before
	u.Apply(&now)
	if err := fixedSubnet(before, &now); err != nil {
		return nil, err
	}
	if err := d.editSubnet(ctx, s.ID, &s.SubnetNote, ownName(s, now.Name), now.Description, now.Tags); err != nil {
		return nil, err
	}
	return subnetOf(ctx, s), nil
}

// ownName is the name that the note of s is to have: its addresses are the name
// of one that has none.
func ownName(s *records.Subnet, name string) string {
	if name == s.Prefix().String() {
		return ""
	}
	return name
}

// editSubnet gives the subnet with a number a name, a description and tags.
func (d *Networks) editSubnet(ctx context.Context, number int, s *records.SubnetNote, name, description string, tags []string) error {
	kept := s.Kept
	kept.SetName(name, "")
	had, _ := keep.SplitTags(s.TagReferences)
	tags, kept.Tags = keep.PartTags(tags, had)
	note, err := d.subnetNotes.Change(ctx, s.Note, description, kept)
	if err != nil {
		return err
	}
	if note != s.Note {
		err := d.API.Order(ctx, upstream.Call{Service: subnetService, ID: strconv.Itoa(number), Method: "editNote", Args: []any{note}})
		d.subnetNotes.Settle(ctx, s.Note, note, err)
		if err != nil {
			return err
		}
		s.Note, s.Text, s.Kept = note, description, kept
	}
	return d.retag(ctx, subnetService, number, &s.TagReferences, tags)
}

// fixedSubnet refuses to change what SoftLayer decides.
func fixedSubnet(before, now *network.Subnet) error {
	switch {
	case now.DHCP != before.DHCP:
		return network.Invalid("enable_dhcp is %t for this subnet: %s.", before.DHCP, dhcpReason)
	case now.Gateway != before.Gateway:
		return network.Invalid("The gateway of this subnet is %s; this cloud chooses it.", before.Gateway)
	case !slices.Equal(now.Pools, before.Pools):
		return network.Invalid("The allocation pools of a subnet of this cloud are all of its addresses.")
	case len(now.DNSServers) > 0:
		return network.Invalid("This cloud tells servers its own name servers; a subnet has none.")
	case len(now.HostRoutes) > 0:
		return network.Invalid("This cloud tells servers no routes; a subnet has none.")
	case len(now.ServiceTypes) > 0 || now.SegmentID != "":
		return network.Invalid("Subnets of this cloud have no service types and no segments.")
	}
	return nil
}

const dhcpReason = "this cloud gives servers addresses of subnets that came with the network, and none of those that were ordered"
