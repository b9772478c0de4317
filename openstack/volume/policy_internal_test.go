package volume

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/softlayer/jumpgate"
)

// TestReaderChangesNothing: whatever changes something has a rule, and no rule
// lets a reader.
func TestReaderChangesNothing(t *testing.T) {
	p := defaultPolicy()
	reader := &jumpgate.Principal{UserID: "u", ProjectID: "p", Roles: []string{"reader"}}
	asks := []string{ // their handlers ask, or do nothing
		"POST os_quota_set_single", "DELETE os_quota_set_single",
		"POST cgsnapshots", "DELETE cgsnapshot", "POST consistencygroup_delete", "PUT consistencygroup_update",
	}
	for _, e := range jumpgate.Endpoints(jumpgate.Volume) {
		_, name, _ := strings.Cut(e.Name, "_")
		for _, method := range e.Methods {
			if method == http.MethodGet || method == http.MethodHead || slices.Contains(asks, method+" "+name) || strings.HasSuffix(name, "_action") && name != "groups_action" {
				continue
			}
			if rule := p.EndpointRule(e.Name, method); rule == "" || p.Allows(reader, rule, nil) {
				t.Errorf("%s %s: a reader may, by the rule %q", method, e.Name, rule)
			}
		}
	}
}

// TestEveryActionHasARule: an action without a rule could not be refused.
func TestEveryActionHasARule(t *testing.T) {
	p := defaultPolicy()
	reader := &jumpgate.Principal{UserID: "u", ProjectID: "p", Roles: []string{"reader"}}
	s := &service{updater: struct{ Updater }{}}
	volumes := make(map[string]action[*Volume])
	s.stateActions(volumes)
	s.recordActions(volumes)
	s.cloudActions(volumes, nil)
	names := prefixed("volume:", volumes)
	names = append(names, prefixed("snapshot:", s.snapshotActions(nil, nil).actions)...)
	names = append(names, prefixed("group:", s.groupActions())...)
	if len(names) < 30 {
		t.Fatal(names)
	}
	for _, name := range names {
		if name == "volume:os-show_image_metadata" { // it changes nothing
			continue
		}
		if rule := p.EndpointRule(name, http.MethodPost); rule == "" || p.Allows(reader, rule, nil) {
			t.Errorf("%s: a reader may, by the rule %q", name, rule)
		}
	}
}

func prefixed[T any](kind string, actions map[string]T) []string {
	var names []string
	for name := range maps.Keys(actions) {
		names = append(names, kind+name)
	}
	return names
}
