package compute

import (
	"context"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/schema"
)

// QuotaGetter tells quotas without what of them is used. Optional, for
// drivers that LimitsGetter costs more: without it the quotas are that one's.
type QuotaGetter interface {
	// Quotas returns the maxima of the principal's project; usage is ignored.
	Quotas(ctx context.Context) (*Limits, error)
}

// quotaField is a member of a quota set.
type quotaField struct {
	name  string
	until int // minor version, exclusive; 0: no bound
	value func(l *Limits) (limit, used int)
}

func unused(limit func(l *Limits) int) func(l *Limits) (int, int) {
	return func(l *Limits) (int, int) { return limit(l), 0 }
}

// quotaFields are in Nova's order. It never says how much is used of what
// belongs to a user or to a server, and no longer limits networks.
var quotaFields = []quotaField{
	{"cores", 0, func(l *Limits) (int, int) { return l.MaxCores, l.Cores }},
	{"fixed_ips", 36, unused(fixed(-1))},
	{"floating_ips", 36, unused(fixed(-1))},
	{"injected_file_content_bytes", 57, unused(fixed(0))},
	{"injected_file_path_bytes", 57, unused(fixed(255))},
	{"injected_files", 57, unused(fixed(0))},
	{"instances", 0, func(l *Limits) (int, int) { return l.MaxInstances, l.Instances }},
	{"key_pairs", 0, unused(func(l *Limits) int { return l.MaxKeypairs })},
	{"metadata_items", 0, unused(func(l *Limits) int { return l.MaxMetadata })},
	{"ram", 0, func(l *Limits) (int, int) { return l.MaxRAM, l.RAM }},
	{"security_group_rules", 36, unused(fixed(-1))},
	{"security_groups", 36, unused(fixed(-1))},
	{"server_group_members", 0, unused(func(l *Limits) int { return l.MaxServerGroupMembers })},
	{"server_groups", 0, func(l *Limits) (int, int) { return l.MaxServerGroups, l.ServerGroups }},
}

var (
	quotaParams = &querySchema{params: []queryParam{{name: "user_id", schema: anyString}}}
	quotaNumber = &schema.Schema{
		Type: []schema.Type{schema.Integer, schema.String}, Pattern: regexp.MustCompile(`^-?[0-9]+$`),
		Minimum: schema.Ptr(-1), Maximum: schema.Ptr(0x7fffffff),
	}
)

// settableQuotas are in the order in which Nova checks them, networks still
// among them.
const settableQuotas = "instances cores ram floating_ips fixed_ips metadata_items key_pairs security_groups security_group_rules " +
	"injected_files injected_file_content_bytes injected_file_path_bytes server_groups server_group_members networks"

// quotaBody is the schema of an update.
func quotaBody(v int) *schema.Schema {
	set := &schema.Schema{}
	for name := range strings.FieldsSeq(settableQuotas) {
		until := endOfProxies // of networks, which are no longer shown
		if i := slices.IndexFunc(quotaFields, func(f quotaField) bool { return f.name == name }); i >= 0 {
			until = quotaFields[i].until
		}
		if until == 0 || v < until {
			set.Properties = append(set.Properties, member(name, quotaNumber))
		}
	}
	set.Properties = append(set.Properties, member("force", booleanSchema))
	return &schema.Schema{Type: mapType, Properties: []schema.Property{member("quota_set", set)}, Required: []string{"quota_set"}}
}

func quotas(_ *service, driver any, t *table) {
	d, ok := driver.(LimitsGetter)
	if !ok {
		return
	}
	limits := d.Limits
	if q, ok := driver.(QuotaGetter); ok {
		limits = q.Quotas
	}
	show := func(r *jumpgate.Request) (any, error) { return showQuotas(r, limits, "show", false) }
	update := func(r *jumpgate.Request) (any, error) { return nil, refuseQuotas(r, "update") }
	reset := func(r *jumpgate.Request) (any, error) { return nil, refuseQuotas(r, "delete") }
	for _, name := range []string{"v2_os_quota_sets_target", "v2_os_tenant_quota_sets", "v2_os_quota_sets_user", "v21_os_quota_sets_target"} {
		t.One(http.MethodGet, name, show)
		t.One(http.MethodPut, name, update)
		t.Explain(http.MethodPut, name, refusedReasons[forbidden])
		t.One(http.MethodDelete, name, reset)
		t.Explain(http.MethodDelete, name, refusedReasons[forbidden])
	}
	t.One(http.MethodGet, "v2_os_quota_sets_default", show) // to Nova a project of that name
	t.Explain(http.MethodGet, "v2_os_quota_sets_default", refusedReasons[forbidden])
	t.One(http.MethodGet, "v2_os_quota_sets", func(*jumpgate.Request) (any, error) { return nil, jumpgate.NotFound })
	t.Explain(http.MethodGet, "v2_os_quota_sets", "404: Nova never had it")
	t.add(http.MethodGet, "os_quota_sets_target_defaults", func(r *jumpgate.Request) (any, error) {
		return showQuotas(r, limits, "", false)
	})
	t.add(http.MethodGet, "os_quota_set_detail", func(r *jumpgate.Request) (any, error) {
		return showQuotas(r, d.Limits, "detail", true)
	})
}

// quotaTarget is the project whose quotas r is about.
func quotaTarget(r *jumpgate.Request) string {
	return eitherVar(r, "target_id", "account_id")
}

// foreignQuotas refuses the quotas of another project.
func foreignQuotas(r *jumpgate.Request, rule, project string) error {
	return refusedTo(r, "os_compute_api:os-quota-sets:"+rule, jumpgate.Target{"project_id": project})
}

// showQuotas shows quotas, those of other projects only where no policy
// guards them.
func showQuotas(r *jumpgate.Request, limits func(context.Context) (*Limits, error), policy string, detailed bool) (any, error) {
	target := quotaTarget(r)
	if policy != "" {
		if err := checkQuery(r, quotaParams); err != nil {
			return nil, err
		}
		if target != r.Env.ProjectID {
			return nil, foreignQuotas(r, policy, target)
		}
	}
	l, err := limits(r.Context())
	if err != nil {
		return nil, err
	}
	set := jumpgate.Object{{Name: "id", Value: target}}
	for _, f := range quotaFields {
		if f.until > 0 && minor(r) >= f.until {
			continue
		}
		limit, used := f.value(l)
		m := jumpgate.Member{Name: f.name, Value: limit}
		if detailed {
			m.Value = jumpgate.Object{{Name: "limit", Value: limit}, {Name: "in_use", Value: used}, {Name: "reserved", Value: 0}}
		}
		set = append(set, m)
	}
	return jumpgate.Object{{Name: "quota_set", Value: set}}, nil
}

// refuseQuotas answers a change of quotas, which is for admins.
func refuseQuotas(r *jumpgate.Request, policy string) error {
	if r.Method == http.MethodPut {
		body, err := optionalBody(r)
		if err != nil {
			return err
		}
		if _, err := checkBody(r, quotaBody(minor(r)), body); err != nil {
			return err
		}
	}
	if err := checkQuery(r, quotaParams); err != nil {
		return err
	}
	return refusedBy(r, "os_compute_api:os-quota-sets:"+policy)
}

// checkQuery refuses parameters that q does not allow.
func checkQuery(r *jumpgate.Request, q *querySchema) error {
	_, err := readQuery(r, q)
	return err
}
