package compute

import (
	"bufio"
	"encoding/json"
	"os"
	"testing"

	"github.com/softlayer/jumpgate/openstack/schema"
)

// TestActionSchemas compares what is said of the bodies of actions, and of
// metadata, tags and consoles, with what Nova's validation (Zed) said of them.
func TestActionSchemas(t *testing.T) {
	file, err := os.Open("testdata/actions.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	others := map[string]*schema.Schema{"metadata": metadataBody, "meta": metaBody, "tags": tagsBody}
	n, lines := 0, bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var c struct {
			What    string
			Minor   int // 0: through /v2
			Text    string
			Message string // empty: accepted
		}
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		n++
		s, ok := others[c.What]
		switch {
		case ok:
		case c.What == "remote_console":
			s = consoleBody.at(c.Minor, false)
		default:
			inner := actionTable[c.What].body(max(c.Minor, 1), c.Minor == 0)
			s = &schema.Schema{Type: mapType, Properties: []schema.Property{{Name: c.What, Schema: inner}}}
		}
		value, err := schema.Parse([]byte(c.Text))
		if err != nil {
			t.Fatalf("%s: %v", c.Text, err)
		}
		check := s.Check
		if c.Minor == 0 {
			check = s.CheckRelaxed
		}
		got := ""
		if err := wordFault(check(value)); err != nil {
			got = err.Error()
		}
		if got != c.Message && !differs(c.Message, got) {
			t.Errorf("%s at 2.%d: %s\n\tgot  %s\n\twant %s", c.What, c.Minor, c.Text, got, c.Message)
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	if n < 500 {
		t.Errorf("only %d cases", n)
	}
}
