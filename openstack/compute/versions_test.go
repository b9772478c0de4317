package compute_test

import (
	"strings"
	"testing"
)

// TestChoices: a path of a version that there is not names what it would be
// in the others. Recording 006 holds the whole answer.
func TestChoices(t *testing.T) {
	gw := newGateway(t, newCloud())
	for _, path := range []string{
		"/v3", "/v1/" + project + "/os-quota-sets/" + project, "/v1/" + project + "/os-quota-sets/a%20%22b/defaults",
	} {
		w := do(gw, "GET", path, "")
		for _, version := range []string{"/v2", "/v2.1"} {
			if want := version + path + `"`; w.Code != 300 || !strings.Contains(w.Body.String(), want) {
				t.Errorf("%s: %d %s, without %s", path, w.Code, w.Body, want)
			}
		}
	}
}
