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

// MarshalJSON implements json.Marshaler.
func (o Object) MarshalJSON() ([]byte, error) {
	var buf bytes.Buffer
	if err := encodeObject(&buf, o); err != nil {
		return nil, err
	}
	return buf.Bytes(), nil
}

// EncodeJSON appends v to buf as OpenStack services encode it: without
// escaping <, > and & for HTML, and without a line feed at the end.
func EncodeJSON(buf *bytes.Buffer, v any) error {
	// What makes up most of an answer goes without reflection, and Objects
	// within Objects without being scanned again at each level.
	switch v := v.(type) {
	case nil:
		buf.WriteString("null")
	case bool:
		buf.Write(strconv.AppendBool(buf.AvailableBuffer(), v))
	case int:
		buf.Write(strconv.AppendInt(buf.AvailableBuffer(), int64(v), 10))
	case string:
		return encodeString(buf, v)
	case Object:
		return encodeObject(buf, v)
	case []Object:
		return encodeList(buf, v, encodeObject)
	case []any:
		return encodeList(buf, v, EncodeJSON)
	case []string:
		return encodeList(buf, v, encodeString)
	default:
		return encodeJSON(buf, v)
	}
	return nil
}

func encodeString(buf *bytes.Buffer, s string) error {
	if !plain(s) {
		return encodeJSON(buf, s)
	}
	buf.WriteByte('"')
	buf.WriteString(s)
	buf.WriteByte('"')
	return nil
}

func encodeObject(buf *bytes.Buffer, o Object) error {
	if o == nil {
		buf.WriteString("null")
		return nil
	}
	buf.WriteByte('{')
	for i, m := range o {
		if i > 0 {
			buf.WriteString(", ")
		}
		if err := encodeString(buf, m.Name); err != nil {
			return err
		}
		buf.WriteString(": ")
		if err := EncodeJSON(buf, m.Value); err != nil {
			return err
		}
	}
	buf.WriteByte('}')
	return nil
}

// encodeList writes [] for a nil slice, as OpenStack does for nothing.
func encodeList[T any](buf *bytes.Buffer, list []T, encode func(*bytes.Buffer, T) error) error {
	buf.WriteByte('[')
	for i, item := range list {
		if i > 0 {
			buf.WriteString(", ")
		}
		if err := encode(buf, item); err != nil {
			return err
		}
	}
	buf.WriteByte(']')
	return nil
}

func encodeJSON(buf *bytes.Buffer, v any) error {
	e := json.NewEncoder(buf)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return err
	}
	buf.Truncate(buf.Len() - 1)
	return nil
}

// plain tells whether s needs no escape in JSON.
func plain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c >= 0x7f || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}
