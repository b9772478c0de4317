package identity

import (
	"errors"
	"net/http"

	"github.com/softlayer/jumpgate"
)

// presentAccess is an "ec2" credential as OS-EC2 shows it (recording 093).
func (s *service) presentAccess(r *jumpgate.Request, c *credential) (jumpgate.Object, error) {
	blob, err := accessBlob(c.Blob)
	if err != nil {
		return nil, err
	}
	trust, _ := blob.Get("trust_id")
	links, err := s.self(r, "v3_user_credentials_os_ec2_single", "user_id", c.UserID, "credential_id", blob.String("access"))
	return jumpgate.Object{
		{Name: "user_id", Value: c.UserID},
		{Name: "tenant_id", Value: c.ProjectID},
		{Name: "access", Value: blob.String("access")},
		{Name: "secret", Value: blob.String("secret")},
		{Name: "trust_id", Value: trust},
		links,
	}, err
}

// listAccess is GET /v3/users/{user_id}/credentials/OS-EC2.
func (s *service) listAccess(r *jumpgate.Request) (any, error) {
	u, err := s.userIn(r, "ec2_list_credentials")
	if err != nil {
		return nil, err
	}
	items, err := s.accessOf(r, u.ID)
	if err != nil {
		return nil, err
	}
	return s.collection(r, "credentials", items)
}

func (s *service) accessOf(r *jumpgate.Request, userID string) ([]jumpgate.Object, error) {
	var items []jumpgate.Object
	for c, err := range s.keycreds.of(r.Context(), userID) {
		if err != nil {
			return nil, err
		}
		if !isEC2(c.Type) || tokenOf(r).within(c.ProjectID) != nil {
			continue
		}
		item, err := s.presentAccess(r, c)
		if err != nil {
			return nil, err
		}
		items = append(items, item)
	}
	return items, nil
}

// createAccess is POST /v3/users/{user_id}/credentials/OS-EC2.
func (s *service) createAccess(r *jumpgate.Request) (any, error) {
	body, err := readBody(r)
	if err != nil {
		return nil, err
	}
	t, user, project := tokenOf(r), r.Var("user_id"), body.String("tenant_id")
	if err := s.allow(r, "ec2_create_credential", credentialTarget(user)); err != nil {
		return nil, err
	}
	if s.store == nil {
		return nil, forbidden("ec2_create_credential")
	}
	if err := t.mayManage(); err != nil {
		return nil, err
	}
	u, err := s.findUser(r, user)
	switch {
	case err != nil:
		return nil, err
	case u == nil:
		return nil, noUser(user)
	}
	if err := s.mustProject(r, project); err != nil {
		return nil, err
	}
	if err := t.within(project); err != nil {
		return nil, err
	}
	blob := &record{}
	blob.set("access", newID())
	blob.set("secret", newID())
	blob.set("trust_id", nil)
	text, err := blob.MarshalJSON()
	if err != nil {
		return nil, err
	}
	c := &credential{UserID: user, ProjectID: project, Type: ec2Type, Blob: string(text)}
	if err := t.bind(c); err != nil {
		return nil, err
	}
	if err := s.keepKey(r, t, c); err != nil {
		return nil, err
	}
	shown, err := s.presentAccess(r, c)
	return &jumpgate.Response{Status: http.StatusCreated, Body: jumpgate.Object{{Name: "credential", Value: shown}}}, err
}

// accessIn is the access key of the path, if the policy lets the caller do
// action with it. Keystone looks for the key first: 404 goes before 403.
func (s *service) accessIn(r *jumpgate.Request, action string) (*credential, error) {
	id := accessID(r.Var("credential_id"))
	c, _, _, err := s.keycreds.find(r.Context(), id)
	if errors.Is(err, jumpgate.NotFound) {
		return nil, noKey(id)
	}
	if err != nil {
		return nil, err
	}
	if err := s.allow(r, action, credentialTarget(c.UserID)); err != nil {
		return nil, err
	}
	u, err := s.findUser(r, r.Var("user_id"))
	switch {
	case err != nil:
		return nil, err
	case u == nil:
		return nil, noUser(r.Var("user_id"))
	case !isEC2(c.Type):
		return nil, jumpgate.Unauthorized.New("EC2 access key not found.")
	}
	return c, tokenOf(r).within(c.ProjectID)
}

// showAccess is GET of one.
func (s *service) showAccess(r *jumpgate.Request) (any, error) {
	c, err := s.accessIn(r, "ec2_get_credential")
	if err != nil {
		return nil, err
	}
	shown, err := s.presentAccess(r, c)
	return jumpgate.Object{{Name: "credential", Value: shown}}, err
}

// deleteAccess is DELETE of one.
func (s *service) deleteAccess(r *jumpgate.Request) (any, error) {
	c, err := s.accessIn(r, "ec2_delete_credential")
	if err != nil {
		return nil, err
	}
	return nil, s.keycreds.delete(r.Context(), c.UserID, c.ID)
}
