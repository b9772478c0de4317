package recipes

import (
	"net/http"
	"time"

	"github.com/softlayer/jumpgate"
)

// byHand is a driver of the identity service as they were written for the
// original Jumpgate: it attaches handlers by name. Package openstack/identity
// spares all of it.
type byHand struct {
	password map[string]jumpgate.Secret // by user
	tenant   map[string]string
	token    func(user string) string
}

// SetupRoutes is the original's setup_routes(app, disp).
func (d *byHand) SetupRoutes(_ *jumpgate.Gateway, disp *jumpgate.Dispatcher) error {
	if err := disp.SetHandler("v2_auth_index", jumpgate.Methods{http.MethodGet: d.index}); err != nil {
		return err
	}
	return disp.SetHandler("v2_tokens", jumpgate.Methods{http.MethodPost: d.tokens})
}

// index is the original's IndexV2.on_get. What a function returns is encoded as
// JSON.
func (d *byHand) index(r *jumpgate.Request) (any, error) {
	self, err := r.Dispatcher().EndpointURL(r, "v2_auth_index") // disp.get_endpoint_url(req, 'v2_auth_index')
	if err != nil {
		return nil, err
	}
	return map[string]any{"version": map[string]any{
		"id": "v2.0", "status": "stable", "links": []any{map[string]string{"rel": "self", "href": self}},
	}}, nil
}

// tokens is the original's TokensV2.on_post.
func (d *byHand) tokens(r *jumpgate.Request) (any, error) {
	var body struct {
		Auth struct {
			PasswordCredentials struct {
				Username string
				Password jumpgate.Secret
			}
		}
	}
	if err := r.DecodeJSON(&body); err != nil {
		return nil, err
	}
	who := body.Auth.PasswordCredentials
	if who.Password == "" || d.password[who.Username] != who.Password {
		return nil, jumpgate.Unauthorized.New("Wrong name or password.")
	}
	return map[string]any{"access": map[string]any{
		"token": map[string]any{
			"id": d.token(who.Username), "expires": jumpgate.Date(time.Now().Add(time.Hour), jumpgate.DateSeconds),
			"tenant": map[string]string{"id": d.tenant[who.Username], "name": who.Username},
		},
		"user":           map[string]any{"id": who.Username, "name": who.Username, "roles": []any{}},
		"serviceCatalog": []any{},
	}}, nil
}

// tenantHook is the original's hook that sets req.env['tenant_id'] from the
// token: EndpointURL and drivers find it there.
func tenantHook(owner func(token string) (user, tenant string)) jumpgate.RequestHook {
	return func(r *jumpgate.Request) error {
		user, tenant := owner(r.Header.Get("X-Auth-Token"))
		if user == "" {
			if r.NeedsToken() {
				return jumpgate.Unauthorized
			}
			return nil
		}
		r.Env.ProjectID = tenant
		r.Env.Principal = &jumpgate.Principal{UserID: user, ProjectID: tenant, Roles: []string{"member"}}
		return nil
	}
}

// unused lists what nobody serves, as the original's get_unused_endpoints did.
func unused(gw *jumpgate.Gateway) (names []string) {
	for _, disp := range gw.Dispatchers() {
		for _, e := range disp.UnusedEndpoints() {
			names = append(names, string(e.Service)+": "+e.Name)
		}
	}
	return names
}

// prices is a driver of compute with an endpoint that OpenStack has not, as
// the original's disp.add_endpoint made them.
func prices(_ *jumpgate.Gateway, disp *jumpgate.Dispatcher) error {
	err := disp.AddEndpoint(jumpgate.Endpoint{
		Name: "v21_flavor_price", Version: "v2.1", Methods: []string{http.MethodGet}, Path: "/v2.1/flavors/{flavor_id}/x-price",
	})
	if err != nil {
		return err
	}
	return disp.SetHandler("v21_flavor_price", jumpgate.Methods{http.MethodGet: func(r *jumpgate.Request) (any, error) {
		price := map[string]string{"small": "0.01", "large": "0.04"}[r.Var("flavor_id")]
		if price == "" {
			return nil, jumpgate.NotFound.New("Flavor %s could not be found.", r.Var("flavor_id"))
		}
		return map[string]string{"hourly": price}, nil
	}})
}
