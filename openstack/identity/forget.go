package identity

import (
	"errors"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
)

// forgetUser forgets what the store has of a user who is gone.
func (s *service) forgetUser(r *jumpgate.Request, u *User) error {
	ctx := r.Context()
	var faults []error
	keys, err := rest.Collect(s.keycreds.of(ctx, u.ID))
	faults = append(faults, err)
	for _, c := range keys {
		faults = append(faults, ignoreMissing(s.keycreds.delete(ctx, u.ID, c.ID)))
	}
	trusts, err := rest.Collect(s.trusts.of(ctx, u.ID))
	faults = append(faults, err)
	for _, t := range trusts {
		faults = append(faults, ignoreMissing(s.trusts.delete(ctx, u.ID, t.ID)))
	}
	if s.credentials != nil {
		list, err := s.credentials.List(ctx, u.ID, "")
		faults = append(faults, err)
		for _, c := range list {
			faults = append(faults, s.endCredential(r, c.ID))
		}
	}
	return errors.Join(faults...)
}

// forgetProject forgets what the store has of a project that is gone: the
// credentials and trusts of its users for it, and its limits.
func (s *service) forgetProject(r *jumpgate.Request, id string) error {
	ctx := r.Context()
	var faults []error
	for u, err := range s.usersFor(r, UserQuery{}) {
		if err != nil {
			return errors.Join(append(faults, err)...)
		}
		keys, err := rest.Collect(s.keycreds.of(ctx, u.ID))
		faults = append(faults, err)
		for _, c := range keys {
			if c.ProjectID == id {
				faults = append(faults, ignoreMissing(s.keycreds.delete(ctx, u.ID, c.ID)))
			}
		}
		trusts, err := rest.Collect(s.trusts.of(ctx, u.ID))
		faults = append(faults, err)
		for _, t := range trusts {
			if t.ProjectID == id {
				faults = append(faults, ignoreMissing(s.trusts.delete(ctx, u.ID, t.ID)))
			}
		}
		if s.credentials == nil {
			continue
		}
		list, err := s.credentials.List(ctx, u.ID, "")
		faults = append(faults, err)
		for _, c := range list {
			if c.ProjectID == id {
				faults = append(faults, s.endCredential(r, c.ID))
			}
		}
	}
	limits, err := rest.Collect(s.resources.limits.shelf(s).list(ctx, ""))
	faults = append(faults, err)
	for _, l := range limits {
		if l.String("project_id") == id {
			faults = append(faults, s.resources.limits.shelf(s).delete(ctx, "", l.String("id")))
		}
	}
	return errors.Join(faults...)
}

// forgetDomain forgets what the store has of a domain that is gone.
func (s *service) forgetDomain(r *jumpgate.Request, id string) error {
	if s.store == nil {
		return nil
	}
	return ignoreMissing(s.configs().delete(r.Context(), "", id))
}
