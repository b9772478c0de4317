package upstream

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/softlayer/softlayer-go/sl"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/internal/fastjson"
)

// rateLimited is the exception of a call that was refused unseen.
const rateLimited = "SoftLayer_Exception_WebService_RateLimitExceeded"

// invalid are the exceptions that find fault with a value of the request.
var invalid = []string{
	"SoftLayer_Exception_InvalidValue",
	"SoftLayer_Exception_MissingCreationProperty",
	"SoftLayer_Exception_InvalidDataLength",
}

// unknown are the exceptions of a user name or key that is not right, which
// come with different statuses.
var unknown = []string{
	"SoftLayer_Exception_InvalidLegacyToken",
	"SoftLayer_Exception_User_Customer_LoginFailed",
}

// upstreamError is a call that failed. Its text, which reaches the log, names
// the call and the kind of failure. What SoftLayer says can repeat anything
// of the account or the request, and a URL holds filters, so neither is part
// of it; a hook that wants them finds the sl.Error with errors.As.
type upstreamError struct {
	Call string
	err  error
}

func (e *upstreamError) Error() string { return e.Call + ": " + failure(e.err) }

func (e *upstreamError) Unwrap() error { return e.err }

// exceptionName is the form of SoftLayer's codes.
var exceptionName = regexp.MustCompile(`^SoftLayer_Exception\w{0,100}$`)

// failure says in words of our own, or of this machine, what went wrong.
func failure(err error) string {
	if ctxErr := contextError(err); ctxErr != nil {
		return ctxErr.Error()
	}
	var e sl.Error
	if !errors.As(err, &e) {
		return "not sent"
	}
	if exceptionName.MatchString(e.Exception) {
		return fmt.Sprintf("%d %s", e.StatusCode, e.Exception)
	}
	var (
		op   *net.OpError
		cert *tls.CertificateVerificationError
	)
	at, misfit := fastjson.Misfit(e.Wrapped)
	switch w := e.Wrapped; {
	case errors.Is(w, errAnswerTooLong):
		return errAnswerTooLong.Error()
	case errors.As(w, &op):
		return op.Op + ": " + op.Err.Error()
	case errors.As(w, &cert):
		return cert.Error()
	case cutShort(w):
		return "connection closed early"
	case misfit:
		return "unexpected JSON at " + at
	case e.StatusCode == noAnswer:
		return "no answer"
	case e.StatusCode == timedOut:
		return "timed out"
	case e.StatusCode == 0 || e.StatusCode/100 == 2:
		return "answer is not the JSON expected"
	}
	return fmt.Sprintf("status %d", e.StatusCode)
}

func contextError(err error) error {
	for _, c := range [...]error{context.Canceled, context.DeadlineExceeded} {
		if errors.Is(err, c) {
			return c
		}
	}
	return nil
}

// misfit tells whether an answer was JSON, but not what was asked for.
func misfit(err error) bool {
	_, ok := fastjson.Misfit(err)
	return ok
}

// cutShort tells whether a connection ended within an answer.
func cutShort(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}

// Refusal is SoftLayer's no to something that it understood: most often a
// server is in the wrong state for it.
type Refusal struct {
	err  error
	Text string // SoftLayer's, for decisions only
}

func (r *Refusal) Error() string { return r.err.Error() }

func (r *Refusal) Unwrap() error { return r.err }

// Unsure is a write that was sent and not answered: it may have happened. Who
// is told to try again might buy twice, so this is never jumpgate.Unavailable.
type Unsure struct{ err error }

func (u *Unsure) Error() string { return u.err.Error() }
func (u *Unsure) Unwrap() error { return u.err }

// NotTold is for a write of whose answer nobody can tell whether it happened.
func NotTold(err error) error { return &Unsure{err} }

// errDeadline is what contextError returns for a call whose time was over.
var errDeadline = context.DeadlineExceeded

// refusedUnseen tells whether SoftLayer refused a call before it looked at it.
func refusedUnseen(e sl.Error) bool {
	return e.Exception == rateLimited || e.StatusCode == http.StatusTooManyRequests
}

// unsent tells whether a call failed before there was a connection for it.
func unsent(err error) bool {
	var (
		op   *net.OpError
		cert *tls.CertificateVerificationError
		e    sl.Error
	)
	return !errors.As(err, &e) && contextError(err) == nil ||
		errors.As(e.Wrapped, &op) && op.Op == "dial" || errors.As(e.Wrapped, &cert)
}

// unanswered tells whether a write may have happened though it failed.
func unanswered(err error) bool {
	var e sl.Error
	switch {
	case unsent(err):
		return false
	case !errors.As(err, &e) || contextError(err) != nil:
		return true
	case e.Exception != "":
		return e.Message == "Internal Error" || e.Message == "Empty Response"
	}
	return e.StatusCode >= http.StatusInternalServerError || e.StatusCode/100 == 2
}

// classify turns any error of a call into one for the gateway.
func classify(err error, c Call) error {
	if err == nil {
		return nil
	}
	cause := &upstreamError{c.name(), err}
	if !c.reads() && unanswered(err) {
		kind := jumpgate.BadGateway
		if errors.Is(contextError(err), errDeadline) {
			kind = jumpgate.Timeout
		}
		return kind.Wrap(&Unsure{cause}, "The cloud did not say whether it did this. Please look at what there is before trying again.")
	}
	switch contextError(err) {
	case context.Canceled:
		return jumpgate.Unavailable.Wrap(cause, "") // nobody is left to read it
	case context.DeadlineExceeded:
		return jumpgate.Timeout.Wrap(cause, "")
	}
	var e sl.Error
	if !errors.As(err, &e) {
		return jumpgate.Internal.Wrap(cause, "")
	}
	switch {
	case refusedUnseen(e):
		return &jumpgate.Error{Kind: jumpgate.OverLimit, Message: "Too many requests. Please try again later.", Err: cause, RetryAfter: time.Second}
	case e.StatusCode == timedOut:
		return jumpgate.Timeout.Wrap(cause, "")
	case e.Exception == "" && e.StatusCode >= 500:
		return jumpgate.Unavailable.Wrap(cause, "")
	case e.StatusCode == http.StatusUnauthorized || slices.Contains(unknown, e.Exception):
		return jumpgate.Unauthorized.Wrap(cause, "")
	case e.Exception == "":
		return jumpgate.BadGateway.Wrap(cause, "")
	case e.Exception == "SoftLayer_Exception_ObjectNotFound":
		return jumpgate.NotFound.Wrap(cause, "")
	case e.StatusCode == http.StatusForbidden:
		return jumpgate.Forbidden.Wrap(cause, "")
	case slices.Contains(invalid, e.Exception):
		return jumpgate.BadRequest.Wrap(cause, "The cloud does not accept %s.", rejected(e.Message))
	case e.Message == "Internal Error" || e.Message == "Empty Response":
		return jumpgate.BadGateway.Wrap(cause, "")
	}
	return jumpgate.BadGateway.Wrap(&Refusal{cause, strings.ToLower(e.Message)}, "")
}

// Unexpected is for an answer without what was asked for, such as null.
// SoftLayer has other ways to say that there is none.
func Unexpected(method string) error {
	return jumpgate.BadGateway.Wrap(errors.New("SoftLayer_"+method+": answer without what was asked for"), "")
}

// quoted finds the property that SoftLayer's words name.
var quoted = regexp.MustCompile(`'([A-Za-z.]+)'`)

// rejected says which part of a request SoftLayer found fault with.
func rejected(message string) string {
	for _, m := range quoted.FindAllStringSubmatch(message, -1) {
		if name, ok := map[string]string{
			"hostname":                        "the name",
			"notes":                           "the name, description or metadata",
			"userData":                        "user_data",
			"datacenter":                      "the availability_zone",
			"datacenter.name":                 "the availability_zone",
			"sshKeys":                         "the key",
			"key":                             "the key",
			"label":                           "the name",
			"flavorKeyName":                   "the flavor",
			"blockDeviceTemplateGroup":        "the image",
			"operatingSystemReferenceCode":    "the image",
			"supplementalCreateObjectOptions": "the flavor",
		}[m[1]]; ok {
			return name
		}
	}
	return "a value of this request"
}
