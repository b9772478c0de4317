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

// TestVersionsOfAnyMethod: load balancers ask with HEAD or OPTIONS whether a
// service is up.
func TestVersionsOfAnyMethod(t *testing.T) {
	gw := newGateway(t, newCloud())
	for path, status := range map[string]int{"/": 200, "/v2/": 200, "/v2.1": 200, "/v3": 300} {
		for _, method := range []string{"HEAD", "OPTIONS", "PUT"} {
			if w := do(gw, method, path, ""); w.Code != status || (w.Body.Len() == 0) != (method == "HEAD") {
				t.Errorf("%s %s: %d %s", method, path, w.Code, w.Body)
			}
		}
	}
}
