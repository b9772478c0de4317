package identity

import (
	"slices"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
)

// withFamily puts the projects above and below p before its links, as far as
// the query asks for them: as a list those in which the caller has a role, as
// ids all. The domain above counts as an id alone.
func (s *service) withFamily(r *jumpgate.Request, p *Project, body jumpgate.Object) (jumpgate.Object, error) {
	for _, relatives := range []struct {
		name string
		list func(*jumpgate.Request, *Project) ([]any, error)
		ids  func(*jumpgate.Request, *Project) (any, error)
	}{
		{"parents", s.parents, s.parentIDs},
		{"subtree", s.subtree, s.subtreeIDs},
	} {
		list, ids := asked(r, relatives.name+"_as_list"), asked(r, relatives.name+"_as_ids")
		var value any
		var err error
		switch {
		case list && ids:
			return nil, jumpgate.BadRequest.New("Cannot use %s_as_list and %[1]s_as_ids query params at the same time.", relatives.name)
		case list:
			value, err = relatives.list(r, p)
		case ids:
			value, err = relatives.ids(r, p)
		default:
			continue
		}
		if err != nil {
			return nil, err
		}
		body = slices.Insert(body, len(body)-1, jumpgate.Member{Name: relatives.name, Value: value})
	}
	return body, nil
}

// above are the projects over p, the nearest first.
func (s *service) above(r *jumpgate.Request, p *Project) ([]*Project, error) {
	var list []*Project
	for s.projects != nil && p.ParentID != "" {
		var err error
		if p, err = s.projects.FindProject(r.Context(), p.ParentID); err != nil {
			return nil, err
		}
		list = append(list, p)
	}
	return list, nil
}

// children are the projects right below one.
func (s *service) children(r *jumpgate.Request, id string) ([]*Project, error) {
	if s.projects == nil {
		return nil, nil
	}
	all, err := rest.Collect(s.projects.ListProjects(r.Context(), ProjectQuery{ParentID: id}))
	return slices.DeleteFunc(all, func(p *Project) bool { return p.ParentID != id }), err
}

// wrapped shows those of the projects that the caller has a role in.
func (s *service) wrapped(r *jumpgate.Request, projects []*Project) ([]any, error) {
	list := []any{}
	if len(projects) == 0 {
		return list, nil
	}
	own, err := s.projectsOf(r.Context(), r.Env.Principal)
	if err != nil {
		return nil, err
	}
	for _, p := range projects {
		if !slices.ContainsFunc(own, func(o Project) bool { return o.ID == p.ID }) {
			continue
		}
		body, err := s.presentProject(r, p)
		if err != nil {
			return nil, err
		}
		list = append(list, jumpgate.Object{{Name: "project", Value: body}})
	}
	return list, nil
}

func (s *service) parents(r *jumpgate.Request, p *Project) ([]any, error) {
	above, err := s.above(r, p)
	if err != nil {
		return nil, err
	}
	return s.wrapped(r, above)
}

func (s *service) parentIDs(r *jumpgate.Request, p *Project) (any, error) {
	above, err := s.above(r, p)
	if err != nil || p.IsDomain {
		return nil, err
	}
	ids := jumpgate.Object{{Name: domainOf(p.DomainID), Value: nil}}
	for _, parent := range slices.Backward(above) {
		ids = jumpgate.Object{{Name: parent.ID, Value: ids}}
	}
	return ids, nil
}

func (s *service) subtree(r *jumpgate.Request, p *Project) ([]any, error) {
	below, err := s.below(r, p.ID)
	if err != nil {
		return nil, err
	}
	return s.wrapped(r, below)
}

// below are the projects under one, at any depth.
func (s *service) below(r *jumpgate.Request, id string) ([]*Project, error) {
	all, err := s.children(r, id)
	for i := 0; err == nil && i < len(all); i++ {
		var more []*Project
		more, err = s.children(r, all[i].ID)
		all = append(all, more...)
	}
	return all, err
}

func (s *service) subtreeIDs(r *jumpgate.Request, p *Project) (any, error) {
	children, err := s.children(r, p.ID)
	if err != nil || len(children) == 0 {
		return nil, err
	}
	ids := jumpgate.Object{}
	for _, c := range children {
		below, err := s.subtreeIDs(r, c)
		if err != nil {
			return nil, err
		}
		ids = append(ids, jumpgate.Member{Name: c.ID, Value: below})
	}
	return ids, nil
}
