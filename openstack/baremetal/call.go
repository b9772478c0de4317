package baremetal

import (
	"net/http"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
)

// The versions of the API that are served, 1.oldest to 1.newest.
const (
	oldest = 1
	newest = 82
)

// call is a request on its way through a handler of this package.
type call struct {
	*jumpgate.Request
	s     *service
	minor int    // of the version asked for
	root  string // the service's URL, without a slash at the end
}

type handler func(*call) (any, error)

// tooOld says what an endpoint answers to versions that it is newer than.
type tooOld int

const (
	missing      tooOld = iota // NotFound
	unroutable                 // NotFound, of the framework
	unacceptable               // NotAcceptable
	disallowed                 // MethodNotAllowed, of the framework
)

// endpoint serves a method of an endpoint, from a minor version on.
func (s *service) endpoint(method, name string, since int, older tooOld, h handler) {
	if s.handlers[name] == nil {
		s.handlers[name] = make(jumpgate.Methods)
	}
	s.handlers[name][method] = func(r *jumpgate.Request) (any, error) {
		c := &call{Request: r, s: s}
		if err := c.negotiate(); err != nil {
			return nil, err
		}
		if err := c.acceptable(); err != nil {
			return nil, err
		}
		if c.minor < since {
			switch older {
			case unroutable:
				return nil, abort(jumpgate.NotFound, "")
			case unacceptable:
				return nil, notAcceptable()
			case disallowed:
				return nil, abort(jumpgate.MethodNotAllowed, "")
			}
			return nil, jumpgate.NotFound.New("Resource could not be found.")
		}
		return h(c)
	}
}

// get, and the like, serve endpoints that all versions have.
func (s *service) get(name string, h handler) { s.endpoint(http.MethodGet, name, 0, missing, h) }
func (s *service) put(name string, h handler) { s.endpoint(http.MethodPut, name, 0, missing, h) }

// acceptable refuses clients that want no JSON.
func (c *call) acceptable() error {
	if rest.TakesJSON(c.Header) {
		return nil
	}
	return &jumpgate.Error{Kind: jumpgate.NotAcceptable, Type: "plain", Message: "406 Not Acceptable\n\nThe resource could not be generated " +
		"that was acceptable to your browser (content of type " + strings.Join(c.Header.Values("Accept"), ",") + ". \n\n "}
}

// allows tells whether the caller may do what rule guards.
func (c *call) allows(rule string, t jumpgate.Target) bool {
	if t == nil {
		t = jumpgate.Target{}
	}
	return c.s.disp.Policy().Allows(c.Env.Principal, rule, t)
}

// permit refuses what rule guards.
func (c *call) permit(rule string, t jumpgate.Target) error {
	if c.allows(rule, t) {
		return nil
	}
	return jumpgate.Forbidden.New("%s", strings.Replace(denied, "%s", rule, 1))
}

// project is the caller's, "" where there is none.
func (c *call) project() string {
	if p := c.Env.Principal; p != nil {
		return p.ProjectID
	}
	return ""
}
