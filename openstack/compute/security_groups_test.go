package compute_test

import (
	"context"
	"strings"
	"testing"

	"github.com/softlayer/jumpgate/openstack/compute"
)

const group = "c2bad2fc-5a49-4c29-9523-ef1ec63a0822"

// SecurityGroups are those of recording 86, unless a test has its own.
func (c *cloud) SecurityGroups(context.Context) ([]compute.SecurityGroup, error) {
	if c.firewall != nil {
		return c.firewall, nil
	}
	return []compute.SecurityGroup{{
		ID: group, Name: "default", Description: "Default security group", ProjectID: project,
		Rules: []compute.SecurityGroupRule{
			{ID: "5a8b700a-ca52-43ff-9bfd-f2f697e80dc3", RemoteGroupID: group},
			{ID: "72d7e7ca-9716-4ea8-9cff-800d4b36ed4a", RemoteGroupID: group},
		},
	}}, nil
}

// TestSecurityGroupProxy holds the forms of rules, and what is refused.
func TestSecurityGroupProxy(t *testing.T) {
	c := newCloud()
	ssh, icmp := 22, 8
	c.firewall = []compute.SecurityGroup{
		{ID: group, Name: "web", ProjectID: project, Rules: []compute.SecurityGroupRule{
			{ID: "a", Protocol: "tcp", PortMin: &ssh, PortMax: &ssh, RemoteIP: "192.0.2.0/24"},
			{ID: "b", Protocol: "udp"},
			{ID: "c", Protocol: "icmp", PortMin: &icmp},
			{ID: "d", Protocol: "icmp"},
			{ID: "e", RemoteGroupID: "gone"},
		}},
		{ID: "2", Name: "app", ProjectID: project},
	}
	gw := newGateway(t, c)
	rule := func(id, protocol, from, to, cidr string) string {
		return `{"id": "` + id + `", "parent_group_id": "` + group + `", "ip_protocol": "` + protocol + `", "from_port": ` + from +
			`, "to_port": ` + to + `, "group": {}, "ip_range": {"cidr": "` + cidr + `"}}`
	}
	want := `{"security_group": {"id": "` + group + `", "description": "", "name": "web", "tenant_id": "` + project + `", "rules": [` +
		strings.Join([]string{
			rule("a", "tcp", "22", "22", "192.0.2.0/24"), rule("b", "udp", "1", "65535", "0.0.0.0/0"),
			rule("c", "icmp", "8", "null", "0.0.0.0/0"), rule("d", "icmp", "-1", "-1", "0.0.0.0/0"),
		}, ", ") + `]}}`
	if got := get(gw, "/v2.1/os-security-groups/"+group).Body.String(); got != want {
		t.Errorf(" got %s\nwant %s", got, want)
	}
	for query, want := range map[string]string{"": "app web", "?limit=1": "web", "?offset=1": "app", "?offset=7": "", "?limit=0&all_tenants=1&x=y": "app web"} {
		var names []string
		for part := range strings.SplitSeq(get(gw, "/v2.1/os-security-groups"+query).Body.String(), `"name": "`) {
			if name, _, ok := strings.Cut(part, `", "tenant_id"`); ok && !strings.HasPrefix(part, "{") {
				names = append(names, name)
			}
		}
		if got := strings.Join(names, " "); got != want {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
	}
	for path, want := range map[string]string{
		"/os-security-groups/1":                "badRequest: Security group id should be uuid",
		"/os-security-groups/" + network:       "itemNotFound: Security group " + network + " not found.",
		"/servers/nonsense/os-security-groups": "itemNotFound: Instance nonsense could not be found.",
		"/os-security-groups?limit=a":          "badRequest: Invalid input for query parameters limit. Value: a. 'a' does not match '^[0-9]*$'",
	} {
		if got := keyedFault(get(gw, "/v2.1"+path)); got != want {
			t.Errorf("%s: %s", path, got)
		}
	}
	if got := keyedFault(get(gw, "/v2.1/os-security-groups", at("2.36")...)); got != "itemNotFound: The resource could not be found." {
		t.Error(got)
	}
}
