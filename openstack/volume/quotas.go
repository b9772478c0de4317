package volume

import (
	"encoding/json"
	"net/http"
	"strconv"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// quotas serves quotas and limits.
func quotas(s *service, driver any, t *table) {
	d, ok := driver.(QuotaReader)
	if !ok {
		return
	}
	own := func(r *jumpgate.Request, project string) error {
		if r.Env.Principal == nil {
			return nil
		}
		return r.Dispatcher().Policy().Check(r.Context(), "volume_extension:quotas:show", jumpgate.Target{"project_id": project})
	}
	t.add(http.MethodGet, "os_quota_set", func(r *jumpgate.Request) (any, error) {
		project := r.Var("target_id")
		if err := own(r, project); err != nil {
			return nil, err
		}
		usage, err := boolParam(r.URL.Query(), "usage")
		if err != nil {
			return nil, err
		}
		list, err := d.Quotas(r.Context(), project)
		if err != nil {
			return nil, err
		}
		return jumpgate.Object{{Name: "quota_set", Value: append(showQuotas(list, usage), jumpgate.Member{Name: "id", Value: project})}}, nil
	})
	t.add(http.MethodGet, "os_quota_sets_defaults", func(r *jumpgate.Request) (any, error) {
		list, err := d.DefaultQuotas(r.Context())
		return jumpgate.Object{{Name: "quota_set", Value: showQuotas(list, false)}}, err
	})
	t.add(http.MethodGet, "os_quota_set_defaults", func(r *jumpgate.Request) (any, error) {
		project := r.Var("target_id")
		if err := own(r, project); err != nil {
			return nil, err
		}
		list, err := d.DefaultQuotas(r.Context())
		if err != nil {
			return nil, err
		}
		return jumpgate.Object{{Name: "quota_set", Value: append(showQuotas(list, false), jumpgate.Member{Name: "id", Value: project})}}, nil
	})
	t.add(http.MethodGet, "limits", func(r *jumpgate.Request) (any, error) { return s.limits(r, d) })
	w, ok := driver.(QuotaWriter)
	if !ok {
		return
	}
	t.add(http.MethodPut, "os_quota_set", func(r *jumpgate.Request) (any, error) { return setQuotas(r, d, w) })
	t.add(http.MethodDelete, "os_quota_set", func(r *jumpgate.Request) (any, error) {
		return done, w.ResetQuotas(r.Context(), r.Var("target_id"))
	})
}

func showQuotas(list []Quota, usage bool) (o jumpgate.Object) {
	for _, q := range list {
		if usage {
			o = append(o, jumpgate.Member{Name: q.Name, Value: jumpgate.Object{
				{Name: "limit", Value: q.Limit}, {Name: "in_use", Value: q.InUse}, {Name: "reserved", Value: q.Reserved},
			}})
			continue
		}
		o = append(o, jumpgate.Member{Name: q.Name, Value: q.Limit})
	}
	return o
}

// setQuotas gives a project limits of its own. None may be below what is used.
func setQuotas(r *jumpgate.Request, d QuotaReader, w QuotaWriter) (any, error) {
	body, err := readBody(r, wrapped("quota_set", &schema.Schema{Type: mapType, Open: true}))
	if err != nil {
		return nil, err
	}
	project, limits := r.Var("target_id"), make(map[string]int)
	have, err := d.Quotas(r.Context(), project)
	if err != nil {
		return nil, err
	}
	used := make(map[string]int)
	for _, q := range have {
		used[q.Name] = q.InUse + q.Reserved
	}
	for _, m := range body.Object("quota_set") {
		if m.Name == "tenant_id" || m.Name == "id" {
			continue
		}
		if _, known := used[m.Name]; !known {
			return nil, jumpgate.BadRequest.New("Bad key(s) in quota set: %s", m.Name)
		}
		_, number := m.Value.(json.Number)
		limit, err := strconv.Atoi(schema.Str(m.Value))
		if err != nil || !number {
			return nil, jumpgate.BadRequest.New("%s must be an integer", m.Name)
		}
		if limit < -1 {
			return nil, jumpgate.BadRequest.New("%s must be >= -1", m.Name)
		}
		if limit != -1 && limit < used[m.Name] && m.Name != "per_volume_gigabytes" {
			return nil, jumpgate.BadRequest.New("Quota %s limit must be equal or greater than existing resources. "+
				"Current usage is %d and the requested limit is %d.", m.Name, used[m.Name], limit)
		}
		limits[m.Name] = limit
	}
	if err := w.SetQuotas(r.Context(), project, limits); err != nil {
		return nil, err
	}
	list, err := d.Quotas(r.Context(), project)
	return jumpgate.Object{{Name: "quota_set", Value: showQuotas(list, false)}}, err
}

// limits are the quotas of the principal's project in another form. An admin
// may ask for another project from 3.39 on.
func (s *service) limits(r *jumpgate.Request, d QuotaReader) (any, error) {
	project := ""
	if p := r.Env.Principal; p != nil {
		project = p.ProjectID
	}
	if asked := r.URL.Query().Get("project_id"); asked != "" && minor(r) >= 39 && admin(r) {
		project = asked
	}
	list, err := d.Quotas(r.Context(), project)
	if err != nil {
		return nil, err
	}
	by := make(map[string]Quota)
	for _, q := range list {
		by[q.Name] = q
	}
	var absolute jumpgate.Object
	for _, n := range [][2]string{{"volumes", "maxTotalVolumes"}, {"snapshots", "maxTotalSnapshots"}, {"gigabytes", "maxTotalVolumeGigabytes"},
		{"backups", "maxTotalBackups"}, {"backup_gigabytes", "maxTotalBackupGigabytes"}} {
		absolute = append(absolute, jumpgate.Member{Name: n[1], Value: by[n[0]].Limit})
	}
	if may(r, "limits_extension:used_limits") {
		for _, n := range [][2]string{{"volumes", "totalVolumesUsed"}, {"gigabytes", "totalGigabytesUsed"}, {"snapshots", "totalSnapshotsUsed"},
			{"backups", "totalBackupsUsed"}, {"backup_gigabytes", "totalBackupGigabytesUsed"}} {
			absolute = append(absolute, jumpgate.Member{Name: n[1], Value: by[n[0]].InUse})
		}
	}
	return jumpgate.Object{{Name: "limits", Value: jumpgate.Object{{Name: "rate", Value: []any{}}, {Name: "absolute", Value: absolute}}}}, nil
}
