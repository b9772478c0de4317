package compute_test

import (
	"context"
	"testing"

	"github.com/softlayer/jumpgate/openstack/compute"
)

// Networks are those of recording 81.
func (c *cloud) Networks(context.Context) ([]compute.Network, error) {
	return []compute.Network{
		{ID: "6006a723-4114-4eda-a571-ada9c2e922cb", Label: "public"},
		{ID: "8fc02247-53fc-4d34-beba-6feafbb6f461", Label: "shared"},
		{ID: network, Label: "private"},
	}, nil
}

// connected is a driver that has networks and nothing else.
type connected struct{ c *cloud }

func (d connected) Networks(ctx context.Context) ([]compute.Network, error) { return d.c.Networks(ctx) }

// TestNetworkProxies holds what the recordings of them don't.
func TestNetworkProxies(t *testing.T) {
	gw := newGateway(t, connected{newCloud()})
	for _, test := range []struct{ method, path, version, want string }{
		{"GET", "/os-tenant-networks/" + network, "2.35", `{"network": {"id": "` + network + `", "cidr": "None", "label": "private"}}`},
		{"GET", "/os-networks/nonsense", "2.35", `{"itemNotFound": {"code": 404, "message": "Network not found"}}`},
		{"GET", "/os-tenant-networks/" + network, "2.36", `{"itemNotFound": {"code": 404, "message": "The resource could not be found."}}`},
		{"GET", "/os-networks", "2.36", `{"itemNotFound": {"code": 404, "message": "The resource could not be found."}}`},
		{"GET", "/os-floating-ip-pools", "2.1", `{"floating_ip_pools": []}`},
		{"GET", "/os-floating-ip-pools", "2.36", `{"itemNotFound": {"code": 404, "message": "The resource could not be found."}}`},
		{"POST", "/os-floating-ips", "2.1", `{"itemNotFound": {"code": 404, "message": "Floating IP pool not found."}}`},
		{"GET", "/os-floating-ips/a", "2.1", `{"itemNotFound": {"code": 404, "message": "Floating IP not found for ID a"}}`},
		{"DELETE", "/os-floating-ips/a", "2.35", `{"itemNotFound": {"code": 404, "message": "Floating IP not found for ID a"}}`},
	} {
		if got := do(gw, test.method, "/v2.1"+test.path, "", at(test.version)...).Body.String(); got != test.want {
			t.Errorf("%s %s at %s:\n got %s\nwant %s", test.method, test.path, test.version, got, test.want)
		}
	}
}
