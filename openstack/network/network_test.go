package network_test

import (
	"context"
	"iter"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/network"
)

// cloud has networks in a slice.
type cloud struct{ all []*network.Network }

func (c *cloud) Networks() network.Lister[network.Network] { return c }

func (c *cloud) List(context.Context, network.Query) iter.Seq2[*network.Network, error] {
	return func(yield func(*network.Network, error) bool) {
		for _, n := range c.all {
			if !yield(n, nil) {
				return
			}
		}
	}
}

func (c *cloud) Create(_ context.Context, all []*network.Network) ([]*network.Network, error) {
	for _, n := range all {
		n.ID, n.Status = "n"+n.Name, "ACTIVE"
	}
	c.all = append(c.all, all...)
	return all, nil
}

// TestNetworks holds what the recordings of a real Neutron say of networks.
func TestNetworks(t *testing.T) {
	c := &cloud{}
	gw, err := jumpgate.New(jumpgate.Options{Services: map[jumpgate.Service]jumpgate.ServiceOptions{
		jumpgate.Network: {Driver: jumpgate.DriverFunc(func(_ *jumpgate.Gateway, disp *jumpgate.Dispatcher) error {
			return network.Register(disp, c, network.Options{})
		})},
	}})
	if err != nil {
		t.Fatal(err)
	}
	gw.AddRequestHook(func(r *jumpgate.Request) error {
		r.Env.Principal = &jumpgate.Principal{UserID: "u", ProjectID: "p", Roles: []string{"member"}}
		return nil
	})
	for _, step := range []struct {
		method, path, body string
		status             int
		want               string
	}{
		{"POST", "/networks", `{"network": {"name": "a"}}`, 201, `"project_id": "p"`},
		{"POST", "/networks", `{"networks": [{"name": "b"}, {"name": "c"}]}`, 201, `"networks": [`},
		{"POST", "/networks", `{"network": {"provider:network_type": "vlan"}}`, 403, "(rule:create_network and rule:create_network:provider:network_type) is disallowed by policy"},
		{"POST", "/networks", `{"network": {"nonsense": 1}}`, 400, "Unrecognized attribute(s) 'nonsense'"},
		{"POST", "/networks", `{"network": {"admin_state_up": "perhaps"}}`, 400, "InvalidInput"},
		{"POST", "/networks", `{"name": "x"}`, 400, "Unable to find 'network' in request body"},
		{"POST", "/networks", `{"network": `, 400, "Body contains invalid data"},
		{"GET", "/networks?nonsense=1", "", 400, "['nonsense'] is invalid attribute for filtering"},
		{"GET", "/networks?limit=abc", "", 400, "Limit must be an integer 0 or greater and not 'abc'."},
		{"GET", "/networks?sort_key=nonsense&sort_dir=asc", "", 400, "['nonsense'] is invalid attribute for sort_keys"},
		{"GET", "/networks?limit=1&marker=na", "", 200, `[{"id": "nb"`},
		{"GET", "/networks?limit=1&marker=nc&page_reverse=True", "", 200, `[{"id": "nb"`},
		{"GET", "/networks?limit=1&marker=no", "", 404, "NetworkNotFound"},
		{"GET", "/networks?name=a&name=b&fields=name", "", 200, `{"networks": [{"name": "a"}, {"name": "b"}]}`},
	} {
		req := httptest.NewRequest(step.method, "/network/v2.0"+step.path, strings.NewReader(step.body))
		w := httptest.NewRecorder()
		gw.ServeHTTP(w, req)
		if w.Code != step.status || !strings.Contains(w.Body.String(), step.want) {
			t.Errorf("%s %s: %d %s, want %d and %q", step.method, step.path, w.Code, w.Body, step.status, step.want)
		}
		if step.method == http.MethodGet && strings.Contains(w.Body.String(), "provider:") {
			t.Errorf("%s shows a member what is for administrators", step.path)
		}
	}
}
