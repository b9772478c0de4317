package memory_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/softlayer/jumpgate/jumpgatetest"
	"github.com/softlayer/jumpgate/memory"
)

// TestBadBodyBeforePolicy: as in Nova a body that makes no sense is told to whom
// the policy would refuse, and a server that is not there too; who sends a good
// one is refused.
func TestBadBodyBeforePolicy(t *testing.T) {
	cloud := jumpgatetest.New(t, jumpgatetest.Options{Users: []memory.User{
		{Name: "demo"}, {Name: "watcher", Project: "demo", Roles: []string{"reader"}},
	}})
	o := &operator{T: t, cloud: cloud}
	o.member, _ = signIn(t, cloud, "demo")
	id := o.server()
	reader, _ := signInTo(t, cloud, "watcher", "demo")
	const nobody = "11111111-2222-4333-8444-555555555555"
	good := fmt.Sprintf(`{"server": {"name": "x", "flavorRef": "42", "imageRef": %q, "networks": "none"}}`, cloud.Images[0].ID)
	for _, c := range []struct{ method, path, good, bad string }{
		{"POST", "servers", good, `{"server": {"name": 1}}`},
		{"PUT", "servers/%s", `{"server": {"name": "y"}}`, `{"server": {"colour": "red"}}`},
		{"POST", "servers/%s/metadata", `{"metadata": {"a": "b"}}`, `{"metadata": 1}`},
		{"PUT", "servers/%s/metadata/a", `{"meta": {"a": "b"}}`, `{"meta": {}}`},
		{"PUT", "servers/%s/tags", `{"tags": ["a"]}`, `{"tags": [1]}`},
		{"POST", "servers/%s/os-volume_attachments", `{"volumeAttachment": {"volumeId": "` + nobody + `"}}`, `{"volumeAttachment": {}}`},
		{"POST", "os-server-groups", `{"server_group": {"name": "g", "policy": "affinity"}}`, `{"server_group": {}}`},
	} {
		path := func(server string) string { return strings.Replace(c.path, "%s", server, 1) }
		o.call(reader, "2.90", c.method, path(id), c.bad, http.StatusBadRequest)
		o.call(reader, "2.90", c.method, path(id), c.good, http.StatusForbidden, "Policy doesn't allow")
		if path(id) != path(nobody) {
			o.call(reader, "2.90", c.method, path(nobody), c.good, http.StatusNotFound)
		}
	}
	o.call(o.member, "2.90", "GET", "servers/"+id+"/metadata", "", http.StatusOK, `"metadata":{}`)
}
