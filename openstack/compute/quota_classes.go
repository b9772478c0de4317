package compute

import (
	"slices"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// quotaClasses is the minor version from which quotas of classes know of server
// groups, and nothing of what the proxies pass on.
const quotaClasses = 50

// classFields are the names of a class's quotas at a minor version.
func classFields(version int) []string {
	var names []string
	for i := range quotaFields {
		f := &quotaFields[i]
		until := f.until
		if until == endOfProxies {
			until = quotaClasses
		}
		if until > 0 && version >= until || version < quotaClasses && strings.HasPrefix(f.name, "server_group") {
			continue
		}
		names = append(names, f.name)
	}
	return names
}

// classView shows the quotas of a class at a minor version.
func classView(id string, l *Limits, version int) jumpgate.Object {
	var set jumpgate.Object
	if id != "" {
		set = jumpgate.Object{{Name: "id", Value: id}}
	}
	for _, name := range classFields(version) {
		set = append(set, jumpgate.Member{Name: name, Value: l.Quota(name)})
	}
	return jumpgate.Object{{Name: "quota_class_set", Value: set}}
}

func (q *quotaReader) showClass(r *jumpgate.Request) (any, error) {
	l, err := q.keeper.ClassQuotas(r.Context(), r.Var("id"))
	if err != nil {
		return nil, err
	}
	return classView(r.Var("id"), l, minor(r)), nil
}

// classBody is the schema of an update, which takes quotas that are not shown
// yet.
func classBody(version int) *schema.Schema {
	set := &schema.Schema{Type: mapType}
	shown := classFields(version)
	for name := range strings.FieldsSeq(settableQuotas) {
		if slices.Contains(shown, name) || strings.HasPrefix(name, "server_group") || name == "networks" && version < quotaClasses {
			set.Properties = append(set.Properties, member(name, quotaNumber))
		}
	}
	return must(member("quota_class_set", set))
}

func (q *quotaReader) updateClass(r *jumpgate.Request) (any, error) {
	body, err := rest.ReadJSON(r)
	if err == nil {
		body, err = checkBody(r, classBody(minor(r)), body)
	}
	if err == nil {
		err = allow(r, "os_compute_api:os-quota-class-sets:update", nil)
	}
	if err != nil {
		return nil, err
	}
	class := r.Var("id")
	if err := q.keeper.SetClassQuotas(r.Context(), class, wantedQuotas(body.(schema.Object).Object("quota_class_set"))); err != nil {
		return nil, err
	}
	l, err := q.keeper.ClassQuotas(r.Context(), class)
	if err != nil {
		return nil, err
	}
	return classView("", l, minor(r)), nil
}
