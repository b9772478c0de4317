package jumpgate

import (
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/julienschmidt/httprouter"
)

// router tells which endpoint a path names. It is immutable. That of the
// endpoints that the library knows serves all Gateways of a process.
//
// httprouter does the matching, but it cannot hold a literal and a variable
// at one place ("/servers/detail" beside "/servers/{server_id}"). So where
// templates disagree all their segments at that place are registered as one
// variable, and the choice among the templates of a merged path is made after
// the match, literal before variable, from left to right.
type router struct {
	profile   *profile
	endpoints []*Endpoint
	tree      *httprouter.Router
	shapes    []string          // merged, as the tree holds them
	routes    map[string]*route // by endpoint name, in the template's form
}

// route is one path under which an endpoint can be reached. The original had
// two names for one path in places: the later ones are aliases of the first.
type route struct {
	endpoint *Endpoint
	segments []segment
	project  int    // index in segments of the project segment, or -1
	literal  bool   // the last segment is one
	shape    string // identifies the set of paths that it matches
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

// match is a target with the path segments that fill its variables.
type match struct {
	target *target
	params httprouter.Params
	suffix string // what was cut off the last segment
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
		all[s] = newRouter(builtin()[s], registry()[s])
	}
	return all
})

func newRouter(p *profile, endpoints []*Endpoint) *router {
	rt := &router{
		profile:   p,
		endpoints: endpoints,
		tree:      &httprouter.Router{},
		routes:    make(map[string]*route),
	}
	var routes []*route
	byShape := make(map[string]*route)
	add := func(r *route) {
		if first := byShape[r.shape]; first != nil {
			first.aliases = append(first.aliases, r)
			r.aliasOf = first
			return
		}
		byShape[r.shape] = r
		routes = append(routes, r)
	}
	for _, e := range endpoints {
		rt.routes[e.Name] = p.newRoute(e, e.Path)
		add(rt.routes[e.Name])
	}
	for _, e := range endpoints {
		path, ok := p.siblingPath(e)
		if !ok {
			continue
		}
		// Where the other form has a name of its own ("v2_flavors" beside
		// "v2_tenant_flavors") that name keeps it.
		base, r := rt.routes[e.Name], p.newRoute(e, path)
		if taken := byShape[r.shape]; taken == nil || taken.sibling != nil && taken.sibling == byShape[base.shape] {
			base.sibling, r.sibling = r, base
			add(r)
		}
	}
	rt.register(routes)
	return rt
}

// siblingPath is the same endpoint's path with the project segment, where its
// template has none, and without it, where it has one, in the services that
// accept both.
func (p *profile) siblingPath(e *Endpoint) (string, bool) {
	const project = "/{tenant_id}"
	templateHas, both := p.bothForms[e.Version]
	root := "/" + e.Version
	rest, ok := strings.CutPrefix(e.Path, root)
	switch {
	case !both || !ok || rest == "":
		return "", false
	case templateHas:
		rest, ok = strings.CutPrefix(rest, project)
		return root + rest, ok && rest != ""
	}
	return root + project + rest, true
}

func (p *profile) newRoute(e *Endpoint, path string) *route {
	r := &route{endpoint: e, project: -1}
	for part := range strings.SplitSeq(strings.TrimPrefix(path, "/"), "/") {
		s := segment{literal: part}
		if i := strings.IndexByte(part, '{'); i >= 0 {
			s = segment{literal: part[:i], variable: strings.TrimSuffix(part[i+1:], "}")}
		}
		r.segments = append(r.segments, s)
	}
	r.literal, r.shape = r.segments[len(r.segments)-1].variable == "", shapeOf(r.segments)
	if p.projects && len(r.segments) > 1 && r.segments[1] == (segment{variable: "tenant_id"}) {
		r.project = 1
	}
	return r
}

// shapeOf is what all names of one path have in common.
func shapeOf(segments []segment) string {
	var b strings.Builder
	for _, s := range segments {
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
			m := w.(*matcher)
			m.target, m.params = root.find(ps), ps
		})
	}
}

// lookup finds the target of a decoded path below the service's mount and
// leaves it in m. What a suffix is differs: some services cut it off any
// path; the others have none, but the twins of the original ("/limits.json")
// stay where the template ends in a literal, for nothing else has that path.
// The end of a path that is not plain was written with escapes and is a name.
func (rt *router) lookup(m *matcher, path string, plain bool) bool {
	m.target, m.suffix = nil, ""
	if rt.profile.clean != nil {
		path = rt.profile.clean(path)
	}
	if !plain {
		return rt.find(m, path)
	}
	for _, suffix := range rt.profile.suffixes {
		if stem, ok := cutSuffix(path, suffix); ok {
			m.suffix = suffix
			return rt.find(m, stem)
		}
	}
	if stem, ok := cutSuffix(path, jsonSuffix); ok && rt.find(m, stem) && m.target.literal {
		m.suffix = jsonSuffix
		return true
	}
	return rt.find(m, path)
}

// find looks a path up as it is.
func (rt *router) find(m *matcher, path string) bool {
	m.target = nil
	handle, ps, _ := rt.tree.Lookup(http.MethodGet, path)
	if handle == nil {
		return false
	}
	handle(m, nil, ps)
	return m.target != nil
}
