package jumpgate

import (
	"cmp"
	"slices"
	"strings"

	"github.com/julienschmidt/httprouter"
)

// choice is a node of the decision that follows httprouter's match.
type choice struct {
	param    int        // which of httprouter's parameters decides
	literals [][]branch // by length: few are as long as an id, and comparing those beats hashing it
	prefixes []branch   // longest first
	variable *choice
	target   *target // in a leaf, nil elsewhere
}

// branch is the way on for a parameter that is a literal, or begins with it.
type branch struct {
	literal string
	next    *choice
}

// target is a route with the places of its variables among the parameters.
type target struct {
	*route
	vars []variable
}

type variable struct {
	name   string
	param  int
	prefix int // bytes of literal before the value
}

// params gives each folded segment its place among httprouter's parameters,
// and -1 to the others.
func params(folded []bool) []int {
	list, n := make([]int, len(folded)), 0
	for i, f := range folded {
		list[i] = -1
		if f {
			list[i] = n
			n++
		}
	}
	return list
}

// newChoice decides among routes of one merged shape whose first segments, as
// many as known, are told apart already.
func newChoice(group []*route, params []int, known int) *choice {
	for known < len(params) && params[known] < 0 {
		known++
	}
	if known == len(params) { // shapes are unique, so nothing else is left in group
		return &choice{target: newTarget(group[0], params)}
	}
	literals, prefixes, variables := map[string][]*route{}, map[string][]*route{}, []*route(nil)
	for _, r := range group {
		switch s := r.segments[known]; {
		case s.variable == "":
			literals[s.literal] = append(literals[s.literal], r)
		case s.literal != "":
			prefixes[s.literal] = append(prefixes[s.literal], r)
		default:
			variables = append(variables, r)
		}
	}
	c := &choice{param: params[known]}
	for literal, sub := range literals {
		for len(c.literals) <= len(literal) {
			c.literals = append(c.literals, nil)
		}
		c.literals[len(literal)] = append(c.literals[len(literal)], branch{literal, newChoice(sub, params, known+1)})
	}
	for prefix, sub := range prefixes {
		c.prefixes = append(c.prefixes, branch{prefix, newChoice(sub, params, known+1)})
	}
	slices.SortFunc(c.prefixes, func(a, b branch) int { return cmp.Compare(len(b.literal), len(a.literal)) })
	if variables != nil {
		c.variable = newChoice(variables, params, known+1)
	}
	return c
}

// newTarget finds the variables of r and of its aliases.
func newTarget(r *route, params []int) *target {
	t := &target{route: r}
	for _, r := range append([]*route{r}, r.aliases...) {
		for i, s := range r.segments {
			v := variable{s.variable, params[i], len(s.literal)}
			if s.variable != "" && !slices.Contains(t.vars, v) {
				t.vars = append(t.vars, v)
			}
		}
	}
	return t
}

// find returns the most literal target that the parameters satisfy, or nil.
// A variable takes none but a proper segment.
func (c *choice) find(ps httprouter.Params) *target {
	for c != nil {
		if c.target != nil {
			return c.target
		}
		value := ps[c.param].Value
		if len(value) < len(c.literals) {
			for _, b := range c.literals[len(value)] {
				if b.literal == value {
					if t := b.next.find(ps); t != nil {
						return t
					}
				}
			}
		}
		if !properSegment(value) {
			return nil
		}
		for _, b := range c.prefixes {
			if len(value) > len(b.literal) && strings.HasPrefix(value, b.literal) {
				if t := b.next.find(ps); t != nil {
					return t
				}
			}
		}
		c = c.variable
	}
	return nil
}
