package volume

import (
	"net/http"
	"regexp"
	"strconv"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

var classLimits = &schema.Schema{Type: mapType, PatternProperties: &schema.PatternProperty{
	Pattern: regexp.MustCompile(`^[a-zA-Z0-9-_:. ]{1,300}$`),
	Schema: &schema.Schema{Type: []schema.Type{schema.Integer, schema.String}, Pattern: regexp.MustCompile(`^-?[0-9]+$`),
		Minimum: schema.Ptr(-1), Maximum: schema.Ptr(1<<31 - 1)},
}}

// quotaClasses serves limits that projects without any of their own have.
func quotaClasses(_ *service, driver any, t *table) {
	d, ok := driver.(QuotaClassKeeper)
	if !ok {
		return
	}
	t.add(http.MethodGet, "os_quota_class_set", func(r *jumpgate.Request) (any, error) {
		name := r.Var("quota_class_name")
		list, err := d.QuotaClass(r.Context(), name)
		return jumpgate.Object{{Name: "quota_class_set", Value: append(showQuotas(list, false), jumpgate.Member{Name: "id", Value: name})}}, err
	})
	t.add(http.MethodPut, "os_quota_class_set", func(r *jumpgate.Request) (any, error) {
		body, err := readBody(r, wrapped("quota_class_set", classLimits))
		if err != nil {
			return nil, err
		}
		limits := make(map[string]int)
		for _, m := range body.Object("quota_class_set") {
			limits[m.Name], _ = strconv.Atoi(schema.Str(m.Value)) // it is one
		}
		name := r.Var("quota_class_name")
		if err := d.SetQuotaClass(r.Context(), name, limits); err != nil {
			return nil, err
		}
		list, err := d.QuotaClass(r.Context(), name)
		return jumpgate.Object{{Name: "quota_class_set", Value: showQuotas(list, false)}}, err
	})
}
