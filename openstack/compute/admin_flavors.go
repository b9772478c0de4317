package compute

import (
	"encoding/json"
	"maps"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// FlavorExists is for a new flavor whose name is taken.
func FlavorExists(name string) error {
	return jumpgate.Conflict.New("Flavor with name %s already exists.", name)
}

// FlavorIDExists is for a new flavor whose id is taken.
func FlavorIDExists(id string) error {
	return jumpgate.Conflict.New("Flavor with ID %s already exists.", id)
}

// The bodies of flavors (nova/api/openstack/compute/schemas/flavors.py).
var (
	flavorNumber = func(least int) *schema.Schema {
		return &schema.Schema{
			Type: []schema.Type{schema.Integer, schema.String}, Pattern: regexp.MustCompile(`^[0-9]*$`), MinLength: 1,
			Minimum: schema.Ptr(least), Maximum: schema.Ptr(0x7fffffff),
		}
	}
	flavorDescription = &schema.Schema{
		Type: []schema.Type{schema.String, schema.Null}, MaxLength: 65535, Format: descriptionText.Format,
	}
	flavorCreateBody = &versionedBody{
		name: "flavor",
		members: []bodyMember{
			{name: "name", schema: nameSchema, legacy: spacedName, required: 1},
			{name: "id", schema: &schema.Schema{
				Type: []schema.Type{schema.String, schema.Number, schema.Null}, MinLength: 1, MaxLength: 255,
				Format: &schema.Format{Name: "flavor id", Valid: func(v any) bool {
					s, ok := v.(string)
					return !ok || flavorIDText.MatchString(s) && s == strings.Trim(s, " ")
				}},
			}},
			{name: "ram", schema: flavorNumber(1), required: 1},
			{name: "vcpus", schema: flavorNumber(1), required: 1},
			{name: "disk", schema: flavorNumber(0), required: 1},
			{name: "OS-FLV-EXT-DATA:ephemeral", schema: flavorNumber(0)},
			{name: "swap", schema: flavorNumber(0)},
			{name: "rxtx_factor", until: leanFlavors, schema: &schema.Schema{
				Type: []schema.Type{schema.Number, schema.String}, Pattern: regexp.MustCompile(`^[0-9]+(\.[0-9]+)?$`),
				Format: &schema.Format{Name: "rxtx_factor", Valid: func(v any) bool {
					f, err := strconv.ParseFloat(schema.Str(v), 64)
					return err == nil && f > 0 && f <= 3.40282e+38
				}},
			}},
			{name: "os-flavor-access:is_public", schema: booleanSchema},
			{name: "description", since: 55, schema: flavorDescription},
		},
	}
	flavorUpdateBody = &versionedBody{name: "flavor", members: []bodyMember{{name: "description", schema: flavorDescription, required: 1}}}
	flavorIDText     = regexp.MustCompile(`^[a-zA-Z0-9. _-]+$`)

	specValues = &schema.PatternProperty{Pattern: metadataSchema.PatternProperties.Pattern, Schema: &schema.Schema{Type: []schema.Type{schema.String, schema.Number}, MaxLength: 255}}
	specsBody  = must(member("extra_specs", &schema.Schema{Type: mapType, PatternProperties: specValues}))
	specBody   = &schema.Schema{Type: mapType, PatternProperties: specValues, MinFields: 1, MaxFields: 1}
)

// flavorEdit is what admins do to flavors.
func flavorEdit(s *service, driver any, t *table) {
	if s.flavorLister == nil {
		return
	}
	d, ok := driver.(FlavorEditor)
	if !ok {
		for _, name := range []string{"v2_flavors", "v2_tenant_flavors", "v21_flavors"} {
			t.forbidOne(http.MethodPost, name, "os_compute_api:os-flavor-manage:create")
		}
		for _, name := range []string{"v2_flavor", "v2_tenant_flavor", "v21_flavor"} {
			t.forbidOne(http.MethodPut, name, "os_compute_api:os-flavor-manage:update")
			t.forbidOne(http.MethodDelete, name, "os_compute_api:os-flavor-manage:delete")
		}
		t.forbid(http.MethodPost, "os_extra_specs_flavor", "os_compute_api:os-flavor-extra-specs:create")
		t.forbid(http.MethodPut, "os_extra_specs_flavor_key", "os_compute_api:os-flavor-extra-specs:update")
		t.forbid(http.MethodDelete, "os_extra_specs_flavor_key", "os_compute_api:os-flavor-extra-specs:delete")
		return
	}
	e := flavorEditor{s, d}
	for _, name := range []string{"v2_flavors", "v2_tenant_flavors", "v21_flavors"} {
		t.One(http.MethodPost, name, e.create)
	}
	for _, name := range []string{"v2_flavor", "v2_tenant_flavor", "v21_flavor"} {
		t.One(http.MethodPut, name, since(55, e.describe))
		t.One(http.MethodDelete, name, guarded("os_compute_api:os-flavor-manage:delete", e.remove))
	}
	t.add(http.MethodPost, "os_extra_specs_flavor", e.addSpecs)
	t.add(http.MethodPut, "os_extra_specs_flavor_key", e.setSpec)
	t.add(http.MethodDelete, "os_extra_specs_flavor_key", guarded("os_compute_api:os-flavor-extra-specs:delete", e.removeSpec))
}

type flavorEditor struct {
	s *service
	d FlavorEditor
}

func (e flavorEditor) create(r *jumpgate.Request) (any, error) {
	body, err := readBody(r, flavorCreateBody)
	if err == nil {
		err = allow(r, "os_compute_api:os-flavor-manage:create", nil)
	}
	if err != nil {
		return nil, err
	}
	in := body.Object("flavor")
	id, _ := in.Get("id")
	f := Flavor{
		Name: strings.TrimSpace(in.String("name")), Description: in.String("description"), VCPUs: in.Int("vcpus", 0), RAM: in.Int("ram", 0), Disk: in.Int("disk", 0),
		Ephemeral: in.Int("OS-FLV-EXT-DATA:ephemeral", 0), Swap: in.Int("swap", 0), Private: !in.Bool("os-flavor-access:is_public", true),
	}
	if id != nil {
		f.ID = schema.Str(id)
	}
	if factor, ok := in.Get("rxtx_factor"); ok {
		f.RxTxFactor, _ = strconv.ParseFloat(schema.Str(factor), 64) // the schema has checked it
	}
	made, err := e.d.CreateFlavor(r.Context(), f)
	if err != nil {
		return nil, err
	}
	return e.view(r, made)
}

func (e flavorEditor) view(r *jumpgate.Request, f *Flavor) (any, error) {
	return jumpgate.Object{{Name: "flavor", Value: e.s.linker(r).flavor(f)}}, nil
}

func (e flavorEditor) describe(r *jumpgate.Request) (any, error) {
	body, err := readBody(r, flavorUpdateBody)
	if err == nil {
		err = allow(r, "os_compute_api:os-flavor-manage:update", nil)
	}
	if err != nil {
		return nil, err
	}
	f, err := e.d.DescribeFlavor(r.Context(), r.Var("flavor_id"), body.Object("flavor").String("description"))
	if err != nil {
		return nil, noFlavor(r, err)
	}
	return e.view(r, f)
}

func noFlavor(r *jumpgate.Request, err error) error {
	return missing(err, "Flavor %s could not be found.", r.Var("flavor_id"))
}

func (e flavorEditor) remove(r *jumpgate.Request) (any, error) {
	if err := e.d.DeleteFlavor(r.Context(), r.Var("flavor_id")); err != nil {
		return nil, noFlavor(r, err)
	}
	return empty(http.StatusAccepted), nil
}

// readSpecs are values as texts. A number may be as long as a text.
func readSpecs(o schema.Object) (map[string]string, error) {
	specs := make(map[string]string, len(o))
	for _, m := range o {
		specs[m.Name] = schema.Str(m.Value)
		if _, number := m.Value.(json.Number); number && utf8.RuneCountInString(specs[m.Name]) > 255 {
			return nil, jumpgate.BadRequest.New("Invalid input received: extra_specs value has %d characters, more than 255.", len(specs[m.Name]))
		}
	}
	return specs, nil
}

// echo is an object of a request in an answer.
func echo(o schema.Object) jumpgate.Object {
	answer := make(jumpgate.Object, len(o))
	for i, m := range o {
		answer[i] = jumpgate.Member{Name: m.Name, Value: m.Value}
	}
	return answer
}

func (e flavorEditor) addSpecs(r *jumpgate.Request) (any, error) {
	body, err := readSchema(r, specsBody)
	if err == nil {
		err = allow(r, "os_compute_api:os-flavor-extra-specs:create", nil)
	}
	if err != nil {
		return nil, err
	}
	specs, err := readSpecs(body.Object("extra_specs"))
	if err == nil {
		err = e.mergeSpecs(r, specs)
	}
	return jumpgate.Object{{Name: "extra_specs", Value: echo(body.Object("extra_specs"))}}, err
}

func (e flavorEditor) mergeSpecs(r *jumpgate.Request, specs map[string]string) error {
	return noFlavor(r, e.d.ChangeFlavorSpecs(r.Context(), r.Var("flavor_id"), func(old map[string]string) (map[string]string, error) {
		all := make(map[string]string, len(old)+len(specs))
		maps.Copy(all, old)
		maps.Copy(all, specs)
		return all, nil
	}))
}

func (e flavorEditor) setSpec(r *jumpgate.Request) (any, error) {
	body, err := readSchema(r, specBody)
	if err == nil {
		err = allow(r, "os_compute_api:os-flavor-extra-specs:update", nil)
	}
	if err != nil {
		return nil, err
	}
	specs, err := readSpecs(body)
	switch {
	case err != nil:
		return nil, err
	case !body.Has(r.Var("key_id")):
		return nil, jumpgate.BadRequest.New("Request body and URI mismatch")
	}
	return echo(body), e.mergeSpecs(r, specs)
}

func (e flavorEditor) removeSpec(r *jumpgate.Request) (any, error) {
	id, key := r.Var("flavor_id"), r.Var("key_id")
	err := e.d.ChangeFlavorSpecs(r.Context(), id, func(old map[string]string) (map[string]string, error) {
		if _, ok := old[key]; !ok {
			return nil, jumpgate.NotFound.New("Flavor %s has no extra specs with key %s.", id, key)
		}
		left := maps.Clone(old)
		delete(left, key)
		return left, nil
	})
	return empty(http.StatusOK), noFlavor(r, err)
}
