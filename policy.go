package jumpgate

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Policy says who may do what in one service: rules by name, each with a check
// string in the language of oslo.policy, such as
//
//	role:member and project_id:%(project_id)s
//
// A Policy does not change and is safe for concurrent use.
type Policy struct {
	rules     map[string]check
	scopes    map[string][]string // by rule; none: any scope
	texts     map[string]string
	endpoints map[string]map[string]string // by endpoint and method: the rule that needs neither body nor object
	words     string                       // of a refusal, with %s for the rule
	nobody    bool                         // allows everything where nobody is authenticated
}

// Target is what a rule is held against: the attributes of the object that a
// request is about, by the names that check strings use (project_id, user_id,
// ...). Nil stands for the caller's own project, domain and user.
type Target map[string]string

// NewPolicy reads a table of rules, of which each service package has one, and
// replaces those that overrides names. A line of the table has three columns
// with tabs between them: the rule's name, its check string, and the requests
// that it guards alone, as "METHOD endpoint" pairs separated by blanks, or "-".
// A fourth column names the scopes of tokens that the rule is for, separated by
// commas, of "project", "domain" and "system"; without it the rule is for all
// of them. Lines that begin with # say something to people.
//
// A check string that can't be read or that refers to no rule is an error; for
// overrides see Policy.Override.
func NewPolicy(table string, overrides map[string]string) (*Policy, error) {
	p := &Policy{
		rules: make(map[string]check), scopes: make(map[string][]string), texts: make(map[string]string), endpoints: make(map[string]map[string]string),
		words: "Policy doesn't allow %s to be performed.",
	}
	for line := range strings.Lines(table) {
		line = strings.TrimSuffix(line, "\n")
		if line == "" || line[0] == '#' {
			continue
		}
		columns := strings.Split(line, "\t")
		if len(columns) != 3 && len(columns) != 4 {
			return nil, fmt.Errorf("jumpgate: a policy's line has %d columns, not 3 or 4: %q", len(columns), line)
		}
		name := columns[0]
		if _, twice := p.texts[name]; twice {
			return nil, fmt.Errorf("jumpgate: the policy has the rule %q twice", name)
		}
		p.texts[name] = columns[1]
		if len(columns) == 4 {
			p.scopes[name] = strings.Split(columns[3], ",")
		}
		if columns[2] == "-" {
			continue
		}
		pairs := strings.Fields(columns[2])
		for ; len(pairs) >= 2; pairs = pairs[2:] {
			method, endpoint := pairs[0], pairs[1]
			if p.endpoints[endpoint] == nil {
				p.endpoints[endpoint] = make(map[string]string)
			}
			p.endpoints[endpoint][method] = name
		}
		if len(pairs) > 0 {
			return nil, fmt.Errorf("jumpgate: the policy's rule %q has a method without an endpoint: %q", name, pairs[0])
		}
	}
	if err := p.parse(p.texts); err != nil {
		return nil, err
	}
	return p.Override(overrides)
}

// MustPolicy is NewPolicy for a table that is part of the program: it panics
// where the table can't be read. As a Policy does not change, a package reads
// its table once and shares the result (sync.OnceValue); a Dispatcher takes it
// with OverridePolicy.
func MustPolicy(table string) *Policy {
	p, err := NewPolicy(table, nil)
	if err != nil {
		panic(err)
	}
	return p
}

// Override returns p with other check strings for the rules that overrides
// names, which p must have. Without overrides that is p itself.
func (p *Policy) Override(overrides map[string]string) (*Policy, error) {
	if len(overrides) == 0 {
		return p, nil
	}
	other := *p
	other.texts, other.rules = maps.Clone(p.texts), maps.Clone(p.rules)
	for name, text := range overrides {
		if _, ok := p.texts[name]; !ok {
			return nil, fmt.Errorf("jumpgate: the policy has no rule %q to replace", name)
		}
		other.texts[name] = text
	}
	if err := other.parse(overrides); err != nil {
		return nil, err
	}
	return &other, nil
}

// parse reads the check strings of rules.
func (p *Policy) parse(texts map[string]string) error {
	for name, text := range texts {
		c, err := parseCheck(text)
		if err != nil {
			return fmt.Errorf("jumpgate: policy rule %q: %w", name, err)
		}
		p.rules[name] = c
	}
	for name, c := range p.rules {
		if err := p.resolve(c, []string{name}); err != nil {
			return err
		}
	}
	return nil
}

// resolve refuses references to rules that there are not, and circles.
func (p *Policy) resolve(c check, path []string) error {
	switch c := c.(type) {
	case ruleCheck:
		switch {
		case slices.Contains(path, string(c)):
			return fmt.Errorf("jumpgate: policy rule %q refers to itself", c)
		case p.rules[string(c)] == nil:
			return fmt.Errorf("jumpgate: policy rule %q refers to the rule %q, which there is not", path[0], string(c))
		}
		return p.resolve(p.rules[string(c)], append(path, string(c)))
	case notCheck:
		return p.resolve(c.of, path)
	case allChecks:
		for _, part := range c {
			if err := p.resolve(part, path); err != nil {
				return err
			}
		}
	case anyCheck:
		for _, part := range c {
			if err := p.resolve(part, path); err != nil {
				return err
			}
		}
	}
	return nil
}

// Check returns nil if the principal in ctx may do what rule guards to target,
// else a Forbidden error. A rule that the policy does not have, and a request
// without a principal, are refused, but see Open. A nil Policy refuses everything.
func (p *Policy) Check(ctx context.Context, rule string, target Target) error {
	if p.Allows(PrincipalFrom(ctx), rule, target) {
		return nil
	}
	words := "%s is not allowed."
	if p != nil {
		words = p.words
	}
	return Forbidden.New("%s", strings.Replace(words, "%s", rule, 1))
}

// Worded returns p with other words for what it refuses, in which %s stands for
// the rule's name. Without it they are Nova's.
func (p *Policy) Worded(format string) *Policy {
	worded := *p
	worded.words = format
	return &worded
}

// Open returns p with everything allowed where there is no principal, for a
// service that asks nobody who he is (ServiceOptions.Open). A principal is held
// to the rules as before.
func (p *Policy) Open() *Policy {
	open := *p
	open.nobody = true
	return &open
}

// Allows is Check for a principal at hand, without an error's words.
func (p *Policy) Allows(who *Principal, rule string, target Target) bool {
	if p == nil {
		return false
	}
	if who == nil {
		return p.nobody
	}
	c := p.rules[rule]
	return c != nil && p.inScope(who, rule) && c.allows(p, who, target)
}

// inScope tells whether the rule is for tokens like who's. A token without a
// scope counts as a project's, as in oslo.policy.
func (p *Policy) inScope(who *Principal, rule string) bool {
	scopes := p.scopes[rule]
	if scopes == nil {
		return true
	}
	scope := "project"
	switch {
	case who.SystemScope != "":
		scope = "system"
	case who.DomainID != "":
		scope = "domain"
	}
	return slices.Contains(scopes, scope)
}

// Rules returns the check strings by the names of their rules.
func (p *Policy) Rules() map[string]string {
	if p == nil {
		return nil
	}
	return maps.Clone(p.texts)
}

// EndpointRule returns the name of the rule that guards a request by itself,
// before its body and its object are known; "" if there is none.
func (p *Policy) EndpointRule(endpoint, method string) string {
	if p == nil {
		return ""
	}
	return p.endpoints[endpoint][method]
}

// SetPolicy makes p the policy of d's service: before a handler of an endpoint
// runs, and after all request hooks, the rule that guards the request alone is
// checked. Service packages call it when they are registered. In a service with
// ServiceOptions.Open it is p.Open() that counts; nil takes the policy away.
func (d *Dispatcher) SetPolicy(p *Policy) {
	if d.open && p != nil {
		p = p.Open()
	}
	d.gw.change(func() { d.policy.Store(p) })
}

// OverridePolicy is Policy.Override for the policy of d's service: it replaces
// the rules of p that overrides names, and then those that
// ServiceOptions.Policy names.
func (d *Dispatcher) OverridePolicy(p *Policy, overrides map[string]string) (*Policy, error) {
	all := maps.Clone(d.overrides)
	for name, text := range overrides {
		if _, ok := all[name]; !ok {
			if all == nil {
				all = make(map[string]string)
			}
			all[name] = text
		}
	}
	return p.Override(all)
}

// Policy returns the policy of d's service; nil, which refuses everything, if
// it has none.
func (d *Dispatcher) Policy() *Policy { return d.policy.Load() }
