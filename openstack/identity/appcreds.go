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
	"github.com/softlayer/jumpgate/openstack/internal/schema"
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
	if err := s.allow(r, "create_application_credential", jumpgate.Target{"user_id": r.Var("user_id")}); err != nil {
		return nil, err
	}
	if s.credentials == nil || p.ProjectID == "" {
		return nil, forbidden("create_application_credential")
	}
	if err := t.notDelegated(); err != nil {
		return nil, err
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
	if c.Roles, err = s.credentialRoles(r, p, data.List("roles")); err != nil {
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

// notDelegated refuses tokens that act for a user by somebody's leave:
// application credentials must not outlive that.
func (t *token) notDelegated() error {
	if t.trust == "" && t.methods&ec2Credential == 0 {
		return nil
	}
	return jumpgate.Forbidden.New("Cannot manage application credentials with a token issued via delegation.")
}

// credentialRoles are the roles asked for, or all that the token has.
func (s *service) credentialRoles(r *jumpgate.Request, p *jumpgate.Principal, asked []any) ([]string, error) {
	if len(asked) == 0 {
		return p.Roles, nil
	}
	all, err := s.allRoles(r)
	if err != nil {
		return nil, err
	}
	var roles []string
	for _, v := range asked {
		o := v.(schema.Object)
		id, name := o.String("id"), o.String("name")
		i := slices.IndexFunc(all, func(role *Role) bool {
			return role.DomainID == "" && (id != "" && role.ID == id || id == "" && role.Name == name)
		})
		switch {
		case i < 0 && id == "":
			return nil, jumpgate.NotFound.New("Role %s is not defined", name)
		case i < 0 || !p.HasRole(all[i].Name):
			return nil, jumpgate.BadRequest.New("Invalid application credential: Cannot create an application credential with unassigned role")
		}
		roles = append(roles, all[i].Name)
	}
	return canonicalRoles(roles), nil
}

// credentialExpiry reads a date as Keystone does (utils.parse_expiration_date).
func (s *service) credentialExpiry(text string) (time.Time, error) {
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
	named, err := s.namedRoles(r, c.Roles)
	if err != nil {
		return nil, err
	}
	roles := make([]jumpgate.Object, len(named))
	for i, role := range named {
		roles[i] = presentRole(role)
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
	id := r.Var("user_id")
	if err := s.allow(r, "list_application_credentials", jumpgate.Target{"user_id": id}); err != nil {
		return nil, err
	}
	if err := tokenOf(r).notDelegated(); err != nil {
		return nil, err
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

// credentialIn is the credential in the path, if the policy lets the caller do
// action with it. Whose it is counts, and not whom the path names.
func (s *service) credentialIn(r *jumpgate.Request, action string) (*ApplicationCredential, error) {
	c, err := s.credential(r, r.Var("application_credential_id"))
	owner := r.Var("user_id")
	if err == nil {
		owner = c.UserID
	}
	if denied := s.allow(r, action, jumpgate.Target{"user_id": owner}); denied != nil {
		return nil, denied
	}
	if err == nil && owner != r.Var("user_id") {
		return nil, forbidden(action)
	}
	if denied := tokenOf(r).notDelegated(); denied != nil {
		return nil, denied
	}
	return c, err
}

// showCredential is GET of one.
func (s *service) showCredential(r *jumpgate.Request) (any, error) {
	c, err := s.credentialIn(r, "get_application_credential")
	if err != nil {
		return nil, err
	}
	item, err := s.presentCredential(r, c, "")
	return jumpgate.Object{{Name: "application_credential", Value: item}}, err
}

// deleteCredential is DELETE of one (recording 092). The tokens made with it
// end as well.
func (s *service) deleteCredential(r *jumpgate.Request) (any, error) {
	c, err := s.credentialIn(r, "delete_application_credential")
	if err != nil {
		return nil, err
	}
	if err := tokenOf(r).mayManage(); err != nil {
		return nil, err
	}
	return nil, s.endCredential(r, c.ID)
}

// endCredential ends the tokens of a credential, and the credential.
func (s *service) endCredential(r *jumpgate.Request, id string) error {
	var g grant
	if n, err := hex.Decode(g.id[:], []byte(id)); err == nil && n == len(g.id) {
		if err := s.revocations.Revoke(r.Context(), g.id, s.now().Add(s.expiry+max(s.window, 0))); err != nil {
			return unrevoked(err)
		}
	}
	return stored(s.credentials.Delete(r.Context(), id))
}
