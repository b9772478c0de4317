package compute_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/softlayer/jumpgate/openstack/compute"
)

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
		"/os-security-groups/" + network:       "itemNotFound: Security group " + network + " does not exist",
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

// TestSecurityGroupEdits: what Nova, and the network service behind it, say of
// groups and rules that can't be.
func TestSecurityGroupEdits(t *testing.T) {
	const groups, rules = "/os-security-groups", "/os-security-group-rules"
	long := strings.Repeat("ä", 256)
	parent := `"parent_group_id": "` + network + `"`
	rule := func(rest string) string { return `{"security_group_rule": {` + parent + rest + `}}` }
	for _, root := range []string{"/v2.1", "/v2/" + project} {
		c := newCloud()
		c.firewall = []compute.SecurityGroup{
			{ID: group, Name: "default", ProjectID: project},
			{ID: network, Name: "web", ProjectID: project, Rules: []compute.SecurityGroupRule{
				{ID: "11111111-0000-4000-8000-000000000000", Protocol: "icmp"},
				{ID: "22222222-0000-4000-8000-000000000000", RemoteGroupID: group},
			}},
		}
		c.servers = []*compute.Server{{ID: "1", ProjectID: project, SecurityGroups: []string{"web"}}}
		gw := newGateway(t, c)
		for _, test := range []struct{ method, path, body, want string }{
			{"POST", groups, "", "badRequest: The request body can't be empty"},
			{"POST", groups, `{}`, "badRequest: The request body can't be empty"},
			{"POST", groups, `[1]`, "badRequest: Malformed request body"},
			{"POST", groups, `{"security_group": 5}`, "badRequest: Malformed request body"},
			{"POST", groups, `{"security_grou": {}}`, "badRequest: Missing parameter security_group"},
			{"POST", groups, `{"security_group": {"description": ""}}`, "badRequest: name is not a string or unicode"},
			{"POST", groups, `{"security_group": {"name": "x", "description": null}}`, "badRequest: description is not a string or unicode"},
			{"POST", groups, `{"security_group": {"name": "` + long + `", "description": ""}}`, "badRequest: name has 256 characters, more than 255."},
			{"POST", groups, `{"security_group": {"name": "Default", "description": ""}}`, "forbidden: Default security group already exists."},
			{"POST", groups, `{"security_group": {"name": "one too many", "description": ""}}`, "forbidden: Quota exceeded for resources: ['security_group']."},
			{"PUT", groups + "/1", `{"security_group": {"name": "x", "description": ""}}`, "badRequest: Security group id should be uuid"},
			{"PUT", groups + "/" + image, `{"security_group": {"name": "x", "description": ""}}`, "itemNotFound: Security group " + image + " does not exist"},
			{"PUT", groups + "/" + group, `{"security_group": {"name": "x", "description": ""}}`, "badRequest: Updating default security group not allowed."},
			{"PUT", groups + "/" + network, `{"security_group": {"name": "DEFAULT", "description": ""}}`, "badRequest: Updating default security group not allowed."},
			{"PUT", groups + "/" + network, `{"security_group": {"name": "x"}}`, "badRequest: description is not a string or unicode"},
			{"DELETE", groups + "/1", "", "badRequest: Security group id should be uuid"},
			{"DELETE", groups + "/" + image, "", "itemNotFound: Security group " + image + " does not exist"},
			{"DELETE", groups + "/" + group, "", "badRequest: Insufficient rights for removing default security group."},
			{"DELETE", groups + "/" + network, "", "badRequest: Security Group " + network + " in use."},
			{"POST", rules, `{}`, "badRequest: The request body can't be empty"},
			{"POST", rules, `{"rule": {}}`, "badRequest: Missing parameter security_group_rule"},
			{"POST", rules, `{"security_group_rule": {"parent_group_id": 5}}`, "badRequest: Security group id should be uuid"},
			{"POST", rules, `{"security_group_rule": {"parent_group_id": "` + image + `"}}`, "itemNotFound: Security group " + image + " does not exist"},
			{"POST", rules, rule(`, "group_id": "x"`), "badRequest: Security group id should be uuid"},
			{"POST", rules, rule(`, "group_id": "` + image + `"`), "itemNotFound: Security group " + image + " does not exist"},
			{"POST", rules, rule(`, "cidr": "192.0.2.1"`), "badRequest: 192.0.2.1 is not a valid IP network."},
			{"POST", rules, rule(`, "cidr": ["a"]`), "badRequest: ['a'] is not a valid IP network."},
			{"POST", rules, rule(`, "cidr": "192.0.2.0%2F33"`), "badRequest: 192.0.2.0/33 is not a valid IP network."},
			{"POST", rules, rule(`, "cidr": "192.0.2.1/0", "ip_protocol": "tcp", "from_port": 1, "to_port": 2`), "badRequest: Bad prefix for network in cidr 192.0.2.1/0"},
			{"POST", rules, rule(``), "badRequest: Not enough parameters to build a valid rule."},
			{"POST", rules, rule(`, "ip_protocol": "tcp", "from_port": 1`), "badRequest: Not enough parameters to build a valid rule."},
			{"POST", rules, rule(`, "ip_protocol": "tcp", "from_port": "a", "to_port": 2`), "badRequest: Invalid input received: To and From ports must be integers"},
			{"POST", rules, rule(`, "ip_protocol": "tcp", "from_port": {}, "to_port": []`), "badRequest: Invalid input received: To and From ports must be integers"},
			{"POST", rules, rule(`, "ip_protocol": "ICMP", "from_port": "a", "to_port": 2`), "badRequest: Invalid input received: Type and Code must be integers for ICMP protocol type"},
			{"POST", rules, rule(`, "ip_protocol": 6, "from_port": 1, "to_port": 2`), "badRequest: Invalid IP protocol 6."},
			{"POST", rules, rule(`, "ip_protocol": "tcp", "from_port": 3, "to_port": 2`), "badRequest: Invalid port range 3:2. Former value cannot be greater than the later"},
			{"POST", rules, rule(`, "ip_protocol": "udp", "from_port": 0, "to_port": 2`), "badRequest: Invalid port range 0:2. Valid UDP ports should be between 1-65535"},
			{"POST", rules, rule(`, "ip_protocol": "tcp", "from_port": 1, "to_port": 65536`), "badRequest: Invalid port range 1:65536. Valid TCP ports should be between 1-65535"},
			{"POST", rules, rule(`, "ip_protocol": "icmp", "from_port": -2, "to_port": 0`), "badRequest: Invalid port range -2:0. For ICMP, the type:code must be valid"},
			{"POST", rules, rule(`, "ip_protocol": "icmp", "from_port": 1, "to_port": 256`), "badRequest: Invalid port range 1:256. For ICMP, the type:code must be valid"},
			{"POST", rules, rule(`, "ip_protocol": "icmp", "from_port": -1, "to_port": 8`), "badRequest: ICMP code (port-range-max) 8 is provided but ICMP type (port-range-min) is missing."},
			{"POST", rules, rule(`, "ip_protocol": "ICMP", "from_port": -1, "to_port": "-1"`), "badRequest: This rule already exists in group " + network},
			{"POST", rules, rule(`, "group_id": "` + group + `"`), "forbidden: Security group rule already exists. Rule id is 22222222-0000-4000-8000-000000000000."},
			{"DELETE", rules + "/1", "", "badRequest: Security group id should be uuid"},
			{"DELETE", rules + "/" + image, "", "itemNotFound: Security group rule " + image + " does not exist"},
		} {
			w := do(gw, test.method, root+test.path, test.body)
			if got := keyedFault(w); got != test.want {
				t.Errorf("%s %s%s %s: %d %s\nwant %s", test.method, root, test.path, test.body, w.Code, w.Body, test.want)
			}
		}
		for _, name := range []string{groups, rules} {
			if w := do(gw, "POST", "/v2.1"+name, `{`, at("2.36")...); w.Code != 404 {
				t.Errorf("%s at 2.36: %d %s", name, w.Code, w.Body)
			}
		}
	}
}

// TestSecurityRuleForms shows rules as they are made.
func TestSecurityRuleForms(t *testing.T) {
	for rest, want := range map[string]string{
		`"ip_protocol": "TCP", "from_port": " 22", "to_port": "22"`:                           `"ip_protocol": "tcp", "from_port": 22, "to_port": 22, "group": {}, "ip_range": {"cidr": "0.0.0.0/0"}`,
		`"ip_protocol": "udp", "from_port": 1, "to_port": 9, "cidr": "2001:db8::7/32"`:        `"ip_protocol": "udp", "from_port": 1, "to_port": 9, "group": {}, "ip_range": {"cidr": "2001:db8::7/32"}`,
		`"ip_protocol": "icmp", "from_port": 8, "to_port": -1, "cidr": "10.1.2.3%2f8"`:        `"ip_protocol": "icmp", "from_port": 8, "to_port": null, "group": {}, "ip_range": {"cidr": "10.1.2.3/8"}`,
		`"ip_protocol": "icmp", "group_id": "` + group + `"`:                                  `"ip_protocol": "icmp", "from_port": -1, "to_port": -1, "group": {"name": "default", "tenant_id": "` + project + `"}, "ip_range": {}`,
		`"ip_protocol": "tcp", "group_id": "` + group + `", "cidr": "what"`:                   `"ip_protocol": "tcp", "from_port": 1, "to_port": 65535, "group": {"name": "default", "tenant_id": "` + project + `"}, "ip_range": {}`,
		`"ip_protocol": "vrrp", "group_id": "` + strings.ToUpper(group) + `", "from_port": 1`: `"ip_protocol": null, "from_port": null, "to_port": null, "group": {"name": "default", "tenant_id": "` + project + `"}, "ip_range": {}`,
	} {
		c := newCloud()
		c.firewall = []compute.SecurityGroup{{ID: group, Name: "default", ProjectID: project}}
		got := do(newGateway(t, c), "POST", "/v2.1/os-security-group-rules", `{"security_group_rule": {"parent_group_id": "`+group+`", `+rest+`}}`)
		_, shown, _ := strings.Cut(got.Body.String(), `"parent_group_id": "`+group+`", `)
		if got.Code != 200 || shown != want+"}}" {
			t.Errorf("%s\n got %s\nwant %s", rest, got.Body, want)
		}
	}
}

// TestGroupActions: what the bodies of the actions must say.
func TestGroupActions(t *testing.T) {
	gw := newGateway(t, withServer(nil))
	for _, action := range []string{"addSecurityGroup", "removeSecurityGroup"} {
		for body, want := range map[string]string{
			`null`:                 "Missing parameter dict",
			`"web"`:                "Missing parameter dict",
			`{}`:                   "Security group not specified",
			`{"name": " \t"}`:      "Security group name cannot be empty",
			`{"name": null}`:       "Security group name cannot be empty",
			`{"name": "default "}`: "Security group default  is not found for project " + project,
		} {
			w := do(gw, "POST", "/v2.1/servers/1/action", `{"`+action+`": `+body+`}`)
			if fault(w) != want {
				t.Errorf("%s of %s: %d %s", action, body, w.Code, w.Body)
			}
		}
		if w := do(gw, "POST", "/v2.1/servers/x/action", `{"`+action+`": null}`); fault(w) != "Instance x could not be found." {
			t.Errorf("%s: %s", action, w.Body)
		}
	}
}

// FuzzSecurityRule: no rule is too strange to be refused, or shown.
func FuzzSecurityRule(f *testing.F) {
	for _, rest := range []string{
		`"ip_protocol": "tcp", "from_port": 1, "to_port": "65535", "cidr": "10.0.0.0/8"`, `"group_id": "` + group + `"`, `"cidr": "%zz/1"`,
		`"ip_protocol": 1e400, "from_port": -0, "to_port": 99999999999999999999`, `"ip_protocol": "icmp", "from_port": true, "to_port": null`,
	} {
		f.Add(rest)
	}
	f.Fuzz(func(t *testing.T, rest string) {
		c := newCloud()
		c.firewall = []compute.SecurityGroup{{ID: group, Name: "web", ProjectID: project}}
		gw := newGateway(t, c)
		w := do(gw, "POST", "/v2.1/os-security-group-rules", `{"security_group_rule": {"parent_group_id": "`+group+`", `+rest+`}}`)
		if w.Code >= 500 {
			t.Errorf("%s: %d %s", rest, w.Code, w.Body)
		}
		if w := get(gw, "/v2.1/os-security-groups/"+group); w.Code != 200 || !json.Valid(w.Body.Bytes()) {
			t.Errorf("%s: %d %s", rest, w.Code, w.Body)
		}
	})
}
