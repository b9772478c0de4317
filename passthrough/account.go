package passthrough

import (
	"io"
	"net/http"
	"strings"

	"github.com/softlayer/jumpgate"
)

// becomeAccount makes a request one of the account that its project has
// upstream: the token, and the project where the path names it.
func (x *exchange) becomeAccount(req *http.Request) error {
	p := jumpgate.PrincipalFrom(req.Context())
	if p == nil {
		if x.r.NeedsToken() {
			return jumpgate.Unauthorized
		}
		x.account = noAccount
		return nil
	}
	x.account = x.d.accounts[p.ProjectID]
	if x.account == nil {
		return jumpgate.Forbidden.New("This project has no account in the cloud behind this API.")
	}
	var err error
	if x.token, err = x.account.token(req.Context()); err != nil {
		return jumpgate.Unavailable.Wrap(err, "")
	}
	if _, ok := x.r.PathProject(); !ok || x.token.projectID == "" {
		return nil
	}
	parts := strings.SplitN(x.path, "/", 4) // "", version, project, rest
	version := parts[1]
	parts[2] = x.token.projectID
	x.path = strings.Join(parts, "/")
	// Links of the answer lead to upstream's project.
	for _, b := range x.places.bases {
		if b.service == x.service {
			x.projects = append(x.projects, base{b.url + "/" + version + "/" + x.token.projectID, b.service, p.ProjectID, b.guessed})
		}
	}
	return nil
}

// noAccount is that of requests that need no token.
var noAccount = &session{}

// sendAgain repeats a request with a fresh token when upstream refused the
// account's with res: it was revoked, or Keystone has other keys.
func (x *exchange) sendAgain(out *http.Request, res *http.Response) (*http.Response, error) {
	_, _ = io.CopyN(io.Discard, res.Body, smallBody)
	_ = res.Body.Close()
	x.account.reject(x.token)
	// The client's own token is good, so it must not see a 401.
	refused := jumpgate.Unavailable.New("")
	if out.Body != nil && out.GetBody == nil {
		return nil, refused
	}
	fresh, err := x.account.token(out.Context())
	if err != nil {
		return nil, jumpgate.Unavailable.Wrap(err, "")
	}
	again := out.Clone(out.Context())
	again.Header["X-Auth-Token"] = []string{fresh.id}
	if out.GetBody != nil {
		if again.Body, err = out.GetBody(); err != nil {
			return nil, err
		}
	}
	res, err = x.d.transport.RoundTrip(again)
	if err == nil && res.StatusCode == http.StatusUnauthorized {
		_ = res.Body.Close()
		return nil, refused
	}
	return res, err
}
