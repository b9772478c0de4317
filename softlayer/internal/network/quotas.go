package network

import (
	"context"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/network"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
)

// account is what of SoftLayer_Account is counted.
type account struct {
	VLANs    int                     `json:"networkVlanCount"`
	Gateways int                     `json:"networkGatewayCount"`
	Subnets  []records.Block         `json:"subnets"`
	Globals  []records.GlobalAddress `json:"globalIpRecords"`
	Groups   []countedGroup          `json:"securityGroups"`
	Guests   []countedGuest          `json:"virtualGuests"`
}

// countedGroup is a security group of which the rules are counted.
type countedGroup struct {
	records.GroupName
	Rules []records.Numbered `json:"rules"`
}

// countedGuest is a guest of which the interfaces are counted.
type countedGuest struct {
	records.Presence
	NetworkComponents []struct {
		VLAN records.Numbered `json:"networkVlan"`
	} `json:"networkComponents"`
}

var accountForm = records.FormOf[account]()

// Quotas implements network.QuotaDriver: with SoftLayer's sales all is a
// matter of talking, and it has no way to ask for what was agreed. What is
// used it counts with one call.
func (d *Networks) Quotas(ctx context.Context, projectID string) ([]network.Quota, error) {
	if projectID != keep.Account(ctx) {
		return nil, jumpgate.NotFound
	}
	a, err := accountForm.One(ctx, d.API, upstream.Call{Service: "Account", Method: "getObject"})
	if err != nil {
		return nil, err
	}
	quotas, err := d.DefaultQuotas(ctx)
	names := make([]records.GroupName, len(a.Groups))
	for i := range a.Groups {
		names[i] = a.Groups[i].GroupName
	}
	used := a.used(d.ownAmong(names))
	for i := range quotas {
		quotas[i].Used = used[quotas[i].Resource]
	}
	return quotas, err
}

// DefaultQuotas implements network.QuotaDriver.
func (d *Networks) DefaultQuotas(context.Context) ([]network.Quota, error) {
	var quotas []network.Quota
	for _, resource := range []string{"network", "subnet", "subnetpool", "port", "router", "floatingip", "rbac_policy", "security_group", "security_group_rule"} {
		quotas = append(quotas, network.Quota{Resource: resource, Limit: -1})
	}
	return quotas, nil
}

// used counts by Neutron's names; own is the number of its own "default".
func (a *account) used(own int) map[string]int {
	used := map[string]int{"network": a.VLANs, "router": 1 + a.Gateways, "security_group": len(a.Groups)}
	if own == 0 {
		used["security_group"]++
		used["security_group_rule"] = len(bornWith)
	}
	for i := range a.Subnets {
		if a.Subnets[i].There() {
			used["subnet"]++
		}
	}
	for i := range a.Globals {
		if a.Globals[i].There() {
			used["floatingip"]++
		}
	}
	for i := range a.Groups {
		used["security_group_rule"] += len(a.Groups[i].Rules)
	}
	for i := range a.Guests {
		for _, c := range a.Guests[i].NetworkComponents {
			if c.VLAN.ID != 0 && !a.Guests[i].Gone() {
				used["port"]++
			}
		}
	}
	return used
}
