package jumpgate

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
)

// Definition describes a service that the library does not know, for
// ServiceOptions. Its endpoints have names, URLs, hooks, a place in the catalog
// and in the coverage as those of the known services have.
type Definition struct {
	// Type is the service's type in the catalog. Default: the Service.
	Type string

	// Name is the service's name in the catalog. Default: the Service.
	Name string

	// Path follows the mount in the catalog's address: "/v2". It may hold
	// $(project_id)s.
	Path string

	// Endpoints are the places of the API. See Dispatcher.AddEndpoint for what
	// they must be.
	Endpoints []Endpoint

	// Fault returns the body of an error, which is encoded as JSON, and may set
	// fields of the answer's header. message is what the client may be told:
	// e.Message, or the usual words for its Kind. Nil: an error looks like
	// {"error": {"code": 404, "message": "...", "title": "Not Found"}}.
	Fault func(r *Request, e *Error, message string) any
}

// profile makes the profile and the routes of a service of one's own.
func (def *Definition) profile(s Service) (*profile, *router, error) {
	if !serviceName.MatchString(string(s)) {
		return nil, nil, errors.New("its name must be of small letters, digits and hyphens")
	}
	p := &profile{
		service:      s,
		mount:        "/" + string(s),
		catalog:      []catalogShape{{cmp.Or(def.Type, string(s)), cmp.Or(def.Name, string(s)), def.Path}},
		clean:        withoutEnd,
		headLikeGet:  true,
		open:         make(map[string]string),
		needsProject: true,
		wrongProject: malformedURL,
		requestIDs:   []string{"X-Openstack-Request-Id"},
		middleware:   true,
	}
	p.fault = func(r *Request, said *spoken) fault {
		if def.Fault == nil {
			return jsonFault(said.status, Object{{"error", Object{
				{"code", said.status}, {"message", said.message}, {"title", http.StatusText(said.status)},
			}}})
		}
		return jsonFault(said.status, def.Fault(r, said.Error, said.message))
	}
	p.noRoute = func(r *Request) fault {
		return p.fault(r, &spoken{noRoute, http.StatusNotFound, noRoute.Message, ""})
	}
	p.wrongMethod = func(r *Request, allow []string, h http.Header) fault {
		h.Set("Allow", strings.Join(allow, ", "))
		e := MethodNotAllowed.New("The method is not allowed for this resource.")
		return p.fault(r, &spoken{e, e.Kind.Status(), e.Message, ""})
	}
	var endpoints []*Endpoint
	for _, e := range def.Endpoints {
		e, err := checkedEndpoint(s, e, endpoints)
		if err != nil {
			return nil, nil, err
		}
		endpoints = append(endpoints, e)
	}
	return p, newRouter(p, endpoints), nil
}

// AddEndpoint adds an endpoint to the service. It needs a Name that the service
// does not have yet, Methods, and a Path that begins with Version, if it has
// one, whose segments are literals or variables in braces. Service, if given,
// must be d's. An endpoint whose path has the form of one that is there is
// another name for it: a handler under either serves both.
//
// Endpoints may be added while requests are served. Like all others, they ask
// for a token.
func (d *Dispatcher) AddEndpoint(e Endpoint) error {
	var err error
	d.gw.change(func() {
		rt := d.router()
		var added *Endpoint
		if added, err = checkedEndpoint(d.service, e, rt.endpoints); err == nil {
			d.routing.Store(newRouter(d.profile, append(slices.Clone(rt.endpoints), added)))
		}
	})
	return err
}

var (
	serviceName   = regexp.MustCompile(`^[a-z][a-z0-9-]*$`)
	endpointName  = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]*$`)
	pathSegment   = regexp.MustCompile(`^([A-Za-z0-9_.:@%~-]+|[A-Za-z0-9_.:=@~-]*\{[a-z][a-z0-9_]*\})$`)
	endpointVerbs = regexp.MustCompile(`^[A-Z]+$`)
)

// checkedEndpoint returns a copy of e, if it can stand beside the others.
func checkedEndpoint(s Service, e Endpoint, others []*Endpoint) (*Endpoint, error) {
	wrong := func(format string, args ...any) (*Endpoint, error) {
		return nil, fmt.Errorf("jumpgate: endpoint %q of %s: %s", e.Name, s, fmt.Sprintf(format, args...))
	}
	if e.Service != "" && e.Service != s {
		return wrong("it says that it belongs to %s", e.Service)
	}
	if !endpointName.MatchString(e.Name) {
		return wrong("a name has letters, digits and underscores")
	}
	if slices.ContainsFunc(others, func(o *Endpoint) bool { return o.Name == e.Name }) {
		return wrong("the service has one of that name")
	}
	if len(e.Methods) == 0 || slices.ContainsFunc(e.Methods, func(m string) bool { return !endpointVerbs.MatchString(m) }) {
		return wrong("it needs methods such as GET")
	}
	if e.Since != "" {
		if _, ok := ParseMicroversion(e.Since); !ok {
			return wrong("Since is %q and no microversion such as 2.61", e.Since)
		}
	}
	if e.Path != "/" || e.Version != "" {
		parts := strings.Split(e.Path, "/")
		if parts[0] != "" || e.Version != "" && (len(parts) < 2 || parts[1] != e.Version) {
			return wrong("the path %q must begin with / and its version", e.Path)
		}
		vars := make(map[string]bool)
		for _, p := range parts[1:] {
			if !pathSegment.MatchString(p) || p == "." || p == ".." {
				return wrong("%q in the path %s is neither a literal nor a variable such as {zone_id}", p, e.Path)
			}
			if i := strings.IndexByte(p, '{'); i >= 0 {
				if vars[p[i:]] {
					return wrong("the path %s has %s twice", e.Path, p[i:])
				}
				vars[p[i:]] = true
			}
		}
	}
	e.Service, e.Methods = s, slices.Clone(e.Methods)
	return &e, nil
}
