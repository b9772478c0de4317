package network

import (
	_ "embed"
	"strings"

	"github.com/softlayer/jumpgate"
)

//go:embed policy.tsv
var policyTable string

// rules are the check strings of the policy by their names.
type rules map[string]string

func readRules(overrides map[string]string) rules {
	all := make(rules)
	for line := range strings.Lines(policyTable) {
		if f := strings.Split(strings.TrimSpace(line), "\t"); len(f) > 1 && !strings.HasPrefix(line, "#") {
			all[f[0]] = f[1]
		}
	}
	for name, check := range overrides {
		all[name] = check
	}
	return all
}

func (all rules) allows(p *jumpgate.Principal, name string, t target) bool {
	check, ok := all[name]
	if !ok {
		if check, ok = all["default"]; !ok {
			return false
		}
	}
	words := strings.Fields(strings.NewReplacer("%(", "%(", ")s", ")s", "(", " ( ", ")", " ) ").Replace(check))
	e := &evaluation{all: all, p: p, t: t, words: words}
	return e.or()
}

// evaluation works out one check string: "not" binds closest, "or" least.
type evaluation struct {
	all   rules
	p     *jumpgate.Principal
	t     target
	words []string
}

func (e *evaluation) next(word string) bool {
	if len(e.words) == 0 || e.words[0] != word {
		return false
	}
	e.words = e.words[1:]
	return true
}

func (e *evaluation) or() bool {
	v := e.and()
	for e.next("or") {
		v = e.and() || v
	}
	return v
}

func (e *evaluation) and() bool {
	v := e.not()
	for e.next("and") {
		v = e.not() && v
	}
	return v
}

func (e *evaluation) not() bool {
	if e.next("not") {
		return !e.not()
	}
	if e.next("(") {
		v := e.or()
		e.next(")")
		return v
	}
	if len(e.words) == 0 {
		return false
	}
	word := e.words[0]
	e.words = e.words[1:]
	return e.term(word)
}

func (e *evaluation) term(word string) bool {
	kind, match, _ := strings.Cut(word, ":")
	if name, ok := strings.CutPrefix(match, "%("); ok {
		match = e.t[strings.TrimSuffix(name, ")s")]
	}
	switch kind {
	case "@":
		return true
	case "rule":
		return e.all.allows(e.p, match, e.t)
	case "role":
		return e.p != nil && hasRole(e.p, match)
	case "project_id", "tenant_id":
		return e.p != nil && match != "" && e.p.ProjectID == match
	case "user_id":
		return e.p != nil && match != "" && e.p.UserID == match
	}
	return kind == match
}

func hasRole(p *jumpgate.Principal, role string) bool {
	implied := []string{"reader", "member", "manager", "admin"}
	for i, name := range implied {
		if name == role {
			for _, higher := range implied[i:] {
				if p.HasRole(higher) {
					return true
				}
			}
			return false
		}
	}
	return p.HasRole(role)
}
