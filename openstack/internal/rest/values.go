package rest

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/softlayer/jumpgate"
)

// Int reads a number as Python's int does: with spaces around it, a sign, and
// single underscores between digits. What does not fit is the nearest number
// that does. It returns false where s is no whole number.
func Int(s string) (int64, bool) {
	s = strings.TrimSpace(s)
	digits := strings.TrimLeft(s, "+-")
	sign := s[:len(s)-len(digits)]
	if len(sign) > 1 || digits == "" || digits[0] == '_' || digits[len(digits)-1] == '_' || strings.Contains(digits, "__") {
		return 0, false
	}
	digits = strings.ReplaceAll(digits, "_", "")
	if strings.Trim(digits, "0123456789") != "" {
		return 0, false
	}
	n, _ := strconv.ParseInt(sign+digits, 10, 64) // out of range it returns the nearest
	return n, true
}

// Limit reads a limit as Glance and Cinder do, in whose words it is refused. What
// is more than most is most.
func Limit(text string, most int) (int, error) {
	switch n, ok := Int(text); {
	case !ok:
		return 0, jumpgate.BadRequest.New("limit param must be an integer")
	case n < 0:
		return 0, jumpgate.BadRequest.New("limit param must be positive")
	default:
		return int(min(n, int64(most))), nil
	}
}

// Bool reads one of the words that oslo.utils' bool_from_string takes, in
// whatever case and with spaces around it. It returns ok false for another.
func Bool(s string) (value, ok bool) { return jumpgate.ParseBool(strings.TrimSpace(s)) }

// OrNil is s for an answer: null where it is empty.
func OrNil(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// Sorted is m as a JSON object, in the order of its names: {} where m is nil.
func Sorted[V any](m map[string]V) jumpgate.Object {
	o := make(jumpgate.Object, 0, len(m))
	for _, name := range slices.Sorted(maps.Keys(m)) {
		o = append(o, jumpgate.Member{Name: name, Value: m[name]})
	}
	return o
}
