package memory_test

import (
	"strings"
	"testing"
	"time"
)

// TestConsoleTokens: operators find the console that a URL leads to, for ten
// minutes.
func TestConsoleTokens(t *testing.T) {
	o := newOperator(t)
	id := o.server()
	o.cloud.Clock.Advance(time.Minute)
	var last, first string
	for i := range 101 {
		made := o.call(o.member, "2.31", "POST", "servers/"+id+"/remote-consoles", `{"remote_console": {"protocol": "vnc", "type": "novnc"}}`, 200)
		url, _ := made["remote_console"].(map[string]any)["url"].(string)
		if _, last, _ = strings.Cut(url, "token%3D"); i == 0 {
			first = last
		}
	}
	o.call(o.member, "2.31", "GET", "os-console-auth-tokens/"+last, "", 403, "Policy doesn't allow os_compute_api:os-console-auth-tokens")
	o.call(o.admin, "2.31", "GET", "os-console-auth-tokens/"+last, "", 200, `"instance_uuid":"`+id+`"`, `"port":5900`, `"internal_access_path":null`)
	o.call(o.admin, "2.31", "GET", "os-console-auth-tokens/"+first, "", 404, "Token not found") // a server has a hundred at most
	o.cloud.Clock.Advance(10 * time.Minute)
	o.call(o.admin, "2.31", "GET", "os-console-auth-tokens/"+last, "", 404, "Token not found")
}
