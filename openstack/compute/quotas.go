package compute

import (
	"context"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// quotaField is a member of a quota set.
type quotaField struct {
	name  string
	until int                // minor version, exclusive; 0: no bound
	limit func(*Limits) *int // nil: it is among those Kept
	used  func(*Limits) int  // nil: Nova does not say
	other int                // of one that is not Kept
}

// quotaFields are in Nova's order. It never says how much is used of what
// belongs to a user or to a server, and no longer limits networks.
var quotaFields = []quotaField{
	{name: "cores", limit: func(l *Limits) *int { return &l.MaxCores }, used: func(l *Limits) int { return l.Cores }},
	{name: "fixed_ips", until: endOfProxies, other: -1},
	{name: "floating_ips", until: endOfProxies, other: -1},
	{name: "injected_file_content_bytes", until: endOfFiles},
	{name: "injected_file_path_bytes", until: endOfFiles, other: 255},
	{name: "injected_files", until: endOfFiles},
	{name: "instances", limit: func(l *Limits) *int { return &l.MaxInstances }, used: func(l *Limits) int { return l.Instances }},
	{name: "key_pairs", limit: func(l *Limits) *int { return &l.MaxKeypairs }},
	{name: "metadata_items", limit: func(l *Limits) *int { return &l.MaxMetadata }},
	{name: "ram", limit: func(l *Limits) *int { return &l.MaxRAM }, used: func(l *Limits) int { return l.RAM }},
	{name: "security_group_rules", until: endOfProxies, other: -1},
	{name: "security_groups", until: endOfProxies, other: -1},
	{name: "server_group_members", limit: func(l *Limits) *int { return &l.MaxServerGroupMembers }},
	{name: "server_groups", limit: func(l *Limits) *int { return &l.MaxServerGroups }, used: func(l *Limits) int { return l.ServerGroups }},
}

// endOfFiles is the minor version from which no files are injected.
const endOfFiles = 57

func (f *quotaField) of(l *Limits) int {
	if f.limit != nil {
		return *f.limit(l)
	}
	if n, ok := l.Kept[f.name]; ok {
		return n
	}
	return f.other
}

// Quota returns a quota by the name that clients use: "instances",
// "injected_files". It returns -1 for an unknown name.
func (l *Limits) Quota(name string) int {
	if i := slices.IndexFunc(quotaFields, func(f quotaField) bool { return f.name == name }); i >= 0 {
		return quotaFields[i].of(l)
	}
	return -1
}

// SetQuota changes a quota by the name that clients use: a maximum, or else an
// entry of Kept. It copies Kept before it changes it.
func (l *Limits) SetQuota(name string, n int) {
	if i := slices.IndexFunc(quotaFields, func(f quotaField) bool { return f.name == name }); i >= 0 && quotaFields[i].limit != nil {
		*quotaFields[i].limit(l) = n
		return
	}
	kept := make(map[string]int, len(l.Kept)+1)
	maps.Copy(kept, l.Kept)
	kept[name] = n
	l.Kept = kept
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
		if rest.Within(v, 0, until) {
			set.Properties = append(set.Properties, member(name, quotaNumber))
		}
	}
	set.Properties = append(set.Properties, member("force", booleanSchema))
	return must(member("quota_set", set))
}

func quotas(_ *service, driver any, t *table) {
	k, _ := driver.(QuotaKeeper)
	limiter, ok := driver.(LimitsGetter)
	if k == nil && !ok {
		return
	}
	q := quotaReader{keeper: k}
	if ok {
		q.limits, q.quotas = limiter.Limits, limiter.Limits
	}
	if d, ok := driver.(QuotaGetter); ok {
		q.quotas = d.Quotas
	}
	for _, name := range []string{"v2_os_quota_sets_target", "v2_os_tenant_quota_sets", "v2_os_quota_sets_user", "v21_os_quota_sets_target"} {
		t.One(http.MethodGet, name, func(r *jumpgate.Request) (any, error) { return q.show(r, "show", false) })
		t.One(http.MethodPut, name, q.update)
		t.One(http.MethodDelete, name, q.reset)
		if k == nil {
			t.Explain(http.MethodPut, name, refusedReasons[forbidden])
			t.Explain(http.MethodDelete, name, refusedReasons[forbidden])
		}
	}
	t.One(http.MethodGet, "v2_os_quota_sets_default", func(r *jumpgate.Request) (any, error) { return q.show(r, "show", false) }) // to Nova a project of that name
	t.Explain(http.MethodGet, "v2_os_quota_sets_default", refusedReasons[forbidden])
	t.One(http.MethodGet, "v2_os_quota_sets", func(*jumpgate.Request) (any, error) { return nil, jumpgate.NotFound })
	t.Explain(http.MethodGet, "v2_os_quota_sets", "404: Nova never had it")
	t.add(http.MethodGet, "os_quota_sets_target_defaults", q.defaults)
	t.add(http.MethodGet, "os_quota_set_detail", func(r *jumpgate.Request) (any, error) { return q.show(r, "detail", true) })
	if k != nil {
		t.add(http.MethodGet, "os_quota_class_set", guarded("os_compute_api:os-quota-class-sets:show", q.showClass))
		t.add(http.MethodPut, "os_quota_class_set", q.updateClass)
	}
}

// quotaReader knows quotas from whichever of the interfaces a driver has.
type quotaReader struct {
	keeper         QuotaKeeper // nil: there are only the principal's own
	limits, quotas func(context.Context) (*Limits, error)
}

// of returns the quotas of a project, with what is used if that is asked for.
func (q *quotaReader) of(r *jumpgate.Request, project, policy string, detailed bool) (*Limits, error) {
	p, err := readQuery(r, quotaParams)
	if err != nil {
		return nil, err
	}
	rule, target := "os_compute_api:os-quota-sets:"+policy, jumpgate.Target{"project_id": project}
	switch {
	case q.keeper != nil:
		if err := allow(r, rule, target); err != nil {
			return nil, err
		}
		return q.keeper.ProjectQuotas(r.Context(), project, p.Get("user_id"))
	case project != r.Env.ProjectID:
		return nil, refusedTo(r, rule, target)
	case detailed:
		return q.limits(r.Context())
	}
	return q.quotas(r.Context())
}

// quotaTarget is the project whose quotas r is about.
func quotaTarget(r *jumpgate.Request) string {
	return eitherVar(r, "target_id", "account_id")
}

func (q *quotaReader) show(r *jumpgate.Request, policy string, detailed bool) (any, error) {
	target := quotaTarget(r)
	l, err := q.of(r, target, policy, detailed)
	if err != nil {
		return nil, err
	}
	return quotaView("quota_set", target, l, minor(r), detailed), nil
}

// defaults shows what quotas a project has that has none of its own: for which
// project anybody asks does not matter.
func (q *quotaReader) defaults(r *jumpgate.Request) (any, error) {
	l, err := q.classOrOwn(r)
	if err != nil {
		return nil, err
	}
	return quotaView("quota_set", quotaTarget(r), l, minor(r), false), nil
}

func (q *quotaReader) classOrOwn(r *jumpgate.Request) (*Limits, error) {
	if q.keeper != nil {
		return q.keeper.ClassQuotas(r.Context(), "default")
	}
	return q.quotas(r.Context())
}

// quotaView shows quotas at a minor version; without an id it has none.
func quotaView(name, id string, l *Limits, version int, detailed bool) jumpgate.Object {
	var set jumpgate.Object
	if id != "" {
		set = jumpgate.Object{{Name: "id", Value: id}}
	}
	for i := range quotaFields {
		f := &quotaFields[i]
		if !rest.Within(version, 0, f.until) {
			continue
		}
		m := jumpgate.Member{Name: f.name, Value: f.of(l)}
		if detailed {
			used := 0
			if f.used != nil {
				used = f.used(l)
			}
			m.Value = jumpgate.Object{{Name: "limit", Value: f.of(l)}, {Name: "in_use", Value: used}, {Name: "reserved", Value: 0}}
		}
		set = append(set, m)
	}
	return jumpgate.Object{{Name: name, Value: set}}
}

// update changes quotas, which is for admins. Unless forced, one is not set
// below what is used, nor a user's above the project's.
func (q *quotaReader) update(r *jumpgate.Request) (any, error) {
	body, err := optionalBody(r)
	if err != nil {
		return nil, err
	}
	if body, err = checkBody(r, quotaBody(minor(r)), body); err != nil {
		return nil, err
	}
	p, err := readQuery(r, quotaParams)
	if err != nil {
		return nil, err
	}
	project, user := quotaTarget(r), p.Get("user_id")
	const rule = "os_compute_api:os-quota-sets:update"
	if q.keeper == nil {
		return nil, refusedBy(r, rule)
	}
	if err := allow(r, rule, jumpgate.Target{"project_id": project}); err != nil {
		return nil, err
	}
	in := body.(schema.Object).Object("quota_set")
	if !in.Bool("force", false) {
		if err := q.fits(r, project, user, in); err != nil {
			return nil, err
		}
	}
	if err := q.keeper.SetProjectQuotas(r.Context(), project, user, wantedQuotas(in)); err != nil {
		return nil, err
	}
	l, err := q.keeper.ProjectQuotas(r.Context(), project, user)
	if err != nil {
		return nil, err
	}
	return quotaView("quota_set", "", l, minor(r), false), nil
}

// wantedQuotas are those of a body.
func wantedQuotas(in schema.Object) map[string]int {
	all := make(map[string]int)
	for _, m := range in {
		if m.Name != "force" && m.Name != "networks" {
			all[m.Name] = in.Int(m.Name, 0)
		}
	}
	return all
}

func (q *quotaReader) fits(r *jumpgate.Request, project, user string, in schema.Object) error {
	now, err := q.keeper.ProjectQuotas(r.Context(), project, user)
	if err != nil {
		return err
	}
	above := now
	if user != "" {
		if above, err = q.keeper.ProjectQuotas(r.Context(), project, ""); err != nil {
			return err
		}
	}
	for i := range quotaFields {
		f := &quotaFields[i]
		if !in.Has(f.name) {
			continue
		}
		limit := in.Int(f.name, 0)
		if f.used != nil && limit >= 0 && limit < f.used(now) {
			return jumpgate.BadRequest.New("Quota limit %d for %s must be greater than or equal to already used and reserved %d.", limit, f.name, f.used(now))
		}
		if most := f.of(above); user != "" && most >= 0 && (limit < 0 || limit > most) {
			return jumpgate.BadRequest.New("Quota limit %d for %s must be less than or equal to %d.", limit, f.name, most)
		}
	}
	return nil
}

func (q *quotaReader) reset(r *jumpgate.Request) (any, error) {
	p, err := readQuery(r, quotaParams)
	if err != nil {
		return nil, err
	}
	const rule = "os_compute_api:os-quota-sets:delete"
	if q.keeper == nil {
		return nil, refusedBy(r, rule)
	}
	if err := allow(r, rule, jumpgate.Target{"project_id": quotaTarget(r)}); err != nil {
		return nil, err
	}
	return empty(http.StatusAccepted), q.keeper.ResetProjectQuotas(r.Context(), quotaTarget(r), p.Get("user_id"))
}

// checkQuery refuses parameters that q does not allow.
func checkQuery(r *jumpgate.Request, q *querySchema) error {
	_, err := readQuery(r, q)
	return err
}
