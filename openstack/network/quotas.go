package network

import (
	"maps"
	"net/http"
	"slices"

	"github.com/softlayer/jumpgate"
)

// quotas serves how much of everything a project may have.
func quotas(s *service, driver any) {
	d, ok := driver.(QuotaDriver)
	if !ok {
		return
	}
	s.extensions["quotas"], s.extensions["quota_details"] = true, true
	q := &quotaHandler{s, d}
	setter, ok := driver.(QuotaSetter)
	one := jumpgate.Methods{http.MethodGet: q.show}
	if ok {
		s.extensions["quota-check-limit"], s.extensions["quota-check-limit-default"] = true, true
		one[http.MethodPut] = func(r *jumpgate.Request) (any, error) { return q.set(r, setter) }
		one[http.MethodDelete] = func(r *jumpgate.Request) (any, error) { return q.reset(r, setter) }
		s.add("v2_quotas", jumpgate.Methods{http.MethodGet: func(r *jumpgate.Request) (any, error) { return q.list(r, setter) }})
	}
	s.add("v2_quota", one)
	s.add("v2_quota_default", jumpgate.Methods{http.MethodGet: q.defaults})
	s.add("v2_quota_details", jumpgate.Methods{http.MethodGet: q.details})
	s.add("v2_quotas_tenant", jumpgate.Methods{http.MethodGet: func(r *jumpgate.Request) (any, error) {
		return jumpgate.Object{{Name: "tenant", Value: jumpgate.Object{{Name: "tenant_id", Value: ownProject(r)}}}}, nil
	}})
}

type quotaHandler struct {
	s *service
	d QuotaDriver
}

func ownProject(r *jumpgate.Request) string {
	if p := r.Env.Principal; p != nil {
		return p.ProjectID
	}
	return ""
}

// mayRead asks for the rule where the project is not the caller's own.
func (q *quotaHandler) mayRead(r *jumpgate.Request) (string, error) {
	id := r.Var("tenant_id")
	if id == ownProject(r) {
		return id, nil
	}
	return id, q.s.need(r.Context(), "get_quota", target{"project_id": id, "tenant_id": id})
}

func limitsView(all []Quota) jumpgate.Object {
	o := make(jumpgate.Object, len(all))
	for i, quota := range all {
		o[i] = jumpgate.Member{Name: quota.Resource, Value: quota.Limit}
	}
	return o
}

func (q *quotaHandler) show(r *jumpgate.Request) (any, error) {
	id, err := q.mayRead(r)
	if err != nil {
		return nil, err
	}
	return q.quota(r, id)
}

func (q *quotaHandler) quota(r *jumpgate.Request, id string) (any, error) {
	all, err := q.d.Quotas(r.Context(), id)
	return jumpgate.Object{{Name: "quota", Value: limitsView(all)}}, err
}

func (q *quotaHandler) defaults(r *jumpgate.Request) (any, error) {
	if _, err := q.mayRead(r); err != nil {
		return nil, err
	}
	all, err := q.d.DefaultQuotas(r.Context())
	return jumpgate.Object{{Name: "quota", Value: limitsView(all)}}, err
}

func (q *quotaHandler) details(r *jumpgate.Request) (any, error) {
	id, err := q.mayRead(r)
	if err != nil {
		return nil, err
	}
	all, err := q.d.Quotas(r.Context(), id)
	o := make(jumpgate.Object, len(all))
	for i, quota := range all {
		o[i] = jumpgate.Member{Name: quota.Resource, Value: jumpgate.Object{
			{Name: "limit", Value: quota.Limit}, {Name: "used", Value: quota.Used}, {Name: "reserved", Value: quota.Reserved},
		}}
	}
	return jumpgate.Object{{Name: "quota", Value: o}}, err
}

func (q *quotaHandler) list(r *jumpgate.Request, setter QuotaSetter) (any, error) {
	if err := q.s.need(r.Context(), "get_quota", target{}); err != nil {
		return nil, err
	}
	all, err := setter.ProjectQuotas(r.Context())
	views := make([]jumpgate.Object, len(all))
	for i, p := range all {
		views[i] = append(limitsView(p.Quotas), jumpgate.Member{Name: "tenant_id", Value: p.ProjectID}, jumpgate.Member{Name: "project_id", Value: p.ProjectID})
	}
	return jumpgate.Object{{Name: "quotas", Value: views}}, err
}

// set changes limits. One below what is used is refused, unless by force.
func (q *quotaHandler) set(r *jumpgate.Request, setter QuotaSetter) (any, error) {
	id := r.Var("tenant_id")
	if err := q.s.need(r.Context(), "update_quota", target{"project_id": id, "tenant_id": id}); err != nil {
		return nil, err
	}
	body, err := readBody(r)
	if err != nil {
		return nil, err
	}
	in, err := inside(body, "quota")
	if err != nil {
		return nil, err
	}
	force := in["force"] == true
	for _, name := range []string{"force", "check_limit", "tenant_id", "project_id"} {
		delete(in, name)
	}
	all, err := q.d.Quotas(r.Context(), id)
	if err != nil {
		return nil, err
	}
	limits := make(map[string]int)
	for _, name := range slices.Sorted(maps.Keys(in)) {
		i := slices.IndexFunc(all, func(have Quota) bool { return have.Resource == name })
		if i < 0 {
			return nil, badRequest("Unrecognized attribute(s) '%s'", name)
		}
		v, err := between(-1, 1<<31-1)(in[name])
		if err != nil {
			return nil, badRequest("Invalid input for %s. Reason: %s.", name, err)
		}
		limit, _ := v.(int)
		if limit >= 0 && limit < all[i].Used && !force {
			return nil, badRequest("Quota limit %d for %s must be greater than or equal to already used %d", limit, name, all[i].Used)
		}
		limits[name] = limit
	}
	if err := setter.SetQuotas(r.Context(), id, limits); err != nil {
		return nil, err
	}
	return q.quota(r, id)
}

func (q *quotaHandler) reset(r *jumpgate.Request, setter QuotaSetter) (any, error) {
	id := r.Var("tenant_id")
	if err := q.s.need(r.Context(), "delete_quota", target{"project_id": id, "tenant_id": id}); err != nil {
		return nil, err
	}
	err := setter.ResetQuotas(r.Context(), id)
	if e := jumpgate.AsError(err); err != nil && e.Kind == jumpgate.NotFound && e.Message == "" {
		return nil, fault(jumpgate.NotFound, "TenantQuotaNotFound", "Quota for project %s could not be found.", id)
	}
	return nil, err
}
