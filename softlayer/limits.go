package softlayer

import (
	"context"

	"github.com/softlayer/jumpgate/openstack/compute"
)

// Limits counts what the account uses. SoftLayer has quotas, but no way to
// ask for them, so they show as unlimited.
func (d *Driver) Limits(ctx context.Context) (*compute.Limits, error) {
	l := &compute.Limits{
		MaxInstances:          -1,
		MaxCores:              -1,
		MaxRAM:                -1,
		MaxKeypairs:           -1,
		MaxServerGroups:       -1,
		MaxServerGroupMembers: -1,
		MaxMetadata:           128,
	}
	for g, err := range d.guests(ctx, "mask["+stateFields+",maxCpu,maxMemory]", pageSize, new(place)) {
		if err != nil {
			return nil, err
		}
		if !g.state().gone {
			l.Instances++
			l.Cores += g.MaxCPU
			l.RAM += g.MaxMemory
		}
	}
	return l, nil
}
