package compute

import (
	"context"
	"net/http"

	"github.com/softlayer/jumpgate"
)

// limitField says when a limit is shown.
type limitField struct {
	name  string
	until int // minor version, exclusive; 0: no bound
	value func(l *Limits) int
}

func fixed(n int) func(*Limits) int { return func(*Limits) int { return n } }

// limitFields: those with -1 and 0 belong to proxies that no longer count.
var limitFields = []limitField{
	{"maxTotalInstances", 0, func(l *Limits) int { return l.MaxInstances }},
	{"maxTotalCores", 0, func(l *Limits) int { return l.MaxCores }},
	{"maxTotalRAMSize", 0, func(l *Limits) int { return l.MaxRAM }},
	{"maxServerMeta", 0, func(l *Limits) int { return l.MaxMetadata }},
	{"maxImageMeta", 39, func(l *Limits) int { return l.MaxMetadata }},
	{"maxPersonality", endOfFiles, func(l *Limits) int { return l.Quota("injected_files") }},
	{"maxPersonalitySize", endOfFiles, func(l *Limits) int { return l.Quota("injected_file_content_bytes") }},
	{"maxTotalKeypairs", 0, func(l *Limits) int { return l.MaxKeypairs }},
	{"maxServerGroups", 0, func(l *Limits) int { return l.MaxServerGroups }},
	{"maxServerGroupMembers", 0, func(l *Limits) int { return l.MaxServerGroupMembers }},
	{"maxTotalFloatingIps", 36, func(l *Limits) int { return l.Quota("floating_ips") }},
	{"maxSecurityGroups", 36, func(l *Limits) int { return l.Quota("security_groups") }},
	{"maxSecurityGroupRules", 36, func(l *Limits) int { return l.Quota("security_group_rules") }},
	{"totalRAMUsed", 0, func(l *Limits) int { return l.RAM }},
	{"totalCoresUsed", 0, func(l *Limits) int { return l.Cores }},
	{"totalInstancesUsed", 0, func(l *Limits) int { return l.Instances }},
	{"totalFloatingIpsUsed", 36, fixed(0)},
	{"totalSecurityGroupsUsed", 36, fixed(0)},
	{"totalServerGroupsUsed", 0, func(l *Limits) int { return l.ServerGroups }},
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
	var absolute jumpgate.Object
	for _, f := range limitFields {
		if f.until == 0 || minor(r) < f.until {
			absolute = append(absolute, jumpgate.Member{Name: f.name, Value: f.value(l)})
		}
	}
	return jumpgate.Object{{Name: "limits", Value: jumpgate.Object{
		{Name: "rate", Value: []jumpgate.Object{}},
		{Name: "absolute", Value: absolute},
	}}}, nil
}
