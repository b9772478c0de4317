package softlayer

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/softlayer/jumpgate/softlayer/simulator"
)

// TestTextsVerbatim: texts come back as they were sent, with their blanks and
// newlines, though SoftLayer keeps them in notes and tags of its own.
func TestTextsVerbatim(t *testing.T) {
	w := newStorage(t)
	server, volume := w.boot(simulator.DemoUser, "one"), w.orderVolume("")
	w.clock.Advance(20 * step)
	for _, row := range []struct{ method, path, body, show string }{
		{"PUT", "/compute/v2.1/servers/" + server, `{"server":{"description":LINE}}`, ""}, // Nova wants it printable
		{"POST", "/compute/v2.1/servers/" + server + "/metadata", `{"metadata":{"k":TEXT}}`, ""},
		{"PUT", cinder + "/volumes/" + volume.ID + "/metadata", `{"metadata":{"k":TEXT}}`, ""}, // Cinder itself trims names and descriptions
		{"POST", "/network/v2.0/security-groups", `{"security_group":{"name":TEXT,"description":TEXT}}`, "ID"},
		{"POST", "/image/v2/images", `{"name":TEXT,"what":TEXT}`, "ID"},
	} {
		text := "  two  blanks\n\ttab, é 漢 \"quotes\" {\"a\": 1} <b> \r\n"
		if strings.Contains(row.body, "LINE") {
			text = "  two  blanks, é 漢 \"quotes\" {\"a\": 1} <b> "
		}
		quoted, _ := json.Marshal(text)
		body := strings.NewReplacer("TEXT", string(quoted), "LINE", string(quoted)).Replace(row.body)
		a := w.raw(simulator.DemoUser, row.method, row.path, body, "OpenStack-API-Version", "compute 2.90")
		if a.status >= 300 {
			t.Errorf("%s %s: %d %s", row.method, row.path, a.status, a.body)
			continue
		}
		show := row.show
		if show == "" {
			show = row.path
		}
		if show == "ID" {
			show = row.path + "/" + firstID(a.body)
		}
		w.forget()
		a = w.raw(simulator.DemoUser, "GET", show, "", "OpenStack-API-Version", "compute 2.90")
		var answer any
		if err := json.Unmarshal([]byte(a.body), &answer); err != nil || a.status != http.StatusOK {
			t.Errorf("%s: %d %s", show, a.status, a.body)
		}
		want := strings.Count(row.body, "TEXT") + strings.Count(row.body, "LINE")
		if n := shows(answer, text); n != want {
			t.Errorf("%s shows it %d times, want %d: %s", show, n, want, a.body)
		}
	}
}

// firstID is the id in the answer to a create.
func firstID(body string) string {
	var all map[string]any
	_ = json.Unmarshal([]byte(body), &all)
	for _, v := range all {
		if inner, ok := v.(map[string]any); ok && all["id"] == nil {
			all = inner
		}
	}
	id, _ := all["id"].(string)
	return id
}

// shows counts the members of an answer that are a text.
func shows(v any, text string) (n int) {
	switch v := v.(type) {
	case string:
		if v == text {
			n++
		}
	case []any:
		for _, one := range v {
			n += shows(one, text)
		}
	case map[string]any:
		for _, one := range v {
			n += shows(one, text)
		}
	}
	return n
}
