package network

import (
	_ "embed"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
)

// extensionTable are Neutron's extensions in its order, which is that of the
// modules they are in: alias, name, when it was last changed, and what it is
// for.
//
//go:embed extensions.tsv
var extensionTable string

// coreKinds are the resources that the index of the version names, in its
// order: those that are no extension.
var coreKinds = []string{"networks", "subnets", "subnetpools", "ports"}

// discovery serves what there is: the version, its core resources, and the
// extensions of all that is served. Clients decide by it.
func (s *service) discovery() error {
	var list []jumpgate.Object
	unknown := maps.Clone(s.extensions)
	for line := range strings.Lines(extensionTable) {
		f := strings.SplitN(strings.TrimSuffix(line, "\n"), "\t", 4)
		delete(unknown, f[0])
		if s.extensions[f[0]] {
			list = append(list, jumpgate.Object{
				{Name: "name", Value: f[1]}, {Name: "alias", Value: f[0]}, {Name: "description", Value: f[3]}, {Name: "updated", Value: f[2]}, {Name: "links", Value: []any{}},
			})
		}
	}
	if len(unknown) > 0 {
		return fmt.Errorf("extensions that Neutron does not have: %v", slices.Sorted(maps.Keys(unknown)))
	}
	s.add("versions", jumpgate.Methods{http.MethodGet: s.versions})
	s.add("v2_index", jumpgate.Methods{http.MethodGet: s.index})
	s.add("v2_extensions", jumpgate.Methods{http.MethodGet: func(*jumpgate.Request) (any, error) {
		return jumpgate.Object{{Name: "extensions", Value: list}}, nil
	}})
	s.add("v2_extension", jumpgate.Methods{http.MethodGet: func(r *jumpgate.Request) (any, error) {
		alias := r.Var("alias")
		i := slices.IndexFunc(list, func(e jumpgate.Object) bool { return e[1].Value == alias })
		if i < 0 {
			return nil, &jumpgate.Error{Kind: jumpgate.NotFound, Detail: "Extension with alias " + alias + " does not exist"}
		}
		return jumpgate.Object{{Name: "extension", Value: list[i]}}, nil
	}})
	return nil
}

func (s *service) versions(r *jumpgate.Request) (any, error) {
	href, err := s.disp.EndpointURL(r, "v2_index")
	return jumpgate.Object{{Name: "versions", Value: []jumpgate.Object{{
		{Name: "id", Value: "v2.0"},
		{Name: "status", Value: "CURRENT"},
		{Name: "links", Value: []jumpgate.Object{rest.Link("self", href+"/")}},
	}}}}, err
}

func (s *service) index(r *jumpgate.Request) (any, error) {
	views := []jumpgate.Object{}
	for _, many := range coreKinds {
		i := slices.IndexFunc(s.resources, func(of indexed) bool { return of.many == many })
		if i < 0 {
			continue
		}
		href, err := s.disp.EndpointURL(r, s.resources[i].endpoint)
		if err != nil {
			return nil, err
		}
		views = append(views, jumpgate.Object{
			{Name: "name", Value: s.resources[i].one},
			{Name: "collection", Value: many},
			{Name: "links", Value: []jumpgate.Object{rest.Link("self", href)}},
		})
	}
	return jumpgate.Object{{Name: "resources", Value: views}}, nil
}
