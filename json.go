package jumpgate

import (
	"bytes"
	"encoding/json"
	"strconv"
)

// Object is a JSON object that keeps its order and may have members that come
// and go with a microversion. It encodes faster than a map.
type Object []Member

// Member is one name and value of an Object.
type Member struct {
	Name  string
	Value any
}

// Appender is a value that writes its own JSON at the end of b, as the items
// of long lists do: they need no copy of what they show. It may be an answer,
// or be in an Object or a List; encoding/json does not know it.
type Appender interface {
	AppendJSON(b []byte) ([]byte, error)
}

// AppendMember appends a member to the object that b ends within, for an
// Appender: behind "{" or behind another member.
func AppendMember(b []byte, name string, value any) ([]byte, error) {
	if len(b) > 0 && b[len(b)-1] != '{' {
		b = append(b, ", "...)
	}
	b, err := appendString(b, name)
	if err != nil {
		return b, err
	}
	return AppendJSON(append(b, ": "...), value)
}

// MarshalJSON implements json.Marshaler.
func (o Object) MarshalJSON() ([]byte, error) { return appendObject(nil, o) }

// EncodeJSON appends v to buf as OpenStack services encode it: without
// escaping <, > and & for HTML, and without a line feed at the end.
func EncodeJSON(buf *bytes.Buffer, v any) error {
	b, err := AppendJSON(buf.AvailableBuffer(), v)
	if err == nil {
		buf.Write(b)
	}
	return err
}

// AppendJSON appends v to b, for an Appender: what an Object may hold, or
// anything that encoding/json encodes. What makes up most of an answer goes without
// reflection, and Objects within Objects without being scanned again at each
// level. A pointer to a string stands for the string, which costs no
// allocation; an error is what went wrong when the value was made.
func AppendJSON(b []byte, v any) ([]byte, error) {
	switch v := v.(type) {
	case nil:
		return append(b, "null"...), nil
	case bool:
		return strconv.AppendBool(b, v), nil
	case int:
		return strconv.AppendInt(b, int64(v), 10), nil
	case string:
		return appendString(b, v)
	case *string:
		return appendString(b, *v)
	case Object:
		return appendObject(b, v)
	case []Object:
		return appendList(b, v, appendObject)
	case Appender:
		return v.AppendJSON(b)
	case []Appender:
		return appendList(b, v, func(b []byte, a Appender) ([]byte, error) { return a.AppendJSON(b) })
	case []any:
		return appendList(b, v, AppendJSON)
	case []string:
		return appendList(b, v, appendString)
	case error:
		return b, v
	default:
		return appendOther(b, v)
	}
}

func appendString(b []byte, s string) ([]byte, error) {
	if !plain(s) {
		return appendOther(b, s)
	}
	b = append(b, '"')
	b = append(b, s...)
	return append(b, '"'), nil
}

func appendObject(b []byte, o Object) (_ []byte, err error) {
	if o == nil {
		return append(b, "null"...), nil
	}
	b = append(b, '{')
	for _, m := range o {
		if b, err = AppendMember(b, m.Name, m.Value); err != nil {
			return b, err
		}
	}
	return append(b, '}'), nil
}

// appendList appends [] for a nil slice, as OpenStack shows nothing.
func appendList[T any](b []byte, list []T, appendItem func([]byte, T) ([]byte, error)) (_ []byte, err error) {
	b = append(b, '[')
	for i, item := range list {
		if i > 0 {
			b = append(b, ", "...)
		}
		if b, err = appendItem(b, item); err != nil {
			return b, err
		}
	}
	return append(b, ']'), nil
}

func appendOther(b []byte, v any) ([]byte, error) {
	buf := bytes.NewBuffer(b)
	e := json.NewEncoder(buf)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return b, err
	}
	return bytes.TrimSuffix(buf.Bytes(), []byte("\n")), nil
}

// plain tells whether s needs no escape in JSON.
func plain(s string) bool {
	for i := range len(s) {
		if !plainBytes[s[i]] {
			return false
		}
	}
	return true
}

var plainBytes = func() (plain [256]bool) {
	for c := byte(' '); c < 0x7f; c++ {
		plain[c] = c != '"' && c != '\\'
	}
	return plain
}()
