package softlayer

import (
	"context"

	"github.com/softlayer/jumpgate/openstack/compute"
)

// Limits counts what the account uses. SoftLayer has quotas, but no way to
// ask for them, so they show as unlimited.
func (d *Driver) Limits(ctx context.Context) (*compute.Limits, error) {
	var guests []guest
	_, err := d.api.do(ctx, call{
		service: "Account", method: "getVirtualGuests",
		mask: "mask[" + stateFields + ",maxCpu,maxMemory]",
	}, &guests)
	if err != nil {
		return nil, err
	}
	l := &compute.Limits{
		MaxInstances:          -1,
		MaxCores:              -1,
		MaxRAM:                -1,
		MaxKeypairs:           -1,
		MaxServerGroups:       -1,
		MaxServerGroupMembers: -1,
		MaxMetadata:           128,
	}
	for i := range guests {
		if g := &guests[i]; g.ID != 0 && !g.state().gone {
			l.Instances++
			l.Cores += g.MaxCPU
			l.RAM += g.MaxMemory
		}
	}
	return l, nil
}
