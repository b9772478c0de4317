package compute

import (
	"bufio"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/softlayer/jumpgate/openstack/schema"
)

// TestValidation compares what is said of bodies and parameters with what
// Nova's validation (Zed) said of them.
func TestValidation(t *testing.T) {
	file, err := os.Open("testdata/validation.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	bodies := map[string]*versionedBody{"create": serverCreateBody, "update": serverUpdateBody, "keypair": keypairBody}
	queries := map[string]*querySchema{
		"servers": serverListParams, "flavors": flavorParams, "keypairs": keypairListParams, "limits": limitsParams,
	}
	reboot := &schema.Schema{Type: mapType, Properties: []schema.Property{{Name: "reboot", Schema: rebootBody}}}

	n, lines := 0, bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var c struct {
			What    string
			Minor   int                 // 0: through /v2
			Text    string              // of a body
			Query   map[string][]string // else
			Message string              // empty: accepted
		}
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		n++
		var got error
		switch {
		case queries[c.What] != nil:
			got = queries[c.What].check(queryOf(c.Query), c.Minor)
		default:
			s := reboot
			if b := bodies[c.What]; b != nil {
				s = b.at(max(c.Minor, 1), c.Minor == 0)
			}
			value, err := schema.Parse([]byte(c.Text))
			if err != nil {
				t.Fatalf("%s: %v", c.Text, err)
			}
			check := s.Check
			if c.Minor == 0 {
				check = s.CheckRelaxed
			}
			got = wordFault(check(value))
		}
		message := ""
		if got != nil {
			message = got.Error()
		}
		if message != c.Message && !differs(c.Message, message) {
			t.Errorf("%s at 2.%d: %s%v\n\tgot  %s\n\twant %s", c.What, c.Minor, c.Text, c.Query, message, c.Message)
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	if n < 500 {
		t.Errorf("only %d cases", n)
	}
}

func queryOf(values map[string][]string) params {
	var p params
	for name, list := range values {
		for _, v := range list {
			p = append(p, param{name, v})
		}
	}
	return p
}

// differs tells whether a fault is worded differently on purpose: Nova quotes
// a pattern of all printable characters, of which only the beginning is here.
func differs(want, got string) bool {
	fault, _, ok := strings.Cut(want, ` does not match '^[\\ -`)
	return ok && got == fault+" is not a 'text of printable characters'"
}
