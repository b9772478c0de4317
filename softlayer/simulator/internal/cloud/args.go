package cloud

import (
	"encoding/json"
	"strconv"
	"strings"
)

// The API is loosely typed: clients send numbers as strings and 1 for true. These helpers read arguments its way.

func parseInt(s string) (int, bool) {
	i, err := strconv.Atoi(strings.TrimSpace(s))
	return i, err == nil
}

func toInt(v any) (int, bool) {
	switch v := v.(type) {
	case int:
		return v, true
	case json.Number:
		return parseInt(v.String())
	case string:
		return parseInt(v)
	case float64:
		return int(v), v == float64(int(v))
	}
	return 0, false
}

func toBool(v any) bool {
	switch v := v.(type) {
	case bool:
		return v
	case string:
		return v != "" && v != "0" && v != "false"
	case json.Number:
		return v.String() != "0"
	}
	return v != nil
}

func toStr(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	}
	return ""
}

// at walks a decoded JSON value: at(v, "datacenter", "name").
func at(v any, path ...string) any {
	for _, name := range path {
		m, _ := v.(map[string]any)
		v = m[name]
	}
	return v
}

func strAt(v any, path ...string) string { return toStr(at(v, path...)) }

func listAt(v any, path ...string) []any {
	l, _ := at(v, path...).([]any)
	return l
}
