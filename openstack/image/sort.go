package image

import (
	"slices"
	"strings"
	"time"

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
		names, directions := rest.SplitSort(value)
		for i, key := range names {
			if err := add(&keys, key, checkSortKey); err != nil {
				return nil, err
			}
			if err := add(&dirs, directions[i], checkSortDir); err != nil {
				return nil, err
			}
		}
	} else {
		for _, value := range p.All("sort_key") {
			if err := add(&keys, value, checkSortKey); err != nil {
				return nil, err
			}
		}
		for _, value := range p.All("sort_dir") {
			if err := add(&dirs, value, checkSortDir); err != nil {
				return nil, err
			}
		}
		*p = p.Without("sort_key", "sort_dir")
		if len(dirs) > 1 && len(dirs) != len(keys) {
			return nil, jumpgate.BadRequest.New("Number of sort dirs does not match the number of sort keys")
		}
	}
	if keys == nil {
		keys = []string{"created_at"}
	}
	// One direction is every key's; of several none is that of the keys that
	// are added.
	other := "desc"
	if len(dirs) == 1 {
		other = dirs[0]
	}
	var order []SortKey
	for i, key := range keys {
		dir := other
		if i < len(dirs) {
			dir = dirs[i]
		}
		order = append(order, SortKey{key, dir == "desc"})
	}
	for _, key := range [...]string{"created_at", "id"} {
		if !slices.Contains(keys, key) {
			order = append(order, SortKey{key, other == "desc"})
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

// order compares by q.Sort, null first.
func (q *Query) order() func(a, b *Image) int {
	keys := make([]rest.SortKey, len(q.Sort))
	for i, key := range q.Sort {
		keys[i] = rest.SortKey(key)
	}
	return columns.Order(keys)
}

var columns = rest.Columns[Image]{
	"id":               rest.By(func(img *Image) string { return img.ID }),
	"name":             rest.By(func(img *Image) string { return img.Name }),
	"status":           rest.By(func(img *Image) string { return img.Status }),
	"container_format": rest.By(func(img *Image) string { return img.ContainerFormat }),
	"disk_format":      rest.By(func(img *Image) string { return img.DiskFormat }),
	"size":             rest.ByNumber(func(img *Image) *int64 { return img.Size }),
	"created_at":       rest.ByTime(func(img *Image) time.Time { return img.Created }),
	"updated_at":       rest.ByTime((*Image).updated),
}
