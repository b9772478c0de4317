package resource

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"time"

	"github.com/softlayer/jumpgate"
)

// Form is the type of a field that holds an attribute.
type Form int

// The forms. A text may also be in a *netip.Addr or *netip.Prefix, where what
// is not valid is null; a flag and a number may also be in a **bool and a
// **int, where nil is null.
const (
	Other  Form = iota
	Text        // *string
	Flag        // *bool
	Number      // *int
	Dict        // *map[string]any: a JSON object
	Texts       // *[]string
	Dicts       // *[]map[string]any
	Moment      // *time.Time
)

func formOf(field any) Form {
	switch field.(type) {
	case *string, *netip.Addr, *netip.Prefix:
		return Text
	case *bool, **bool:
		return Flag
	case *int, **int:
		return Number
	case *map[string]any:
		return Dict
	case *[]string:
		return Texts
	case *[]map[string]any:
		return Dicts
	case *time.Time:
		return Moment
	}
	return Other
}

// Load returns what a field holds: nil for null.
func Load(field any, zeroIsNull bool) any {
	switch p := field.(type) {
	case *string:
		return nullable(*p, zeroIsNull)
	case *bool:
		return nullable(*p, zeroIsNull)
	case *int:
		return nullable(*p, zeroIsNull)
	case *time.Time:
		return nullable(*p, zeroIsNull)
	case **bool:
		return pointed(*p)
	case **int:
		return pointed(*p)
	case *netip.Addr:
		return valid(*p)
	case *netip.Prefix:
		return valid(*p)
	case *[]string:
		return *p
	case *map[string]any:
		return *p
	case *[]map[string]any:
		return *p
	}
	panic(fmt.Sprintf("resource: an attribute in a %T", field))
}

func nullable[V comparable](v V, zeroIsNull bool) any {
	if zero := *new(V); zeroIsNull && v == zero {
		return nil
	}
	return v
}

func pointed[V any](p *V) any {
	if p == nil {
		return nil
	}
	return *p
}

func valid(v interface {
	IsValid() bool
	String() string
}) any {
	if !v.IsValid() {
		return nil
	}
	return v.String()
}

// Store writes a value to a field: one of its own type, or of JSON. What does
// not fit becomes the zero value, as null does.
func Store(field, v any) {
	switch p := field.(type) {
	case *string:
		*p, _ = v.(string)
	case *bool:
		*p, _ = v.(bool)
	case **bool:
		*p = nil
		if b, ok := v.(bool); ok {
			*p = &b
		}
	case *int:
		*p, _ = whole(v)
	case **int:
		*p = nil
		if n, ok := whole(v); ok {
			*p = &n
		}
	case *netip.Addr:
		*p, _ = v.(netip.Addr)
	case *netip.Prefix:
		*p, _ = v.(netip.Prefix)
	case *map[string]any:
		*p, _ = v.(map[string]any)
	case *[]string:
		*p = items[string](v)
	case *[]map[string]any:
		*p = items[map[string]any](v)
	default:
		panic(fmt.Sprintf("resource: a %T can't be set", field))
	}
}

func whole(v any) (int, bool) {
	switch v := v.(type) {
	case int:
		return v, true
	case json.Number:
		n, err := v.Int64()
		return int(n), err == nil
	}
	return 0, false
}

// items returns a list of JSON as one of Go. An item of another type is zero.
func items[V any](v any) []V {
	if list, ok := v.([]V); ok {
		return list
	}
	list, _ := v.([]any)
	all := make([]V, len(list))
	for i, item := range list {
		all[i], _ = item.(V)
	}
	return all
}

// JSON returns a value as answers have it: objects in the order of their
// names, at all depths, and times in UTC.
func JSON(v any) any {
	switch v := v.(type) {
	case map[string]any:
		o := make(jumpgate.Object, 0, len(v))
		for _, name := range slices.Sorted(maps.Keys(v)) {
			o = append(o, jumpgate.Member{Name: name, Value: JSON(v[name])})
		}
		return o
	case []map[string]any:
		return list(v)
	case []any:
		return list(v)
	case time.Time:
		return v.UTC().Format(time.RFC3339)
	}
	return v
}

func list[V any](of []V) []any {
	all := make([]any, len(of))
	for i, item := range of {
		all[i] = JSON(item)
	}
	return all
}

// compare orders values that Get returned, null first.
func compare(a, b any) int {
	switch x := a.(type) {
	case nil:
		if b == nil {
			return 0
		}
		return -1
	case string:
		if y, ok := b.(string); ok {
			return cmp.Compare(x, y)
		}
	case int:
		if y, ok := b.(int); ok {
			return cmp.Compare(x, y)
		}
	case time.Time:
		if y, ok := b.(time.Time); ok {
			return x.Compare(y)
		}
	}
	if b == nil {
		return 1
	}
	return cmp.Compare(fmt.Sprint(a), fmt.Sprint(b))
}
