package memory_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// TestLongLists: a request as long as one may be takes time in proportion. Each
// of these took from five seconds to minutes, some with the lock of the cloud.
func TestLongLists(t *testing.T) {
	l := newLookers(t)
	l.nova = "2.60"
	const order = `{"server": {"name": "x", "flavorRef": "42", "imageRef": "IMAGE", "networks": "none", `
	for _, c := range []struct {
		request, body string
		status        int
	}{
		{"GET /compute/v2.1/servers?" + long("", "x%=t", "&", ""), "", 200},
		{"GET /compute/v2.1/servers?" + long("", "tags=%", "&", ""), "", 200},
		{"GET /volume/v3/volumes?sort=" + long("", "name:asc", ",", ""), "", 200},
		{"GET /volume/v3/volumes?metadata=" + long("{", "'%':'v'", ",", "}"), "", 200},
		{"GET /image/v2/images?" + long("", "tag=t%", "&", ""), "", 200},
		{"GET /image/v2/images?" + long("", "sort_key=name", "&", ""), "", 200},
		{"GET /image/v2/images?name=in:" + long("", "t%", ",", ""), "", 200},
		{"GET /network/v2.0/ports?" + long("", "id=%", "&", ""), "", 200},
		// Ironic falls over a field that there is not.
		{"GET /baremetal/v1/nodes?fields=" + long("", "u%", ",", ""), "", 500},
		{"POST /compute/v2.1/servers", long(order+`"security_groups": [`, `{"name":"g%"}`, ",", `]}}`), 400},
		{"POST /compute/v2.1/servers", long(order+`"block_device_mapping_v2": [`,
			`{"source_type":"blank","destination_type":"volume","volume_size":1,"boot_index":%}`, ",", `]}}`), 202},
		{"PUT /network/v2.0/networks/NETWORK/tags", long(`{"tags": [`, `"t%"`, ",", `]}`), 400},
		{"POST /network/v2.0/networks", long(`{"network": {"name": "x", "availability_zone_hints": [`, `"z%"`, ",", `]}}`), 404},
		{"POST /network/v2.0/security-group-rules", long(`{"security_group_rules": [`,
			`{"direction":"ingress","security_group_id":"00000000-0000-4000-8000-000000000000","protocol":"tcp","port_range_min":%,"port_range_max":%}`, ",", `]}`), 404},
		{"POST /network/v2.0/ports", long(`{"port": {"network_id": "NETWORK", "extra_dhcp_opts": [`, `{"opt_name":"o%","opt_value":"x"}`, ",", `]}}`), 201},
	} {
		start := time.Now()
		status, text := l.ask(l.member, c.request, c.body)
		if took := time.Since(start); status != c.status || took > 5*time.Second {
			t.Errorf("%.80s... %.80s...: %d %.200s after %v, want %d in less than five seconds", c.request, c.body, status, text, took, c.status)
		}
	}
}

// long repeats a text up to nearly a megabyte, with a number in place of %.
func long(first, each, between, last string) string {
	var b strings.Builder
	b.WriteString(first)
	for i := 0; b.Len() < 950_000; i++ {
		if i > 0 {
			b.WriteString(between)
		}
		b.WriteString(strings.ReplaceAll(each, "%", fmt.Sprint(i)))
	}
	return b.String() + last
}
