package memory_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/softlayer/jumpgate/jumpgatetest"
)

// TestLongLists: a request as long as one may be takes time in proportion. Each
// of these took from five seconds to minutes, some with the lock of the cloud.
func TestLongLists(t *testing.T) {
	cloud := jumpgatetest.New(t, jumpgatetest.Options{})
	nova, cinder := signIn(t, cloud, "demo")
	root := strings.TrimSuffix(nova.Endpoint, "compute/v2.1/")
	ask := func(method, url, body string) (status int, text string) {
		req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("X-Auth-Token", nova.TokenID)
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("X-OpenStack-Ironic-API-Version", "1.82")
		req.Header.Set("X-OpenStack-Nova-API-Version", "2.60")
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		all, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return resp.StatusCode, string(all)
	}
	_, text := ask("GET", root+"network/v2.0/networks?name=private&fields=id", "")
	_, after, _ := strings.Cut(text, `"id": "`)
	network, _, _ := strings.Cut(after, `"`)
	order := `{"server": {"name": "x", "flavorRef": "42", "imageRef": "` + cloud.Images[0].ID + `", "networks": "none", `
	for _, c := range []struct {
		method, url, body string
		status            int
	}{
		{"GET", nova.Endpoint + "servers?" + long("", "x%=t", "&", ""), "", 200},
		{"GET", nova.Endpoint + "servers?" + long("", "tags=%", "&", ""), "", 200},
		{"GET", cinder.Endpoint + "volumes?sort=" + long("", "name:asc", ",", ""), "", 200},
		{"GET", cinder.Endpoint + "volumes?metadata=" + long("{", "'%':'v'", ",", "}"), "", 200},
		{"GET", root + "image/v2/images?" + long("", "tag=t%", "&", ""), "", 200},
		{"GET", root + "image/v2/images?" + long("", "sort_key=name", "&", ""), "", 200},
		{"GET", root + "image/v2/images?name=in:" + long("", "t%", ",", ""), "", 200},
		{"GET", root + "network/v2.0/ports?" + long("", "id=%", "&", ""), "", 200},
		// Ironic falls over a field that there is not.
		{"GET", root + "baremetal/v1/nodes?fields=" + long("", "u%", ",", ""), "", 500},
		{"POST", nova.Endpoint + "servers", long(order+`"security_groups": [`, `{"name":"g%"}`, ",", `]}}`), 400},
		{"POST", nova.Endpoint + "servers", long(order+`"block_device_mapping_v2": [`,
			`{"source_type":"blank","destination_type":"volume","volume_size":1,"boot_index":%}`, ",", `]}}`), 202},
		{"POST", root + "network/v2.0/ports", long(`{"port": {"network_id": "`+network+`", "extra_dhcp_opts": [`, `{"opt_name":"o%","opt_value":"x"}`, ",", `]}}`), 201},
	} {
		start := time.Now()
		status, text := ask(c.method, c.url, c.body)
		if took := time.Since(start); status != c.status || took > 5*time.Second {
			t.Errorf("%s %.80s... %.80s...: %d %.200s after %v, want %d in less than a second", c.method, c.url, c.body, status, text, took, c.status)
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
