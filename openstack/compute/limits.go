package compute

import (
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
	{"maxPersonality", 57, fixed(0)},
	{"maxPersonalitySize", 57, fixed(0)},
	{"maxTotalKeypairs", 0, func(l *Limits) int { return l.MaxKeypairs }},
	{"maxServerGroups", 0, func(l *Limits) int { return l.MaxServerGroups }},
	{"maxServerGroupMembers", 0, func(l *Limits) int { return l.MaxServerGroupMembers }},
	{"maxTotalFloatingIps", 36, fixed(-1)},
	{"maxSecurityGroups", 36, fixed(-1)},
	{"maxSecurityGroupRules", 36, fixed(-1)},
	{"totalRAMUsed", 0, func(l *Limits) int { return l.RAM }},
	{"totalCoresUsed", 0, func(l *Limits) int { return l.Cores }},
	{"totalInstancesUsed", 0, func(l *Limits) int { return l.Instances }},
	{"totalFloatingIpsUsed", 36, fixed(0)},
	{"totalSecurityGroupsUsed", 36, fixed(0)},
	{"totalServerGroupsUsed", 0, func(l *Limits) int { return l.ServerGroups }},
}

func limits(_ *service, driver any, t *table) {
	if d, ok := driver.(LimitsGetter); ok {
		t.add(http.MethodGet, "limits", func(r *jumpgate.Request) (any, error) { return showLimits(r, d) })
	}
}

func showLimits(r *jumpgate.Request, d LimitsGetter) (any, error) {
	p, err := readQuery(r, limitsParams)
	if err != nil {
		return nil, err
	}
	if p.has("tenant_id") { // even one's own is for admins alone
		return nil, refusedBy(r, "os_compute_api:limits:other_project")
	}
	l, err := d.Limits(r.Context())
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
