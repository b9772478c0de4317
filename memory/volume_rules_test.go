package memory

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/softlayer/jumpgate"
)

// TestVolumeRules: rules for parts of what Cinder does count when they are
// replaced.
func TestVolumeRules(t *testing.T) {
	c, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	gw, err := jumpgate.New(jumpgate.Options{
		AccessLog: func(*jumpgate.Request, jumpgate.Outcome) {},
		Services: map[jumpgate.Service]jumpgate.ServiceOptions{jumpgate.Volume: {
			Driver: c, Policy: map[string]string{"volume:create_from_image": "!", "limits_extension:used_limits": "!"},
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	gw.AddRequestHook(func(r *jumpgate.Request) error {
		r.Env.Principal = &jumpgate.Principal{UserID: "demo", ProjectID: c.ProjectID("demo"), Roles: []string{"member"}}
		r.Env.ProjectID = r.Env.Principal.ProjectID
		return nil
	})
	ask := func(method, path, body string) (int, string) {
		req := httptest.NewRequestWithContext(t.Context(), method, "/volume/v3/"+path, strings.NewReader(body))
		req.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		gw.ServeHTTP(w, req)
		return w.Code, w.Body.String()
	}
	if status, text := ask("POST", "volumes", `{"volume": {"size": 1, "imageRef": "`+jumpgate.NewUUID()+`"}}`); status != http.StatusForbidden {
		t.Errorf("from an image: %d %s", status, text)
	}
	if status, text := ask("POST", "volumes", `{"volume": {"size": 1}}`); status != http.StatusAccepted {
		t.Errorf("empty: %d %s", status, text)
	}
	if status, text := ask("GET", "limits", ""); status != http.StatusOK || !strings.Contains(text, "maxTotalVolumes") || strings.Contains(text, "Used") {
		t.Errorf("limits: %d %s", status, text)
	}
}
