package jumpgate

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/julienschmidt/httprouter"
)

// router tells which endpoint a path names. It is immutable and depends on
// nothing but the registry, so one router serves all Gateways of a process.
//
// httprouter does the matching, but it cannot hold a literal and a variable
// at one place ("/servers/detail" beside "/servers/{server_id}"). So where
// templates disagree all their segments at that place are registered as one
// variable, and the choice among the templates of a merged path is made after
// the match, literal before variable, from left to right.
type router struct {
	tree   *httprouter.Router
	shapes []string          // merged, as the tree holds them
	routes map[string]*route // by endpoint name, in the registry's form
}

// route is one path under which an endpoint can be reached. The original had
// two names for one path in places: the later ones are aliases of the first.
type route struct {
	endpoint *Endpoint
	segments []segment
	project  int    // index in segments of the project segment, or -1
	sibling  *route // the same endpoint with or without the project segment
	aliases  []*route
	aliasOf  *route
}

// segment is one part of a template between slashes: a literal, a variable,
// or a variable behind a literal ("user={user_id}").
type segment struct {
	literal  string
	variable string
}

// choice is a node of the decision that follows httprouter's match.
type choice struct {
	param    int // which of httprouter's parameters decides
	literals map[string]*choice
	prefixes []prefixChoice
	variable *choice
	target   *target // in a leaf, nil elsewhere
}

type prefixChoice struct {
	prefix string
	next   *choice
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

// match is a target with the path segments that fill its variables.
type match struct {
	target *target
	params httprouter.Params
}

// value returns the variable called name. Both names of a variable that an
// alias calls differently are known.
func (m *match) value(name string) (string, bool) {
	if m.target == nil {
		return "", false
	}
	for _, v := range m.target.vars {
		if v.name == name {
			return m.params[v.param].Value[v.prefix:], true
		}
	}
	return "", false
}

// matcher receives a match from the tree. It is a http.ResponseWriter because
// that is what httprouter hands through.
type matcher struct {
	http.ResponseWriter
	match
}

var routers = sync.OnceValue(func() map[Service]*router {
	all := make(map[Service]*router)
	for _, s := range Services() {
		all[s] = newRouter(registry()[s])
	}
	return all
})

func newRouter(endpoints []*Endpoint) *router {
	rt := &router{
		tree:   &httprouter.Router{},
		routes: make(map[string]*route),
	}
	var routes []*route
	byShape := make(map[string]*route)
	add := func(r *route) {
		if first := byShape[r.shape()]; first != nil {
			first.aliases = append(first.aliases, r)
			r.aliasOf = first
			return
		}
		byShape[r.shape()] = r
		routes = append(routes, r)
	}
	for _, e := range endpoints {
		rt.routes[e.Name] = newRoute(e, e.Path)
		add(rt.routes[e.Name])
	}
	for _, e := range endpoints {
		path, ok := siblingPath(e)
		if !ok {
			continue
		}
		// Where the other form has a name of its own ("v2_flavors" beside
		// "v2_tenant_flavors") that name keeps it.
		base, r := rt.routes[e.Name], newRoute(e, path)
		if taken := byShape[r.shape()]; taken == nil || taken.sibling != nil && taken.sibling == byShape[base.shape()] {
			base.sibling, r.sibling = r, base
			add(r)
		}
	}
	rt.register(routes)
	return rt
}

// siblingPath is the same endpoint's path with the project segment, where its
// template has none, and without it, where it has one. Nova and Cinder accept
// both (nova/api/openstack/compute/routes.py, ProjectMapper).
func siblingPath(e *Endpoint) (string, bool) {
	const project = "/{tenant_id}"
	root := "/" + e.Version
	rest, ok := strings.CutPrefix(e.Path, root)
	if !ok || rest == "" {
		return "", false
	}
	switch {
	case e.Service == Compute && e.Version == "v2", e.Service == Volume && e.Version == "v3":
		rest, ok = strings.CutPrefix(rest, project)
		return root + rest, ok && rest != ""
	case e.Service == Compute && e.Version == "v2.1":
		return root + project + rest, true
	}
	return "", false
}

func newRoute(e *Endpoint, path string) *route {
	r := &route{endpoint: e, project: -1}
	for part := range strings.SplitSeq(strings.TrimPrefix(path, "/"), "/") {
		s := segment{literal: part}
		if i := strings.IndexByte(part, '{'); i >= 0 {
			s = segment{literal: part[:i], variable: strings.TrimSuffix(part[i+1:], "}")}
		}
		r.segments = append(r.segments, s)
	}
	if (e.Service == Compute || e.Service == Volume) &&
		len(r.segments) > 1 && r.segments[1] == (segment{variable: "tenant_id"}) {
		r.project = 1
	}
	return r
}

// shape identifies the set of paths that a route matches.
func (r *route) shape() string {
	var b strings.Builder
	for _, s := range r.segments {
		b.WriteString("/" + s.literal)
		if s.variable != "" {
			b.WriteByte('*')
		}
	}
	return b.String()
}

// register folds the routes into shapes that httprouter can hold and
// registers those.
func (rt *router) register(routes []*route) {
	// folded[r][i]: segment i of r is registered as a variable: it is one, or
	// it holds what httprouter takes for one ("OS-KSEC2:ec2Credentials"), or it
	// stands beside one. Folding one place can put a literal beside a variable
	// further down, so repeat until nothing changes.
	folded := make(map[*route][]bool, len(routes))
	for _, r := range routes {
		folded[r] = make([]bool, len(r.segments))
		for i, s := range r.segments {
			folded[r][i] = s.variable != "" || strings.ContainsAny(s.literal, ":*")
		}
	}
	key := func(r *route, n int) string {
		var b strings.Builder
		for i, s := range r.segments[:n] {
			b.WriteByte('/')
			if folded[r][i] {
				b.WriteString(":p" + strconv.Itoa(i))
			} else {
				b.WriteString(s.literal)
			}
		}
		return b.String()
	}
	for changed := true; changed; {
		changed = false
		variable := make(map[string]bool)
		for _, r := range routes {
			for i := range r.segments {
				if folded[r][i] {
					variable[key(r, i)] = true
				}
			}
		}
		for _, r := range routes {
			for i := range r.segments {
				if !folded[r][i] && variable[key(r, i)] {
					folded[r][i], changed = true, true
				}
			}
		}
	}

	groups := make(map[string][]*route)
	for _, r := range routes {
		k := key(r, len(r.segments))
		groups[k] = append(groups[k], r)
	}
	for k, group := range groups {
		root := newChoice(group, params(folded[group[0]]), 0)
		rt.shapes = append(rt.shapes, k)
		rt.tree.Handle(http.MethodGet, k, func(w http.ResponseWriter, _ *http.Request, ps httprouter.Params) {
			w.(*matcher).match = match{target: root.find(ps), params: ps}
		})
	}
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

// newChoice decides among routes of one merged shape whose segments before
// from are told apart already.
func newChoice(group []*route, params []int, from int) *choice {
	for i := from; i < len(params); i++ {
		if params[i] < 0 || !slices.ContainsFunc(group, func(r *route) bool { return r.segments[i].literal != "" }) {
			continue
		}
		literals, prefixes, variables := map[string][]*route{}, map[string][]*route{}, []*route(nil)
		for _, r := range group {
			switch s := r.segments[i]; {
			case s.variable == "":
				literals[s.literal] = append(literals[s.literal], r)
			case s.literal != "":
				prefixes[s.literal] = append(prefixes[s.literal], r)
			default:
				variables = append(variables, r)
			}
		}
		c := &choice{param: params[i], literals: make(map[string]*choice, len(literals))}
		for literal, sub := range literals {
			c.literals[literal] = newChoice(sub, params, i+1)
		}
		for prefix, sub := range prefixes {
			c.prefixes = append(c.prefixes, prefixChoice{prefix, newChoice(sub, params, i+1)})
		}
		slices.SortFunc(c.prefixes, func(a, b prefixChoice) int { return cmp.Compare(len(b.prefix), len(a.prefix)) })
		if variables != nil {
			c.variable = newChoice(variables, params, i+1)
		}
		return c
	}

	t := &target{route: group[0]} // shapes are unique, so nothing else is left in group
	for _, r := range append([]*route{t.route}, t.aliases...) {
		for i, s := range r.segments {
			v := variable{s.variable, params[i], len(s.literal)}
			if s.variable != "" && !slices.Contains(t.vars, v) {
				t.vars = append(t.vars, v)
			}
		}
	}
	return &choice{target: t}
}

// find returns the most literal target that the parameters satisfy, or nil.
func (c *choice) find(ps httprouter.Params) *target {
	if c.target != nil {
		return c.target
	}
	value := ps[c.param].Value
	if next := c.literals[value]; next != nil {
		if t := next.find(ps); t != nil {
			return t
		}
	}
	for _, p := range c.prefixes {
		if len(value) > len(p.prefix) && strings.HasPrefix(value, p.prefix) {
			if t := p.next.find(ps); t != nil {
				return t
			}
		}
	}
	if c.variable != nil {
		return c.variable.find(ps)
	}
	return nil
}

// lookup finds the target of a decoded path below the service's mount and
// leaves it in m. One trailing slash and a ".json" suffix are ignored, as the
// original, Neutron and Ironic ignore them.
func (rt *router) lookup(m *matcher, path string) bool {
	m.match = match{}
	if len(path) > 1 && path[len(path)-1] == '/' {
		path = path[:len(path)-1]
	}
	handle, ps, _ := rt.tree.Lookup(http.MethodGet, path)
	if handle == nil {
		return false
	}
	handle(m, nil, ps)
	if m.target == nil {
		return false
	}
	for i := range m.target.vars {
		if !properSegment(ps[m.target.vars[i].param].Value) {
			m.target = nil
			return false
		}
	}
	return true
}

// properSegment refuses what no OpenStack service has in a path and what could
// mislead a driver that builds upstream URLs from ids: empty and dot segments
// and control characters.
func properSegment(s string) bool {
	if s == "" || s == "." || s == ".." {
		return false
	}
	for i := range len(s) {
		if b := s[i]; b < ' ' || b == 0x7f {
			return false
		}
	}
	return true
}

// wellFormed tells whether path has proper segments alone.
func wellFormed(path string) bool {
	rest, ok := strings.CutPrefix(path, "/")
	if !ok {
		return false
	}
	for segment := range strings.SplitSeq(rest, "/") {
		if !properSegment(segment) {
			return false
		}
	}
	return true
}

// routePath is what of a request path takes part in routing: the decoded
// path without a ".json" suffix. It is not safe to route with an encoded
// slash in it, which would turn one id into two segments. An encoded dot
// keeps a name that really ends in ".json" whole.
func routePath(u *url.URL) (path string, safe bool) {
	escaped := u.RawPath
	if escaped == "" {
		escaped = u.Path
	}
	if trimmed, ok := strings.CutSuffix(escaped, ".json"); ok && !strings.HasSuffix(trimmed, "/") {
		return strings.TrimSuffix(u.Path, ".json"), !encodedSlash(u.RawPath)
	}
	return u.Path, !encodedSlash(u.RawPath)
}

func encodedSlash(raw string) bool {
	return strings.Contains(raw, "%2F") || strings.Contains(raw, "%2f")
}
