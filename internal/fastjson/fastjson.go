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

// Read is Unmarshal of all that r has left. It decodes while it reads, and
// keeps no more of the text than one value. An error of r is wrapped.
func Read(r io.Reader, p any) error {
	ends := &ended{r: r}
	err := json.UnmarshalRead(ends, p, lenient)
	if ends.eof && errors.Is(err, io.ErrUnexpectedEOF) {
		return errShort
	}
	return err
}

// ended notes whether a reader came to its end, which is no error of its own.
type ended struct {
	r   io.Reader
	eof bool
}

func (e *ended) Read(p []byte) (int, error) {
	n, err := e.r.Read(p)
	e.eof = err == io.EOF
	return n, err
}

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
