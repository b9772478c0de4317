package rest

import (
	"cmp"
	"strings"
	"time"
)

// SortKey is one criterion of a list's order.
type SortKey struct {
	Key        string
	Descending bool
}

// SplitSort splits "name:asc,size" into names and directions. A key without a
// direction descends. Nothing is checked.
func SplitSort(text string) (names, dirs []string) {
	for part := range strings.SplitSeq(strings.TrimSpace(text), ",") {
		name, dir, _ := strings.Cut(part, ":")
		names, dirs = append(names, strings.TrimSpace(name)), append(dirs, strings.TrimSpace(cmp.Or(dir, "desc")))
	}
	return names, dirs
}

// Columns are what lists of T are sorted by, with the order of each. In a
// column that has none all are alike.
type Columns[T any] map[string]func(a, b *T) int

// Order compares by keys, the most significant first.
func (c Columns[T]) Order(keys []SortKey) func(a, b *T) int {
	orders := make([]func(a, b *T) int, len(keys))
	for i, key := range keys {
		orders[i] = c[key.Key]
	}
	return func(a, b *T) int {
		for i, order := range orders {
			if order == nil {
				continue
			}
			if d := order(a, b); d != 0 && keys[i].Descending {
				return -d
			} else if d != 0 {
				return d
			}
		}
		return 0
	}
}

// By is the order of a column of texts or numbers, texts by their bytes.
func By[T any, V cmp.Ordered](value func(*T) V) func(a, b *T) int {
	return func(a, b *T) int { return cmp.Compare(value(a), value(b)) }
}

// ByTime is the order of a column of dates.
func ByTime[T any](value func(*T) time.Time) func(a, b *T) int {
	return func(a, b *T) int { return value(a).Compare(value(b)) }
}

// ByBool is the order of a column of booleans, false first.
func ByBool[T any](value func(*T) bool) func(a, b *T) int {
	return func(a, b *T) int {
		switch {
		case value(a) == value(b):
			return 0
		case value(a):
			return 1
		}
		return -1
	}
}

// ByNumber is the order of a column of numbers that may be null, which is the
// least.
func ByNumber[T any, V cmp.Ordered](value func(*T) *V) func(a, b *T) int {
	return func(a, b *T) int {
		switch a, b := value(a), value(b); {
		case a == nil && b == nil:
			return 0
		case a == nil:
			return -1
		case b == nil:
			return 1
		default:
			return cmp.Compare(*a, *b)
		}
	}
}
