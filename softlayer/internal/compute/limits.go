package compute

import (
	"context"

	"github.com/softlayer/jumpgate/openstack/compute"
)

// Quotas says that everything is unlimited but what Nova bounds for each server:
// SoftLayer has quotas, but no way to ask for them.
func (d *Servers) Quotas(context.Context) (*compute.Limits, error) { return quotas(), nil }

func quotas() *compute.Limits {
	return &compute.Limits{
		MaxInstances:          -1,
		MaxCores:              -1,
		MaxRAM:                -1,
		MaxKeypairs:           -1,
		MaxServerGroups:       -1,
		MaxServerGroupMembers: -1,
		MaxMetadata:           MaxMetadata,
		Kept:                  map[string]int{"injected_files": 5, "injected_file_content_bytes": 10240},
	}
}

// Limits counts what the account uses.
func (d *Servers) Limits(ctx context.Context) (*compute.Limits, error) {
	l, err := d.Quotas(ctx)
	if err != nil {
		return nil, err
	}
	for g, err := range guestsAs(ctx, d, countedForm, everything(), new(place)) {
		if err != nil {
			return nil, err
		}
		if !g.Gone() {
			l.Instances++
			l.Cores += g.MaxCPU
			l.RAM += g.MaxMemory
		}
	}
	return l, nil
}
