package softlayer

import (
	"encoding/base64"
	"io"
	"mime"
	"mime/multipart"
	"net/mail"
	"strings"
	"testing"

	"github.com/softlayer/jumpgate/softlayer/internal/core"
	"github.com/softlayer/jumpgate/softlayer/simulator"
)

// parts reads user data as cloud-init does: the decoded parts by their types.
func parts(t *testing.T, value string) map[string]string {
	t.Helper()
	m, err := mail.ReadMessage(strings.NewReader(value))
	if err != nil {
		t.Fatalf("%v in %q", err, value)
	}
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	found := make(map[string]string)
	for r := multipart.NewReader(m.Body, params["boundary"]); ; {
		part, err := r.NextPart()
		if err == io.EOF {
			return found
		}
		if err != nil {
			t.Fatal(err)
		}
		data, _ := io.ReadAll(part)
		if part.Header.Get("Content-Transfer-Encoding") == "base64" {
			data, _ = base64.StdEncoding.DecodeString(strings.TrimSpace(string(data)))
		} else if got := part.Header.Get("Merge-Type"); got != "list(append)+dict(no_replace,recurse_list)+str()" {
			t.Errorf("merged by %q", got)
		}
		found[part.Header.Get("Content-Type")] = string(data)
	}
}

// TestPersonality: files go with the user's own data, whatever that is, and are
// no part of what the user is shown. They are for one system: a rebuild brings
// others or none.
func TestPersonality(t *testing.T) {
	w := newWorld(t, setup{})
	stored := func(id string) string {
		data := w.userData(id)
		if len(data) != 1 {
			t.Fatalf("%q", data)
		}
		return data[0]
	}
	files := []any{map[string]any{"path": "/etc/a b", "contents": "AP8="}, map[string]any{"path": "/x", "contents": "eA=="}}
	const config = `#cloud-config` + "\n" + `{"write_files":[{"path":"/etc/a b","encoding":"b64","content":"AP8="},{"path":"/x","encoding":"b64","content":"eA=="}]}`
	for own, shown := range map[string]string{"": "null", "#!/bin/sh\n--x\n": `"` + base64.StdEncoding.EncodeToString([]byte("#!/bin/sh\n--x\n")) + `"`, "\x1f\x8b\xff": `"H4v/"`} {
		extra := map[string]any{"personality": files, "networks": "auto"}
		if own != "" {
			extra["user_data"] = base64.StdEncoding.EncodeToString([]byte(own))
		}
		a := w.raw(simulator.DemoUser, "POST", "/compute/v2.1/servers", order(extra), "OpenStack-API-Version", "compute 2.56")
		var made struct{ Server struct{ ID string } }
		if a.status != 202 {
			t.Fatalf("%d %s", a.status, a.body)
		}
		w.into(a, &made)
		id := made.Server.ID
		got := parts(t, stored(id))
		if got["text/cloud-config"] != config || got["text/plain"] != own {
			t.Errorf("%q: %q", own, got)
		}
		w.clock.Advance(20 * step)
		a = w.action(id, `{"rebuild":{"imageRef":"`+core.SystemID(osCode)+`"}}`, 202)
		if !strings.Contains(a.body, `"user_data": `+shown) {
			t.Errorf("%q: %s", own, a.body)
		}
		if got := stored(id); strings.Contains(got, "write_files") || got == "" {
			t.Errorf("rebuilt without files: %q", got)
		}
		w.clock.Advance(20 * step)
		w.actionAt("2.56", id, `{"rebuild":{"imageRef":"`+core.SystemID(osCode)+`","personality":[{"path":"/y","contents":"eQ=="}]}}`, 202)
		if got := parts(t, stored(id)); !strings.Contains(got["text/cloud-config"], `"/y"`) || strings.Contains(got["text/cloud-config"], `"/x"`) {
			t.Errorf("rebuilt: %q", got)
		}
	}

	id := w.boot(simulator.DemoUser, "web")
	many := `{"path":"/a","contents":"YQ=="}` + strings.Repeat(`,{"path":"/a","contents":"YQ=="}`, 5)
	for body, want := range map[string]string{
		many: "Personality file limit exceeded",
		`{"path":"/` + strings.Repeat("a", 255) + `","contents":"YQ=="}`:       "Personality file path exceeds maximum 255",
		`{"path":"/a","contents":"` + strings.Repeat("YWFh", 10240/4+1) + `"}`: "Personality file content exceeds maximum 10240",
	} {
		a := w.actionAt("2.1", id, `{"rebuild":{"imageRef":"`+core.SystemID(osCode)+`","personality":[`+body+`]}}`, 403)
		if _, message := a.fault(); message != want {
			t.Errorf("%q, want %q", message, want)
		}
		a = w.raw(simulator.DemoUser, "POST", "/compute/v2.1/servers", strings.Replace(order(nil), `{"server":{`, `{"server":{"personality":[`+body+`],`, 1), "OpenStack-API-Version", "compute 2.1")
		if _, message := a.fault(); a.status != 403 || message != want {
			t.Errorf("%d %q, want %q", a.status, message, want)
		}
	}
	a := w.raw(simulator.DemoUser, "GET", "/compute/v2.1/limits", "")
	if !strings.Contains(a.body, `"maxPersonality": 5`) || !strings.Contains(a.body, `"maxPersonalitySize": 10240`) {
		t.Error(a.body)
	}
}
