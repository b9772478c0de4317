package identity

import (
	"net/http"
	"strings"

	"github.com/softlayer/jumpgate"
)

// This file answers for other ways to sign in, as a Keystone does where
// nobody has set them up.

// noProtocol is the sign-in through an identity provider's protocol, which is
// a method of its own for Keystone.
func (s *service) noProtocol(r *jumpgate.Request) (any, error) {
	return s.pluginFault(r, errUnsupportedMethod)
}

// noSignOn is the single sign-on through whichever identity provider the web
// server has let the user in from.
func noSignOn(*jumpgate.Request) (any, error) { return nil, jumpgate.Unauthorized }

// noDashboard is the single sign-on for a dashboard, of which none is trusted.
func noDashboard(r *jumpgate.Request) (any, error) {
	if r.URL.Query().Get("origin") == "" {
		return nil, jumpgate.BadRequest.New("Request must have an origin query parameter")
	}
	return nil, jumpgate.Unauthorized
}

// noMetadata is GET /v3/OS-FEDERATION/saml2/metadata. To Keystone a missing
// file is a failure, but nobody needs to be told of it here.
func noMetadata(*jumpgate.Request) (any, error) {
	const status = http.StatusInternalServerError
	return &jumpgate.Response{
		Status: status,
		Body: jumpgate.Object{{Name: "error", Value: jumpgate.Object{
			{Name: "code", Value: status},
			{Name: "message", Value: "An unexpected error prevented the server from fulfilling your request."},
			{Name: "title", Value: http.StatusText(status)},
		}}},
	}, nil
}

// samlSchema is keystone.federation.schema.saml_create.
var samlSchema = func() *field {
	closed := func(required []string, members ...member) *field {
		return &field{types: []string{"object"}, members: members, required: required, closed: true}
	}
	id := closed([]string{"id"}, member{"id", &field{types: []string{"string"}}})
	return closed([]string{"identity", "scope"},
		member{"identity", closed([]string{"token"}, member{"token", id}, member{"methods", &field{types: []string{"array"}}})},
		member{"scope", closed([]string{"service_provider"}, member{"service_provider", id})},
	)
}()

// noServiceProvider is the exchange of a token for a SAML assertion, which is
// for a service provider.
func noServiceProvider(r *jumpgate.Request) (any, error) {
	body, err := readBody(r)
	if err != nil {
		return nil, err
	}
	value, _ := body.Get("auth")
	if text := samlSchema.check(value); text != "" {
		return nil, quiet{jumpgate.BadRequest.New("%s", text)}
	}
	id := body.Object("auth").Object("scope").Object("service_provider").String("id")
	return nil, jumpgate.NotFound.New("Could not find Service Provider: %s.", id)
}

// noConsumer is POST /v3/OS-OAUTH1/request_token.
func noConsumer(r *jumpgate.Request) (any, error) {
	if err := needOAuth(r, "oauth_consumer_key"); err != nil {
		return nil, err
	}
	if r.Header.Get("Requested-Project-Id") == "" {
		return nil, expecting("Requested-Project-Id", "request")
	}
	return nil, jumpgate.NotFound.New("Consumer not found")
}

// noRequestToken is POST /v3/OS-OAUTH1/access_token.
func noRequestToken(r *jumpgate.Request) (any, error) {
	if err := needOAuth(r, "oauth_consumer_key", "oauth_token", "oauth_verifier"); err != nil {
		return nil, err
	}
	return nil, jumpgate.NotFound.New("Request token not found")
}

// needOAuth wants parameters in the Authorization header. Without the header
// Keystone fails; here the first parameter is missing then as well.
func needOAuth(r *jumpgate.Request, names ...string) error {
	given := make(map[string]bool)
	scheme, list, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if strings.EqualFold(scheme, "OAuth") {
		for pair := range strings.SplitSeq(list, ",") {
			name, value, _ := strings.Cut(strings.TrimSpace(pair), "=")
			given[name] = strings.Trim(value, `"`) != ""
		}
	}
	for _, name := range names {
		if !given[name] {
			return expecting(name, "request")
		}
	}
	return nil
}
