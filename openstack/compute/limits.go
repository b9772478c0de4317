package compute

import (
	"context"
	"net/http"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
)

// limitFields: those with -1 and 0 belong to proxies that no longer count.
var limitFields = []rest.Field[*Limits]{
	{Name: "maxTotalInstances", Value: func(l *Limits) any { return l.MaxInstances }},
	{Name: "maxTotalCores", Value: func(l *Limits) any { return l.MaxCores }},
	{Name: "maxTotalRAMSize", Value: func(l *Limits) any { return l.MaxRAM }},
	{Name: "maxServerMeta", Value: func(l *Limits) any { return l.MaxMetadata }},
	{Name: "maxImageMeta", Until: 39, Value: func(l *Limits) any { return l.MaxMetadata }},
	{Name: "maxPersonality", Until: endOfFiles, Value: func(l *Limits) any { return l.Quota("injected_files") }},
	{Name: "maxPersonalitySize", Until: endOfFiles, Value: func(l *Limits) any { return l.Quota("injected_file_content_bytes") }},
	{Name: "maxTotalKeypairs", Value: func(l *Limits) any { return l.MaxKeypairs }},
	{Name: "maxServerGroups", Value: func(l *Limits) any { return l.MaxServerGroups }},
	{Name: "maxServerGroupMembers", Value: func(l *Limits) any { return l.MaxServerGroupMembers }},
	{Name: "maxTotalFloatingIps", Until: 36, Value: func(l *Limits) any { return l.Quota("floating_ips") }},
	{Name: "maxSecurityGroups", Until: 36, Value: func(l *Limits) any { return l.Quota("security_groups") }},
	{Name: "maxSecurityGroupRules", Until: 36, Value: func(l *Limits) any { return l.Quota("security_group_rules") }},
	{Name: "totalRAMUsed", Value: func(l *Limits) any { return l.RAM }},
	{Name: "totalCoresUsed", Value: func(l *Limits) any { return l.Cores }},
	{Name: "totalInstancesUsed", Value: func(l *Limits) any { return l.Instances }},
	{Name: "totalFloatingIpsUsed", Until: 36, Value: func(*Limits) any { return 0 }},
	{Name: "totalSecurityGroupsUsed", Until: 36, Value: func(*Limits) any { return 0 }},
	{Name: "totalServerGroupsUsed", Value: func(l *Limits) any { return l.ServerGroups }},
}

func limits(_ *service, driver any, t *table) {
	if d, ok := driver.(LimitsGetter); ok {
		k, _ := driver.(QuotaKeeper)
		t.add(http.MethodGet, "limits", func(r *jumpgate.Request) (any, error) { return showLimits(r, d, k) })
	}
}

// showLimits shows quotas and what is used of them, of another project where
// policy allows it and the driver knows it.
func showLimits(r *jumpgate.Request, d LimitsGetter, k QuotaKeeper) (any, error) {
	p, err := readQuery(r, limitsParams)
	if err != nil {
		return nil, err
	}
	limits := d.Limits
	if p.Has("tenant_id") { // even one's own is for admins alone
		const rule = "os_compute_api:limits:other_project"
		if k == nil {
			return nil, refusedBy(r, rule)
		}
		if err := allow(r, rule, nil); err != nil {
			return nil, err
		}
		limits = func(ctx context.Context) (*Limits, error) { return k.ProjectQuotas(ctx, p.Get("tenant_id"), "") }
	}
	l, err := limits(r.Context())
	if err != nil {
		return nil, err
	}
	return jumpgate.Object{{Name: "limits", Value: jumpgate.Object{
		{Name: "rate", Value: []jumpgate.Object{}},
		{Name: "absolute", Value: rest.Show(limitFields, rest.Answer{Version: minor(r)}, l)},
	}}}, nil
}
