// Package upstream is the way to SoftLayer: calls, filters, errors and
// credentials.
package upstream

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/softlayer/softlayer-go/session"
	"github.com/softlayer/softlayer-go/sl"

	"github.com/softlayer/jumpgate"
)

// API is the one way to SoftLayer. softlayer-go's Session is not safe for
// concurrent use, repeats writes, and falls back to the operator's own
// credentials when it is made with session.New; so each call gets a Session
// literal of its own over a shared transport, and repetition is decided here.
type API struct {
	endpoint string
	Timeout  time.Duration
	Pause    time.Duration // before the first repetition
	Rest     session.TransportHandler
	breaker  *breaker
}

func New(endpoint string, timeout time.Duration, transport http.RoundTripper) *API {
	if transport == nil {
		transport = &http.Transport{
			Proxy:                 http.ProxyFromEnvironment,
			DialContext:           (&net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
			TLSHandshakeTimeout:   10 * time.Second,
			MaxIdleConns:          256,
			MaxIdleConnsPerHost:   64,
			IdleConnTimeout:       90 * time.Second,
			ResponseHeaderTimeout: timeout,
			ForceAttemptHTTP2:     true,
		}
	}
	return &API{
		endpoint: endpoint,
		Timeout:  timeout,
		Pause:    200 * time.Millisecond,
		Rest:     &RestTransport{next: transport, Limit: maxAnswer},
		breaker:  newBreaker(),
	}
}

// Call is one call of a SoftLayer method.
type Call struct {
	Service string // without "SoftLayer_"
	ID      string // init parameter: an integer or a globalIdentifier; may be empty
	Method  string
	Args    []any
	Mask    string // in the form mask[...]; records.Form makes it
	Filter  Filter
	Offset  int
	Limit   int // 0: no limit

	// Again says of a write that it does no harm a second time, as one does that
	// replaces all of something: it is repeated like a read.
	Again bool
}

// maxAttempts is how often a call is tried that may be repeated: of 1,000
// calls of a SoftLayer that fails every tenth time not one fails.
const maxAttempts = 5

// Do makes c as the principal of ctx and decodes the answer into out. It
// returns the number of items upstream if c has a limit.
//
// A read is repeated whatever broke, within the time for a call. A write is
// sent once, and goes on to its end when the client leaves: what was sent may
// have happened. If nobody knows whether it did, the error is Unsure.
func (a *API) Do(ctx context.Context, c Call, out any) (total int, err error) {
	cred, err := CredentialOf(ctx)
	if err != nil {
		return 0, err
	}
	return a.DoAs(ctx, cred, c, out)
}

// DoAs is Do with credentials that are not those of ctx's principal.
func (a *API) DoAs(ctx context.Context, cred Credential, c Call, out any) (total int, err error) {
	if err := ctx.Err(); err != nil { // nobody waits for it any more
		kind := jumpgate.Unavailable
		if err == context.DeadlineExceeded {
			kind = jumpgate.Timeout
		}
		return 0, kind.Wrap(&upstreamError{c.name(), err}, "")
	}
	if !c.reads() {
		ctx = context.WithoutCancel(ctx)
	}
	ctx, cancel := context.WithTimeout(ctx, a.Timeout)
	defer cancel()
	for attempt := 1; ; attempt++ {
		if err := a.breaker.pass(); err != nil {
			return 0, err
		}
		total, err = a.try(ctx, cred, c, out, attempt == maxAttempts)
		if a.breaker.note(err); err == nil || attempt == maxAttempts || ctx.Err() != nil || !repeatable(c, err) {
			return total, classify(err, c)
		}
		select {
		case <-ctx.Done():
			return 0, classify(err, c)
		case <-time.After(time.Duration(attempt) * a.Pause):
		}
	}
}

// try makes one attempt. One of a read gets half of the time that is left,
// unless it is the last, so that a hang is no failure.
func (a *API) try(ctx context.Context, cred Credential, c Call, out any, last bool) (int, error) {
	if deadline, ok := ctx.Deadline(); ok && c.repeats() && !last {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, time.Until(deadline)/2)
		defer cancel()
	}
	return a.attempt(ctx, cred, c, out)
}

// Order makes a call that changes something and answers whether it did.
func (a *API) Order(ctx context.Context, c Call) error {
	var done bool
	if _, err := a.Do(ctx, c, &done); err != nil {
		return err
	}
	if !done {
		return classify(sl.Error{StatusCode: http.StatusOK, Exception: "SoftLayer_Exception_Public", Message: "false"}, c)
	}
	return nil
}

func (a *API) attempt(ctx context.Context, cred Credential, c Call, out any) (int, error) {
	jumpgate.CountUpstreamCall(ctx)
	s := session.Session{
		UserName: cred.User,
		APIKey:   cred.Key,
		Endpoint: a.endpoint,
		Context:  ctx,
	}
	options := sl.Options{Mask: c.Mask}
	if c.Filter != nil {
		options.Filter = c.Filter.String()
	}
	if c.Limit > 0 {
		options.Limit, options.Offset = &c.Limit, &c.Offset
	}
	service := "SoftLayer_" + c.Service
	if c.ID != "" {
		// sl.Options takes integers alone; the path takes both.
		service += "/" + c.ID
	}
	err := a.Rest.DoRequest(&s, service, c.Method, c.Args, &options, out)
	if err != nil && ctx.Err() != nil {
		return 0, fmt.Errorf("%w: %w", ctx.Err(), err)
	}
	return options.TotalItems, err
}

// reads are how the names of methods begin that change nothing.
var reads = []string{"get", "find", "is", "check", "verify", "generateOrderTemplate"}

// name is c as SoftLayer's documentation calls it.
func (c *Call) name() string { return "SoftLayer_" + c.Service + "::" + c.Method }

// reads tells whether c changes nothing.
func (c *Call) reads() bool {
	return slices.ContainsFunc(reads, func(prefix string) bool { return strings.HasPrefix(c.Method, prefix) })
}

// repeats tells whether c may be made again though it may have happened.
func (c *Call) repeats() bool { return c.Again || c.reads() }

// repeatable tells whether a failed call may be made again: one that SoftLayer
// refused unseen, or a read that got no answer or none that makes sense.
func repeatable(c Call, err error) bool {
	var e sl.Error
	switch {
	case !errors.As(err, &e):
		return c.repeats() && contextError(err) != nil // the attempt's time was over
	case refusedUnseen(e):
		return true
	case !c.repeats() || errors.Is(e.Wrapped, errAnswerTooLong) || misfit(e.Wrapped): // it would be so again
		return false
	case e.Exception != "":
		return e.Message == "Internal Error" || e.Message == "Empty Response"
	}
	return e.StatusCode >= http.StatusInternalServerError || e.StatusCode/100 == 2
}

// Filter is an object filter: property names leading to operations.
type Filter map[string]any

// With returns a copy of f with one more condition.
func (f Filter) With(name string, condition any) Filter {
	more := Filter{name: condition}
	maps.Copy(more, f)
	return more
}

// String is f as SoftLayer reads it.
func (f Filter) String() string {
	text, _ := json.Marshal(f) // never fails: it holds strings, numbers and lists of them
	return string(text)
}

// Equals matches one value. It has the form of a list with one item, the only
// one in which SoftLayer does not look for operators in the value.
func Equals(value any) any { return Among([]any{value}) }

// Among matches any of several values.
func Among[T any](values []T) any {
	return Filter{"operation": "in", "options": Data(values)}
}

func Data[T any](values []T) any { return []any{Filter{"name": "data", "value": values}} }

// Contains matches what a text of letters, digits, hyphens and dots is part
// of, in upper or lower case.
func Contains(text string) any { return Filter{"operation": "*= " + text} }

// OrderBy sorts. A filter on the same property is not possible.
func OrderBy(direction string) any {
	return Filter{"operation": "orderBy", "options": []any{Filter{"name": "sort", "value": []any{direction}}}}
}
