package resource

import "github.com/softlayer/jumpgate/openstack/internal/rest"

// Order compares things by attributes, null first. It knows all of keys.
func (as Attributes[T]) Order(keys ...rest.SortKey) func(a, b *T) int {
	columns := make(rest.Columns[T], len(keys))
	for _, key := range keys {
		by := as.Named(key.Key)
		columns[key.Key] = func(a, b *T) int { return compare(by.Get(a), by.Get(b)) }
	}
	return columns.Order(keys)
}
