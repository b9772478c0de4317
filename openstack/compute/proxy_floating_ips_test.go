package compute_test

import (
	"context"
	"slices"
	"testing"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
)

func (c *cloud) FloatingIPs(context.Context) ([]compute.FloatingIP, error) { return c.floating, nil }

func (c *cloud) FloatingIPPools(context.Context) ([]compute.Network, error) {
	return []compute.Network{{ID: "p", Label: "public"}, {ID: "f", Label: "full"}, {ID: "d", Label: "dear"}, {ID: "o", Label: "odd"}}[:max(1, c.pools)], nil
}

func (c *cloud) AllocateFloatingIP(_ context.Context, pool string) (*compute.FloatingIP, error) {
	switch {
	case pool == "f", pool == "p" && len(c.floating) > 1:
		return nil, jumpgate.NotFound
	case pool == "d":
		return nil, jumpgate.Forbidden
	case pool == "o":
		return nil, jumpgate.BadGateway.New("Look at your list.")
	}
	f := compute.FloatingIP{ID: c.nextID(), Address: "198.51.100.7", Pool: "public"}
	c.floating = append(c.floating, f)
	return &f, nil
}

func (c *cloud) ReleaseFloatingIP(_ context.Context, id string) error {
	n := len(c.floating)
	if c.floating = slices.DeleteFunc(c.floating, func(f compute.FloatingIP) bool { return f.ID == id }); len(c.floating) == n {
		return jumpgate.NotFound
	}
	return nil
}

func (c *cloud) AssociateFloatingIP(ctx context.Context, id, address, fixed string) error {
	s, err := c.find(ctx, id)
	if err != nil {
		return err
	}
	if fixed, err = compute.FixedAddress(s, address, fixed); err != nil {
		return err
	}
	i := slices.IndexFunc(c.floating, func(f compute.FloatingIP) bool { return f.Address == address })
	if i < 0 {
		return compute.FloatingIPNotFound()
	}
	if fixed == "10.0.0.66" {
		return compute.FloatingIPFailed(address, fixed, id, "unreachable")
	}
	c.floating[i].ServerID, c.floating[i].FixedIP = id, fixed
	return nil
}

func (c *cloud) DisassociateFloatingIP(_ context.Context, id string) error {
	for i := range c.floating {
		if c.floating[i].ID == id {
			c.floating[i].ServerID, c.floating[i].FixedIP = "", ""
		}
	}
	return nil
}

// TestFloatingIPs lives through the life of a floating address.
func TestFloatingIPs(t *testing.T) {
	const (
		id      = "00000000-0000-4000-8000-000000000001"
		free    = `{"id": "` + id + `", "ip": "198.51.100.7", "pool": "public", "fixed_ip": null, "instance_id": null}`
		bound   = `{"id": "` + id + `", "ip": "198.51.100.7", "pool": "public", "fixed_ip": "10.0.0.4", "instance_id": "1"}`
		ips     = "/os-floating-ips"
		action  = "/servers/1/action"
		noState = "Instance network is not ready yet"
	)
	bad := func(message string) string { return `{"badRequest": {"code": 400, "message": "` + message + `"}}` }
	lost := func(message string) string { return `{"itemNotFound": {"code": 404, "message": "` + message + `"}}` }
	for _, root := range []string{"/v2.1", "/v2/" + project} {
		c := withServer(func(s *compute.Server) {
			s.Networks = []compute.NetworkAddresses{{Name: "n", Addresses: []compute.Address{
				{Version: 6, Addr: "2001:db8::4"}, {Version: 4, Addr: "10.0.0.4"}, {Version: 4, Addr: "10.0.0.66"},
				{Version: 4, Addr: "198.51.100.1", Floating: true},
			}}}
		})
		c.servers = append(c.servers,
			&compute.Server{ID: "2", ProjectID: project},
			&compute.Server{ID: "6", ProjectID: project, Networks: []compute.NetworkAddresses{{Addresses: []compute.Address{{Version: 6, Addr: "2001:db8::6"}}}}})
		c.pools = 4
		gw := newGateway(t, c)
		for _, step := range []struct {
			method, path, body string
			status             int
			want               string
		}{
			{"GET", "/os-floating-ip-pools", "", 200, `{"floating_ip_pools": [{"name": "public"}, {"name": "full"}, {"name": "dear"}, {"name": "odd"}]}`},
			{"POST", ips, `{"pool": "full"}`, 404, lost("No more floating IPs in pool full.")},
			{"POST", ips, `{"pool": "f"}`, 404, lost("No more floating IPs in pool f.")}, // by its id
			{"POST", ips, `{"pool": "dear"}`, 403, `{"forbidden": {"code": 403, "message": "IP allocation over quota in pool dear."}}`},
			{"POST", ips, `{"pool": 5}`, 404, lost("Floating IP pool not found.")},
			{"POST", ips, `{`, 400, bad("Malformed request body")},
			{"POST", ips, `{"pool": "public", "more": 1}`, 200, `{"floating_ip": ` + free + `}`},
			{"GET", ips, "", 200, `{"floating_ips": [` + free + `]}`},
			{"POST", action, `{"addFloatingIp": {"address": "198.51.100.7"}}`, 202, ""},
			{"GET", ips + "/" + id, "", 200, `{"floating_ip": ` + bound + `}`},
			{"POST", action, `{"addFloatingIp": {"address": "198.51.100.7", "fixed_address": "10.0.0.5"}}`, 400, bad("Specified fixed address not assigned to instance")},
			{"POST", action, `{"addFloatingIp": {"address": "198.51.100.7", "fixed_address": "10.0.0.66"}}`, 400,
				bad("Unable to associate floating IP 198.51.100.7 to fixed IP 10.0.0.66 for instance 1. Error: unreachable")},
			{"POST", action, `{"addFloatingIp": {"address": "198.51.100.1"}}`, 404, lost("floating IP not found")},
			{"POST", action, `{"addFloatingIp": {"address": "x"}}`, 400, bad("Invalid input for field/attribute address. Value: x. 'x' is not valid under any of the given schemas")},
			{"POST", action, `{"addFloatingIp": {}}`, 400, bad("Invalid input for field/attribute addFloatingIp. Value: {}. 'address' is a required property")},
			{"POST", "/servers/2/action", `{"addFloatingIp": {"address": "198.51.100.7"}}`, 400, bad(noState)},
			{"POST", "/servers/6/action", `{"addFloatingIp": {"address": "198.51.100.7"}}`, 400, bad("Unable to associate floating IP 198.51.100.7 to any fixed IPs " +
				"for instance 6. Instance has no fixed IPv4 addresses to associate.")},
			{"POST", "/servers/x/action", `{"addFloatingIp": {"address": "198.51.100.7"}}`, 404, lost("Instance x could not be found.")},
			{"POST", "/servers/2/action", `{"removeFloatingIp": {"address": "198.51.100.7"}}`, 409,
				`{"conflictingRequest": {"code": 409, "message": "Floating IP 198.51.100.7 is not associated with instance 2."}}`},
			{"POST", action, `{"removeFloatingIp": {"address": "198.51.100.1"}}`, 404, lost("Floating IP not found for address 198.51.100.1.")},
			{"POST", action, `{"removeFloatingIp": {"address": "198.51.100.7"}}`, 202, ""},
			{"GET", ips, "", 200, `{"floating_ips": [` + free + `]}`},
			{"POST", ips, "", 200, ""},
			{"POST", ips, "", 404, lost("No more floating IPs available.")},
			{"DELETE", ips + "/" + id, "", 202, ""},
			{"GET", ips + "/" + id, "", 404, lost("Floating IP not found for ID " + id)},
			{"DELETE", ips + "/" + id, "", 404, lost("Floating IP not found for ID " + id)},
		} {
			w := do(gw, step.method, root+step.path, step.body)
			if w.Code != step.status || step.want != "" && w.Body.String() != step.want {
				t.Errorf("%s %s%s %s: %d %s\nwant %d %s", step.method, root, step.path, step.body, w.Code, w.Body, step.status, step.want)
			}
		}
		if w := do(gw, "POST", root+ips, `{"pool": "odd"}`); fault(w) != "Look at your list." {
			t.Errorf("a message of the driver's own: %s", w.Body)
		}
	}
}
