package compute

import (
	"maps"
	"slices"
	"time"

	"github.com/softlayer/jumpgate"
)

// Values that write themselves into the answer. A list shows thousands of
// them, and as Objects they would be most of what it allocates.

// members writes an object's members. The first fault stays.
type members struct {
	b   []byte
	err error
}

func (m *members) add(name string, value any) {
	if m.err == nil {
		m.b, m.err = jumpgate.AppendMember(m.b, name, value)
	}
}

// appendList appends an object for each item of list, whose members add writes.
func appendList[T any](b []byte, list []T, add func(m *members, item *T)) ([]byte, error) {
	m := &members{b: append(b, '[')}
	for i := range list {
		if i > 0 {
			m.b = append(m.b, ", "...)
		}
		m.b = append(m.b, '{')
		add(m, &list[i])
		m.b = append(m.b, '}')
	}
	return append(m.b, ']'), m.err
}

// textMap is a map as a JSON object in the order of names: {} if nil.
type textMap map[string]string

func (t textMap) AppendJSON(b []byte) ([]byte, error) {
	m := &members{b: append(b, '{')}
	if len(t) < 2 { // the usual
		for name, value := range t {
			m.add(name, &value)
		}
		return append(m.b, '}'), m.err
	}
	for _, name := range slices.Sorted(maps.Keys(t)) {
		m.add(name, t[name])
	}
	return append(m.b, '}'), m.err
}

// named are objects that have nothing but a name.
type named []string

func (n *named) AppendJSON(b []byte) ([]byte, error) {
	return appendList(b, *n, func(m *members, name *string) { m.add("name", name) })
}

type (
	dateSeconds time.Time // in the layout jumpgate.DateSeconds
	dateMicros  time.Time // in jumpgate.DateMicros; null for the zero time
)

func (d *dateSeconds) AppendJSON(b []byte) ([]byte, error) {
	return append(jumpgate.AppendDate(append(b, '"'), time.Time(*d), jumpgate.DateSeconds), '"'), nil
}

func (d *dateMicros) AppendJSON(b []byte) ([]byte, error) {
	t := time.Time(*d)
	if t.IsZero() {
		return append(b, "null"...), nil
	}
	return append(jumpgate.AppendDate(append(b, '"'), t, jumpgate.DateMicros), '"'), nil
}
