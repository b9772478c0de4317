package image

import (
	"cmp"
	"slices"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
)

// SortKey is one criterion of a list's order.
type SortKey struct {
	Key        string // one of name, status, container_format, disk_format, size, id, created_at, updated_at
	Descending bool
}

// sortKeys are the keys that Glance sorts by, in the order of its fault.
var sortKeys = [...]string{"name", "status", "container_format", "disk_format", "size", "id", "created_at", "updated_at"}

// parseSort takes the sort parameters out of p: "sort=name:asc,size" or the
// older "sort_key=name&sort_dir=asc", which may be repeated. The result always
// ends in created_at and id, so that it is an order of all images
// (RequestDeserializer._get_sorting_params; _image_get_all).
func parseSort(p *rest.Params) ([]SortKey, error) {
	var keys, dirs []string
	add := func(list *[]string, s string, check func(string) error) error {
		s = strings.TrimSpace(s)
		*list = append(*list, s)
		return check(s)
	}
	if value, ok := p.Pop("sort"); ok {
		_, oldKey := p.Lookup("sort_key")
		_, oldDir := p.Lookup("sort_dir")
		if oldKey || oldDir {
			return nil, jumpgate.BadRequest.New("Old and new sorting syntax cannot be combined")
		}
		for part := range strings.SplitSeq(strings.TrimSpace(value), ",") {
			key, dir, _ := strings.Cut(part, ":")
			if dir == "" {
				dir = "desc"
			}
			if err := add(&keys, key, checkSortKey); err != nil {
				return nil, err
			}
			if err := add(&dirs, dir, checkSortDir); err != nil {
				return nil, err
			}
		}
	} else {
		for value, ok := p.Pop("sort_key"); ok; value, ok = p.Pop("sort_key") {
			if err := add(&keys, value, checkSortKey); err != nil {
				return nil, err
			}
		}
		for value, ok := p.Pop("sort_dir"); ok; value, ok = p.Pop("sort_dir") {
			if err := add(&dirs, value, checkSortDir); err != nil {
				return nil, err
			}
		}
		if len(dirs) > 1 && len(dirs) != len(keys) {
			return nil, jumpgate.BadRequest.New("Number of sort dirs does not match the number of sort keys")
		}
	}
	if keys == nil {
		keys = []string{"created_at"}
	}
	// One direction is every key's; of several none is that of the keys that
	// are added.
	rest := "desc"
	if len(dirs) == 1 {
		rest = dirs[0]
	}
	var order []SortKey
	for i, key := range keys {
		dir := rest
		if i < len(dirs) {
			dir = dirs[i]
		}
		order = append(order, SortKey{key, dir == "desc"})
	}
	for _, key := range [...]string{"created_at", "id"} {
		if !slices.Contains(keys, key) {
			order = append(order, SortKey{key, rest == "desc"})
		}
	}
	return order, nil
}

func checkSortKey(key string) error {
	if slices.Contains(sortKeys[:], key) {
		return nil
	}
	return jumpgate.BadRequest.New("Invalid sort key: %s. It must be one of the following: %s.", key, strings.Join(sortKeys[:], ", "))
}

func checkSortDir(dir string) error {
	if dir == "asc" || dir == "desc" {
		return nil
	}
	return jumpgate.BadRequest.New("Invalid sort direction: %s", dir)
}

// newestFirst tells whether q has the order in which drivers list.
func (q *Query) newestFirst() bool {
	return slices.Equal(q.Sort, []SortKey{{"created_at", true}, {"id", true}})
}

// compare orders a and b by q.Sort.
func (q *Query) compare(a, b *Image) int {
	for _, k := range q.Sort {
		c := compareBy(k.Key, a, b)
		if c == 0 {
			continue
		}
		if k.Descending {
			return -c
		}
		return c
	}
	return 0
}

// compareBy compares bytes of text, and null is less than everything.
func compareBy(key string, a, b *Image) int {
	switch key {
	case "name":
		return cmp.Compare(a.Name, b.Name)
	case "status":
		return cmp.Compare(a.Status, b.Status)
	case "container_format":
		return cmp.Compare(a.ContainerFormat, b.ContainerFormat)
	case "disk_format":
		return cmp.Compare(a.DiskFormat, b.DiskFormat)
	case "size":
		return compareNumbers(a.Size, b.Size)
	case "created_at":
		return a.Created.Compare(b.Created)
	case "updated_at":
		return a.updated().Compare(b.updated())
	}
	return cmp.Compare(a.ID, b.ID)
}

func compareNumbers(a, b *int64) int {
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		return -1
	case b == nil:
		return 1
	}
	return cmp.Compare(*a, *b)
}

func (q *Query) sort(list []*Image) { slices.SortFunc(list, q.compare) }

// after returns those of list that follow marker, which need not be one of
// them, in q's order.
func (q *Query) after(marker *Image, list []*Image) []*Image {
	return slices.DeleteFunc(list, func(img *Image) bool { return q.compare(img, marker) <= 0 })
}
