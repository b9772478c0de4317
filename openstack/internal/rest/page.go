package rest

import (
	"cmp"
	"iter"
	"slices"
)

// Page is the part of a list that a client asks for.
type Page[T any] struct {
	Keep  func(*T) bool     // the filter; nil: none
	Order func(a, b *T) int // items that are alike stay as they come; nil: that in which the items come
	Limit int               // how many the page holds at most; 0: as many as there are

	// Marker is what stands before the page in Order; it need not be one of the
	// items. nil: nothing does.
	Marker *T

	// Enough tells, of the last of a full page and of the next item, that the
	// page stays as it is whatever is still to come. nil: it never does.
	Enough func(last, next *T) bool
}

// Of yields the page that p cuts out of items. In their own order it yields
// each as it comes, and takes no more of them than it needs; for another it
// looks at all, and keeps at most Limit of them at any time.
func (p Page[T]) Of(items iter.Seq2[*T, error]) iter.Seq2[*T, error] {
	if p.Order == nil {
		return p.asTheyCome(items)
	}
	return func(yield func(*T, error) bool) {
		page, err := p.sorted(items)
		if err != nil {
			yield(nil, err)
			return
		}
		for _, item := range page {
			if !yield(item, nil) {
				return
			}
		}
	}
}

func (p Page[T]) asTheyCome(items iter.Seq2[*T, error]) iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) {
		n := 0
		for item, err := range items {
			if err != nil {
				yield(nil, err)
				return
			}
			if p.Keep != nil && !p.Keep(item) {
				continue
			}
			if n++; !yield(item, nil) || n == p.Limit {
				return
			}
		}
	}
}

func (p Page[T]) sorted(items iter.Seq2[*T, error]) ([]*T, error) {
	after := func(have, item *T) int { return cmp.Or(p.Order(have, item), -1) }
	var page []*T
	for item, err := range items {
		if err != nil {
			return nil, err
		}
		if p.Keep != nil && !p.Keep(item) || p.Marker != nil && p.Order(item, p.Marker) <= 0 {
			continue
		}
		full := p.Limit > 0 && len(page) == p.Limit
		if full && p.Enough != nil && p.Enough(page[p.Limit-1], item) {
			break
		}
		at, _ := slices.BinarySearchFunc(page, item, after)
		switch {
		case !full:
			page = slices.Insert(page, at, item)
		case at < p.Limit:
			page = slices.Insert(page[:p.Limit-1], at, item)
		}
	}
	return page, nil
}

// Collect returns all items, or the first error.
func Collect[T any](items iter.Seq2[T, error]) ([]T, error) {
	var all []T
	for item, err := range items {
		if err != nil {
			return nil, err
		}
		all = append(all, item)
	}
	return all, nil
}

// Find returns the first item that is wanted, or else the error missing.
func Find[T any](items iter.Seq2[*T, error], wanted func(*T) bool, missing error) (*T, error) {
	for item, err := range items {
		if err != nil {
			return nil, err
		}
		if wanted(item) {
			return item, nil
		}
	}
	return nil, missing
}

// Items yields what Collect returned.
func Items[T any](all []T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, item := range all {
			if !yield(item, nil) {
				return
			}
		}
	}
}
