package jumpgate

import (
	"fmt"
	"slices"
	"strings"
)

// check is a node of a check string that was read.
type check interface {
	allows(p *Policy, who *Principal, target Target) bool
}

type (
	always    bool   // @ and !
	ruleCheck string // rule:name
	roleCheck string // role:name
	notCheck  struct{ of check }
	allChecks []check
	anyCheck  []check

	// attribute compares what is known of the caller, or a constant, with a
	// constant or an attribute of the target.
	attribute struct {
		name     string // of the caller's attribute; "" for a constant
		constant string
		key      string // of the target's attribute; "" for value
		value    string
	}
)

func (c always) allows(*Policy, *Principal, Target) bool { return bool(c) }

func (c ruleCheck) allows(p *Policy, who *Principal, target Target) bool {
	return p.rules[string(c)].allows(p, who, target)
}

func (c roleCheck) allows(_ *Policy, who *Principal, _ Target) bool {
	return slices.ContainsFunc(who.Roles, func(has string) bool { return has == string(c) || implies(has, string(c)) })
}

// implies tells whether who has one role has the other, as Keystone's bootstrap
// sets it up.
func implies(has, role string) bool {
	switch has {
	case "admin":
		return role == "manager" || role == "member" || role == "reader"
	case "manager":
		return role == "member" || role == "reader"
	case "member":
		return role == "reader"
	}
	return false
}

func (c notCheck) allows(p *Policy, who *Principal, target Target) bool {
	return !c.of.allows(p, who, target)
}

func (c allChecks) allows(p *Policy, who *Principal, target Target) bool {
	for _, part := range c {
		if !part.allows(p, who, target) {
			return false
		}
	}
	return true
}

func (c anyCheck) allows(p *Policy, who *Principal, target Target) bool {
	for _, part := range c {
		if part.allows(p, who, target) {
			return true
		}
	}
	return false
}

func (c attribute) allows(_ *Policy, who *Principal, target Target) bool {
	left, ok := c.constant, true
	if c.name != "" {
		left, ok = who.attribute(c.name)
		if !ok && c.key == "" && c.value == "None" {
			return true // domain_id:None is a token that is for no domain
		}
	}
	right := c.value
	if c.key != "" {
		found := false
		if target == nil {
			right, found = who.attribute(ownAttribute(c.key))
		} else {
			right, found = target[c.key]
		}
		ok = ok && found
	}
	return ok && left == right
}

// ownAttribute is the caller's attribute that an attribute of its own things
// has.
func ownAttribute(key string) string {
	switch key {
	case "tenant_id", "owner":
		return "project_id"
	}
	return strings.TrimPrefix(key, "target.")
}

// attribute returns what is known of p by the name that check strings use, and
// whether there is such a thing.
func (p *Principal) attribute(name string) (string, bool) {
	value := ""
	switch name {
	case "user_id":
		value = p.UserID
	case "project_id", "tenant_id", "tenant":
		value = p.ProjectID
	case "project_name":
		value = p.ProjectName
	case "domain_id", "token.domain.id":
		value = p.DomainID
	case "token.project.domain.id":
		value = p.ProjectDomainID
	case "user_domain_id":
		value = p.UserDomainID
	case "system_scope":
		value = p.SystemScope
	case "is_admin": // oslo.context's, by the rule that services name context_is_admin
		if p.HasRole("admin") {
			return "True", true
		}
		return "False", true
	}
	return value, value != ""
}

// parseCheck reads a check string. An empty one allows everybody.
func parseCheck(text string) (check, error) {
	tokens := checkTokens(text)
	if len(tokens) == 0 {
		return always(true), nil
	}
	r := &checkReader{tokens}
	c, err := r.or()
	if err == nil && len(r.tokens) > 0 {
		err = fmt.Errorf("unexpected %q", r.tokens[0])
	}
	return c, err
}

// checkTokens splits a check string at blanks and parentheses. Parentheses
// inside a check, as those of %(project_id)s, belong to it.
func checkTokens(text string) []string {
	var tokens []string
	for field := range strings.FieldsSeq(text) {
		for strings.HasPrefix(field, "(") {
			tokens, field = append(tokens, "("), field[1:]
		}
		closing := 0
		for strings.HasSuffix(field, ")") && strings.Count(field, ")") > strings.Count(field, "(") {
			field, closing = field[:len(field)-1], closing+1
		}
		if field != "" {
			tokens = append(tokens, field)
		}
		for range closing {
			tokens = append(tokens, ")")
		}
	}
	return tokens
}

// checkReader reads tokens by the usual precedence: not, and, or.
type checkReader struct{ tokens []string }

func (r *checkReader) next(word string) bool {
	if len(r.tokens) == 0 || !strings.EqualFold(r.tokens[0], word) {
		return false
	}
	r.tokens = r.tokens[1:]
	return true
}

func (r *checkReader) or() (check, error) {
	first, err := r.and()
	list := anyCheck{first}
	for err == nil && r.next("or") {
		var c check
		c, err = r.and()
		list = append(list, c)
	}
	if len(list) == 1 {
		return first, err
	}
	return list, err
}

func (r *checkReader) and() (check, error) {
	first, err := r.not()
	list := allChecks{first}
	for err == nil && r.next("and") {
		var c check
		c, err = r.not()
		list = append(list, c)
	}
	if len(list) == 1 {
		return first, err
	}
	return list, err
}

func (r *checkReader) not() (check, error) {
	if r.next("not") {
		c, err := r.not()
		return notCheck{c}, err
	}
	if r.next("(") {
		c, err := r.or()
		if err == nil && !r.next(")") {
			err = fmt.Errorf("a parenthesis is not closed")
		}
		return c, err
	}
	if len(r.tokens) == 0 {
		return nil, fmt.Errorf("something is missing at the end")
	}
	token := r.tokens[0]
	r.tokens = r.tokens[1:]
	return parseAtom(token)
}

func parseAtom(token string) (check, error) {
	switch token {
	case "@":
		return always(true), nil
	case "!":
		return always(false), nil
	}
	kind, match, ok := strings.Cut(token, ":")
	if !ok || kind == "" || match == "" {
		return nil, fmt.Errorf("%q is no check", token)
	}
	switch kind {
	case "rule":
		return ruleCheck(match), nil
	case "role":
		return roleCheck(match), nil
	}
	var c attribute
	if inner, isKey := strings.CutPrefix(match, "%("); isKey {
		c.key, isKey = strings.CutSuffix(inner, ")s")
		if !isKey {
			return nil, fmt.Errorf("%q has no name like %%(project_id)s", token)
		}
	} else {
		c.value = match
	}
	switch {
	case kind[0] == '\'' && len(kind) > 1 && kind[len(kind)-1] == '\'':
		c.constant = kind[1 : len(kind)-1]
	case kind == "True", kind == "False", kind == "None":
		c.constant = kind
	default:
		c.name = kind
	}
	return c, nil
}
