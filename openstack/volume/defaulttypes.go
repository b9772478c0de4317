package volume

import (
	"errors"
	"maps"
	"net/http"
	"slices"

	"github.com/softlayer/jumpgate"
)

// defaultTypes serves the types of volumes that are ordered without one, where
// a project has a type of its own for that (3.62).
func defaultTypes(s *service, driver any, t *table) {
	d, ok := driver.(DefaultTypeKeeper)
	if !ok || s.types == nil {
		return
	}
	show := func(project, id string) jumpgate.Object {
		return jumpgate.Object{{Name: "project_id", Value: project}, {Name: "volume_type_id", Value: id}}
	}
	t.add(http.MethodGet, "default_types", func(r *jumpgate.Request) (any, error) {
		all, err := d.DefaultTypes(r.Context())
		list := []jumpgate.Object{}
		for _, project := range slices.Sorted(maps.Keys(all)) {
			list = append(list, show(project, all[project]))
		}
		return jumpgate.Object{{Name: "default_types", Value: list}}, err
	})
	t.add(http.MethodGet, "default_type", func(r *jumpgate.Request) (any, error) {
		project := r.Var("project_id")
		all, err := d.DefaultTypes(r.Context())
		if err != nil {
			return nil, err
		}
		id, ok := all[project]
		if !ok {
			return nil, jumpgate.NotFound.New("Default type for project %s not found.", project)
		}
		return jumpgate.Object{{Name: "default_type", Value: show(project, id)}}, nil
	})
	t.add(http.MethodPut, "default_type", func(r *jumpgate.Request) (any, error) {
		body, err := readBody(r, wrapped("default_type", object([]string{"volume_type"}, member("volume_type", mandatoryName))))
		if err != nil {
			return nil, err
		}
		kind, err := s.findType(r.Context(), body.Object("default_type").String("volume_type"))
		if errors.Is(err, jumpgate.NotFound) {
			return nil, jumpgate.BadRequest.New("%s", jumpgate.AsError(err).Message)
		}
		if err != nil {
			return nil, err
		}
		project := r.Var("project_id")
		return jumpgate.Object{{Name: "default_type", Value: show(project, kind.ID)}}, d.SetDefaultType(r.Context(), project, kind.ID)
	})
	t.add(http.MethodDelete, "default_type", func(r *jumpgate.Request) (any, error) {
		return &jumpgate.Response{Status: http.StatusNoContent}, d.SetDefaultType(r.Context(), r.Var("project_id"), "")
	})
}
