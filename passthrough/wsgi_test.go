package passthrough

import (
	"net/http"
	"testing"
)

// TestTokensInDisguise: no spelling that WSGI reads as a token's header field, or
// as one of framing, goes upstream; the fields themselves do.
func TestTokensInDisguise(t *testing.T) {
	h := http.Header{"X-Auth-Token": {"t"}, "X-Service-Token": {"s"}, "Content_type": {"x"}}
	for _, name := range []string{
		"X_Auth_Token", "X-Auth_Token", "X_Auth-Token", "x_auth_token", "X_AUTH_TOKEN",
		"X_Service_Token", "X-Service_Token", "X_Roles", "X-User_Id", "Transfer_Encoding", "Openstack_System_Scope",
	} {
		h[http.CanonicalHeaderKey(name)] = []string{"forged"}
	}
	stripIdentity(h)
	if len(h) != 3 || h.Get("X-Auth-Token") != "t" || h.Get("X-Service-Token") != "s" {
		t.Errorf("passed on: %v", h)
	}
}
