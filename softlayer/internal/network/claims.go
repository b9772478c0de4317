package network

import (
	"context"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/network"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
)

// Claim is a port that the order of a server names.
type Claim struct {
	ID     string
	VLAN   *records.VLAN
	Subnet int   // of the VLAN, that the address is to come from; 0: any
	Groups []int // that it is to be behind
}

// claimAge is how long an order may take.
const claimAge = 5 * time.Minute

// claimed tells whether an order that names k is under way.
func (d *Networks) claimed(k *keptPort) bool {
	return k.Device == "" && d.Opts.Now().Sub(k.Claimed) < claimAge
}

// Claim keeps a port for the order of a server, so that no other takes it. One
// that a server has is PortInUse.
func (d *Networks) Claim(ctx context.Context, id string) (*Claim, error) {
	_, c, kept, err := d.portCalled(ctx, id)
	switch {
	case err != nil:
		return nil, err
	case c != nil:
		return nil, network.PortInUse(id, keep.IDOf(keep.NetworkKind, c.VLAN.ID), c.Guest.GlobalIdentifier)
	}
	v, err := d.VLAN(ctx, keep.IDOf(keep.NetworkKind, kept.VLAN))
	if err != nil {
		return nil, err
	}
	claim := &Claim{ID: id, VLAN: v}
	if kept.Address == "" { // a reserved one is beside the one that SoftLayer gives
		claim.Subnet = kept.Subnet
	}
	if claim.Groups, err = d.groupNumbers(ctx, kept.Groups); err != nil {
		return nil, err
	}
	_, err = d.keptPorts().edit(ctx, id, func(k *keptPort) error {
		switch {
		case k.VLAN == 0: // deleted meanwhile
			return jumpgate.NotFound
		case d.claimed(k), k.Device != kept.Device:
			return network.PortInUse(id, keep.IDOf(keep.NetworkKind, k.VLAN), k.Device)
		}
		k.Device, k.Claimed = "", d.Opts.Now()
		return nil
	})
	return claim, err
}

// Unclaim frees a port whose order failed.
func (d *Networks) Unclaim(ctx context.Context, id string) {
	_, _ = d.keptPorts().edit(context.WithoutCancel(ctx), id, func(k *keptPort) error {
		if k.VLAN == 0 {
			return jumpgate.NotFound
		}
		k.Claimed = time.Time{}
		return nil
	}) // else it is free when the claim is too old
}

// Adopt gives a port to the server that was ordered with it.
func (d *Networks) Adopt(ctx context.Context, id, guid string) error {
	_, err := d.keptPorts().edit(context.WithoutCancel(ctx), id, func(k *keptPort) error {
		if k.VLAN == 0 {
			return jumpgate.NotFound
		}
		k.Device, k.Claimed, k.Updated = guid, time.Time{}, d.Opts.Now()
		return nil
	})
	return err
}
