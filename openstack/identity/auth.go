package identity

import (
	"slices"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// authSchema is keystone.auth.schema.token_issue.
var authSchema = func() *field {
	str := &field{types: []string{"string"}}
	object := func(members ...member) *field { return &field{types: []string{"object"}, members: members} }
	domain := object(member{"id", str}, member{"name", str})
	token := object(member{"id", str})
	token.required = []string{"id"}
	identity := object(
		member{"methods", &field{types: []string{"array"}, items: str}},
		member{"password", object(
			member{"user", object(member{"id", str}, member{"name", str}, member{"password", str}, member{"domain", domain})},
		)},
		member{"token", token},
	)
	identity.required = []string{"methods"}
	scope := object(
		member{"project", object(member{"name", str}, member{"id", str}, member{"domain", domain})},
		member{"domain", domain},
		member{"OS-TRUST:trust", object(member{"id", str})},
		member{"system", object(member{"all", &field{types: []string{"boolean"}, enum: []any{true, false, nil}}})},
	)
	scope.types = []string{"object", "string"}
	auth := object(member{"identity", identity}, member{"scope", scope})
	auth.required = []string{"identity"}
	return auth
}()

// auth is the body of POST /v3/auth/tokens, understood.
type auth struct {
	methods []string // each once
	data    schema.Object
	scope   scope
}

// scope is what a token is asked for.
type scope struct {
	kind                   scopeKind
	projectID, projectName string
	domainID, domainName   string // the scope, or where the project of that name is
	trustID                string
}

type scopeKind int

const (
	noScope      scopeKind = iota // the default project, if the user has one
	unscoped                      // no project, by the client's own wish
	projectScope                  //
	domainScope                   //
	systemScope                   //
	trustScope                    //
)

// parseAuth reads an auth body in the order in which Keystone does, because a
// body with two mistakes is answered for the first one: the schema
// (keystone.auth.schema), the methods, the scope (keystone.auth.core,
// AuthInfo). The methods' own data are looked at later, one by one.
func parseAuth(body schema.Object) (*auth, error) {
	value, _ := body.Get("auth")
	if value == nil {
		return nil, expecting("auth", "request body")
	}
	if text := authSchema.check(value); text != "" {
		return nil, quiet{jumpgate.BadRequest.New("%s", text)}
	}
	root := value.(schema.Object)
	a := &auth{data: root.Object("identity")}
	if err := needNames(root, a.data); err != nil {
		return nil, err
	}
	for _, m := range a.data.List("methods") {
		if name := m.(string); !a.has(name) {
			a.methods = append(a.methods, name)
		}
	}
	for _, m := range a.methods {
		if !a.data.Has(m) {
			return nil, quiet{expecting(m, "identity")}
		}
	}
	for _, m := range a.methods {
		if _, ok := methods[m]; !ok {
			return nil, errUnsupportedMethod
		}
	}
	if a.has("application_credential") {
		if root.Has("scope") {
			return nil, errCredentialScope
		}
		return a, nil
	}
	if s, ok := root.Get("scope"); ok {
		var err error
		if a.scope, err = parseScope(s); err != nil {
			return nil, err
		}
	}
	return a, nil
}

// methods are those that can be asked for.
var methods = map[string]method{
	"password":               password,
	"token":                  byToken,
	"application_credential": applicationCredential,
}

func (a *auth) has(name string) bool { return slices.Contains(a.methods, name) }

// needNames are the rules that Keystone keeps beside its schema
// (validate_issue_token_auth).
func needNames(root, identity schema.Object) error {
	rule := func(o schema.Object, path string) error {
		if o == nil || o.Has("id") || o.Has("name") {
			return nil
		}
		return jumpgate.BadRequest.New("Invalid input for field %s: id or name must be present.", path)
	}
	user := identity.Object("password").Object("user")
	scope := root.Object("scope")
	project := scope.Object("project")
	for _, r := range []struct {
		object schema.Object
		path   string
	}{
		{user, "identity/password/user"},
		{user.Object("domain"), "identity/password/user/domain"},
		{project, "scope/project"},
		{project.Object("domain"), "scope/project/domain"},
		{scope.Object("domain"), "scope/domain"},
	} {
		if err := rule(r.object, r.path); err != nil {
			return err
		}
	}
	return nil
}

// parseScope reads the scope (AuthInfo._validate_and_normalize_scope_data).
func parseScope(v any) (scope, error) {
	const kinds = "system, project, domain, OS-TRUST:trust or unscoped"
	if text, ok := v.(string); ok { // Keystone looks for the words in it
		if text == "unscoped" {
			return scope{kind: unscoped}, nil
		}
		return scope{}, expecting(kinds, "scope")
	}
	s := v.(schema.Object)
	n := 0
	for _, kind := range [...]string{"project", "domain", "unscoped", "system", "OS-TRUST:trust"} {
		if s.Has(kind) {
			n++
		}
	}
	switch {
	case n != 1:
		return scope{}, expecting(kinds, "scope")
	case s.Has("system"):
		return scope{kind: systemScope}, nil
	case s.Has("unscoped"):
		return scope{kind: unscoped}, nil
	case s.Has("OS-TRUST:trust"):
		if s.Object("OS-TRUST:trust").String("id") == "" {
			return scope{}, expecting("trust_id", "trust")
		}
		return scope{kind: trustScope, trustID: s.Object("OS-TRUST:trust").String("id")}, nil
	case s.Has("domain"):
		d := s.Object("domain")
		return scope{kind: domainScope, domainID: d.String("id"), domainName: d.String("name")}, nil
	}
	project := s.Object("project")
	out := scope{kind: projectScope, projectID: project.String("id"), projectName: project.String("name")}
	if out.projectName != "" {
		if !project.Has("domain") {
			return scope{}, expecting("domain", "project")
		}
		d := project.Object("domain")
		out.domainID, out.domainName = d.String("id"), d.String("name")
	}
	return out, nil
}

// parseUser reads whom the password is for (keystone.auth.plugins.core,
// BaseUserInfo).
func parseUser(data schema.Object) (c Credentials, err error) {
	if !data.Has("user") {
		return c, expecting("user", "None") // Keystone has no name for the method there
	}
	user := data.Object("user")
	domain := user.Object("domain")
	c = Credentials{
		UserID:     user.String("id"),
		UserName:   user.String("name"),
		DomainID:   domain.String("id"),
		DomainName: domain.String("name"),
		Password:   jumpgate.Secret(user.String("password")),
	}
	if c.UserName == "" {
		if c.UserID == "" {
			return c, expecting("id or name", "user")
		}
		c.DomainID, c.DomainName = "", "" // Keystone does not look at them
		return c, nil
	}
	c.UserID = "" // the name goes before the id
	if !user.Has("domain") {
		return c, expecting("domain", "user")
	}
	if c.DomainID == "" && c.DomainName == "" {
		return c, expecting("id or name", "domain")
	}
	return c, nil
}
