package jumpgate

import (
	"net/http"
	"strings"
	"sync"
)

// profile is what is special about one service. Each service has its own, in
// a file of its own; no other place asks which service it serves.
type profile struct {
	service Service
	mount   string         // below the Gateway, unless ServiceOptions.Mount says otherwise
	catalog []catalogShape // the entries that clients find the service by

	// Paths.
	clean       func(path string) string // what the server makes of a path before it routes it
	suffixes    []string                 // endings that the router cuts off any path
	bothForms   map[string]bool          // versions that take paths with and without the project; whether templates have it
	projects    bool                     // the segment {tenant_id} behind the version is the project of the token
	elsewhere   string                   // the endpoint that answers paths outside of versions; empty: none
	versions    []string                 // only there: the versions that are served
	rootSlash   bool                     // the documents of versions have a slash at the end of their path
	headLikeGet bool                     // HEAD is answered wherever GET is
	health      []string                 // the reasons that the endpoint "healthcheck" gives

	// Who asks.
	open         map[string]string              // by endpoint, the methods that need no token; HEAD and OPTIONS go with GET
	alsoOpen     func(*Request) bool            // what else needs no token; may be nil
	needsProject bool                           // a token without a project reaches the documents of versions alone
	system       bool                           // but one for the whole system reaches what the policy says
	wrongProject func(asked, own string) *Error // the path names another project than the token

	// Headers.
	requestIDs    []string             // the fields that have the request's id, as http.Header spells them
	identifies    func(*Endpoint) bool // whether answers of the endpoint have those fields
	vary          string               // a Vary of all answers; empty: none
	microversions *microversions       // nil: the service has none

	// Faults.
	middleware  bool            // keystonemiddleware answers 401 in its own words
	retryFull   bool            // says Retry-After: 0 where a quota is full
	usual       map[Kind]string // what the service says for a kind; usualMessages has the rest
	fault       func(*Request, *spoken) fault
	noRoute     func(*Request) fault
	wrongMethod func(r *Request, allow []string, h http.Header) fault
}

// spoken is an error with what the client is told about it.
type spoken struct {
	*Error
	status     int
	message    string
	retryAfter string // seconds, empty without
}

// builtin has the profiles of the services that the library knows.
var builtin = sync.OnceValue(func() map[Service]*profile {
	all := make(map[Service]*profile)
	for _, p := range []*profile{
		identityProfile(), computeProfile(), imageProfile(), volumeProfile(), networkProfile(), baremetalProfile(),
	} {
		all[p.service] = p
	}
	return all
})

// everyMethod is for endpoints that look at no method.
const everyMethod = "GET POST PUT PATCH DELETE"

// NeedsToken tells whether OpenStack answers the request to nobody but who is
// authenticated. Version documents and what one needs to get a token are
// answered to anybody (api-paste.ini of the services; unenforced_api of
// Keystone).
func (r *Request) NeedsToken() bool {
	p := r.disp.profile
	asked := r.Method
	if asked == http.MethodHead || asked == http.MethodOptions {
		asked = http.MethodGet
	}
	for method := range strings.FieldsSeq(p.open[r.endpoint.Name]) {
		if method == asked {
			return false
		}
	}
	return p.alsoOpen == nil || !p.alsoOpen(r)
}

// guard holds a request against who asks: there must be somebody, and the
// project of the path must be his.
func (p *plan) guard(r *Request) error {
	who, e := r.Env.Principal, r.endpoint
	if who == nil {
		if p.forwards || r.disp.open || !r.NeedsToken() {
			return nil
		}
		return Unauthorized
	}
	if project, ok := r.PathProject(); ok && project != who.ProjectID {
		own := who.ProjectID
		if own == "" {
			own = "None"
		}
		return r.disp.profile.wrongProject(project, own)
	}
	needy := r.disp.profile.needsProject && !(r.disp.profile.system && who.SystemScope != "")
	if who.ProjectID == "" && needy && !r.disp.open && e.Version != "" && e.Path != "/"+e.Version && !p.forwards {
		// It passes the middleware of each service and fails at the policies,
		// whose defaults ask for a role in a project.
		return Forbidden.New("This token has no project. Ask for one that is scoped to a project.")
	}
	return nil
}

// identify tells the client the id of its request.
func (p *profile) identify(h http.Header, e *Endpoint, id string) {
	if p.identifies != nil && !p.identifies(e) {
		return
	}
	value := []string{id}
	for _, name := range p.requestIDs {
		h[name] = value
	}
}

// belowVersions is for services whose list of versions stands in front of
// the middleware that answers with ids.
func belowVersions(e *Endpoint) bool { return e.Name == "" || e.Version != "" }

// The words of Nova, and of those that have none of their own, for a path
// that names another project than the token.
func malformedURL(asked, own string) *Error {
	return BadRequest.New("Malformed request URL: URL's project_id '%s' doesn't match Context's project_id '%s'", asked, own)
}

// collapsed makes one slash of several, as Paste's URLMap does.
func collapsed(path string) string {
	for strings.Contains(path, "//") {
		path = strings.ReplaceAll(path, "//", "/")
	}
	return path
}

// withoutEnd takes the slashes at the end away.
func withoutEnd(path string) string {
	if len(path) < 2 || path[len(path)-1] != '/' {
		return path
	}
	if path = strings.TrimRight(path, "/"); path == "" {
		return "/"
	}
	return path
}

// exactly is for routers that know one spelling of a path: they collapse
// slashes, and the document of a version alone may end in one.
func exactly(path string) string {
	path = collapsed(path)
	if end := len(path) - 1; end > 0 && path[end] == '/' && strings.LastIndexByte(path[:end], '/') == 0 {
		return path[:end]
	}
	return path
}

// words returns what the service says for a kind.
func (p *profile) words(k Kind) string {
	if said, ok := p.usual[k]; ok {
		return said
	}
	if said, ok := usualMessages[k]; ok {
		return said
	}
	return k.Error()
}
