package compute_test

import (
	"encoding/json"
	"testing"
)

// TestQuotas asks for quotas beyond what the recordings hold.
func TestQuotas(t *testing.T) {
	gw := newGateway(t, newCloud())
	policy := func(rule string) string {
		return "forbidden: Policy doesn't allow os_compute_api:os-quota-sets:" + rule + " to be performed."
	}
	own, other := "/v2.1/os-quota-sets/"+project, "/v2.1/os-quota-sets/552983f366ca46a288e39dadbd529822"
	for _, test := range []struct{ method, path, body, version, want string }{
		{"GET", other + "/detail", "", "2.1", policy("detail")},
		{"GET", own + "?user_id=a&nonsense=b", "", "2.74", ""},
		{"GET", own + "?user_id=a&nonsense=b", "", "2.75", "badRequest: Additional properties are not allowed ('nonsense' was unexpected)"},
		{"GET", other + "/defaults?nonsense=b", "", "2.75", ""},
		{"DELETE", own, "", "2.1", policy("delete")},
		{"PUT", own, `{"quota_set": {"cores": "12", "force": "yes"}}`, "2.57", policy("update")},
		{"PUT", own, `{"quota_set": {"injected_files": 5}}`, "2.56", policy("update")},
		{"PUT", own, `{"quota_set": {"injected_files": 5}}`, "2.57",
			"badRequest: Invalid input for field/attribute quota_set. Value: {'injected_files': 5}. Additional properties are not allowed ('injected_files' was unexpected)"},
		{"PUT", own, `{"quota_set": {"cores": -2}}`, "2.1",
			"badRequest: Invalid input for field/attribute cores. Value: -2. -2 is less than the minimum of -1"},
		{"GET", "/v2/" + project + "/os-quota-sets/default", "", "", policy("show")},
		{"GET", "/v2/" + project + "/os-quota-sets/user=a", "", "", policy("show")},
		{"GET", "/v2/" + project + "/os-quota-sets/" + project, "", "", ""},
		{"GET", "/v2/" + project + "/os-quota-sets", "", "", "itemNotFound: The resource could not be found."},
	} {
		w := do(gw, test.method, test.path, test.body, at(test.version)...)
		if got := keyedFault(w); got != test.want && (test.want != "" || w.Code != 200) {
			t.Errorf("%s %s at %s:\n got %s\nwant %s", test.method, test.path, test.version, got, test.want)
		}
	}
	for version, want := range map[string]int{"2.35": 15, "2.36": 11, "2.56": 11, "2.57": 8} {
		var body struct {
			Set map[string]any `json:"quota_set"`
		}
		_ = json.Unmarshal(get(gw, own+"/defaults", at(version)...).Body.Bytes(), &body)
		if len(body.Set) != want {
			t.Errorf("at %s there are %d members, want %d", version, len(body.Set), want)
		}
	}
}

// TestLegacyExtensions holds the one extension more of /v2.
func TestLegacyExtensions(t *testing.T) {
	gw := newGateway(t, newCloud())
	var body struct{ Extensions []struct{ Alias string } }
	_ = json.Unmarshal(get(gw, "/v2/"+project+"/extensions").Body.Bytes(), &body)
	if len(body.Extensions) != 100 {
		t.Errorf("%d extensions, want 100", len(body.Extensions))
	}
	if w := get(gw, "/v2/"+project+"/extensions/OS-EXT-VIF-NET"); w.Code != 200 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := get(gw, "/v2.1/extensions/OS-EXT-VIF-NET"); w.Code != 404 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}
