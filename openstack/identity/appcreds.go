package identity

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/schema"
)

// credentialSchema is keystone.application_credential.schema's for a new one.
var credentialSchema = func() *field {
	name := &field{types: []string{"string"}, minLength: 1, maxLength: 255, pattern: `[\S]+`}
	id := &field{types: []string{"string"}, minLength: 1, maxLength: 64, pattern: `^[a-zA-Z0-9-]+$`}
	text := &field{types: []string{"null", "string"}}
	role := &field{
		types: []string{"object"}, members: []member{{"id", id}, {"name", name}},
		minProperties: 1, maxProperties: 1, closed: true,
	}
	rule := &field{types: []string{"object"}, closed: true, members: []member{
		{"path", &field{
			types: []string{"string"}, maxLength: 225, pattern: `^\/.*`,
			inert: schema.Object{{Name: "minLength", Value: json.Number("0")}},
		}},
		{"method", &field{types: []string{"string"}, pattern: `^(POST|GET|HEAD|PATCH|PUT|DELETE)$`}},
		{"service", id},
		{"id", id},
	}}
	return &field{
		types: []string{"object"},
		members: []member{
			{"name", name},
			{"description", &field{types: []string{"string", "null"}}},
			{"secret", text},
			{"expires_at", text},
			{"roles", &field{types: []string{"array"}, items: role}},
			{"unrestricted", &field{types: []string{"boolean"}, enum: []any{true, false, nil}}},
			{"access_rules", &field{types: []string{"array"}, items: rule}},
		},
		required: []string{"name"},
		inert:    schema.Object{{Name: "additionalProperties", Value: true}},
	}
}()

// credentialColumns are what else a new one may have: Keystone's columns,
// which it fills itself.
var credentialColumns = []string{"id", "internal_id", "user_id", "project_id", "system", "secret_hash"}

// maxCredentials of a user, Keystone's option user_limit.
const maxCredentials = 100

// createCredential is POST /v3/users/{user_id}/application_credentials
// (recording 088).
func (s *service) createCredential(r *jumpgate.Request) (any, error) {
	body, err := readBody(r)
	if err != nil {
		return nil, err
	}
	t := tokenOf(r)
	p := &t.principal
	if r.Var("user_id") != p.UserID || s.credentials == nil || !t.scoped() {
		return nil, forbidden("create_application_credential")
	}
	value, ok := body.Get("application_credential")
	if !ok {
		value = schema.Object{}
	}
	if text := credentialSchema.check(value); text != "" {
		return nil, quiet{jumpgate.BadRequest.New("%s", text)}
	}
	data := value.(schema.Object)
	if err := t.mayManage(); err != nil {
		return nil, err
	}
	if list, err := s.credentials.List(r.Context(), p.UserID, ""); err != nil {
		return nil, stored(err)
	} else if len(list) >= maxCredentials {
		return nil, jumpgate.Forbidden.New("Unable to create additional application credentials, maximum of %d already exceeded for user.", maxCredentials)
	}
	c := ApplicationCredential{
		Name:             data.String("name"),
		Description:      data.String("description"),
		UserID:           p.UserID,
		UserName:         p.UserName,
		ProjectID:        p.ProjectID,
		ProjectName:      p.ProjectName,
		DefaultProjectID: t.defaultProject,
		Iterations:       chosenIterations,
	}
	var id AuditID
	_, _ = rand.Read(id[:]) // never fails
	c.ID = hex.EncodeToString(id[:])
	if v, ok := data.Get("unrestricted"); ok {
		yes := v == true
		c.Unrestricted = &yes
	}
	if c.Roles, err = credentialRoles(p, data.List("roles")); err != nil {
		return nil, err
	}
	if c.AccessRules, err = s.newRules(r, data.List("access_rules")); err != nil {
		return nil, err
	}
	for _, m := range data {
		if !slices.ContainsFunc(credentialSchema.members, func(f member) bool { return f.name == m.Name }) && !slices.Contains(credentialColumns, m.Name) {
			return nil, jumpgate.BadRequest.New("'%s' is an invalid keyword argument for ApplicationCredentialModel", m.Name)
		}
	}
	if text := data.String("expires_at"); text != "" {
		if c.ExpiresAt, err = s.credentialExpiry(text); err != nil {
			return nil, err
		}
	}
	secret := data.String("secret")
	if secret == "" {
		random := make([]byte, 64)
		_, _ = rand.Read(random) // never fails
		secret, c.Iterations = base64.RawURLEncoding.EncodeToString(random), madeIterations
	}
	if err := c.lock(secret, p.Credential); err != nil {
		return nil, err
	}
	switch err := s.credentials.Create(r.Context(), c); {
	case errors.Is(err, jumpgate.Conflict):
		return nil, jumpgate.Conflict.New("Conflict occurred attempting to store application_credential - Duplicate entry found with name %s.", c.Name)
	case err != nil:
		return nil, stored(err)
	}
	item, err := s.presentCredential(r, &c, secret)
	return &jumpgate.Response{Status: http.StatusCreated, Body: jumpgate.Object{{Name: "application_credential", Value: item}}}, err
}

// mayManage refuses tokens of restricted application credentials: those must
// not make others (CVE-2026-33551).
func (t *token) mayManage() error {
	if t.grant == nil || t.grant.unrestricted {
		return nil
	}
	return jumpgate.Forbidden.New("You are not authorized to perform the requested action: Using method 'application_credential' is not allowed for managing additional application credentials..")
}

// credentialRoles are the roles asked for, or all that the token has.
func credentialRoles(p *jumpgate.Principal, asked []any) ([]string, error) {
	if len(asked) == 0 {
		return p.Roles, nil
	}
	var roles []string
	for _, v := range asked {
		o := v.(schema.Object)
		id := o.String("id")
		if id == "" {
			id = roleID(o.String("name"))
			if !knownRole(p, id) {
				return nil, jumpgate.NotFound.New("Role %s is not defined", o.String("name"))
			}
		}
		i := slices.IndexFunc(p.Roles, func(name string) bool { return roleID(name) == id })
		if i < 0 {
			return nil, jumpgate.BadRequest.New("Invalid application credential: Cannot create an application credential with unassigned role")
		}
		roles = append(roles, p.Roles[i])
	}
	return canonicalRoles(roles), nil
}

// credentialExpiry reads a date as Keystone does (utils.parse_expiration_date).
func (s *service) credentialExpiry(text string) (time.Time, error) {
	const malformed = " The server could not comply with the request since it is either malformed or otherwise incorrect. The client is assumed to be in error."
	at, err := time.Parse("2006-01-02T15:04:05.999999Z", strings.TrimSuffix(text, "Z")+"Z")
	if err != nil {
		return at, jumpgate.BadRequest.New("Timestamp not in expected format." + malformed)
	}
	if !at.After(s.now()) {
		return at, jumpgate.BadRequest.New("The 'expires_at' must not be before now." + malformed)
	}
	return at, nil
}

// presentCredential is one as Keystone shows it; the secret is shown once.
func (s *service) presentCredential(r *jumpgate.Request, c *ApplicationCredential, secret string) (jumpgate.Object, error) {
	base, err := s.disp.EndpointURL(r, "v3_auth_index")
	if err != nil {
		return nil, err
	}
	var unrestricted, description any
	if c.Unrestricted != nil {
		unrestricted = *c.Unrestricted
	}
	if c.Description != "" {
		description = c.Description
	}
	roles := make([]jumpgate.Object, len(c.Roles))
	for i, name := range c.Roles {
		roles[i] = presentRole(name)
	}
	item := jumpgate.Object{
		{Name: "id", Value: c.ID},
		{Name: "name", Value: c.Name},
		{Name: "description", Value: description},
		{Name: "user_id", Value: c.UserID},
		{Name: "project_id", Value: c.ProjectID},
		{Name: "system", Value: nil},
		{Name: "expires_at", Value: jumpgate.DateOrNil(c.ExpiresAt, jumpgate.DateMicros)},
		{Name: "unrestricted", Value: unrestricted},
		{Name: "roles", Value: roles},
	}
	if len(c.AccessRules) > 0 {
		item = append(item, presentRules(c.AccessRules))
	}
	if secret != "" {
		item = append(item, jumpgate.Member{Name: "secret", Value: secret})
	}
	return append(item, jumpgate.Member{Name: "links", Value: jumpgate.Object{
		{Name: "self", Value: base + "/application_credentials/" + c.ID},
	}}), nil
}

// listCredentials is GET /v3/users/{user_id}/application_credentials
// (recording 089).
func (s *service) listCredentials(r *jumpgate.Request) (any, error) {
	id := r.Env.Principal.UserID
	if r.Var("user_id") != id {
		return nil, forbidden("list_application_credentials")
	}
	var items []jumpgate.Object
	if s.credentials != nil {
		list, err := s.credentials.List(r.Context(), id, "")
		if err != nil {
			return nil, stored(err)
		}
		for i := range list {
			item, err := s.presentCredential(r, &list[i], "")
			if err != nil {
				return nil, err
			}
			items = append(items, item)
		}
	}
	return s.list(r, "application_credentials", items, "name")
}

// ownCredential is the credential in the path. One of another user is
// refused whatever the path says, as Keystone does.
func (s *service) ownCredential(r *jumpgate.Request, action string) (*ApplicationCredential, error) {
	by := r.Env.Principal.UserID
	c, err := s.credential(r, r.Var("application_credential_id"))
	if r.Var("user_id") != by || err == nil && c.UserID != by {
		return nil, forbidden(action)
	}
	return c, err
}

// showCredential is GET of one.
func (s *service) showCredential(r *jumpgate.Request) (any, error) {
	c, err := s.ownCredential(r, "get_application_credential")
	if err != nil {
		return nil, err
	}
	item, err := s.presentCredential(r, c, "")
	return jumpgate.Object{{Name: "application_credential", Value: item}}, err
}

// deleteCredential is DELETE of one (recording 092). The tokens made with it
// end as well.
func (s *service) deleteCredential(r *jumpgate.Request) (any, error) {
	c, err := s.ownCredential(r, "delete_application_credential")
	if err != nil {
		return nil, err
	}
	if err := tokenOf(r).mayManage(); err != nil {
		return nil, err
	}
	var g grant
	if n, err := hex.Decode(g.id[:], []byte(c.ID)); err == nil && n == len(g.id) {
		if err := s.revocations.Revoke(r.Context(), g.id, s.now().Add(s.expiry+max(s.window, 0))); err != nil {
			return nil, unrevoked(err)
		}
	}
	return nil, stored(s.credentials.Delete(r.Context(), c.ID))
}
