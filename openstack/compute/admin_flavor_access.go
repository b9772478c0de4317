package compute

import (
	"net/http"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// ProjectNotFound is for an unknown project.
func ProjectNotFound(id string) error {
	return jumpgate.BadRequest.New("Project ID %s is not a valid project.", id)
}

// FlavorAccessNotFound is for a project that has no access to a flavor.
func FlavorAccessNotFound(flavorID, projectID string) error {
	return jumpgate.NotFound.New("Flavor access not found for %s / %s combination.", flavorID, projectID)
}

// tenantBody is of both actions, whose rules accessRules names.
var (
	tenantBody  = must(member("tenant", &schema.Schema{Type: stringType, MinLength: 1, MaxLength: 255}))
	accessRules = map[string]string{"addTenantAccess": "add_tenant_access", "removeTenantAccess": "remove_tenant_access"}
)

func flavorAccess(s *service, driver any, t *table) {
	if s.flavorLister == nil {
		return
	}
	d, _ := driver.(FlavorAccessKeeper)
	t.add(http.MethodGet, "flavor_os_flavor_access", func(r *jumpgate.Request) (any, error) { return s.listFlavorAccess(r, d) })
	if d != nil {
		t.add(http.MethodPost, "flavor_action", func(r *jumpgate.Request) (any, error) { return s.changeFlavorAccess(r, d) })
	}
}

// listFlavorAccess tells who may use a private flavor: of the projects, most
// drivers know only the one that asks.
func (s *service) listFlavorAccess(r *jumpgate.Request, d FlavorAccessKeeper) (any, error) {
	if d != nil {
		if err := allow(r, "os_compute_api:os-flavor-access", nil); err != nil {
			return nil, err
		}
	}
	f, err := s.flavor(r)
	switch {
	case err != nil:
		return nil, err
	case !f.Private:
		return nil, jumpgate.NotFound.New("Access list not available for public flavors.")
	case d != nil:
		return accessView(r, d, f.ID)
	}
	return accessList(f.ID, []string{r.Env.ProjectID}), nil
}

func accessView(r *jumpgate.Request, d FlavorAccessKeeper, id string) (any, error) {
	projects, err := d.FlavorAccess(r.Context(), id)
	if err != nil {
		return nil, noFlavor(r, err)
	}
	return accessList(id, projects), nil
}

func accessList(id string, projects []string) jumpgate.Object {
	list := make([]jumpgate.Object, len(projects))
	for i, project := range projects {
		list[i] = jumpgate.Object{{Name: "flavor_id", Value: id}, {Name: "tenant_id", Value: project}}
	}
	return jumpgate.Object{{Name: "flavor_access", Value: list}}
}

// changeFlavorAccess gives a project a flavor, or takes it away.
func (s *service) changeFlavorAccess(r *jumpgate.Request, d FlavorAccessKeeper) (any, error) {
	name, value, err := readAction(r)
	if err != nil {
		return nil, err
	}
	rule, ok := accessRules[name]
	if !ok {
		return nil, jumpgate.BadRequest.New("There is no such action: %s", name)
	}
	if value, err = checkBody(r, must(member(name, tenantBody)), value); err != nil {
		return nil, err
	}
	if err := allow(r, "os_compute_api:os-flavor-access:"+rule, nil); err != nil {
		return nil, err
	}
	f, err := s.flavor(r)
	if err != nil {
		return nil, err
	}
	project := value.(schema.Object).Object(name).String("tenant")
	if name == "removeTenantAccess" {
		if err := d.RemoveFlavorAccess(r.Context(), f.ID, project); err != nil {
			return nil, noFlavor(r, err)
		}
		return accessView(r, d, f.ID)
	}
	if !f.Private && minor(r) >= 7 {
		return nil, jumpgate.Conflict.New("Can not add access to a public flavor.")
	}
	if err := d.AddFlavorAccess(r.Context(), f.ID, project); err != nil {
		if e := jumpgate.AsError(err); e.Kind == jumpgate.Conflict && e.Message == "" {
			return nil, jumpgate.Conflict.Wrap(err, "Flavor access already exists for flavor %s and project %s combination.", f.ID, project)
		}
		return nil, noFlavor(r, err)
	}
	return accessView(r, d, f.ID)
}
