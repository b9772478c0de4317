package passthrough

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/softlayer/jumpgate"
)

// Mode says who answers an endpoint.
type Mode string

const (
	Own    Mode = "own"    // the other driver, or 501 if it does not serve the endpoint
	Pass   Mode = "pass"   // upstream, even if the other driver serves the endpoint
	Deny   Mode = "deny"   // nobody: 403
	Off    Mode = "off"    // nobody: 501
	Shadow Mode = "shadow" // upstream; the other driver answers reads too, and the answers are compared
)

// Rule gives a mode to the endpoints that match a pattern: "compute.v2*_server"
// is a service, a dot and a path.Match pattern for endpoint names. A pattern
// that matches the empty name ("compute.*") also counts for paths of the
// service that the registry does not know.
//
// Nova has each endpoint under /v2 and /v2.1 with a name for either, so a
// pattern that denies something should match both.
type Rule struct {
	Pattern string
	Mode    Mode
}

// Modes are rules. The last rule that matches an endpoint counts.
type Modes []Rule

// ParseModes reads rules, one "pattern = mode" a line; empty lines and lines
// that begin with # are skipped. An error names the wrong line.
//
//	compute.* = pass
//	compute.v2*_os_hypervisors* = deny
func ParseModes(r io.Reader) (Modes, error) {
	var modes Modes
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || line[0] == '#' {
			continue
		}
		pattern, mode, ok := strings.Cut(line, "=")
		if !ok {
			return nil, fmt.Errorf("modes line %d: want SERVICE.ENDPOINT = MODE", n)
		}
		rule := Rule{strings.TrimSpace(pattern), Mode(strings.TrimSpace(mode))}
		if err := rule.validate(); err != nil {
			return nil, fmt.Errorf("modes line %d: %w", n, err)
		}
		modes = append(modes, rule)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("modes: %w", err)
	}
	return modes, nil
}

func (m Modes) validate() error {
	var faults []error
	for _, rule := range m {
		if err := rule.validate(); err != nil {
			faults = append(faults, fmt.Errorf("passthrough: Modes: %w", err))
		}
	}
	return errors.Join(faults...)
}

// validate refuses patterns that match nothing: a wrong name must not leave
// an endpoint open.
func (r Rule) validate() error {
	if !slices.Contains([]Mode{Own, Pass, Deny, Off, Shadow}, r.Mode) {
		return fmt.Errorf("unknown mode %q; there are own, pass, deny, off and shadow", string(r.Mode))
	}
	service, name, _ := strings.Cut(r.Pattern, ".")
	if _, err := path.Match(name, ""); err != nil {
		return fmt.Errorf("pattern %q: %w", r.Pattern, err)
	}
	matches := false
	for _, s := range jumpgate.Services() {
		for _, e := range jumpgate.Endpoints(s) {
			matches = matches || r.matches(s, e.Name)
		}
	}
	if !matches {
		return fmt.Errorf("pattern %q matches no endpoint; it must be like compute.v21_servers* (%q is one of %v?)",
			r.Pattern, service, jumpgate.Services())
	}
	return nil
}

func (r Rule) matches(s jumpgate.Service, name string) bool {
	pattern, ok := strings.CutPrefix(r.Pattern, string(s)+".")
	if !ok {
		return false
	}
	matched, err := path.Match(pattern, name)
	return matched && err == nil
}

// mode returns the mode of a path with these names, or "".
func (m Modes) mode(s jumpgate.Service, names ...string) Mode {
	for _, rule := range slices.Backward(m) {
		if slices.ContainsFunc(names, func(name string) bool { return rule.matches(s, name) }) {
			return rule.Mode
		}
	}
	return ""
}
