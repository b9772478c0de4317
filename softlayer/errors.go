package softlayer

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/softlayer/softlayer-go/sl"

	"github.com/softlayer/jumpgate"
)

// rateLimited is the exception of a call that was refused unseen.
const rateLimited = "SoftLayer_Exception_WebService_RateLimitExceeded"

// invalid are the exceptions that find fault with what the user asked for.
var invalid = []string{
	"SoftLayer_Exception_InvalidValue",
	"SoftLayer_Exception_MissingCreationProperty",
	"SoftLayer_Exception_InvalidDataLength",
}

// refusal is SoftLayer's no to something that it understood: most often a
// server is in the wrong state for it.
type refusal struct{ err error }

func (r *refusal) Error() string { return r.err.Error() }
func (r *refusal) Unwrap() error { return r.err }

// classify turns any error of a call into one for the gateway. SoftLayer's
// texts can name things of the account, so they become causes, for the log;
// only what finds fault with the user's own input is passed on.
func classify(err error, c call) error {
	if err == nil {
		return nil
	}
	cause := fmt.Errorf("SoftLayer_%s::%s: %w", c.service, c.method, scrubbed(err))
	var e sl.Error
	switch {
	case errors.Is(err, context.Canceled):
		return jumpgate.Unavailable.Wrap(fmt.Errorf("%w: %w", context.Canceled, cause), "")
	case errors.Is(err, context.DeadlineExceeded):
		return jumpgate.Timeout.Wrap(cause, "")
	case !errors.As(err, &e):
		return jumpgate.BadGateway.Wrap(cause, "")
	case e.StatusCode == 599:
		return jumpgate.Timeout.Wrap(cause, "")
	case e.StatusCode == 520 && e.Exception == "" && e.Wrapped != nil:
		return jumpgate.Unavailable.Wrap(cause, "")
	case e.Exception == rateLimited || e.StatusCode == http.StatusTooManyRequests:
		return &jumpgate.Error{Kind: jumpgate.OverLimit, Message: "Too many requests. Please try again later.", Err: cause, RetryAfter: time.Second}
	case e.StatusCode == http.StatusUnauthorized:
		return jumpgate.Unauthorized.Wrap(cause, "")
	case e.Exception == "SoftLayer_Exception_ObjectNotFound":
		return jumpgate.NotFound.Wrap(cause, "")
	case e.Exception == "":
		if e.StatusCode >= 500 {
			return jumpgate.Unavailable.Wrap(cause, "")
		}
		return jumpgate.BadGateway.Wrap(cause, "")
	}
	for _, exception := range invalid {
		if e.Exception == exception {
			return jumpgate.BadRequest.Wrap(cause, "%s", e.Message)
		}
	}
	if e.Message == "Internal Error" || e.Message == "Empty Response" {
		return jumpgate.BadGateway.Wrap(cause, "")
	}
	return jumpgate.BadGateway.Wrap(&refusal{cause}, "")
}

// scrubbed keeps the URL of a failed request out of the log: its query holds
// filters and masks, which may name what is the user's own.
func scrubbed(err error) error {
	text := err.Error()
	if i := strings.Index(text, "?object"); i >= 0 {
		text = text[:i] + "?..."
	}
	return errors.New(text)
}
