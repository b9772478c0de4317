package memory

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/network"
)

var (
	_ network.QuotaDriver = (*nets)(nil)
	_ network.QuotaSetter = (*nets)(nil)
)

// netQuotas are Neutron's defaults, in the order in which they are shown; -1
// is without a limit.
var netQuotas = []network.Quota{
	{Resource: "network", Limit: 100}, {Resource: "subnet", Limit: 100}, {Resource: "subnetpool", Limit: -1}, {Resource: "port", Limit: 500},
	{Resource: "router", Limit: 10}, {Resource: "floatingip", Limit: 50}, {Resource: "rbac_policy", Limit: 10}, {Resource: "security_group", Limit: 10},
	{Resource: "security_group_rule", Limit: 100}, {Resource: "trunk", Limit: -1},
}

// used says how much of a resource a project has.
func (n *nets) used(project, resource string) int {
	switch resource {
	case "network":
		return n.networks.count(project)
	case "subnet":
		return n.subnets.count(project)
	case "port":
		return n.ports.count(project)
	case "router":
		return n.routers.count(project)
	case "floatingip":
		return n.floating.count(project)
	case "rbac_policy":
		return n.rbac.count(project)
	case "security_group":
		return n.groups.count(project)
	case "security_group_rule":
		return n.rules.count(project)
	case "subnetpool":
		return n.pools.count(project)
	case "trunk":
		return n.trunks.count(project)
	}
	return 0
}

func (n *nets) limit(project string, q network.Quota) int {
	if limit, ok := n.limits[project][q.Resource]; ok {
		return limit
	}
	return q.Limit
}

// afford refuses more of a resource than a project may have.
func (n *nets) afford(project, resource string, count int) error {
	i := slices.IndexFunc(netQuotas, func(q network.Quota) bool { return q.Resource == resource })
	if i < 0 || project == "" {
		return nil
	}
	if limit := n.limit(project, netQuotas[i]); limit >= 0 && n.used(project, resource)+count > limit {
		return network.OverQuota(resource)
	}
	return nil
}

// Quotas implements network.QuotaDriver.
func (n *nets) Quotas(_ context.Context, project string) ([]network.Quota, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.quotasOf(project), nil
}

func (n *nets) quotasOf(project string) []network.Quota {
	all := slices.Clone(netQuotas)
	for i := range all {
		all[i].Limit, all[i].Used = n.limit(project, all[i]), n.used(project, all[i].Resource)
	}
	return all
}

// DefaultQuotas implements network.QuotaDriver.
func (n *nets) DefaultQuotas(context.Context) ([]network.Quota, error) {
	return slices.Clone(netQuotas), nil
}

// ProjectQuotas implements network.QuotaSetter.
func (n *nets) ProjectQuotas(context.Context) ([]network.ProjectQuota, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	var all []network.ProjectQuota
	for _, project := range slices.Sorted(maps.Keys(n.limits)) {
		all = append(all, network.ProjectQuota{ProjectID: project, Quotas: n.quotasOf(project)})
	}
	return all, nil
}

// SetQuotas implements network.QuotaSetter.
func (n *nets) SetQuotas(_ context.Context, project string, limits map[string]int) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.limits[project] == nil {
		n.limits[project] = make(map[string]int)
	}
	maps.Copy(n.limits[project], limits)
	return nil
}

// ResetQuotas implements network.QuotaSetter.
func (n *nets) ResetQuotas(_ context.Context, project string) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.limits[project] == nil {
		return jumpgate.NotFound
	}
	delete(n.limits, project)
	return nil
}

// seconds is the time as Neutron keeps it.
func (n *nets) seconds() time.Time { return n.now().UTC().Truncate(time.Second) }

func (n *nets) addressGroupExists(ctx context.Context, id string) error {
	if id == "" || n.addresses.visible(ctx, id) != nil {
		return nil
	}
	return network.AddressGroupNotFound(id)
}
