package memory

import (
	"fmt"
	"testing"
)

// TestSecurityGroupRules: rules are held against Neutron's own rules, and what
// can be said in several ways is answered in Neutron's.
func TestSecurityGroupRules(t *testing.T) {
	steps := []step{{"demo", "POST", "/security-groups", `{"security_group": {"name": "g"}}`, 201, "", "g"}}
	rule := func(parts string, status int, want string) {
		steps = append(steps, step{"demo", "POST", "/security-group-rules", fmt.Sprintf(`{"security_group_rule": {"security_group_id": "$g", "direction": "ingress", %s}}`, parts), status, want, "rule"})
		if status == 201 {
			steps = append(steps, step{"demo", "DELETE", "/security-group-rules/$rule", "", 204, "", ""})
		}
	}
	rule(`"protocol": "icmp", "ethertype": "IPv6"`, 201, `"protocol": "ipv6-icmp"`)
	rule(`"protocol": "icmpv6", "ethertype": "IPv6"`, 201, `"protocol": "ipv6-icmp"`)
	rule(`"protocol": 1, "ethertype": "IPv6"`, 201, `"protocol": "58"`)
	rule(`"protocol": "icmp"`, 201, `"protocol": "icmp"`)
	rule(`"protocol": "tcp", "port_range_min": 1, "port_range_max": 65535`, 201, `"port_range_min": null, "port_range_max": null`)
	rule(`"remote_ip_prefix": "192.0.2.1"`, 201, `"remote_ip_prefix": "192.0.2.1/32"`)
	rule(`"remote_ip_prefix": "2001:DB8::1/64", "ethertype": "IPv6"`, 201, `"remote_ip_prefix": "2001:db8::1/64"`)
	rule(`"remote_ip_prefix": ""`, 201, `"remote_ip_prefix": null`)
	rule(`"protocol": "any"`, 201, `"protocol": null`)
	rule(`"protocol": "none"`, 400, "SecurityGroupRuleInvalidProtocol")
	rule(`"protocol": "ipv6-route"`, 400, "SecurityGroupEthertypeConflictWithProtocol")
	rule(`"protocol": "tcp", "port_range_min": -1, "port_range_max": 10`, 400, "Invalid value for port -1")
	rule(`"protocol": "sctp", "port_range_min": 0, "port_range_max": 10`, 400, "Invalid value for port 0")
	rule(`"protocol": "vrrp", "port_range_min": 1, "port_range_max": 10`, 400, "for protocol 112. Ports are only supported for DCCP, SCTP, TCP, UDP, UDPLITE.")
	rule(`"port_range_min": 1, "port_range_max": 10, "remote_group_id": "$g", "remote_ip_prefix": "::/0"`, 400, "SecurityGroupProtocolRequiredWithPorts")

	bulk := func(first, second string, status int, want string) {
		steps = append(steps, step{"demo", "POST", "/security-group-rules", fmt.Sprintf(`{"security_group_rules": [{"direction": "egress", "protocol": "tcp", "security_group_id": "$g", %s}, {"direction": "egress", "protocol": "tcp", %s}]}`, first, second), status, want, ""})
	}
	const one, two = `"port_range_min": 1, "port_range_max": 1`, `"port_range_min": 2, "port_range_max": 2`
	bulk(one, one+`, "security_group_id": "$g"`, 409, "DuplicateSecurityGroupRuleInPost")
	bulk(one, two+`, "security_group_id": "$demo_group"`, 400, "SecurityGroupNotSingleGroupRules")
	bulk(one, two+`, "security_group_id": "$g"`, 201, `"port_range_max": 2`)

	netStory(t, append(steps,
		step{"admin", "POST", "/default-security-group-rules", `{"default_security_group_rule": {"direction": "ingress", "port_range_min": 1, "port_range_max": 1}}`, 400, "SecurityGroupProtocolRequiredWithPorts", ""},
		step{"admin", "POST", "/default-security-group-rules", `{"default_security_group_rule": {"direction": "ingress", "ethertype": "IPv6", "protocol": "icmp"}}`, 201, `"protocol": "ipv6-icmp"`, ""},
		step{"demo", "POST", "/security-groups", `{"security_group": {"name": "DEFAULT"}}`, 409, "SecurityGroupDefaultAlreadyExists", ""},
		step{"demo", "PUT", "/security-groups/$g", `{"security_group": {"name": "default"}}`, 409, "SecurityGroupDefaultAlreadyExists", ""},
	))
}

// TestTagsOfNetworks: tags are answered as they were sent, and refused in
// Neutron's words.
func TestTagsOfNetworks(t *testing.T) {
	many := `"0"`
	for i := range 50 {
		many += fmt.Sprintf(`, "%d"`, i+1)
	}
	const tags = "/networks/$demo_net/tags"
	netStory(t, []step{
		{"demo", "PUT", tags, `{"tags": ["b", "a"]}`, 200, `{"tags": ["b", "a"]}`, ""},
		{"demo", "POST", tags, `{"tags": ["c"]}`, 201, `{"tags": ["c"]}`, ""},
		{"demo", "GET", tags, "", 200, `{"tags": ["a", "b", "c"]}`, ""},
		{"demo", "PUT", tags, `{"tagz": []}`, 400, `"type": "InvalidInput", "message": "Invalid input for operation: Invalid tags body."`, ""},
		{"demo", "PUT", tags, `{"tags": "a"}`, 400, "Invalid input for operation: 'a' is not a list.", ""},
		{"demo", "PUT", tags, `{"tags": [5]}`, 400, "Invalid input for operation: '5' is not a valid string.", ""},
		{"demo", "PUT", tags, `{"tags": ["a", "b", "a"]}`, 400, "Invalid input for operation: Duplicate items in the list: 'a'.", ""},
		{"demo", "PUT", tags, `{"tags": [` + many + `]}`, 400, "Bad networks request: The number of tags exceed the per-resource limit of 50.", ""},
		{"demo", "POST", "/ports", `{"port": {"network_id": "$demo_net", "tags": ["a", "a"]}}`, 400, "Invalid input for tags. Reason: Duplicate items in the list: 'a'.", ""},
	})
}

// TestAddressesOfPorts: pairs of addresses and fixed addresses that won't do
// are refused in Neutron's words.
func TestAddressesOfPorts(t *testing.T) {
	var steps []step
	port := func(parts string, status int, want string) {
		steps = append(steps, step{"demo", "POST", "/ports", `{"port": {"network_id": "$demo_net", ` + parts + `}}`, status, want, ""})
	}
	port(`"allowed_address_pairs": "x"`, 400, `"message": "Allowed address pairs must be a list."`)
	port(`"allowed_address_pairs": ["x"]`, 400, `"message": "Invalid input for allowed_address_pairs. Reason: 'x' is not a dictionary."`)
	port(`"allowed_address_pairs": [{"mac_address": "x"}]`, 400, `"message": "'x' is not a valid MAC address"`)
	port(`"allowed_address_pairs": [{"mac_address": "52:54:00:00:00:01"}]`, 400, "AllowedAddressPairsMissingIP")
	port(`"allowed_address_pairs": [{"ip_address": "x"}]`, 400, `"message": "'x' is not a valid IP address"`)
	port(`"allowed_address_pairs": [{"ip_address": "10.0.0.0/33"}]`, 400, `"message": "'10.0.0.0/33' is not a valid IP subnet"`)
	port(`"allowed_address_pairs": [{"ip_address": "10.0.0.1", "x": 1}]`, 400, `"message": "Unrecognized attribute(s) 'x'"`)
	port(`"allowed_address_pairs": [{"ip_address": "10.0.0.1"}, {"ip_address": "10.0.0.1"}]`, 400, "duplicate address pair: mac_address None ip_address 10.0.0.1.")
	port(`"allowed_address_pairs": [{"ip_address": "10.0.0.0/24", "mac_address": "52:54:00:00:00:AB"}]`, 201, `{"mac_address": "52:54:00:00:00:ab", "ip_address": "10.0.0.0/24"}`)
	port(`"fixed_ips": [{}]`, 400, "Invalid input for operation: IP allocation requires subnet_id or ip_address.")
	netStory(t, steps)
}
