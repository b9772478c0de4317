package identity

import (
	"errors"
	"net/http"
	"slices"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
)

// shortRole is a role as inferences show it.
func (s *service) shortRole(r *jumpgate.Request, role *Role) (jumpgate.Object, error) {
	links, err := s.self(r, "v3_role", "role_id", role.ID)
	return jumpgate.Object{{Name: "id", Value: role.ID}, links, {Name: "name", Value: role.Name}}, err
}

// impliedPair are the roles of the path; implied is nil if it has one alone.
func (s *service) impliedPair(r *jumpgate.Request) (prior, implied *Role, err error) {
	for _, v := range []struct {
		name string
		role **Role
	}{{"prior_role_id", &prior}, {"implies_role_id", &implied}} {
		id := pathVar(r, v.name)
		if id == "" {
			continue
		}
		if *v.role, err = s.findRole(r, id); err != nil {
			return nil, nil, err
		}
		if *v.role == nil {
			return nil, nil, noRole(id)
		}
	}
	return prior, implied, nil
}

// priorRoleOf finds the roles of the path and asks the policy afterwards, as
// Keystone does.
func (s *service) priorRoleOf(r *jumpgate.Request, action string) (prior, implied *Role, err error) {
	if prior, implied, err = s.impliedPair(r); err == nil {
		err = s.allow(r, action, nil)
	}
	return prior, implied, err
}

// inferences lists all of them; none where the driver keeps none.
func (s *service) inferences(r *jumpgate.Request) ([]Inference, error) {
	if s.roles == nil {
		return nil, nil
	}
	return rest.Collect(s.roles.ListInferences(r.Context()))
}

// listImplied is GET /v3/roles/{prior_role_id}/implies.
func (s *service) listImplied(r *jumpgate.Request) (any, error) {
	prior, _, err := s.priorRoleOf(r, "list_implied_roles")
	if err != nil {
		return nil, err
	}
	all, err := s.inferences(r)
	if err != nil {
		return nil, err
	}
	implied := []jumpgate.Object{}
	for _, i := range all {
		if i.PriorID != prior.ID {
			continue
		}
		role, err := s.findRole(r, i.ImpliedID)
		if err != nil {
			return nil, err
		}
		if role == nil {
			continue
		}
		short, err := s.shortRole(r, role)
		if err != nil {
			return nil, err
		}
		implied = append(implied, short)
	}
	return s.presentInference(r, prior, implied)
}

func (s *service) presentInference(r *jumpgate.Request, prior *Role, implies any) (jumpgate.Object, error) {
	short, err := s.shortRole(r, prior)
	if err != nil {
		return nil, err
	}
	self, err := r.SelfURL()
	return jumpgate.Object{
		{Name: "role_inference", Value: jumpgate.Object{{Name: "prior_role", Value: short}, {Name: "implies", Value: implies}}},
		{Name: "links", Value: jumpgate.Object{{Name: "self", Value: self}}},
	}, err
}

// showImplied is GET /v3/roles/{prior_role_id}/implies/{implies_role_id}. HEAD
// is 204, which is Keystone's own mistake.
func (s *service) showImplied(r *jumpgate.Request) (any, error) {
	action := "get_implied_role"
	if r.Method == http.MethodHead {
		action = "check_implied_role"
	}
	prior, implied, err := s.priorRoleOf(r, action)
	if err != nil {
		return nil, err
	}
	all, err := s.inferences(r)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(all, Inference{prior.ID, implied.ID}) {
		return nil, notImplied(prior, implied)
	}
	if r.Method == http.MethodHead {
		return nil, nil
	}
	short, err := s.shortRole(r, implied)
	if err != nil {
		return nil, err
	}
	return s.presentInference(r, prior, short)
}

func notImplied(prior, implied *Role) error {
	return jumpgate.NotFound.New("%s does not imply %s.", prior.ID, implied.ID)
}

// createImplied is PUT of an inference.
func (s *service) createImplied(r *jumpgate.Request) (any, error) {
	prior, implied, err := s.priorRoleOf(r, "create_implied_role")
	switch {
	case err != nil:
		return nil, err
	case implied.Name == "admin": // Keystone's prohibited_implied_role
		return nil, jumpgate.Forbidden.New("%s cannot be an implied roles.", implied.ID)
	case prior.DomainID == "" && implied.DomainID != "":
		return nil, jumpgate.Forbidden.New("Global role cannot imply a domain-specific role")
	}
	if err := s.roles.Imply(r.Context(), Inference{prior.ID, implied.ID}); err != nil {
		return nil, err
	}
	short, err := s.shortRole(r, implied)
	if err != nil {
		return nil, err
	}
	body, err := s.presentInference(r, prior, short)
	return &jumpgate.Response{Status: http.StatusCreated, Body: body}, err
}

// deleteImplied is DELETE of an inference.
func (s *service) deleteImplied(r *jumpgate.Request) (any, error) {
	prior, implied, err := s.priorRoleOf(r, "delete_implied_role")
	if err != nil {
		return nil, err
	}
	err = s.roles.Unimply(r.Context(), Inference{prior.ID, implied.ID})
	if errors.Is(err, jumpgate.NotFound) {
		return nil, notImplied(prior, implied)
	}
	return nil, err
}

// listInferences is GET /v3/role_inferences.
func (s *service) listInferences(r *jumpgate.Request) (any, error) {
	all, err := s.inferences(r)
	if err != nil {
		return nil, err
	}
	items := []jumpgate.Object{}
	roles, err := s.allRoles(r)
	if err != nil {
		return nil, err
	}
	for _, prior := range roles {
		implies := []jumpgate.Object{}
		for _, role := range roles {
			if !slices.Contains(all, Inference{prior.ID, role.ID}) {
				continue
			}
			short, err := s.shortRole(r, role)
			if err != nil {
				return nil, err
			}
			implies = append(implies, short)
		}
		if len(implies) == 0 {
			continue
		}
		short, err := s.shortRole(r, prior)
		if err != nil {
			return nil, err
		}
		items = append(items, jumpgate.Object{{Name: "prior_role", Value: short}, {Name: "implies", Value: implies}})
	}
	return jumpgate.Object{{Name: "role_inferences", Value: items}}, nil
}
