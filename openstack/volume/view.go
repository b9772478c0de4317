package volume

import (
	"maps"
	"slices"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
)

// date is a time as Cinder writes it, without a zone; null if there is none.
func date(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC().Format("2006-01-02T15:04:05.000000")
}

// stringMap shows metadata in the order of its names.
func stringMap(m map[string]string) jumpgate.Object {
	o := jumpgate.Object{}
	for _, k := range slices.Sorted(maps.Keys(m)) {
		o = append(o, jumpgate.Member{Name: k, Value: m[k]})
	}
	return o
}

// links are the two links of a thing: its endpoint in the version that r uses,
// and the same without a version.
func (s *service) links(r *jumpgate.Request, endpoint, variable, id string) (jumpgate.Member, error) {
	name := "v3_" + endpoint
	if v := r.Endpoint().Version; v == "v2" || v == "v1" {
		name = v + "_" + endpoint
	}
	self, err := s.disp.EndpointURL(r, name, variable, id)
	if err != nil {
		return jumpgate.Member{}, err
	}
	bookmark, err := s.disp.BookmarkURL(r, name, variable, id)
	return jumpgate.Member{Name: "links", Value: []jumpgate.Object{
		rest.Link("self", self), rest.Link("bookmark", bookmark),
	}}, err
}
