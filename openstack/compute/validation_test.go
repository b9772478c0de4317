package compute

import (
	"bufio"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/softlayer/jumpgate/openstack/internal/rest"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// verdict is what Nova's validation (Zed) said of a body or of parameters.
type verdict struct {
	What    string
	Minor   int                 // 0: through /v2
	Text    string              // of a body
	Query   map[string][]string // else
	Message string              // empty: accepted
}

// compareVerdicts asks check about each case of a recording, of which there
// are more than least.
func compareVerdicts(t *testing.T, path string, least int, check func(verdict) error) {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	n, lines := 0, bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var v verdict
		if err := json.Unmarshal(lines.Bytes(), &v); err != nil {
			t.Fatal(err)
		}
		n++
		got := ""
		if err := check(v); err != nil {
			got = err.Error()
		}
		if got != v.Message && !differs(v.Message, got) {
			t.Errorf("%s at 2.%d: %s%v\n\tgot  %s\n\twant %s", v.What, v.Minor, v.Text, v.Query, got, v.Message)
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	if n < least {
		t.Errorf("only %d cases", n)
	}
}

// differs tells whether a fault is worded differently on purpose: Nova quotes
// a pattern of all printable characters, of which only the beginning is here.
func differs(want, got string) bool {
	fault, _, ok := strings.Cut(want, ` does not match '^[\\ -`)
	return ok && got == fault+" is not a 'text of printable characters'"
}

// checkBody holds the verdict's body against s.
func (v verdict) checkBody(s *schema.Schema) error {
	value, err := schema.Parse([]byte(v.Text))
	if err != nil {
		return err
	}
	if v.Minor == 0 {
		return rest.WordFault(s.CheckRelaxed(value))
	}
	return rest.WordFault(s.Check(value))
}

// version is the minor microversion that the verdict's schema belongs to, and
// whether it is that of /v2.
func (v verdict) version() (minor int, legacy bool) { return max(v.Minor, 1), v.Minor == 0 }

func queryOf(values map[string][]string) rest.Params {
	var p rest.Params
	for name, list := range values {
		for _, v := range list {
			p = append(p, rest.Param{Name: name, Value: v})
		}
	}
	return p
}

func TestServerValidation(t *testing.T) {
	bodies := map[string]*versionedBody{"create": serverCreateBody, "update": serverUpdateBody, "keypair": keypairBody}
	queries := map[string]*querySchema{
		"servers": serverListParams, "flavors": flavorParams, "keypairs": keypairListParams, "limits": limitsParams,
	}
	reboot := &schema.Schema{Type: mapType, Properties: []schema.Property{{Name: "reboot", Schema: rebootBody}}}
	compareVerdicts(t, "testdata/validation.jsonl", 500, func(v verdict) error {
		if q := queries[v.What]; q != nil {
			return q.check(queryOf(v.Query), v.Minor)
		}
		if b := bodies[v.What]; b != nil {
			return v.checkBody(b.at(v.version()))
		}
		return v.checkBody(reboot)
	})
}

// TestActionValidation is about the bodies of actions, metadata, tags and
// consoles.
func TestActionValidation(t *testing.T) {
	others := map[string]*schema.Schema{"metadata": metadataBody, "meta": metaBody, "tags": tagsBody}
	compareVerdicts(t, "testdata/actions.jsonl", 500, func(v verdict) error {
		if s := others[v.What]; s != nil {
			return v.checkBody(s)
		}
		if v.What == "remote_console" {
			return v.checkBody(consoleBody.at(v.version()))
		}
		inner := actionTable[v.What].body(v.version())
		return v.checkBody(&schema.Schema{Type: mapType, Properties: []schema.Property{{Name: v.What, Schema: inner}}})
	})
}

// TestProjectValidation is about quotas, usage, groups and events.
func TestProjectValidation(t *testing.T) {
	bodies := map[string]func(v int, legacy bool) *schema.Schema{
		"server_group": func(v int, _ bool) *schema.Schema { return serverGroupBody(v) },
		"quota":        func(v int, _ bool) *schema.Schema { return quotaBody(v) },
		"event":        func(v int, _ bool) *schema.Schema { return refusedBodies["POST os_server_external_events"](v) },
	}
	queries := map[string]*querySchema{
		"server_groups": serverGroupParams, "quotas": quotaParams, "actions": actionParams,
		"usage": usageParams, "usages": usageListParams, "security_groups": securityGroupParams,
	}
	compareVerdicts(t, "testdata/projects.jsonl", 1000, func(v verdict) error {
		minor, legacy := v.version()
		if q := queries[v.What]; q != nil {
			return q.check(queryOf(v.Query), minor)
		}
		return v.checkBody(bodies[v.What](minor, legacy))
	})
}

// TestVolumeValidation is about volumes, snapshots and attachments.
func TestVolumeValidation(t *testing.T) {
	bodies := map[string]*versionedBody{
		"volume": volumeBody, "snapshot": snapshotBody, "attach": volumeAttachBody, "reattach": volumeUpdateBody,
	}
	compareVerdicts(t, "testdata/volumes.jsonl", 800, func(v verdict) error { return v.checkBody(bodies[v.What].at(v.version())) })
}
