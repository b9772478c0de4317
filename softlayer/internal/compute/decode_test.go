package compute

import (
	"encoding/json"
	"errors"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/softlayer/jumpgate/internal/fastjson"
)

// names are the names of all members of a type, and of what it holds.
func names(t reflect.Type, into map[string]bool, seen map[reflect.Type]bool) {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice:
		names(t.Elem(), into, seen)
	case reflect.Struct:
		if seen[t] {
			return
		}
		seen[t] = true
		for i := range t.NumField() {
			name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
			if name != "" {
				into[name] = true
			}
			names(t.Field(i).Type, into, seen)
		}
	}
}

// plainNames tells whether no object in v has a name that is one of known in
// another case, which fastjson takes for another name.
func plainNames(v any, known map[string]bool) bool {
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			if !plainNames(item, known) {
				return false
			}
		}
	case map[string]any:
		for name, member := range v {
			for k := range known {
				if k != name && strings.EqualFold(k, name) {
					return false
				}
			}
			if !plainNames(member, known) {
				return false
			}
		}
	}
	return true
}

// twice tells whether an object in text has a name twice. encoding/json merges
// the values of one, fastjson may replace them.
func twice(text []byte) bool {
	d := json.NewDecoder(strings.NewReader(string(text)))
	type level struct {
		object, value bool
		seen          map[string]bool
	}
	var levels []level
	for {
		token, err := d.Token()
		if err != nil {
			return false
		}
		if n := len(levels); n > 0 && levels[n-1].object {
			if l := &levels[n-1]; !l.value && token != json.Delim('}') {
				name, _ := token.(string)
				if l.seen[name] {
					return true
				}
				l.seen[name], l.value = true, true
				continue
			}
			levels[n-1].value = false
		}
		switch token {
		case json.Delim('{'):
			levels = append(levels, level{object: true, seen: make(map[string]bool)})
		case json.Delim('['):
			levels = append(levels, level{})
		case json.Delim('}'), json.Delim(']'):
			levels = levels[:len(levels)-1]
		}
	}
}

// FuzzGuests: what encoding/json reads from an answer, fastjson reads too, and
// what the one refuses the other does.
func FuzzGuests(f *testing.F) {
	recorded, err := os.ReadFile("testdata/guests.json")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(recorded)
	for _, text := range []string{
		``, `null`, `[]`, `{}`, `[null]`, `[{"id":1}`, `[{"id":"1"}]`, `[{"id":1.0}]`, `[{"id":1e2}]`, `[{"id":99999999999999999999}]`, `[{"notes":"\ud800"}]`,
		"[{\"notes\":\"a\xffb\"}]", `[{"createDate":"0000-00-00T00:00:00"}]`, `[{"createDate":12}]`, `[{"activeTransaction":{"transactionStatus":null}}]`,
		`[{"blockDevices":{}}]`, `[{"billingItem":null,"userData":null}]`, `[{"datacenter":[]}]`, "[\t{\"id\" : 7}\n]", `[{"id":1},]`, `[{"id":01}]`,
	} {
		f.Add([]byte(text))
	}
	known := make(map[string]bool)
	names(reflect.TypeFor[shownGuest](), known, make(map[reflect.Type]bool))
	for name := range known {
		if !strings.Contains(string(recorded), `"`+name+`":`) {
			f.Errorf("no guest in testdata/guests.json has a %s", name)
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var whole any
		if json.Unmarshal(text, &whole) == nil && (!plainNames(whole, known) || twice(text)) {
			t.Skip()
		}
		var want, got []shownGuest
		wantErr, gotErr := json.Unmarshal(text, &want), fastjson.Unmarshal(text, &got)
		if (wantErr == nil) != (gotErr == nil) {
			t.Fatalf("encoding/json: %v, fastjson: %v", wantErr, gotErr)
		}
		if wantErr == nil && !reflect.DeepEqual(got, want) {
			t.Errorf("%+v, want %+v", got, want)
		}
		var misfit *json.UnmarshalTypeError
		if _, ok := fastjson.Misfit(gotErr); ok && !json.Valid(text) {
			// It stops at the first value that does not fit, before it sees the rest.
			return
		} else if wantErr != nil && ok != errors.As(wantErr, &misfit) {
			t.Errorf("encoding/json: %v, fastjson: %v", wantErr, gotErr)
		}
	})
}
