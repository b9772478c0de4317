package compute

import (
	"context"
	"fmt"

	"github.com/softlayer/jumpgate/openstack/compute"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	networks "github.com/softlayer/jumpgate/softlayer/internal/network"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
)

// AddSecurityGroupRule lets more into a group.
func (d *Servers) AddSecurityGroupRule(ctx context.Context, groupID string, rule compute.SecurityGroupRule) (id string, err error) {
	number, err := d.networks.Changeable(ctx, groupID)
	if err != nil {
		return "", err
	}
	wanted := records.SecurityRule{Direction: "ingress", Protocol: rule.Protocol, PortMin: rule.PortMin, PortMax: rule.PortMax, RemoteIP: rule.RemoteIP}
	if rule.RemoteGroupID != "" {
		if wanted.RemoteID, err = d.networks.RemoteFirewall(ctx, rule.RemoteGroupID); err != nil {
			return "", err
		}
	}
	made, err := d.networks.AddRule(ctx, number, wanted)
	if err != nil {
		return "", overQuota(err, "security_group_rule")
	}
	return keep.IDOf(keep.SecurityRuleKind, made), nil
}

// RemoveSecurityGroupRule lets less into a group.
func (d *Servers) RemoveSecurityGroupRule(ctx context.Context, groupID, id string) error {
	return d.networks.RemoveRule(ctx, groupID, id)
}

// overQuota words SoftLayer's no to one more of something.
func overQuota(err error, resource string) error {
	if networks.OverLimit(err) {
		return fmt.Errorf("%w: %w", compute.OverQuota(resource), err)
	}
	return err
}
