package identity

import (
	"net/http"
	"slices"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// Identity API v2.0 went with Keystone's Queens release. Its forms are those
// of the last code that had it (keystone.token.controllers and
// keystone.identity.controllers of Pike) and of its API reference.

// v2CreateToken is POST /v2.0/tokens.
func (s *service) v2CreateToken(r *jumpgate.Request) (any, error) {
	body, err := readBody(r)
	if err != nil {
		return nil, err
	}
	ses, sc, err := s.v2SignIn(r, body.Object("auth"))
	if err != nil {
		return nil, err
	}
	at, err := s.place(r.Context(), ses, sc)
	if err != nil {
		return nil, err
	}
	return s.v2Issue(r, ses, at)
}

// v2Issue makes a token and shows it.
func (s *service) v2Issue(r *jumpgate.Request, ses *session, at *place) (any, error) {
	t := s.issue(ses, at)
	id, err := s.mint(t)
	if err != nil {
		return nil, err
	}
	var project *Project
	if at != nil {
		project = at.project
	}
	return s.v2Access(r, t, id, project)
}

// v2Catalog is the catalog for clients of v2.0, who take the identity service's
// address as it is: where that is ours it is the one of v2.0.
func (s *service) v2Catalog(r *jumpgate.Request, p *jumpgate.Principal) ([]jumpgate.CatalogEntry, error) {
	entries, err := s.catalogFor(r, p)
	if err != nil {
		return nil, err
	}
	v3, err := s.disp.EndpointURL(r, "v3_auth_index")
	if err != nil {
		return nil, err
	}
	v2, err := s.disp.EndpointURL(r, "v2_auth_index")
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		if e.Type != "identity" {
			continue
		}
		for i := range e.Endpoints {
			if strings.TrimSuffix(e.Endpoints[i].URL, "/") == strings.TrimSuffix(v3, "/") {
				e.Endpoints[i].URL = v2
			}
		}
	}
	return entries, nil
}

// v2SignIn checks the proof in an auth body. Without a tenant in the body the
// token gets none: v2.0 knows no default.
func (s *service) v2SignIn(r *jumpgate.Request, auth schema.Object) (*session, scope, error) {
	sc := scope{kind: unscoped, projectID: auth.String("tenantId"), projectName: auth.String("tenantName")}
	if sc.projectID != "" || sc.projectName != "" {
		sc.kind = projectScope
	}
	ses := &session{}
	switch {
	case auth == nil:
		return nil, sc, expecting("auth", "request body")
	case auth.Has("token"):
		data := auth.Object("token")
		if data.String("id") == "" {
			return nil, sc, expecting("id", "token")
		}
		return ses, sc, s.proveToken(r, ses, data.String("id"), sc)
	case auth.Has("passwordCredentials"):
		data := auth.Object("passwordCredentials")
		c := Credentials{UserID: data.String("userId"), UserName: data.String("username"), Password: jumpgate.Secret(data.String("password"))}
		if !data.Has("password") {
			return nil, sc, expecting("password", "passwordCredentials")
		}
		if c.UserName != "" {
			c.UserID = ""
		} else if c.UserID == "" {
			return nil, sc, expecting("username or userId", "passwordCredentials")
		}
		return ses, sc, s.provePassword(r, ses, c)
	}
	return nil, sc, expecting("passwordCredentials or token", "auth")
}

// v2Access shows a token. project has more to say about the tenant than the
// token has; nil: nobody was asked for it.
func (s *service) v2Access(r *jumpgate.Request, t *token, id string, project *Project) (any, error) {
	p := &t.principal
	audits := []string{t.audit.String()}
	if t.parent != (AuditID{}) {
		audits = append(audits, t.parent.String())
	}
	tok := jumpgate.Object{
		{Name: "issued_at", Value: date(t.issued)},
		{Name: "expires", Value: date(t.expires)},
		{Name: "id", Value: id},
		{Name: "audit_ids", Value: audits},
	}
	catalog := any([]any{})
	names, ids := []jumpgate.Object{}, []string{}
	if p.ProjectID != "" {
		tenant := jumpgate.Object{
			{Name: "description", Value: nil},
			{Name: "enabled", Value: true},
			{Name: "id", Value: p.ProjectID},
			{Name: "name", Value: p.ProjectName},
		}
		if project != nil {
			tenant[0].Value = project.Description
		}
		tok = append(tok, jumpgate.Member{Name: "tenant", Value: tenant})
		entries, err := s.v2Catalog(r, p)
		if err != nil {
			return nil, err
		}
		catalog = jumpgate.CatalogV2(entries)
		roles, err := s.namedRoles(r, p.Roles)
		if err != nil {
			return nil, err
		}
		for _, role := range roles {
			names = append(names, jumpgate.Object{{Name: "name", Value: role.Name}})
			ids = append(ids, role.ID)
		}
	}
	isAdmin := 0
	if s.mayAll(p) {
		isAdmin = 1
	}
	return jumpgate.Object{{Name: "access", Value: jumpgate.Object{
		{Name: "token", Value: tok},
		{Name: "serviceCatalog", Value: catalog},
		{Name: "user", Value: jumpgate.Object{
			{Name: "username", Value: p.UserName},
			{Name: "roles_links", Value: []any{}},
			{Name: "id", Value: p.UserID},
			{Name: "roles", Value: names},
			{Name: "name", Value: p.UserName},
		}},
		{Name: "metadata", Value: jumpgate.Object{
			{Name: "is_admin", Value: isAdmin},
			{Name: "roles", Value: ids},
		}},
	}}}, nil
}

// errAdminRequired is how v2.0 refuses what only the operator may do.
var errAdminRequired = jumpgate.Forbidden.New("You are not authorized to perform the requested action: admin_required.")

// v2Subject is the token in the path, which its owner and the operator may
// look at. With belongsTo it has to be one of that tenant.
func (s *service) v2Subject(r *jumpgate.Request) (*token, error) {
	t, err := s.validate(r.Context(), r.Var("token_id"), 0)
	if err != nil {
		return nil, err
	}
	if by := r.Env.Principal; t.principal.UserID != by.UserID && !s.mayAll(by) {
		return nil, errAdminRequired
	}
	if tenant := r.URL.Query().Get("belongsTo"); tenant != "" && tenant != t.principal.ProjectID {
		return nil, jumpgate.Unauthorized
	}
	return t, nil
}

// v2ShowToken is GET and HEAD /v2.0/tokens/{token_id}.
func (s *service) v2ShowToken(r *jumpgate.Request) (any, error) {
	t, err := s.v2Subject(r)
	if err != nil {
		return nil, err
	}
	return s.v2Access(r, t, r.Var("token_id"), nil)
}

// v2RevokeToken is DELETE /v2.0/tokens/{token_id}.
func (s *service) v2RevokeToken(r *jumpgate.Request) (any, error) {
	t, err := s.v2Subject(r)
	if err != nil {
		return nil, err
	}
	return nil, s.revoke(r.Context(), t)
}

// v2TokenEndpoints is GET /v2.0/tokens/{token_id}/endpoints.
func (s *service) v2TokenEndpoints(r *jumpgate.Request) (any, error) {
	t, err := s.v2Subject(r)
	if err != nil {
		return nil, err
	}
	list := []jumpgate.Object{}
	if t.scoped() {
		entries, err := s.v2Catalog(r, &t.principal)
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			list = append(list, v2Endpoints(e)...)
		}
	}
	return jumpgate.Object{{Name: "endpoints", Value: list}, {Name: "endpoints_links", Value: []any{}}}, nil
}

// v2Endpoints is a service of the catalog as one endpoint a region.
func v2Endpoints(e jumpgate.CatalogEntry) []jumpgate.Object {
	var list []jumpgate.Object
	at := make(map[string]int)
	for _, p := range e.Endpoints {
		i, ok := at[p.Region]
		if !ok {
			i = len(list)
			at[p.Region] = i
			list = append(list, jumpgate.Object{
				{Name: "id", Value: stableID("v2 endpoint", e.Type, p.Region)},
				{Name: "name", Value: e.Name},
				{Name: "type", Value: e.Type},
				{Name: "region", Value: p.Region},
			})
		}
		list[i] = append(list[i], jumpgate.Member{Name: p.Interface + "URL", Value: p.URL})
	}
	return list
}

// The one extension of v2.0 that a member can use.
var userCRUD = jumpgate.Object{
	{Name: "name", Value: "OpenStack Keystone User CRUD"},
	{Name: "namespace", Value: "https://docs.openstack.org/identity/api/ext/OS-KSCRUD/v1.0"},
	{Name: "alias", Value: "OS-KSCRUD"},
	{Name: "updated", Value: "2013-07-07T12:00:0-00:00"},
	{Name: "description", Value: "OpenStack extensions to Identity v2.0 API enabling User Operations."},
	{Name: "links", Value: []jumpgate.Object{{
		{Name: "rel", Value: "describedby"},
		{Name: "type", Value: "text/html"},
		{Name: "href", Value: "https://developer.openstack.org/api-ref-identity-v2-ext.html"},
	}}},
}

// v2Extensions is GET /v2.0/extensions.
func (s *service) v2Extensions(*jumpgate.Request) (any, error) {
	return jumpgate.Object{{Name: "extensions", Value: jumpgate.Object{
		{Name: "values", Value: []jumpgate.Object{userCRUD}},
	}}}, nil
}

// v2Extension is GET /v2.0/extensions/{alias}.
func (s *service) v2Extension(r *jumpgate.Request) (any, error) {
	if alias := r.Var("alias"); alias != "OS-KSCRUD" {
		return nil, jumpgate.NotFound.New("Could not find: %s.", alias)
	}
	return jumpgate.Object{{Name: "extension", Value: userCRUD}}, nil
}

// v2Admin answers an endpoint of the operator, who runs this cloud elsewhere.
func v2Admin(*jumpgate.Request) (any, error) { return nil, errAdminRequired }

// gone is how Keystone answers for what it has given up.
func gone(*jumpgate.Request) (any, error) {
	return nil, jumpgate.Gone.New("The service you have requested is no longer available on this server.")
}

// v2Reason says why a method has less to say than Keystone's, if it has.
func v2Reason(name, method string, served bool) string {
	switch {
	case strings.HasPrefix(name, "v2_certificates"):
		return "410: there are no PKI tokens"
	case name == "v2_ec2tokens":
		return "401: v3 checks signatures"
	case !served, name == "v2_tokens_revoked", name == "v2_tenant_users",
		method != http.MethodGet && slices.Contains([]string{"v2_tenants", "v2_tenant", "v2_users", "v2_user", "v2_user_credentials_os_ec2"}, name):
		return "403, as Keystone answers a member: admin_required"
	}
	return ""
}

// serveV2 sets the handlers of v2.0.
func (s *service) serveV2() []error {
	get := func(f func(*jumpgate.Request) (any, error)) jumpgate.Methods {
		return jumpgate.Methods{http.MethodGet: f}
	}
	served := map[string]jumpgate.Methods{
		"v2_tokens":               {http.MethodPost: s.v2CreateToken},
		"v2_token":                {http.MethodGet: s.v2ShowToken, http.MethodDelete: s.v2RevokeToken},
		"v2_token_endpoints":      get(s.v2TokenEndpoints),
		"v2_token_tenants":        get(s.v2Tenants),
		"v2_tokens_revoked":       get(v2Admin),
		"v2_extensions":           get(s.v2Extensions),
		"v2_extension_alias":      get(s.v2Extension),
		"v2_certificates_ca":      get(gone),
		"v2_certificates_signing": get(gone),

		"v2_tenants":           {http.MethodGet: s.v2Tenants, http.MethodPost: v2Admin},
		"v2_tenant":            {http.MethodGet: s.v2Tenant, http.MethodPost: v2Admin, http.MethodDelete: v2Admin},
		"v2_tenant_users":      get(v2Admin),
		"v2_tenant_user_roles": get(s.v2UserRoles),
		"v2_users":             {http.MethodGet: s.v2Users, http.MethodPost: v2Admin},
		"v2_user":              {http.MethodGet: s.v2User, http.MethodPut: v2Admin, http.MethodDelete: v2Admin},
		"v2_user_roles":        get(s.v2UserRoles),
		"v2_os_kscrud_user":    {http.MethodPatch: s.v2ChangePassword},

		"v2_user_credentials_os_ec2":        {http.MethodGet: s.v2EC2Credentials, http.MethodPost: v2Admin},
		"v2_user_credentials_os_ec2_single": {http.MethodGet: s.v2EC2Credential, http.MethodDelete: s.v2DeleteEC2Credential},
		"v2_ec2tokens":                      {http.MethodPost: noAccessKey},
	}
	var faults []error
	for e := range s.disp.EachEndpoint() {
		m, ok := served[e.Name]
		switch {
		case e.Version != "v2.0" || e.Name == "v2_auth_index":
			continue
		case !ok: // OS-KSADM, endpoints: the operator's
			m = make(jumpgate.Methods)
			for _, method := range e.Methods {
				m[method] = v2Admin
			}
		}
		for _, method := range e.Methods {
			if reason := v2Reason(e.Name, method, ok); reason != "" {
				faults = append(faults, s.disp.Explain(e.Name, method, reason))
			}
		}
		faults = append(faults, s.set(e.Name, m))
	}
	return faults
}
