package resttest

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// RulesAsked checks that somebody asks each rule of a policy's table: the
// gateway, for requests that the rule guards alone; another rule that refers to
// it; or the package under test, whose sources name it, perhaps without one of
// the prefixes. Names that are put together otherwise are composed. Of the rules
// that are left, unasked says why nobody asks them.
func RulesAsked(t *testing.T, table string, prefixes, composed []string, unasked map[string]string) {
	t.Helper()
	var sources, checks strings.Builder
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if !strings.HasSuffix(file, "_test.go") {
			sources.WriteString(read(t, file))
		}
	}
	guards := make(map[string]bool) // by rule: whether it guards requests alone
	for line := range strings.Lines(table) {
		if line = strings.TrimSuffix(line, "\n"); line != "" && line[0] != '#' {
			columns := strings.Split(line, "\t")
			guards[columns[0]] = columns[2] != "-"
			checks.WriteString(columns[1] + "\n")
		}
	}
	for name, alone := range guards {
		asked := alone || slices.Contains(composed, name) || named(sources.String(), name, prefixes) ||
			regexp.MustCompile(`rule:`+regexp.QuoteMeta(name)+`(?:[\s)]|$)`).MatchString(checks.String())
		switch _, known := unasked[name]; {
		case !asked && !known:
			t.Errorf("nothing asks the rule %s", name)
		case asked && known:
			t.Errorf("the rule %s is asked: nothing is to be said of it", name)
		}
	}
	for name, why := range unasked {
		if _, ok := guards[name]; !ok || why == "" {
			t.Errorf("%s: in the table %v, and not asked because %q", name, ok, why)
		}
	}
}

// named tells whether sources have a rule between quotes, with or without one of
// the prefixes.
func named(sources, rule string, prefixes []string) bool {
	return strings.Contains(sources, `"`+rule+`"`) || slices.ContainsFunc(prefixes, func(prefix string) bool {
		end, ok := strings.CutPrefix(rule, prefix)
		return ok && strings.Contains(sources, `"`+end+`"`)
	})
}
