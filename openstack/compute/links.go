package compute

import (
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
)

// resource names the endpoint that shows one of something, and its variable.
type resource struct{ endpoint, variable string }

var (
	serverResource = resource{"server", "server_id"}
	flavorResource = resource{"flavor", "flavor_id"}
	imageResource  = resource{"image", "image_guid"}
)

// name is the endpoint's full name in the form of r's path: 2.0 has names of
// their own for flavors within a project.
func (res resource) name(r *jumpgate.Request) string {
	if legacy(r) && res == flavorResource {
		if _, ok := r.PathProject(); ok {
			return "v2_tenant_flavor"
		}
	}
	return endpoint(r, res.endpoint)
}

// linker makes the links of one request. A list has thousands of URLs that
// differ in nothing but their last segment, so that is put behind a prefix
// which is worked out once.
type linker struct {
	disp     *jumpgate.Dispatcher
	r        *jumpgate.Request
	prefixes map[prefixKey]string
	refs     map[ref]any

	rights *rest.Set // nil before the first server
}

// ref names one of a resource.
type ref struct {
	resource resource
	id       string
}

type prefixKey struct {
	resource resource
	bookmark bool
}

func (s *service) linker(r *jumpgate.Request) *linker {
	return &linker{disp: s.disp, r: r, prefixes: make(map[prefixKey]string), refs: make(map[ref]any)}
}

// url is the URL of the res called id.
func (l *linker) url(res resource, bookmark bool, id string) (string, error) {
	build := l.disp.EndpointURL
	if bookmark {
		build = l.disp.BookmarkURL
	}
	if !plainSegment(id) {
		return build(l.r, res.name(l.r), res.variable, id)
	}
	key := prefixKey{res, bookmark}
	prefix, ok := l.prefixes[key]
	if !ok {
		sample, err := build(l.r, res.name(l.r), res.variable, "0")
		if err != nil {
			return "", err
		}
		prefix = strings.TrimSuffix(sample, "0")
		l.prefixes[key] = prefix
	}
	return prefix + id, nil
}

// plainSegment tells whether id is the same in a URL as outside of it.
func plainSegment(id string) bool {
	for i := range len(id) {
		switch c := id[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '-', c == '_':
		default:
			return false
		}
	}
	return id != ""
}

// links are the self and bookmark links of the res called id.
func (l *linker) links(res resource, id string) ([]jumpgate.Object, error) {
	self, err := l.url(res, false, id)
	if err != nil {
		return nil, err
	}
	bookmark, err := l.bookmark(res, id)
	if err != nil {
		return nil, err
	}
	return []jumpgate.Object{rest.Link("self", self), bookmark}, nil
}

func (l *linker) bookmark(res resource, id string) (jumpgate.Object, error) {
	href, err := l.url(res, true, id)
	return rest.Link("bookmark", href), err
}

// ref is the id of a res with its link, an Object, or the error of making it.
// The servers of a list share few images and flavors, so these are kept.
func (l *linker) ref(res resource, id string) any {
	o, ok := l.refs[ref{res, id}]
	if ok {
		return o
	}
	bookmark, err := l.bookmark(res, id)
	if err != nil {
		return err
	}
	o = jumpgate.Object{{Name: "id", Value: id}, {Name: "links", Value: []jumpgate.Object{bookmark}}}
	l.refs[ref{res, id}] = o
	return o
}

// nextLink is the link to the page after marker, with the parameters of r.
func nextLink(r *jumpgate.Request, p rest.Params, marker string) ([]jumpgate.Object, error) {
	href, err := r.SelfURL()
	if err != nil {
		return nil, err
	}
	return []jumpgate.Object{rest.Link("next", href+"?"+after(p, marker).Encode())}, nil
}
