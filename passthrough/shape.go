package passthrough

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// maxDifferences bounds a report.
const maxDifferences = 50

// compareShapes says where two JSON texts differ in members and types, not in
// values. Null goes with every type, and an empty list with every list: what
// is not there has no shape.
func compareShapes(a, b []byte) []string {
	x, errX := parseShape(a)
	y, errY := parseShape(b)
	switch {
	case errX != nil && errY != nil:
		return nil
	case errX != nil || errY != nil:
		return []string{fmt.Sprintf("JSON: %t, other: %t", errX == nil, errY == nil)}
	}
	var list []string
	x.compare("", y, &list)
	return list[:min(len(list), maxDifferences)]
}

// shape is the type of a JSON value. That of a list's items is what they have
// together.
type shape struct {
	kind    string // "" for null
	members map[string]*shape
	items   *shape
}

func parseShape(text []byte) (*shape, error) {
	if len(text) == 0 {
		return &shape{kind: "nothing"}, nil
	}
	var v any
	if err := json.Unmarshal(text, &v); err != nil {
		return nil, err
	}
	s := &shape{}
	s.add(v)
	return s, nil
}

func (s *shape) add(v any) {
	kind := ""
	switch v := v.(type) {
	case nil:
		return
	case bool:
		kind = "boolean"
	case float64:
		kind = "number"
	case string:
		kind = "string"
	case []any:
		kind = "list"
		for _, item := range v {
			if s.items == nil {
				s.items = &shape{}
			}
			s.items.add(item)
		}
	case map[string]any:
		kind = "object"
		if s.members == nil {
			s.members = make(map[string]*shape)
		}
		for name, member := range v {
			if s.members[name] == nil {
				s.members[name] = &shape{}
			}
			s.members[name].add(member)
		}
	}
	if s.kind != "" && s.kind != kind {
		kind = "mixed"
	}
	s.kind = kind
}

func (s *shape) compare(path string, other *shape, list *[]string) {
	if s.kind == "" || other.kind == "" {
		return
	}
	if s.kind != other.kind {
		*list = append(*list, fmt.Sprintf("%s: %s, other: %s", path, s.kind, other.kind))
		return
	}
	if s.items != nil && other.items != nil {
		s.items.compare(path+"[]", other.items, list)
	}
	names := slices.Sorted(maps.Keys(s.members))
	for name := range other.members {
		if s.members[name] == nil {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		at := name
		if path != "" {
			at = path + "." + name
		}
		a, b := s.members[name], other.members[name]
		switch {
		case b == nil:
			*list = append(*list, at+": missing in other")
		case a == nil:
			*list = append(*list, at+": only in other")
		default:
			a.compare(at, b, list)
		}
	}
}
