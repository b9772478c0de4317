package softlayer

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

// api is the one way to SoftLayer. softlayer-go's Session is not safe for
// concurrent use, repeats writes, and falls back to the operator's own
// credentials when it is made with session.New; so each call gets a Session
// literal of its own over a shared transport, and repetition is decided here.
type api struct {
	endpoint string
	timeout  time.Duration
	pause    time.Duration // before the first repetition
	rest     session.TransportHandler
}

func newAPI(opts Options) *api {
	transport := opts.Transport
	if transport == nil {
		transport = &http.Transport{
			Proxy:                 http.ProxyFromEnvironment,
			DialContext:           (&net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
			TLSHandshakeTimeout:   10 * time.Second,
			MaxIdleConns:          256,
			MaxIdleConnsPerHost:   64,
			IdleConnTimeout:       90 * time.Second,
			ResponseHeaderTimeout: opts.Timeout,
			ForceAttemptHTTP2:     true,
		}
	}
	return &api{
		endpoint: opts.Endpoint,
		timeout:  opts.Timeout,
		pause:    200 * time.Millisecond,
		rest:     &restTransport{next: transport, limit: maxAnswer},
	}
}

// call is one call of a SoftLayer method.
type call struct {
	service string // without "SoftLayer_"
	id      string // init parameter: an integer or a globalIdentifier; may be empty
	method  string
	args    []any
	mask    string // in the form mask[...]
	filter  filter
	offset  int
	limit   int // 0: no limit
}

// maxAttempts is how often a read is tried.
const maxAttempts = 3

// do makes c as the principal of ctx and decodes the answer into out. It
// returns the number of items upstream if c has a limit.
func (a *api) do(ctx context.Context, c call, out any) (total int, err error) {
	cred, err := credentialOf(ctx)
	if err != nil {
		return 0, err
	}
	return a.doAs(ctx, cred, c, out)
}

// doAs is do with credentials that are not those of ctx's principal.
func (a *api) doAs(ctx context.Context, cred credential, c call, out any) (total int, err error) {
	ctx, cancel := context.WithTimeout(ctx, a.timeout)
	defer cancel()
	for attempt := 1; ; attempt++ {
		total, err = a.attempt(ctx, cred, c, out)
		if err == nil || attempt == maxAttempts || !repeatable(c.method, err) {
			return total, classify(err, c)
		}
		select {
		case <-ctx.Done():
			return 0, classify(err, c)
		case <-time.After(time.Duration(attempt) * a.pause):
		}
	}
}

// order makes a call that changes something and answers whether it did.
func (a *api) order(ctx context.Context, c call) error {
	var done bool
	if _, err := a.do(ctx, c, &done); err != nil {
		return err
	}
	if !done {
		return classify(sl.Error{StatusCode: http.StatusOK, Exception: "SoftLayer_Exception_Public", Message: "false"}, c)
	}
	return nil
}

func (a *api) attempt(ctx context.Context, cred credential, c call, out any) (int, error) {
	jumpgate.CountUpstreamCall(ctx)
	s := session.Session{
		UserName: cred.user,
		APIKey:   cred.key,
		Endpoint: a.endpoint,
		Context:  ctx,
	}
	options := sl.Options{Mask: c.mask}
	if c.filter != nil {
		options.Filter = c.filter.String()
	}
	if c.limit > 0 {
		options.Limit, options.Offset = &c.limit, &c.offset
	}
	service := "SoftLayer_" + c.service
	if c.id != "" {
		// sl.Options takes integers alone; the path takes both.
		service += "/" + c.id
	}
	err := a.rest.DoRequest(&s, service, c.method, c.args, &options, out)
	if err != nil && ctx.Err() != nil {
		return 0, fmt.Errorf("%w: %w", ctx.Err(), err)
	}
	return options.TotalItems, err
}

// reads are how the names of methods begin that change nothing.
var reads = []string{"get", "find", "is", "check", "verify", "generateOrderTemplate"}

// repeatable tells whether a failed call may be made again: a read that found
// SoftLayer busy, away or gone in mid-answer. A write is never repeated, for
// it may have happened; and what timed out once had its time.
func repeatable(method string, err error) bool {
	var e sl.Error
	if !errors.As(err, &e) || contextError(err) != nil ||
		!slices.ContainsFunc(reads, func(prefix string) bool { return strings.HasPrefix(method, prefix) }) {
		return false
	}
	switch {
	case e.Exception != "":
		return e.Exception == rateLimited
	case cutShort(e.Wrapped):
		return true
	}
	return e.StatusCode == http.StatusTooManyRequests ||
		e.StatusCode > http.StatusInternalServerError && e.StatusCode != timedOut
}

// filter is an object filter: property names leading to operations.
type filter map[string]any

// with returns a copy of f with one more condition.
func (f filter) with(name string, condition any) filter {
	more := filter{name: condition}
	maps.Copy(more, f)
	return more
}

// String is f as SoftLayer reads it.
func (f filter) String() string {
	text, _ := json.Marshal(f) // never fails: it holds strings, numbers and lists of them
	return string(text)
}

// equals matches one value. It has the form of a list with one item, the only
// one in which SoftLayer does not look for operators in the value.
func equals(value any) any { return among([]any{value}) }

// among matches any of several values.
func among[T any](values []T) any {
	return filter{"operation": "in", "options": data(values)}
}

func data[T any](values []T) any { return []any{filter{"name": "data", "value": values}} }

// contains matches what a text of letters, digits, hyphens and dots is part
// of, in upper or lower case.
func contains(text string) any { return filter{"operation": "*= " + text} }

// orderBy sorts. A filter on the same property is not possible.
func orderBy(direction string) any {
	return filter{"operation": "orderBy", "options": []any{filter{"name": "sort", "value": []any{direction}}}}
}
