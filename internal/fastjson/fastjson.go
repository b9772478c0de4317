// Package fastjson decodes what other programs wrote in half of the time of
// encoding/json. It is the one place that imports the module which mirrors
// Go 1.27's encoding/json/v2, so that a change there, and the move to the
// standard library, is a change here alone.
package fastjson

import (
	"errors"
	"io"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// lenient takes what encoding/json takes: a name twice, the last of which
// counts, and text that is no UTF-8, whose odd bytes become U+FFFD.
var lenient = json.JoinOptions(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))

// Unmarshal decodes text into what p points to, as encoding/json does but for
// two things: names match exactly, in upper and lower case too, and it stops
// at the first value that does not fit. Types may have an UnmarshalJSON.
func Unmarshal(text []byte, p any) error {
	err := json.Unmarshal(text, p, lenient)
	if errors.Is(err, io.ErrUnexpectedEOF) { // it is the text that ends, not somebody's connection
		return errShort
	}
	return err
}

var errShort = errors.New("unexpected end of JSON")

// Misfit tells whether err, which Unmarshal returned, is about a value that
// does not fit its type, in JSON that is right otherwise. at says where, as
// in "/0/billingItem/id".
func Misfit(err error) (at string, ok bool) {
	var e *json.SemanticError
	if !errors.As(err, &e) {
		return "", false
	}
	return string(e.JSONPointer), true
}
