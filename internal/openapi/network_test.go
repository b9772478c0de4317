package openapi

import (
	"strings"
	"testing"
	"time"

	"github.com/softlayer/jumpgate/memory"
	"github.com/softlayer/jumpgate/softlayer/simulator"
)

// networkNulls are members that may be null in Neutron, since the columns that
// they show may be (models in neutron/db and neutron_lib), by name: the
// operations whose description says otherwise.
var networkNulls = map[string][]string{
	"availability_zone":         {"GET /v2.0/agents"},
	"default_quota":             {"GET /v2.0/subnetpools", "GET /v2.0/subnetpools/{id}", "POST /v2.0/subnetpools", "PUT /v2.0/subnetpools/{id}"},
	"name":                      {"GET /v2.0/segments"},
	"numa_affinity_policy":      {"GET /v2.0/ports", "GET /v2.0/ports/{port_id}", "POST /v2.0/ports", "PUT /v2.0/ports/{port_id}"},
	"physical_network":          {"GET /v2.0/segments", "GET /v2.0/segments/{id}", "POST /v2.0/segments", "PUT /v2.0/segments/{id}"},
	"protocol":                  {"GET /v2.0/default-security-group-rules", "GET /v2.0/security-group-rules/{id}", "POST /v2.0/security-group-rules"},
	"provider:physical_network": {"GET /v2.0/networks/{network_id}", "POST /v2.0/networks", "PUT /v2.0/networks/{network_id}"},
	"remote_address_group_id":   {"GET /v2.0/default-security-group-rules"},
	"remote_group_id":           {"GET /v2.0/default-security-group-rules"},
	"remote_ip_prefix":          {"GET /v2.0/default-security-group-rules", "GET /v2.0/security-group-rules/{id}"},
	"segmentation_id":           {"GET /v2.0/segments"},
}

// networkMistakes are networkNulls as rules.
func networkMistakes() map[rule]string {
	more := make(map[rule]string)
	for name, operations := range networkNulls {
		for _, operation := range operations {
			path := segments(operation)
			of := "properties/" + strings.ReplaceAll(path[2], "-", "_")
			if strings.HasPrefix(operation, "GET") && len(path) == 3 {
				of += "/items"
			} else {
				of = strings.TrimSuffix(of, "s")
			}
			more[rule{operation, of + "/properties/" + name + ": null for type"}] = "the column may be null"
		}
	}
	more[rule{"GET /v2.0/ports/{port_id}/bindings", "properties/bindings/items/properties/vif_details: object for type"}] =
		"a dictionary, as the binding:vif_details of recording network/064"
	return more
}

// TestNetwork makes one of everything that the cloud in memory has, as its
// administrator, looks at it all, and takes it away.
func TestNetwork(t *testing.T) {
	ref := load(t, "network-v2.29.yaml", "../../memory/testdata/network", networkMistakes())
	cloud, err := memory.New(memory.Options{})
	if err != nil {
		t.Fatal(err)
	}
	w := serve(t, ref, "/network", cloud.Services(), simulator.NewClock(time.Now()), "admin", "secret")
	kinds := []struct{ segment, find, create, update string }{
		{"address-scopes", "name=a", `{"address_scope": {"name": "a", "ip_version": 4}}`, `{"address_scope": {"name": "b"}}`},
		{"subnetpools", "name=a", `{"subnetpool": {"name": "a", "prefixes": ["10.80.0.0/16"], "address_scope_id": "{address-scopes}"}}`, `{"subnetpool": {"name": "b"}}`},
		{"qos/policies", "name=a", `{"policy": {"name": "a"}}`, `{"policy": {"name": "b"}}`},
		{"networks", "name=a", `{"network": {"name": "a", "qos_policy_id": "{policies}"}}`, `{"network": {"name": "b"}}`},
		{"subnets", "name=a", `{"subnet": {"name": "a", "network_id": "{networks}", "ip_version": 4, "subnetpool_id": "{subnetpools}", "prefixlen": 24}}`, `{"subnet": {"name": "b"}}`},
		{"security-groups", "name=a", `{"security_group": {"name": "a"}}`, `{"security_group": {"name": "b"}}`},
		{"address-groups", "name=a", `{"address_group": {"name": "a", "addresses": ["10.0.0.0/8"]}}`, `{"address_group": {"name": "b"}}`},
		{"security-group-rules", "direction=ingress&security_group_id={security-groups}", `{"security_group_rule": {"security_group_id": "{security-groups}", "direction": "ingress", "remote_address_group_id": "{address-groups}"}}`, ``},
		{"ports", "name=a", `{"port": {"name": "a", "network_id": "{networks}", "security_groups": ["{security-groups}"]}}`, `{"port": {"name": "b"}}`},
		{"routers", "name=a", `{"router": {"name": "a"}}`, `{"router": {"name": "b"}}`},
		{"trunks", "name=a", `{"trunk": {"name": "a", "port_id": "{ports}"}}`, `{"trunk": {"name": "b"}}`},
		{"rbac-policies", "object_id={networks}", `{"rbac_policy": {"object_type": "network", "object_id": "{networks}", "action": "access_as_shared", "target_tenant": "` + cloud.ProjectID("demo") + `"}}`,
			`{"rbac_policy": {"target_tenant": "` + cloud.ProjectID("alt_demo") + `"}}`},
		{"metering/metering-labels", "name=a", `{"metering_label": {"name": "a"}}`, ``},
		{"segments", "name=a", `{"segment": {"name": "a", "network_id": "{networks}", "network_type": "vxlan"}}`, `{"segment": {"name": "b"}}`},
		{"log/logs", "name=a", `{"log": {"name": "a", "resource_type": "security_group"}}`, `{"log": {"name": "b"}}`},
	}
	for _, k := range kinds {
		path := "/v2.0/" + k.segment
		w.play([]step{{"", "", "POST", path, k.create, 201}})
		parts := segments(path)
		w.know(parts[len(parts)-1], w.first(w.mount+path+"?"+w.fill(k.find), "id"))
		if k.update != "" {
			w.play([]step{{"", "", "PUT", path + "/{id}", k.update, 200}})
		}
	}
	w.look()
	for i := range kinds {
		k := kinds[len(kinds)-1-i]
		w.play([]step{{"", "", "DELETE", "/v2.0/" + k.segment + "/{id}", "", 204}})
	}
}
