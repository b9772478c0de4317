package jumpgate

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
)

// errTooLarge is worded by a middleware (oslo.middleware's sizelimit) that is
// the same in every service.
var errTooLarge = &Error{Kind: TooLarge, Message: "Request is too large."}

// ReadBody returns the request's body, of at most limit bytes;
// Options.MaxBodyBytes where limit is 0. A longer one is a TooLarge error.
func (r *Request) ReadBody(limit int64) ([]byte, error) {
	if limit == 0 {
		limit = r.gw.maxBody
	}
	if r.ContentLength > limit {
		return nil, errTooLarge
	}
	b, err := io.ReadAll(http.MaxBytesReader(r.writer.ResponseWriter, r.Body, limit))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return nil, errTooLarge
	case err != nil:
		return nil, BadRequest.Wrap(err, "Malformed request body")
	}
	return b, nil
}

// DecodeJSON reads the body, of at most Options.MaxBodyBytes, into v. What is
// no JSON, or does not fit v, is a BadRequest in Nova's words. For bodies that
// OpenStack checks against a schema the service packages have an engine of their own.
func (r *Request) DecodeJSON(v any) error {
	b, err := r.ReadBody(0)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(b, v); err != nil {
		return BadRequest.Wrap(err, "Malformed request body")
	}
	return nil
}
