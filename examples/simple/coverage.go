package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/softlayer/jumpgate"
)

//go:generate sh -c "go run . -coverage markdown > ../../docs/compatibility.md"

// coverageFormats are the forms that -coverage prints.
var coverageFormats = map[string]func(io.Writer, []coverageRow) error{
	"text": coverageText, "markdown": coverageMarkdown, "json": coverageJSON,
}

// coverageRow is one endpoint and how far the configured drivers serve it.
type coverageRow struct {
	Service jumpgate.Service `json:"service"`
	Version string           `json:"version"`
	Name    string           `json:"name"`
	Methods []string         `json:"methods"`
	Path    string           `json:"path"`
	Since   string           `json:"since,omitempty"` // microversion
	Served  bool             `json:"served"`
	Missing []string         `json:"missing,omitempty"` // methods of a served endpoint

	// Reasons say, by method, why a served endpoint answers less than
	// OpenStack's.
	Reasons map[string]string `json:"reasons,omitempty"`
}

// coverage lists every endpoint of gw's services.
func coverage(gw *jumpgate.Gateway) []coverageRow {
	var rows []coverageRow
	for _, s := range jumpgate.Services() {
		disp := gw.Dispatcher(s)
		if disp == nil {
			continue
		}
		unused := make(map[string]bool)
		for _, e := range disp.UnusedEndpoints() {
			unused[e.Name] = true
		}
		for _, e := range jumpgate.Endpoints(s) {
			row := coverageRow{
				Service: s, Version: e.Version, Name: e.Name, Methods: e.Methods, Path: disp.Mount() + e.Path, Since: e.Since,
				Served: !unused[e.Name], Reasons: disp.Reasons(e.Name),
			}
			if methods, ok := disp.Handler(e.Name).(jumpgate.Methods); ok {
				for _, m := range e.Methods {
					if methods[m] == nil && (m != http.MethodHead || methods[http.MethodGet] == nil) {
						row.Missing = append(row.Missing, m)
					}
				}
			}
			rows = append(rows, row)
		}
	}
	return rows
}

// served says it in a few words.
func (r *coverageRow) served() string {
	if !r.Served {
		return "no"
	}
	answer := "yes"
	if len(r.Missing) > 0 {
		answer += ", without " + strings.Join(r.Missing, ", ")
	}
	// Methods that share a reason share its words.
	var reasons []string
	methods := make(map[string][]string)
	for _, m := range slices.Sorted(maps.Keys(r.Reasons)) {
		if methods[r.Reasons[m]] == nil {
			reasons = append(reasons, r.Reasons[m])
		}
		methods[r.Reasons[m]] = append(methods[r.Reasons[m]], m)
	}
	for _, reason := range reasons {
		answer += "; " + strings.Join(methods[reason], ", ") + ": " + reason
	}
	return answer
}

// version is the API's version, with the microversion that brought it.
func (r *coverageRow) version() string {
	if r.Since != "" {
		return r.Version + " (" + r.Since + ")"
	}
	return r.Version
}

// counts tell how much of a service is served.
type counts struct{ all, served, refused int }

func count(rows []coverageRow, s jumpgate.Service) (c counts) {
	for _, r := range rows {
		if r.Service != s {
			continue
		}
		c.all++
		if r.Served {
			c.served++
		}
		if len(r.Reasons) > 0 {
			c.refused++
		}
	}
	return c
}

// summary says it in a few words.
func summary(rows []coverageRow, s jumpgate.Service) string {
	c := count(rows, s)
	return fmt.Sprintf("%d of %d endpoints served", c.served, c.all)
}

func coverageText(w io.Writer, rows []coverageRow) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	service := jumpgate.Service("")
	for _, r := range rows {
		if r.Service != service {
			service = r.Service
			fmt.Fprintf(t, "%s: %s\n", service, summary(rows, service))
		}
		fmt.Fprintf(t, "  %s\t%s\t%s\t%s\t%s\n", r.Name, r.Version, strings.Join(r.Methods, ","), r.Path, r.served())
	}
	return t.Flush()
}

func coverageMarkdown(w io.Writer, rows []coverageRow) error {
	fmt.Fprint(w, `# Compatibility

Which endpoints the configured drivers serve, as printed by
simple -coverage markdown. One that is not served answers 501 in its
service's own fault format. Some that are served answer a part of their
requests as the real service answers one that is not allowed or has no such
thing; the last column says why.

| service | endpoints | served | of those with a reason for answering less |
|---|---|---|---|
`)
	for _, s := range jumpgate.Services() {
		if c := count(rows, s); c.all > 0 {
			fmt.Fprintf(w, "| [%s](#%s) | %d | %d | %d |\n", s, s, c.all, c.served, c.refused)
		}
	}
	service := jumpgate.Service("")
	for _, r := range rows {
		if r.Service != service {
			service = r.Service
			fmt.Fprintf(w, "\n## %s\n\n%s.\n\n| endpoint | version | methods | path | served |\n|---|---|---|---|---|\n", service, summary(rows, service))
		}
		fmt.Fprintf(w, "| %s | %s | %s | `%s` | %s |\n", r.Name, r.version(), strings.Join(r.Methods, " "), r.Path, r.served())
	}
	return nil
}

func coverageJSON(w io.Writer, rows []coverageRow) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(rows)
}

// printRules prints who may do what: each service's rules with their check
// strings, as the configuration has them.
func printRules(w io.Writer, gw *jumpgate.Gateway) error {
	for _, disp := range gw.Dispatchers() {
		rules := disp.Policy().Rules()
		for _, name := range slices.Sorted(maps.Keys(rules)) {
			if _, err := fmt.Fprintf(w, "%s\t%s\t%s\n", disp.Service(), name, rules[name]); err != nil {
				return err
			}
		}
	}
	return nil
}
