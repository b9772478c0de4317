package compute

import (
	"bufio"
	"encoding/json"
	"os"
	"testing"

	"github.com/softlayer/jumpgate/openstack/schema"
)

// TestProjectValidation is TestValidation for quotas, usage, groups, actions
// and events.
func TestProjectValidation(t *testing.T) {
	file, err := os.Open("testdata/projects.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	bodies := map[string]func(v int, legacy bool) *schema.Schema{
		"server_group": serverGroupBody.at,
		"quota":        func(v int, _ bool) *schema.Schema { return quotaBody(v) },
		"event":        func(v int, _ bool) *schema.Schema { return refusedBodies["POST os_server_external_events"](v) },
	}
	queries := map[string]*querySchema{
		"server_groups": serverGroupParams, "quotas": quotaParams, "actions": actionParams,
		"usage": usageParams, "usages": usageListParams, "security_groups": securityGroupParams,
	}
	n, lines := 0, bufio.NewScanner(file)
	for lines.Scan() {
		var c struct {
			What    string
			Minor   int // 0: through /v2
			Text    string
			Query   map[string][]string
			Message string // empty: accepted
		}
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		n++
		var got error
		if q := queries[c.What]; q != nil {
			got = q.check(queryOf(c.Query), max(c.Minor, 1))
		} else {
			s := bodies[c.What](max(c.Minor, 1), c.Minor == 0)
			value, err := schema.Parse([]byte(c.Text))
			if err != nil {
				t.Fatalf("%s: %v", c.Text, err)
			}
			if c.Minor == 0 {
				got = wordFault(s.CheckRelaxed(value))
			} else {
				got = wordFault(s.Check(value))
			}
		}
		message := ""
		if got != nil {
			message = got.Error()
		}
		if message != c.Message {
			t.Errorf("%s at 2.%d: %s%v\n\tgot  %s\n\twant %s", c.What, c.Minor, c.Text, c.Query, message, c.Message)
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	if n < 1000 {
		t.Errorf("only %d cases", n)
	}
}
