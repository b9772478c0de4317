package compute

import (
	"bytes"
	"errors"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
)

// place names the endpoint that shows one of something, and its variable.
type place struct{ endpoint, variable string }

var (
	serverResource = &place{"server", "server_id"}
	flavorResource = &place{"flavor", "flavor_id"}
	imageResource  = &place{"image", "image_guid"}
)

// name is the endpoint's full name in the form of r's path: 2.0 has names of
// their own for flavors within a project.
func (res *place) name(r *jumpgate.Request) string {
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
	prefixes map[prefixKey]*prefix
	refs     map[ref][]byte

	// What answers about servers have; nil before the first server.
	rights    *rest.Set
	selected  rest.Answer
	selection rest.Selection[*serverView]
}

// ref names one of a resource.
type ref struct {
	resource *place
	id       string
}

type prefixKey struct {
	resource *place
	bookmark bool
}

// prefix is what each of a resource has before its id.
type prefix struct {
	url  string
	link []byte // as JSON
}

func (s *service) linker(r *jumpgate.Request) *linker {
	return &linker{disp: s.disp, r: r, prefixes: make(map[prefixKey]*prefix), refs: make(map[ref][]byte)}
}

// url is the URL of the res called id. Flavors may be called by dots alone,
// which no path can name.
func (l *linker) url(res *place, bookmark bool, id string) (string, error) {
	if !plainSegment(id) && id != "." && id != ".." {
		return l.build(res, bookmark, id)
	}
	p, err := l.prefix(res, bookmark)
	if err != nil {
		return "", err
	}
	return p.url + id, nil
}

func (l *linker) prefix(res *place, bookmark bool) (*prefix, error) {
	key := prefixKey{res, bookmark}
	p := l.prefixes[key]
	if p == nil {
		sample, err := l.build(res, bookmark, "0")
		if err != nil {
			return nil, err
		}
		p = &prefix{url: strings.TrimSuffix(sample, "0")}
		link, err := rest.Link(relation(bookmark), p.url).MarshalJSON()
		if err != nil {
			return nil, err
		}
		p.link = bytes.TrimSuffix(link, []byte(`"}`))
		l.prefixes[key] = p
	}
	return p, nil
}

func relation(bookmark bool) string {
	if bookmark {
		return "bookmark"
	}
	return "self"
}

func (l *linker) build(res *place, bookmark bool, id string) (string, error) {
	if bookmark {
		return l.disp.BookmarkURL(l.r, res.name(l.r), res.variable, id)
	}
	return l.disp.EndpointURL(l.r, res.name(l.r), res.variable, id)
}

// plainSegment tells whether id is the same in a URL as outside of it.
func plainSegment(id string) bool {
	for i := range len(id) {
		if !plainBytes[id[i]] {
			return false
		}
	}
	return id != ""
}

var plainBytes = func() (plain [256]bool) {
	for c := range plain {
		plain[c] = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_'
	}
	return plain
}()

// links are the self and bookmark links of the res called id.
func (l *linker) links(res *place, id string) ([]jumpgate.Object, error) {
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

func (l *linker) bookmark(res *place, id string) (jumpgate.Object, error) {
	href, err := l.url(res, true, id)
	return rest.Link("bookmark", href), err
}

// appendLinks appends what links returns, as JSON.
func (l *linker) appendLinks(b []byte, res *place, id string) (_ []byte, err error) {
	if b, err = l.appendLink(append(b, '['), res, false, id); err != nil {
		return b, err
	}
	b, err = l.appendLink(append(b, ", "...), res, true, id)
	return append(b, ']'), err
}

func (l *linker) appendLink(b []byte, res *place, bookmark bool, id string) ([]byte, error) {
	if !plainSegment(id) {
		href, err := l.url(res, bookmark, id)
		if err != nil {
			return b, err
		}
		return jumpgate.AppendJSON(b, rest.Link(relation(bookmark), href))
	}
	p, err := l.prefix(res, bookmark)
	if err != nil {
		return b, err
	}
	return append(append(append(b, p.link...), id...), `"}`...), nil
}

// appendRef appends the id of a res with its link. The servers of a list
// share few images and flavors, so these are kept.
func (l *linker) appendRef(b []byte, res *place, id string) ([]byte, error) {
	if kept, ok := l.refs[ref{res, id}]; ok {
		return append(b, kept...), nil
	}
	m := &members{b: []byte{'{'}}
	m.add("id", id)
	m.b = append(m.b, `, "links": [`...)
	text, err := l.appendLink(m.b, res, true, id)
	if err = errors.Join(m.err, err); err != nil {
		return b, err
	}
	text = append(text, "]}"...)
	l.refs[ref{res, id}] = text
	return append(b, text...), nil
}

// nextLink is the link to the page after marker, with the parameters of r.
func nextLink(r *jumpgate.Request, p rest.Params, marker string) ([]jumpgate.Object, error) {
	href, err := r.SelfURL()
	if err != nil {
		return nil, err
	}
	return []jumpgate.Object{rest.Link("next", href+"?"+after(p, marker).Encode())}, nil
}
