package jumpgatetest

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/softlayer/jumpgate"
)

// Trouble is what goes wrong with requests to an endpoint. Fields may be
// combined: the delay comes first.
type Trouble struct {
	// Method is the HTTP method that the trouble affects. Default: all.
	Method string

	// Delay delays the answer.
	Delay time.Duration

	// Err is the fault to answer, in the service's own words: a jumpgate.Kind,
	// or an error with a message and a time after which to try again, such as
	//	&jumpgate.Error{Kind: jumpgate.OverLimit, RetryAfter: time.Second}
	// Default: jumpgate.Unavailable, which is 503, where neither Delay nor
	// CutOff is set, and else none.
	Err error

	// CutOff ends the connection without an answer.
	CutOff bool

	// Times is how many requests it affects. Default: once; negative: until
	// Mend.
	Times int
}

type trouble struct {
	Trouble
	endpoints []string
	left      int
}

// Break makes trouble for the endpoint of a name without the version:
// "servers", "server", "auth_tokens". jumpgate.Endpoints lists the names. It
// ends the test if no service has such an endpoint. If an endpoint has several
// troubles the oldest comes first.
func (c *Cloud) Break(endpoint string, tr Trouble) {
	c.t.Helper()
	t := &trouble{Trouble: tr, left: tr.Times}
	if t.left == 0 {
		t.left = 1
	}
	for _, s := range jumpgate.Services() {
		for _, e := range jumpgate.Endpoints(s) {
			if e.Name == endpoint || unversioned(e.Name) == endpoint {
				t.endpoints = append(t.endpoints, e.Name)
			}
		}
	}
	if t.endpoints == nil {
		c.t.Fatalf("jumpgatetest: there is no endpoint %q", endpoint)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.troubles = append(c.troubles, t)
}

// unversioned is the name of an endpoint without "v21_" before it.
func unversioned(name string) string {
	if version, rest, ok := strings.Cut(name, "_"); ok && len(version) > 1 && version[0] == 'v' && version[1] >= '0' && version[1] <= '9' {
		return rest
	}
	return name
}

// Mend ends all trouble that Break made.
func (c *Cloud) Mend() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.troubles = nil
}

// next takes the trouble that a request meets.
func (c *Cloud) next(r *jumpgate.Request) *trouble {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, t := range c.troubles {
		if t.left != 0 && (t.Method == "" || t.Method == r.Method) && slices.Contains(t.endpoints, r.Endpoint().Name) {
			if t.left > 0 {
				t.left--
			}
			return t
		}
	}
	return nil
}

// meet is the request hook that makes the trouble.
func (c *Cloud) meet(r *jumpgate.Request) error {
	t := c.next(r)
	if t == nil {
		return nil
	}
	if t.Delay > 0 {
		select {
		case <-time.After(t.Delay):
		case <-r.Context().Done():
			return jumpgate.Timeout.Wrap(r.Context().Err(), "")
		}
	}
	switch {
	case t.CutOff:
		panic(http.ErrAbortHandler)
	case t.Err != nil:
		return t.Err
	case t.Delay == 0:
		return jumpgate.Unavailable
	}
	return nil
}

// ExpireTokens ends all tokens that were given out until now.
func (c *Cloud) ExpireTokens() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for token := range c.live {
		c.dead[token] = true
	}
	clear(c.live)
}
