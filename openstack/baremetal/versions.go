package baremetal

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/softlayer/jumpgate"
)

const versionHeader = "X-OpenStack-Ironic-API-"

// negotiate reads the version that the client asks for, in Ironic's own header
// alone, and tells it which one it gets.
func (c *call) negotiate() error {
	text := c.version()
	if c.minor < 0 {
		return abort(jumpgate.NotAcceptable, "Invalid value for "+versionHeader+"Version header")
	}
	h := c.ResponseHeader()
	h.Set(versionHeader+"Minimum-Version", version(oldest))
	h.Set(versionHeader+"Maximum-Version", version(newest))
	span := fmt.Sprintf("The supported version range is: [%s, %s].", version(oldest), version(newest))
	switch {
	case !strings.HasPrefix(text, "1."):
		return abort(jumpgate.NotAcceptable, "Mutually exclusive versions requested. Version "+text+" requested but not supported by this service. "+span)
	case c.minor < oldest || c.minor > newest:
		return abort(jumpgate.NotAcceptable, "Version "+text+" was requested but the minor version is not supported by this service. "+span)
	}
	h.Set(versionHeader+"Version", text)
	c.Env.Version = jumpgate.Microversion{Major: 1, Minor: c.minor}
	root, err := c.s.disp.EndpointURL(c.Request, "versions_index")
	c.root = strings.TrimSuffix(root, "/")
	return err
}

// version sets c.minor, to -1 for what is no version, and returns the version
// as it is written.
func (c *call) version() string {
	given, ok := c.Header[http.CanonicalHeaderKey(versionHeader+"Version")]
	if !ok {
		c.minor = oldest
		return version(oldest)
	}
	text := strings.ToLower(given[0])
	if text == "latest" {
		c.minor = newest
		return version(newest)
	}
	major, minor, ok := strings.Cut(text, ".")
	n, err := strconv.Atoi(minor)
	m, err2 := strconv.Atoi(major)
	if !ok || err != nil || err2 != nil {
		c.minor = -1
		return text
	}
	c.minor = n
	return strconv.Itoa(m) + "." + strconv.Itoa(n)
}

func version(minor int) string { return "1." + strconv.Itoa(minor) }

// discovery serves the documents of versions.
func (s *service) discovery() {
	root := func(r *jumpgate.Request) (any, error) {
		c := &call{Request: r, s: s}
		base, err := s.disp.EndpointURL(r, "versions_index")
		if err != nil {
			return nil, err
		}
		c.root = strings.TrimSuffix(base, "/")
		return jumpgate.Object{
			{Name: "name", Value: "OpenStack Ironic API"},
			{Name: "description", Value: "Ironic is an OpenStack project which enables the provision and management of baremetal machines."},
			{Name: "default_version", Value: c.about()},
			{Name: "versions", Value: []jumpgate.Object{c.about()}},
		}, nil
	}
	all := make(jumpgate.Methods) // the method does not matter to it
	for _, method := range []string{
		http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions,
	} {
		all[method] = root
	}
	s.handlers["versions_index"] = all

	s.handlers["v1_index"] = make(jumpgate.Methods)
	for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
		s.handlers["v1_index"][method] = func(r *jumpgate.Request) (any, error) {
			c := &call{Request: r, s: s}
			if err := c.negotiate(); err != nil { // its own words, but in the form of a controller
				e := jumpgate.AsError(err)
				return nil, e.Kind.New("%s", e.Message)
			}
			if method != http.MethodGet {
				return nil, jumpgate.MethodNotAllowed.New("The server could not comply with the request since it is either malformed or otherwise incorrect.")
			}
			return c.index(), nil
		}
	}
}

// about describes version 1.
func (c *call) about() jumpgate.Object {
	return jumpgate.Object{
		{Name: "id", Value: "v1"},
		{Name: "links", Value: []jumpgate.Object{link("self", c.root+"/v1/")}},
		{Name: "status", Value: "CURRENT"},
		{Name: "min_version", Value: version(oldest)},
		{Name: "version", Value: version(newest)},
	}
}

// roots are the resources that the index leads to, with the versions that
// brought them.
var roots = []struct {
	name  string
	since int
}{
	{"portgroups", 23}, {"volume", 32}, {"lookup", 22}, {"heartbeat", 22}, {"conductors", 49}, {"allocations", 52}, {"events", 54},
	{"deploy_templates", 55}, {"shards", 82},
}

func (c *call) index() jumpgate.Object {
	described := link("describedby", "https://docs.openstack.org//ironic/latest/contributor//webapi.html")
	o := jumpgate.Object{
		{Name: "id", Value: "v1"},
		{Name: "links", Value: []jumpgate.Object{
			link("self", c.root+"/v1/"), append(described, jumpgate.Member{Name: "type", Value: "text/html"}),
		}},
		{Name: "media_types", Value: jumpgate.Object{
			{Name: "base", Value: "application/json"}, {Name: "type", Value: "application/vnd.openstack.ironic.v1+json"},
		}},
	}
	for _, name := range []string{"chassis", "nodes", "ports", "drivers"} {
		o = append(o, jumpgate.Member{Name: name, Value: c.links(name + "/")})
	}
	o = append(o, jumpgate.Member{Name: "version", Value: c.about()})
	for _, r := range roots {
		if c.minor >= r.since {
			o = append(o, jumpgate.Member{Name: r.name, Value: c.links(r.name + "/")})
		}
	}
	return o
}

// link is a link of any document.
func link(rel, href string) jumpgate.Object {
	return jumpgate.Object{{Name: "href", Value: href}, {Name: "rel", Value: rel}}
}

// url is the address of a path below the version.
func (c *call) url(path string) string { return c.root + "/v1/" + path }

// links are the two links of a thing: one with the version and one without.
func (c *call) links(path string) []jumpgate.Object {
	return []jumpgate.Object{link("self", c.url(path)), link("bookmark", c.root+"/"+path)}
}

// created and accepted are answers with an address. A 202 and a 204 have no
// body.
func (c *call) created(path string, body any) *jumpgate.Response {
	return &jumpgate.Response{Status: http.StatusCreated, Body: body, Header: http.Header{"Location": {c.url(path)}}}
}

func (c *call) accepted(path string) *jumpgate.Response {
	return &jumpgate.Response{Status: http.StatusAccepted, Header: http.Header{"Location": {c.url(path)}}}
}
