package identity

import (
	"context"
	"errors"
	"slices"

	"github.com/softlayer/jumpgate"
)

// refresh looks up what became of those that t was made for, in a directory:
// whether its user may still sign in with what it held, whether its scope is
// enabled, and which roles the user has there now. A token of which nothing is
// left is invalid.
func (s *service) refresh(ctx context.Context, t *token) error {
	if !s.directory() {
		return nil
	}
	err := s.stillHolds(ctx, t)
	if errors.Is(err, jumpgate.NotFound) {
		return errInvalidToken
	}
	return err
}

func (s *service) stillHolds(ctx context.Context, t *token) error {
	p := &t.principal
	u, err := s.users.FindUser(ctx, p.UserID)
	if err != nil {
		return err
	}
	if u.Disabled || t.grant == nil && u.Credential != p.Credential {
		return jumpgate.NotFound
	}
	p.UserName, p.UserDomainID, p.Credential = u.Name, domainOf(u.DomainID), u.Credential
	if ok, err := s.domainEnabled(ctx, p.UserDomainID); !ok || err != nil {
		return orGone(err)
	}
	sc := t.scope()
	if sc == (Scope{}) {
		return nil
	}
	if id := sc.ProjectID + sc.DomainID; id != "" {
		project, err := s.projects.FindProject(ctx, id)
		if err != nil {
			return err
		}
		if ok, err := s.enabled(ctx, project); !ok || err != nil {
			return orGone(err)
		}
		if sc.ProjectID != "" {
			p.ProjectName, p.ProjectDomainID = project.Name, domainOf(project.DomainID)
		}
	}
	if t.trust != "" {
		return s.refreshTrust(ctx, t)
	}
	roles, err := s.rolesIn(ctx, p.UserID, sc)
	if err != nil {
		return err
	}
	if t.grant != nil { // it never has more than was granted
		roles = slices.DeleteFunc(roles, func(role string) bool { return !p.HasRole(role) })
	}
	if len(roles) == 0 {
		return jumpgate.NotFound
	}
	p.Roles = roles
	return nil
}

// ownerNow puts into p, who owns a credential that is shown, what a directory
// says of the user now. Nobody signs in for one who is gone or disabled.
func (s *service) ownerNow(ctx context.Context, p *jumpgate.Principal) error {
	if !s.directory() {
		return nil
	}
	u, err := s.users.FindUser(ctx, p.UserID)
	if err != nil {
		return unauthorized(err)
	}
	ok, err := s.domainEnabled(ctx, domainOf(u.DomainID))
	if err != nil {
		return err
	}
	if !ok || u.Disabled {
		return jumpgate.Unauthorized
	}
	p.UserName, p.UserDomainID, p.Credential = u.Name, domainOf(u.DomainID), u.Credential
	return nil
}

// orGone is err, or that something is not there to be used.
func orGone(err error) error {
	if err != nil {
		return err
	}
	return jumpgate.NotFound
}
