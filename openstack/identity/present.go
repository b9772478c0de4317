package identity

import (
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"slices"
	"strings"

	"github.com/softlayer/jumpgate"
)

// stableID makes an id in the form of Keystone's, the same in every replica.
func stableID(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		h.Write([]byte(p))
		h.Write([]byte{0})
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// collection is a list as Keystone shows it: with links, whose self is the
// URL of the request, query included (recording 052).
func (s *service) collection(r *jumpgate.Request, name string, items []jumpgate.Object) (any, error) {
	self, err := requestURL(r)
	if err != nil {
		return nil, err
	}
	return jumpgate.Object{
		{Name: name, Value: items},
		{Name: "links", Value: jumpgate.Object{
			{Name: "next", Value: nil},
			{Name: "self", Value: self},
			{Name: "previous", Value: nil},
		}},
	}, nil
}

// requestURL is the URL of the request as the client knows it.
func requestURL(r *jumpgate.Request) (string, error) {
	url, err := r.SelfURL()
	if err != nil {
		return "", err
	}
	if q := r.URL.RawQuery; q != "" {
		url += "?" + q
	}
	return url, nil
}

// self is the link of an item to itself.
func (s *service) self(r *jumpgate.Request, endpoint string, vars ...string) (jumpgate.Member, error) {
	url, err := s.disp.EndpointURL(r, endpoint, vars...)
	return jumpgate.Member{Name: "links", Value: jumpgate.Object{{Name: "self", Value: url}}}, err
}

// asked tells whether the query has a name, with any value but 0
// (keystone.server.flask.common, query_filter_is_true).
func asked(r *jumpgate.Request, name string) bool {
	q := r.URL.Query()
	return q.Has(name) && q.Get(name) != "0"
}

// list shows those of the items that fit all filters in the query. Keystone
// looks at the filters it knows for a collection
// (keystone.server.flask.common, filter_by_attributes).
func (s *service) list(r *jumpgate.Request, name string, items []jumpgate.Object, filters ...string) (any, error) {
	q := r.URL.Query()
	items = slices.DeleteFunc(items, func(o jumpgate.Object) bool {
		return slices.ContainsFunc(o, func(m jumpgate.Member) bool {
			return slices.Contains(filters, m.Name) && !fits(m, q)
		})
	})
	return s.collection(r, name, items)
}

// fits tells whether a member fits the filters for it: "name", without regard
// to case, or "name__startswith", "name__istartswith" and the like. Those that
// Keystone does not know everything fits.
func fits(m jumpgate.Member, filters url.Values) bool {
	for key, values := range filters {
		comparator, inexact := strings.CutPrefix(key, m.Name+"__")
		for _, value := range values {
			if key == m.Name && !matches(m.Value, value) || inexact && !compares(m.Value, comparator, value) {
				return false
			}
		}
	}
	return true
}

func matches(v any, want string) bool {
	switch v := v.(type) {
	case string:
		return strings.EqualFold(v, want)
	case bool:
		return v != (want == "0" || strings.EqualFold(want, "false"))
	}
	return want == ""
}

func compares(v any, comparator, want string) bool {
	text, ok := v.(string)
	if !ok {
		return true
	}
	if c, ok := strings.CutPrefix(comparator, "i"); ok {
		comparator, text, want = c, strings.ToLower(text), strings.ToLower(want)
	}
	switch comparator {
	case "equals":
		return text == want
	case "contains":
		return strings.Contains(text, want)
	case "startswith":
		return strings.HasPrefix(text, want)
	case "endswith":
		return strings.HasSuffix(text, want)
	}
	return true
}
