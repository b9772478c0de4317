package identity

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// trust lets one user act with roles of another in a project. Only a directory
// has them. A trust can't be delegated further: redelegation_count is 0.
type trust struct {
	ID, TrustorID, TrusteeID, ProjectID string
	Impersonation                       bool
	ExpiresAt                           time.Time // zero: never
	Remaining                           *int      // nil: any number of uses
	RoleIDs                             []string
}

var trustSchema = func() *field {
	user := &field{types: []string{"string"}, minLength: 1, maxLength: 64}
	role := &field{
		types: []string{"object"}, members: []member{{"id", idField()}, {"name", nameField(255)}},
		minProperties: 1, maxProperties: 1, closed: true,
	}
	return openObject([]member{
		{"trustor_user_id", user},
		{"trustee_user_id", user},
		{"impersonation", booleanField()},
		{"project_id", nullableID()},
		{"remaining_uses", &field{types: []string{"integer", "null"}, least: bound(1)}},
		{"expires_at", &field{types: []string{"null", "string"}}},
		{"allow_redelegation", &field{types: []string{"boolean", "null"}}},
		{"redelegation_count", &field{types: []string{"integer", "null"}, least: bound(0)}},
		{"roles", &field{types: []string{"array"}, items: role}},
	}, "trustor_user_id", "trustee_user_id", "impersonation")
}()

// errNoTrustBy refuses application credentials everything about trusts.
var errNoTrustBy = jumpgate.Forbidden.New("You are not authorized to perform the requested action: Using method 'application_credential' is not allowed for managing trusts..")

func noTrust(id string) error { return jumpgate.NotFound.New("Could not find trust: %s.", id) }

// presentTrust is a trust as Keystone shows it; in lists without the roles.
func (s *service) presentTrust(r *jumpgate.Request, t *trust, roles bool) (jumpgate.Object, error) {
	base, err := s.disp.EndpointURL(r, "v3_auth_index")
	if err != nil {
		return nil, err
	}
	var remaining any
	if t.Remaining != nil {
		remaining = *t.Remaining
	}
	body := jumpgate.Object{
		{Name: "id", Value: t.ID},
		{Name: "trustor_user_id", Value: t.TrustorID},
		{Name: "trustee_user_id", Value: t.TrusteeID},
		{Name: "project_id", Value: rest.OrNil(t.ProjectID)},
		{Name: "impersonation", Value: t.Impersonation},
		{Name: "expires_at", Value: jumpgate.DateOrNil(t.ExpiresAt, jumpgate.DateMicrosZ)},
		{Name: "remaining_uses", Value: remaining},
		{Name: "deleted_at", Value: nil},
		{Name: "redelegated_trust_id", Value: nil},
		{Name: "redelegation_count", Value: 0},
	}
	if roles {
		items := []jumpgate.Object{}
		for _, id := range t.RoleIDs {
			role, err := s.findRole(r, id)
			if err != nil {
				return nil, err
			}
			if role == nil {
				continue
			}
			item, err := s.linkedRole(r, role)
			if err != nil {
				return nil, err
			}
			items = append(items, item)
		}
		body = append(body, jumpgate.Member{Name: "roles", Value: items}, jumpgate.Member{Name: "roles_links", Value: jumpgate.Object{
			{Name: "self", Value: base + "/" + t.ID + "/roles"}, {Name: "next", Value: nil}, {Name: "previous", Value: nil},
		}})
	}
	return append(body, jumpgate.Member{Name: "links", Value: jumpgate.Object{{Name: "self", Value: base + "/OS-TRUST/trusts/" + t.ID}}}), nil
}

func (s *service) oneTrust(r *jumpgate.Request, t *trust, status int) (any, error) {
	body, err := s.presentTrust(r, t, true)
	return &jumpgate.Response{Status: status, Body: jumpgate.Object{{Name: "trust", Value: body}}}, err
}

// listTrusts is GET /v3/OS-TRUST/trusts.
func (s *service) listTrusts(r *jumpgate.Request) (any, error) {
	q := r.URL.Query()
	trustor, trustee := q.Get("trustor_user_id"), q.Get("trustee_user_id")
	action, target := "list_trusts", jumpgate.Target{}
	switch {
	case trustor != "":
		action, target = "list_trusts_for_trustor", jumpgate.Target{"target.trust.trustor_user_id": trustor}
	case trustee != "":
		action, target = "list_trusts_for_trustee", jumpgate.Target{"target.trust.trustee_user_id": trustee}
	}
	if err := s.allow(r, action, target); err != nil {
		return nil, err
	}
	if tokenOf(r).grant != nil {
		return nil, errNoTrustBy
	}
	users := []string{trustor}
	if trustor == "" && s.users != nil {
		users = nil
		for u, err := range s.users.ListUsers(r.Context(), UserQuery{}) {
			if err != nil {
				return nil, err
			}
			users = append(users, u.ID)
		}
	}
	var items []jumpgate.Object
	for _, id := range users {
		for t, err := range s.trusts.of(r.Context(), id) {
			if err != nil {
				return nil, err
			}
			if trustee != "" && t.TrusteeID != trustee || s.expired(t) {
				continue
			}
			item, err := s.presentTrust(r, t, false)
			if err != nil {
				return nil, err
			}
			items = append(items, item)
		}
	}
	return s.collection(r, "trusts", items)
}

func (s *service) expired(t *trust) bool {
	return !t.ExpiresAt.IsZero() && !s.now().Before(t.ExpiresAt) || t.Remaining != nil && *t.Remaining < 1
}

// trustByID is a trust that counts, or a NotFound error.
func (s *service) trustByID(ctx context.Context, id string) (*trust, error) {
	t, _, _, err := s.trusts.find(ctx, id)
	if errors.Is(err, jumpgate.NotFound) || err == nil && s.expired(t) {
		return nil, noTrust(id)
	}
	return t, err
}

// trustIn is the trust of the path, if the policy lets the caller do action
// with it. Keystone looks for it first.
func (s *service) trustIn(r *jumpgate.Request, action string) (*trust, error) {
	t, err := s.trustByID(r.Context(), r.Var("trust_id"))
	if err != nil {
		return nil, err
	}
	target := jumpgate.Target{"target.trust.trustor_user_id": t.TrustorID, "target.trust.trustee_user_id": t.TrusteeID}
	if err := s.allow(r, action, target); err != nil {
		return nil, err
	}
	if tokenOf(r).grant != nil {
		return nil, errNoTrustBy
	}
	return t, nil
}

// showTrust is GET /v3/OS-TRUST/trusts/{trust_id}.
func (s *service) showTrust(r *jumpgate.Request) (any, error) {
	t, err := s.trustIn(r, "get_trust")
	if err != nil {
		return nil, err
	}
	return s.oneTrust(r, t, http.StatusOK)
}

// deleteTrust is DELETE of one.
func (s *service) deleteTrust(r *jumpgate.Request) (any, error) {
	t, err := s.trustIn(r, "delete_trust")
	if err != nil {
		return nil, err
	}
	return nil, s.trusts.delete(r.Context(), t.TrustorID, t.ID)
}

// createTrust is POST /v3/OS-TRUST/trusts. Keystone looks for the trustee.
func (s *service) createTrust(r *jumpgate.Request) (any, error) {
	body, err := s.bodyFor(r, "trust")
	if err != nil {
		return nil, err
	}
	by := tokenOf(r)
	trustor, trustee, project := body.String("trustor_user_id"), body.String("trustee_user_id"), body.String("project_id")
	if err := s.allow(r, "create_trust", jumpgate.Target{"target.trust.trustor_user_id": trustor}); err != nil {
		return nil, err
	}
	if err := trustSchema.fault(body); err != nil {
		return nil, err
	}
	switch {
	case by.grant != nil:
		return nil, errNoTrustBy
	case by.trust != "":
		return nil, jumpgate.Forbidden.New("You are not authorized to perform the requested action: Redelegation allowed for delegated by trust only.")
	case project != "" && len(body.List("roles")) == 0:
		return nil, jumpgate.Forbidden.New("You are not authorized to perform the requested action: At least one role should be specified.")
	case body.Bool("allow_redelegation", false):
		return nil, jumpgate.Forbidden.New("Requested redelegation depth of %d is greater than allowed %d", body.Int("redelegation_count", 1), 0)
	}
	switch u, err := s.findUser(r, trustee); {
	case err != nil:
		return nil, err
	case u == nil:
		return nil, noUser(trustee)
	case !s.directory() || s.store == nil:
		return nil, forbidden("create_trust")
	}
	t := &trust{ID: newID(), TrustorID: trustor, TrusteeID: trustee, ProjectID: project, Impersonation: body.Bool("impersonation", false)}
	if t.RoleIDs, err = s.trustRoles(r, body.List("roles"), trustor, project); err != nil {
		return nil, err
	}
	if text := body.String("expires_at"); text != "" {
		if t.ExpiresAt, err = s.credentialExpiry(text); err != nil {
			return nil, err
		}
	}
	if v, ok := body.Get("remaining_uses"); ok && v != nil {
		n := body.Int("remaining_uses", 0)
		t.Remaining = &n
	}
	if err := s.trusts.create(r.Context(), trustor, t.ID, t); err != nil {
		return nil, err
	}
	return s.oneTrust(r, t, http.StatusCreated)
}

// trustRoles are the roles asked for, which the trustor must have.
func (s *service) trustRoles(r *jumpgate.Request, asked []any, trustor, project string) ([]string, error) {
	if project == "" {
		return nil, nil
	}
	if err := s.mustProject(r, project); err != nil {
		return nil, err
	}
	names, err := s.rolesIn(r.Context(), trustor, Scope{ProjectID: project})
	if err != nil {
		return nil, err
	}
	has, err := s.namedRoles(r, names)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, v := range asked {
		o := v.(schema.Object)
		id := o.String("id")
		if name := o.String("name"); id == "" {
			role, err := s.roleNamed(r, name)
			if err != nil {
				return nil, err
			}
			if role == nil {
				return nil, jumpgate.NotFound.New("Role %s is not defined", name)
			}
			id = role.ID
		}
		if !slices.ContainsFunc(has, func(role *Role) bool { return role.ID == id }) {
			return nil, noRole(id)
		}
		ids = append(ids, id)
	}
	return ids, nil
}

// listTrustRoles is GET of the roles of a trust.
func (s *service) listTrustRoles(r *jumpgate.Request) (any, error) {
	t, err := s.trustIn(r, "list_roles_for_trust")
	if err != nil {
		return nil, err
	}
	roles, err := s.allRoles(r)
	if err != nil {
		return nil, err
	}
	return s.presentRoles(r, roles, func(role *Role) bool { return slices.Contains(t.RoleIDs, role.ID) })
}

// showTrustRole is GET of one of them.
func (s *service) showTrustRole(r *jumpgate.Request) (any, error) {
	t, err := s.trustIn(r, "get_role_for_trust")
	if err != nil {
		return nil, err
	}
	role, err := s.findRole(r, r.Var("role_id"))
	switch {
	case err != nil:
		return nil, err
	case role == nil || !slices.Contains(t.RoleIDs, role.ID):
		return nil, noRole(r.Var("role_id"))
	}
	return s.oneRole(r, role, http.StatusOK)
}

// signInByTrust makes the token of a trust for its trustee.
func (s *service) signInByTrust(ctx context.Context, ses *session, id string) (*token, error) {
	if ses.grant != nil {
		return nil, jumpgate.Forbidden
	}
	t, err := s.trustByID(ctx, id)
	if err != nil {
		return nil, unauthorized(err)
	}
	if t.TrusteeID != ses.principal.UserID {
		return nil, jumpgate.Forbidden
	}
	if t.Remaining != nil {
		_, err := s.trusts.values.update(ctx, ofUser(t.TrustorID), t.ID, func(t *trust) error {
			if *t.Remaining < 1 {
				return jumpgate.Forbidden.New("No remaining uses for trust: %s.", t.ID)
			}
			*t.Remaining--
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return s.trustToken(ctx, ses, id)
}

// trustToken makes a token for a trust: of the trustor, if that is what the
// trust says, or of the trustee, with the trustor's roles that it is for.
func (s *service) trustToken(ctx context.Context, ses *session, id string) (*token, error) {
	t, _, _, err := s.trusts.find(ctx, id)
	if err != nil || !s.directory() {
		return nil, unauthorized(orGone(err))
	}
	user := t.TrusteeID
	if t.Impersonation {
		user = t.TrustorID
	}
	u, err := s.users.FindUser(ctx, user)
	if err != nil {
		return nil, unauthorized(err)
	}
	if u.Disabled {
		return nil, jumpgate.Forbidden
	}
	roles, err := s.trustedRoles(ctx, t)
	if err != nil {
		return nil, err
	}
	at := (*place)(nil)
	if t.ProjectID != "" {
		p, err := s.projects.FindProject(ctx, t.ProjectID)
		if err != nil {
			return nil, unauthorized(err)
		}
		ok, err := s.enabled(ctx, p)
		if err != nil {
			return nil, err
		}
		if !ok || len(roles) == 0 {
			return nil, jumpgate.Forbidden
		}
		at = &place{project: p, roles: roles}
	}
	made := *ses
	made.principal = jumpgate.Principal{UserID: u.ID, UserName: u.Name, UserDomainID: domainOf(u.DomainID), Credential: u.Credential}
	made.defaultProject = u.DefaultProjectID
	if at := s.now().Add(s.expiry); !t.ExpiresAt.IsZero() && t.ExpiresAt.Before(at) && (made.expires == 0 || t.ExpiresAt.Unix() < made.expires) {
		made.expires = t.ExpiresAt.Unix()
	}
	tok := s.issue(&made, at)
	tok.trust = t.ID
	return tok, nil
}

// trustedRoles are the names of the roles of a trust, with what they imply,
// which the trustor has still.
func (s *service) trustedRoles(ctx context.Context, t *trust) ([]string, error) {
	u, err := s.users.FindUser(ctx, t.TrustorID)
	if err != nil {
		return nil, unauthorized(err)
	}
	if u.Disabled || t.ProjectID == "" {
		return nil, nil
	}
	has, err := s.rolesIn(ctx, t.TrustorID, Scope{ProjectID: t.ProjectID})
	if err != nil {
		return nil, err
	}
	book, err := s.readRoles(ctx)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(book.names(book.closure(t.RoleIDs...)), func(role string) bool { return !slices.Contains(has, role) }), nil
}

// refreshTrust is refresh for the token of a trust.
func (s *service) refreshTrust(ctx context.Context, t *token) error {
	tr, _, _, err := s.trusts.find(ctx, t.trust)
	if err != nil {
		return err
	}
	if !tr.ExpiresAt.IsZero() && !s.now().Before(tr.ExpiresAt) {
		return jumpgate.NotFound
	}
	for _, id := range []string{tr.TrustorID, tr.TrusteeID} {
		u, err := s.users.FindUser(ctx, id)
		if err != nil || u.Disabled {
			return orGone(err)
		}
	}
	roles, err := s.trustedRoles(ctx, tr)
	if err != nil {
		return err
	}
	if len(roles) == 0 {
		return jumpgate.NotFound
	}
	t.principal.Roles = roles
	return nil
}

// trustRef is what a token says of its trust.
func (s *service) trustRef(r *jumpgate.Request, t *token) (jumpgate.Member, error) {
	tr, _, _, err := s.trusts.find(r.Context(), t.trust)
	if err != nil {
		return jumpgate.Member{}, err
	}
	return jumpgate.Member{Name: "OS-TRUST:trust", Value: jumpgate.Object{
		{Name: "id", Value: tr.ID},
		{Name: "trustor_user", Value: jumpgate.Object{{Name: "id", Value: tr.TrustorID}}},
		{Name: "trustee_user", Value: jumpgate.Object{{Name: "id", Value: tr.TrusteeID}}},
		{Name: "impersonation", Value: tr.Impersonation},
	}}, nil
}
