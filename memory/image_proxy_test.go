package memory

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/softlayer/jumpgate"
)

// TestImageProxy: what Nova passes on to the image service is by Glance's
// rules: nobody changes or deletes what another project has, or what is
// protected.
func TestImageProxy(t *testing.T) {
	cloud, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	services := cloud.Services()
	delete(services, jumpgate.Identity)
	gw, err := jumpgate.New(jumpgate.Options{Services: services, AccessLog: func(*jumpgate.Request, jumpgate.Outcome) {}})
	if err != nil {
		t.Fatal(err)
	}
	gw.AddRequestHook(asRecorded)
	const (
		own       = "149c6374-f80c-47d0-8160-5f54d7a1abaf"
		protected = "149c6374-f80c-47d0-8160-5f54d7a1abb0"
	)
	cloud.images.addQueued(own)
	cloud.images.records[own].Properties["a"] = "b"
	cloud.images.addQueued(protected)
	cloud.images.records[protected].Protected = true
	public := stableUUID("image", "cirros-tiny")
	many := `"k0": "v"`
	for i := range 128 {
		many += `, "k` + strings.Repeat("x", i+1) + `": "v"`
	}
	for _, c := range []struct {
		method, path, body string
		status             int
		says               string
	}{
		{"GET", own + "/metadata", "", 200, `{"metadata": {"a": "b"}}`},
		{"GET", own + "/metadata/a", "", 200, `{"meta": {"a": "b"}}`},
		{"GET", own + "/metadata/z", "", 404, ""},
		{"POST", own + "/metadata", `{"metadata": {"c": "d"}}`, 200, `{"metadata": {"a": "b", "c": "d"}}`},
		{"POST", own + "/metadata", `{"metadata": {"c": 1}}`, 400, "is not of type 'string'"},
		{"POST", own + "/metadata", `{}`, 400, "'metadata' is a required property"},
		{"POST", own + "/metadata", `{"metadata": {` + many + `}}`, 403, "Image metadata limit exceeded"},
		{"POST", own + "/metadata", `{"metadata": {"os_glance_x": "d"}}`, 403, "reserved"},
		{"POST", own + "/metadata", `{"metadata": {"size": "1"}}`, 403, "read-only"},
		{"PUT", own + "/metadata", `{"metadata": {"e": "f"}}`, 200, `{"metadata": {"e": "f"}}`},
		{"PUT", own + "/metadata/g", `{"meta": {"g": "h"}}`, 200, `{"meta": {"g": "h"}}`},
		{"PUT", own + "/metadata/g", `{"meta": {"x": "h"}}`, 400, "Request body and URI mismatch"},
		{"PUT", own + "/metadata/g", `{"meta": {"g": "h", "i": "j"}}`, 400, "too many properties"},
		{"DELETE", own + "/metadata/e", "", 204, ""},
		{"DELETE", own + "/metadata/e", "", 404, "Invalid metadata key"},
		{"GET", own + "/metadata", "", 200, `{"metadata": {"g": "h"}}`},
		{"POST", public + "/metadata", `{"metadata": {"c": "d"}}`, 403, "You do not own this image"},
		{"DELETE", public + "/metadata/x", "", 403, "You do not own this image"},
		{"POST", "nonsense/metadata", `{"metadata": {"c": "d"}}`, 404, "Image not found."},
		{"DELETE", public, "", 403, "You are not allowed to delete the image."},
		{"DELETE", protected, "", 403, "You are not allowed to delete the image."},
		{"DELETE", own, "", 204, ""},
		{"DELETE", own, "", 404, "Image not found."},
	} {
		for _, base := range []string{"/compute/v2.1/images/"} {
			w := httptest.NewRecorder()
			req := httptest.NewRequest(c.method, base+c.path, strings.NewReader(c.body))
			req.Header.Set("Content-Type", "application/json")
			gw.ServeHTTP(w, req)
			if w.Code != c.status || !strings.Contains(w.Body.String(), c.says) {
				t.Errorf("%s %s %.60s: %d %s; want %d %s", c.method, c.path, c.body, w.Code, w.Body, c.status, c.says)
			}
		}
	}
	w := httptest.NewRecorder()
	req := httptest.NewRequest(http.MethodPost, "/compute/v2.1/images/"+public+"/metadata", strings.NewReader(`{"metadata": {"c": "d"}}`))
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-Openstack-Nova-Api-Version", "2.39")
	if gw.ServeHTTP(w, req); w.Code != http.StatusNotFound {
		t.Errorf("from 2.39 on: %d %s", w.Code, w.Body)
	}
}
