package resource

import "slices"

// Key is what a list is sorted by.
type Key[T any] struct {
	By         *Attribute[T]
	Descending bool
}

// Order compares things by keys, null first.
func Order[T any](keys ...Key[T]) func(a, b *T) int {
	return func(a, b *T) int {
		for _, key := range keys {
			if c := compare(key.By.Get(a), key.By.Get(b)); c != 0 && key.Descending {
				return -c
			} else if c != 0 {
				return c
			}
		}
		return 0
	}
}

// Page is the part of a list that a client asks for. The zero value is all of
// it in its own order.
type Page[T any] struct {
	Order   func(a, b *T) int // nil: the list's own
	Reverse bool              // from its end
	// Marker is the last thing of the page before, as IsMarker tells; nil:
	// there is none. One that is not in the list has its place by Order.
	Marker   *T
	IsMarker func(*T) bool
	Limit    int // 0: no limit
}

// Cut sorts the items and returns the page. It keeps the items in its memory.
func (p *Page[T]) Cut(items []*T) []*T {
	if p.Order != nil {
		slices.SortStableFunc(items, p.Order)
	}
	if p.Reverse {
		slices.Reverse(items)
	}
	items = items[p.start(items):]
	if p.Limit > 0 && len(items) > p.Limit {
		items = items[:p.Limit]
	}
	return items
}

// start is the index of the first item behind the marker.
func (p *Page[T]) start(items []*T) int {
	if p.Marker == nil {
		return 0
	}
	if i := slices.IndexFunc(items, p.IsMarker); i >= 0 || p.Order == nil {
		return i + 1
	}
	i := slices.IndexFunc(items, func(item *T) bool {
		c := p.Order(item, p.Marker)
		return c > 0 && !p.Reverse || c < 0 && p.Reverse
	})
	if i < 0 {
		return len(items)
	}
	return i
}
