package memory

import (
	"net/http"
	"strings"
	"testing"
)

// TestVolumeNowhere: a volume of a type that no pool can have becomes an
// error, and its project is told why.
func TestVolumeNowhere(t *testing.T) {
	admin, demo := operators(t, "3.71")
	made := admin.ask("POST", "types", `{"volume_type": {"name": "far", "extra_specs": {"vendor_name": "nobody", "for:others": "x"}}}`, 200)
	if kind := made["volume_type"].(map[string]any); has(made, "volume_type.qos_specs_id") || kind["os-volume-type-access:is_public"] != true {
		t.Errorf("type %v", kind)
	}
	v := at(demo.ask("POST", "volumes", `{"volume": {"size": 1, "volume_type": "far"}}`, 202), "volume", "id")
	if now := demo.ask("GET", "volumes/"+v, "", 200); at(now, "volume", "status") != "error" {
		t.Errorf("volume %v", now)
	}
	told := demo.ask("GET", "messages?resource_uuid="+v, "", 200)["messages"].([]any)
	if len(told) != 1 || at(told[0].(map[string]any), "user_message") != "schedule allocate volume:Could not find any available weighted backend." {
		t.Errorf("messages %v", told)
	}
}

// TestRestoredMetadata: a backup knows what was said of its volume.
func TestRestoredMetadata(t *testing.T) {
	_, demo := operators(t, "3.71")
	v := at(demo.ask("POST", "volumes", `{"volume": {"size": 1, "metadata": {"a": "b"}}}`, 202), "volume", "id")
	demo.ask("GET", "volumes/"+v, "", 200)
	b := at(demo.ask("POST", "backups", `{"backup": {"volume_id": "`+v+`"}}`, 202), "backup", "id")
	demo.ask("GET", "backups/"+b, "", 200)
	restored := at(demo.ask("POST", "backups/"+b+"/restore", `{"restore": {}}`, 202), "restore", "volume_id")
	if now := demo.ask("GET", "volumes/"+restored, "", 200); at(now, "volume", "metadata", "a") != "b" {
		t.Errorf("volume %v", now)
	}
}

// TestVolumeQuotaFull: what is over a limit may be asked for again.
func TestVolumeQuotaFull(t *testing.T) {
	admin, demo := operators(t, "3.71")
	project := recordedUsers["demo"].ProjectID
	admin.ask("PUT", "os-quota-sets/"+project, `{"quota_set": {"volumes": 0}}`, 200)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, demo.Endpoint+"volumes", strings.NewReader(`{"volume": {"size": 1}}`))
	if err != nil {
		t.Fatal(err)
	}
	req.Header = http.Header{"X-Auth-Token": {"TOKEN"}, "X-User": {"demo"}, "Content-Type": {"application/json"}}
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusRequestEntityTooLarge || answer.Header.Get("Retry-After") != "0" {
		t.Errorf("%d, Retry-After %q", answer.StatusCode, answer.Header.Get("Retry-After"))
	}
}

// TestVolumeNull: a body that is null is one, and refused as one.
func TestVolumeNull(t *testing.T) {
	admin, demo := operators(t, "3.71")
	demo.ask("POST", "volumes", `null`, 400)
	demo.ask("POST", "volumes", ``, 500) // recorded
	kind := ids(admin.ask("GET", "types", "", 200), "volume_types")[0]
	admin.refuse("PUT", "types/"+kind+"/extra_specs/a", `null`, 400, "None is not of type 'object'")
}
