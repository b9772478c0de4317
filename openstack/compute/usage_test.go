package compute_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/softlayer/jumpgate/openstack/compute"
)

// TestUsagePages follows pages of usage, which 2.40 brought.
func TestUsagePages(t *testing.T) {
	c := newCloud()
	for i := range 5 {
		c.past = append(c.past, compute.Usage{
			ServerID: fmt.Sprint("id-", i), VCPUs: 1, RAM: 512, VMState: "active", Launched: c.now().Add(-2 * time.Hour),
		})
	}
	c.past = append(c.past, compute.Usage{ServerID: "never launched"},
		compute.Usage{ServerID: "long gone", Launched: c.now().AddDate(0, -2, 0), Terminated: c.now().AddDate(0, -1, 0)})
	gw := newGateway(t, c)
	const base = "http://127.0.0.1:18774"
	next, ids, pages := "/v2.1/os-simple-tenant-usage/"+project+"?start=2026-11-23T00:00:00&limit=2", "", 0
	for ; next != "" && pages < 9; pages++ {
		w := get(gw, next, at("2.40")...)
		var body struct {
			Usage struct {
				Hours   json.Number `json:"total_hours"`
				Servers []struct {
					ID string `json:"instance_id"`
				} `json:"server_usages"`
			} `json:"tenant_usage"`
			Links []struct{ Rel, Href string } `json:"tenant_usage_links"`
		}
		if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil {
			t.Fatal(err)
		}
		for _, s := range body.Usage.Servers {
			ids += s.ID + " "
		}
		if want := json.Number(fmt.Sprintf("%d.0", 2*len(body.Usage.Servers))); body.Usage.Hours != want {
			t.Errorf("%s hours, want %s", body.Usage.Hours, want)
		}
		next = ""
		if len(body.Links) > 0 {
			next = strings.TrimPrefix(body.Links[0].Href, base)
		}
	}
	if ids != "id-0 id-1 id-2 id-3 id-4 " || pages != 3 {
		t.Errorf("%d pages: %s", pages, ids)
	}
	if w := get(gw, "/v2.1/os-simple-tenant-usage/"+project+"?limit=2&start=2026-11-23T00:00:00"); strings.Contains(w.Body.String(), "links") {
		t.Errorf("links before 2.40: %s", w.Body)
	}
	if w := get(gw, "/v2.1/os-simple-tenant-usage/"+project+"?start=2030-01-01T00:00:00&end=2031-01-01T00:00:00"); w.Code != 200 || w.Body.String() != `{"tenant_usage": {}}` {
		t.Errorf("of the future: %d %s", w.Code, w.Body)
	}
	for query, want := range map[string]string{
		"marker=nonsense":           "badRequest: Marker nonsense could not be found.",
		"limit=-1":                  "badRequest: Invalid input for query parameters limit. Value: -1. '-1' does not match '^[0-9]*$'",
		"start=2026-02-30T00:00:00": "badRequest: Invalid datetime string: Datetime is in invalid format",
		"start=2026-02-20 00:00:00": "badRequest: Invalid datetime string: Datetime is in invalid format",
		"start=2026-02-20T00:00:00&end=2026-02-20T00:00:00": "badRequest: Invalid start time. The start time cannot occur after the end time.",
	} {
		if got := keyedFault(get(gw, "/v2.1/os-simple-tenant-usage/"+project+"?"+strings.ReplaceAll(query, " ", "+"), at("2.40")...)); got != want {
			t.Errorf("%s:\n got %s\nwant %s", query, got, want)
		}
	}
	for _, text := range []string{"2026-02-20T00:00:00.5", "2026-02-20+00:00:00.000001", "2026-2-3T4:5:6", ""} {
		if w := get(gw, "/v2.1/os-simple-tenant-usage/"+project+"?start="+text); w.Code != 200 {
			t.Errorf("%s: %d %s", text, w.Code, w.Body)
		}
	}
}
