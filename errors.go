package jumpgate

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// Kind says what went wrong, in terms that every service has. A Kind is an
// error itself, so errors.Is(err, NotFound) works on every error of this
// package, and a driver may return a bare Kind where the caller knows better
// words for it.
type Kind int

// The kinds, with the status that most services give them.
const (
	Internal         Kind = iota // 500: a defect; its text never reaches the client
	BadRequest                   // 400
	Unauthorized                 // 401
	Forbidden                    // 403: policy, or a quota in compute
	NotFound                     // 404: also for what the caller may not see
	MethodNotAllowed             // 405
	NotAcceptable                // 406: a microversion out of range
	Conflict                     // 409: wrong state, duplicate name
	Gone                         // 410: an API that OpenStack removed
	Precondition                 // 412
	TooLarge                     // 413: a body over the limit
	UnsupportedMedia             // 415
	BadRange                     // 416
	OverLimit                    // 429: too many requests; see Error.RetryAfter
	NotImplemented               // 501: the cloud has no such thing
	BadGateway                   // 502: the cloud answered rubbish
	Unavailable                  // 503: the cloud is down or can't be reached
	Timeout                      // 504: the cloud did not answer in time
)

var kindStatus = [...]int{
	Internal:         http.StatusInternalServerError,
	BadRequest:       http.StatusBadRequest,
	Unauthorized:     http.StatusUnauthorized,
	Forbidden:        http.StatusForbidden,
	NotFound:         http.StatusNotFound,
	MethodNotAllowed: http.StatusMethodNotAllowed,
	NotAcceptable:    http.StatusNotAcceptable,
	Conflict:         http.StatusConflict,
	Gone:             http.StatusGone,
	Precondition:     http.StatusPreconditionFailed,
	TooLarge:         http.StatusRequestEntityTooLarge,
	UnsupportedMedia: http.StatusUnsupportedMediaType,
	BadRange:         http.StatusRequestedRangeNotSatisfiable,
	OverLimit:        http.StatusTooManyRequests,
	NotImplemented:   http.StatusNotImplemented,
	BadGateway:       http.StatusBadGateway,
	Unavailable:      http.StatusServiceUnavailable,
	Timeout:          http.StatusGatewayTimeout,
}

// Status returns the HTTP status of k.
func (k Kind) Status() int {
	if k < 0 || int(k) >= len(kindStatus) {
		return http.StatusInternalServerError
	}
	return kindStatus[k]
}

func (k Kind) Error() string { return http.StatusText(k.Status()) }

// New returns an Error of kind k with a message for the client.
func (k Kind) New(format string, args ...any) *Error {
	return &Error{Kind: k, Message: fmt.Sprintf(format, args...)}
}

// Wrap returns an Error of kind k with a message for the client and a private
// cause.
func (k Kind) Wrap(cause error, format string, args ...any) *Error {
	return &Error{Kind: k, Message: fmt.Sprintf(format, args...), Err: cause}
}

// Error is what endpoints and drivers return. Kind and Message reach the
// client in the form of the service that was asked; Err reaches the log.
type Error struct {
	Kind    Kind
	Message string // empty: the service's usual words for Kind
	Err     error  // may be nil

	// Type is the exception name that Neutron faults carry
	// ("NetworkNotFound"). Empty: one derived from Kind. Ironic's are "abort"
	// for what its framework answers in a form of its own, and "plain" for
	// its answer to a client that wants no JSON.
	Type string

	// Detail is the text that Glance's faults carry below the message, which is
	// then WebOb's own, and those of Neutron's extensions. Other services don't
	// show it.
	Detail string

	// RetryAfter, if positive, is sent in whole seconds as Retry-After.
	RetryAfter time.Duration
}

func (e *Error) Error() string {
	text := e.Message
	if text == "" {
		text = e.Kind.Error()
	}
	if _, bare := e.Err.(Kind); e.Err != nil && !bare {
		text += ": " + e.Err.Error()
	}
	return text
}

// Unwrap returns the private cause.
func (e *Error) Unwrap() error { return e.Err }

// Is makes errors.Is(err, NotFound) true for every Error of that kind.
func (e *Error) Is(target error) bool {
	k, ok := target.(Kind)
	return ok && k == e.Kind
}

// AsError returns err as an *Error. What is none is Internal, except for a
// bare Kind and for a deadline that ran out, which is a Timeout.
func AsError(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	var k Kind
	switch {
	case errors.As(err, &k):
		return &Error{Kind: k, Err: err}
	case errors.Is(err, context.DeadlineExceeded):
		return &Error{Kind: Timeout, Err: err}
	}
	return &Error{Kind: Internal, Err: err}
}
