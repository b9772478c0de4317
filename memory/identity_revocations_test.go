package memory_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/memory"
	"github.com/softlayer/jumpgate/openstack/identity"
)

// TestSharedRevocations: of two Gateways with the same keys one refuses a token
// that was revoked at the other, if they share what was revoked.
func TestSharedRevocations(t *testing.T) {
	cloud, err := memory.New(memory.Options{})
	if err != nil {
		t.Fatal(err)
	}
	keys, err := identity.NewKeyRing([]byte("thirty-two bytes that are a key..")[:identity.KeySize])
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		shared identity.Revocations
		after  int
	}{
		{"shared", identity.NewMemoryRevocations(time.Now), http.StatusUnauthorized},
		{"apart", nil, http.StatusOK},
	} {
		t.Run(c.name, func(t *testing.T) {
			gateway := func() *keystone {
				services := cloud.Services()
				services[jumpgate.Identity] = jumpgate.ServiceOptions{Driver: identity.New(cloud.Identity(), identity.Options{Keys: keys, Revocations: c.shared})}
				return serveKeystone(t, services)
			}
			one, other := gateway(), gateway()
			token, _, _ := one.own(demoUser)
			validate := func(k *keystone) int {
				r := httptest.NewRequest(http.MethodGet, "/v3/auth/tokens", nil)
				r.Header.Set("X-Auth-Token", token)
				r.Header.Set("X-Subject-Token", token)
				w := httptest.NewRecorder()
				k.gw.ServeHTTP(w, r)
				return w.Code
			}
			if status := validate(other); status != http.StatusOK {
				t.Fatalf("before: %d", status)
			}
			r := httptest.NewRequest(http.MethodDelete, "/v3/auth/tokens", nil)
			r.Header.Set("X-Auth-Token", token)
			r.Header.Set("X-Subject-Token", token)
			w := httptest.NewRecorder()
			if one.gw.ServeHTTP(w, r); w.Code != http.StatusNoContent {
				t.Fatalf("revoke: %d %s", w.Code, w.Body)
			}
			if status := validate(one); status == http.StatusOK {
				t.Error("the Gateway that revoked the token takes it")
			}
			if status := validate(other); status != c.after {
				t.Errorf("after: %d, want %d", status, c.after)
			}
		})
	}
}

// TestGatewaysOfOneCloud: what identity keeps belongs to the cloud, not to the
// Gateway that was asked to keep it.
func TestGatewaysOfOneCloud(t *testing.T) {
	cloud, err := memory.New(memory.Options{})
	if err != nil {
		t.Fatal(err)
	}
	one, other := serveKeystone(t, cloud.Services()), serveKeystone(t, cloud.Services())
	token, me, _ := one.own(demoUser)
	one.want(201, token, "POST", "/v3/users/"+me+"/application_credentials", `{"application_credential": {"name": "robot"}}`)
	token, _, _ = other.own(demoUser)
	listed := other.want(200, token, "GET", "/v3/users/"+me+"/application_credentials", nil)
	if all, _ := listed["application_credentials"].([]any); len(all) != 1 {
		t.Errorf("%v, want the one made at the other Gateway", listed)
	}
}
