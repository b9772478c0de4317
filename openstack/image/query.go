package image

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
)

// Glance's limit_param_default and api_limit_max.
const (
	defaultLimit = 25
	maxLimit     = 1000
)

// maxIDLength is the length of Glance's column for ids.
const maxIDLength = 36

// Query is what a client asked of a list of images. The package applies all
// of it; drivers may use it to ask their cloud for less.
type Query struct {
	// Limit is the size of the page, 0 to 1000.
	Limit int
	// Marker is the id of the image before the page; empty for the first
	// page. The marker need not match the rest of the query.
	Marker string
	// Sort is the whole order, created_at and id included.
	Sort []SortKey

	// Visibility is public, private, shared or community for images of that
	// visibility only, "all" for all images, or empty for all but the community
	// images of other projects.
	Visibility string
	// MemberStatus is pending, accepted, rejected or all. It selects images
	// that other projects share by their Image.MemberStatus.
	MemberStatus string
	// Hidden asks for hidden images only; otherwise the list has no hidden
	// images.
	Hidden bool
	// Tags are tags that an image must all have.
	Tags []string
	// Filters are further conditions that an image must all satisfy.
	Filters []Filter

	project string // of who asks
	admin   bool
}

// Values returns the values that the query allows for the attribute or property
// called name: a and b for "id" if it has "id=in:a,b". It returns false if the
// query allows any.
func (q *Query) Values(name string) ([]string, bool) {
	for _, f := range q.Filters {
		if f.Name == name && f.Op == In {
			return f.Values, true
		}
	}
	return nil, false
}

// parseQuery validates the parameters of GET /v2/images in Glance's order
// (RequestDeserializer.index, ImagesController.index and _image_get_all in
// the database layer), so that of several faults the client gets the same.
func parseQuery(p rest.Params) (Query, error) {
	p = slices.Clone(p)
	limit, hasLimit := p.Pop("limit")
	marker, hasMarker := p.Pop("marker")
	q := Query{MemberStatus: "accepted", Limit: defaultLimit}
	if status, ok := p.Pop("member_status"); ok {
		q.MemberStatus = status
	}
	for _, tag := range p.All("tag") {
		q.Tags = append(q.Tags, strings.TrimSpace(tag))
	}
	p = p.Without("tag")

	switch v, _ := p.Lookup("visibility"); v {
	case "", "community", "public", "private", "shared", "all":
	default:
		return q, jumpgate.BadRequest.New("Invalid visibility value: %s", v)
	}
	if v, _ := p.Lookup("changes-since"); v != "" {
		return q, jumpgate.BadRequest.New(`The "changes-since" filter is no longer available on v2.`)
	}
	switch q.MemberStatus {
	case "pending", "accepted", "rejected", "all":
	default:
		return q, jumpgate.BadRequest.New("Invalid status: %s", q.MemberStatus)
	}
	var err error
	if hasLimit {
		if q.Limit, err = rest.Limit(limit, maxLimit); err != nil {
			return q, err
		}
	}
	if q.Sort, err = parseSort(&p); err != nil {
		return q, err
	}

	hidden, ok := p.Lookup("os_hidden")
	if !ok {
		hidden = "false"
	}
	hidden = strings.ToLower(hidden)
	if q.Hidden = hidden == "true"; !q.Hidden && hidden != "false" {
		return q, badBool("os_hidden", hidden)
	}
	if v, ok := p.Lookup("protected"); ok && v != "true" && v != "false" {
		return q, badBool("protected", v)
	}
	for _, name := range [...]string{"os_hidden", "deleted", "changes-since"} {
		p = p.Without(name)
	}

	if v, ok := p.Pop("visibility"); ok {
		if q.Visibility = v; v == "" {
			q.Filters = append(q.Filters, Filter{Name: "visibility", Op: In, Values: []string{v}})
		}
	}
	for _, name := range [...]string{"checksum", "os_hash_value"} {
		if v, ok := p.Pop(name); ok {
			q.Filters = append(q.Filters, Filter{Name: name, Op: In, Values: []string{v}})
		}
	}
	if v, ok := p.Pop("tags"); ok && q.Tags == nil {
		for _, c := range v { // a string is a list of characters to Python
			q.Tags = append(q.Tags, string(c))
		}
	}
	p = p.Without("tags")
	for _, x := range p.Single() {
		f, err := parseFilter(x.Name, x.Value)
		if err != nil {
			return q, err
		}
		q.Filters = append(q.Filters, f)
	}

	switch {
	case hasMarker && marker == "":
		return q, badMarker("", nil)
	case utf8.RuneCountInString(marker) > maxIDLength:
		return q, jumpgate.BadRequest.New("%s", "Image with the given id %(image_id)s was not found") // sic
	}
	q.Marker = marker
	return q, nil
}

func badBool(name, value string) error {
	return jumpgate.BadRequest.New("Invalid value '%s' for '%s' filter. Valid values are 'true' or 'false'.", value, name)
}

// matches tells whether a list has img.
func (q *Query) matches(img *Image) bool {
	switch img.Status {
	case "killed", "deleted", "pending_delete":
		return false
	}
	if img.Hidden != q.Hidden {
		return false
	}
	own := img.Owner == q.project
	switch q.Visibility {
	case "all":
	case "":
		if img.Visibility == "community" && !own {
			return false
		}
	default:
		if img.Visibility != q.Visibility {
			return false
		}
	}
	if img.Visibility == "shared" && !own && !q.admin && q.MemberStatus != "all" {
		status := img.MemberStatus
		if status == "" {
			status = "accepted"
		}
		if status != q.MemberStatus {
			return false
		}
	}
	for _, tag := range q.Tags {
		if !slices.Contains(img.Tags, tag) {
			return false
		}
	}
	for i := range q.Filters {
		if !q.Filters[i].matches(img) {
			return false
		}
	}
	return true
}
