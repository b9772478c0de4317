package compute

import (
	"net/http"

	"github.com/softlayer/jumpgate"
)

func flavorAccess(s *service, _ any, t *table) {
	if s.flavorLister != nil {
		t.add(http.MethodGet, "flavor_os_flavor_access", s.listFlavorAccess)
	}
}

// listFlavorAccess tells who may use a private flavor: of the projects, a
// driver knows only the one that asks.
func (s *service) listFlavorAccess(r *jumpgate.Request) (any, error) {
	f, err := s.flavor(r)
	if err != nil {
		return nil, err
	}
	if !f.Private {
		return nil, jumpgate.NotFound.New("Access list not available for public flavors.")
	}
	own := jumpgate.Object{{Name: "flavor_id", Value: f.ID}, {Name: "tenant_id", Value: r.Env.ProjectID}}
	return jumpgate.Object{{Name: "flavor_access", Value: []jumpgate.Object{own}}}, nil
}
