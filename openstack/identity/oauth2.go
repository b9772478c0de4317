package identity

import (
	"errors"
	"mime"
	"net/http"
	"net/url"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// oauth2Token is /v3/OS-OAUTH2/token, with faults in OAuth's form for every
// method.
func (s *service) oauth2Token() jumpgate.Methods {
	no := func(*jumpgate.Request) (any, error) {
		return oauth2Fault("", http.StatusMethodNotAllowed, "other_error", "The method is not allowed for the requested URL."), nil
	}
	return jumpgate.Methods{
		http.MethodPost: s.createOAuth2Token,
		http.MethodGet:  no, http.MethodHead: no, http.MethodPut: no, http.MethodPatch: no, http.MethodDelete: no,
	}
}

// createOAuth2Token gives a token to an application credential that signs in
// as a client of OAuth 2.0 (RFC 6749, 4.4).
func (s *service) createOAuth2Token(r *jumpgate.Request) (any, error) {
	uri, err := s.disp.EndpointURL(r, "v3_auth_index")
	if err != nil {
		return nil, err
	}
	id, secret, ok := r.BasicAuth()
	switch {
	case !ok:
		return oauth2Fault(uri, http.StatusUnauthorized, "invalid_client", "OAuth2.0 client authorization is required."), nil
	case id == "" || secret == "":
		return oauth2Fault(uri, http.StatusUnauthorized, "invalid_client", "OAuth2.0 client authorization is invalid."), nil
	}
	form, err := readForm(r)
	if err != nil {
		return nil, err
	}
	switch grant := form.Get("grant_type"); {
	case !form.Has("grant_type"):
		return oauth2Fault(uri, http.StatusBadRequest, "invalid_request", "The parameter grant_type is required."), nil
	case grant != "client_credentials":
		return oauth2Fault(uri, http.StatusBadRequest, "unsupported_grant_type", "The parameter grant_type "+grant+" is not supported."), nil
	}
	const method = "application_credential"
	t, err := s.signIn(r, &auth{methods: []string{method}, data: schema.Object{{Name: method, Value: schema.Object{
		{Name: "id", Value: id},
		{Name: "secret", Value: secret},
	}}}})
	switch {
	case errors.Is(err, jumpgate.Unauthorized):
		return oauth2Fault(uri, http.StatusUnauthorized, "invalid_client", "The request you have made requires authentication."), nil
	case errors.Is(err, jumpgate.NotFound):
		return oauth2Fault(uri, http.StatusNotFound, "other_error", "An unknown error occurred and failed to get an OAuth2.0 access token."), nil
	case err != nil:
		return nil, err
	}
	token, err := s.mint(t)
	return jumpgate.Object{
		{Name: "access_token", Value: token},
		{Name: "token_type", Value: "Bearer"},
		{Name: "expires_in", Value: t.expires - t.issued},
	}, err
}

// readForm reads a body of form fields. Any other body has none.
func readForm(r *jumpgate.Request) (url.Values, error) {
	text, err := r.ReadBody(maxBody)
	if err != nil {
		return nil, err
	}
	if t, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || t != "application/x-www-form-urlencoded" {
		return nil, nil
	}
	form, _ := url.ParseQuery(string(text)) // as far as it can be read
	return form, nil
}

func oauth2Fault(uri string, status int, code, description string) *jumpgate.Response {
	header := http.Header{}
	if status == http.StatusUnauthorized {
		header.Set("Www-Authenticate", `Keystone uri="`+uri+`"`)
	}
	return &jumpgate.Response{Status: status, Header: header, Body: jumpgate.Object{
		{Name: "error", Value: code},
		{Name: "error_description", Value: description},
	}}
}
