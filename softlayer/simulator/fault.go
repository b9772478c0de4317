package simulator

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Fault is trouble to make: for which calls, how often, and what kind. Set one of Latency, Reset, or Status and Body,
// or several; with none of the last three the call is slow but works.
type Fault struct {
	// Service and Method say which calls are hit, such as "SoftLayer_Virtual_Guest" and "createObject". Empty: any.
	Service, Method string
	// Times is how many calls are hit before the fault is used up. Zero: all of them.
	Times int
	// Latency is waited first, in real time.
	Latency time.Duration
	// Reset breaks the connection without an answer.
	Reset bool
	// AfterEffect executes the call before it fails: a server is ordered, but its buyer never hears of it.
	AfterEffect bool
	// Status is the HTTP status of the answer. Zero: 200, if there is a body.
	Status int
	// Body is the answer as it stands: an error, HTML from a proxy, "null" for a list, or rubbish.
	Body string
	// ContentType of the body. Empty: text/html for a body that starts with "<", otherwise application/json.
	ContentType string
}

// Bodies for a [Fault] that SoftLayer is known to send: an exceeded rate limit comes with status 500 or 429,
// an internal error with status 500 and, now and then, 200.
const (
	BodyRateLimit     = `{"error":"Rate limit of 50 requests for every 1 second(s) exceeded.","code":"SoftLayer_Exception_WebService_RateLimitExceeded"}`
	BodyInternalError = `{"error":"Internal Error","code":"SoftLayer_Exception_Public"}`
	BodyBadGateway    = "<html><head><title>502 Bad Gateway</title></head><body><h1>Bad Gateway</h1></body></html>"
)

type fault struct {
	Fault
	left int
}

// Inject makes calls fail from now on, until the fault is used up or remove is called. Of several faults for one call
// the first injected strikes.
func (sim *Simulator) Inject(f Fault) (remove func()) {
	f.Service = strings.TrimPrefix(f.Service, servicePrefix)
	injected := &fault{Fault: f, left: f.Times}
	sim.mu.Lock()
	defer sim.mu.Unlock()
	sim.faults = append(sim.faults, injected)
	return func() { sim.removeFault(injected) }
}

// ClearFaults ends all trouble.
func (sim *Simulator) ClearFaults() {
	sim.mu.Lock()
	defer sim.mu.Unlock()
	sim.faults = nil
}

func (sim *Simulator) removeFault(f *fault) {
	sim.mu.Lock()
	defer sim.mu.Unlock()
	sim.faults = slices.DeleteFunc(sim.faults, func(o *fault) bool { return o == f })
}

// faultFor returns the fault that strikes a call, or nil, and counts the hit.
func (sim *Simulator) faultFor(service, method string) *fault {
	sim.mu.Lock()
	defer sim.mu.Unlock()
	for i, f := range sim.faults {
		if f.Service != "" && f.Service != service || f.Method != "" && f.Method != method {
			continue
		}
		if f.Times > 0 {
			if f.left--; f.left == 0 {
				sim.faults = slices.Delete(sim.faults, i, i+1)
			}
		}
		return f
	}
	return nil
}

// wait sleeps for the fault's latency, unless the client leaves first.
func (f *fault) wait(ctx context.Context) error {
	if f == nil || f.Latency <= 0 {
		return nil
	}
	t := time.NewTimer(f.Latency)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

var errReset = errors.New("connection reset by a fault")

// answer is what the client gets in place of the real answer, if the fault replaces it.
func (f *fault) answer() (*result, error, bool) {
	if f.Reset {
		return nil, errReset, true
	}
	if f.Status == 0 && f.Body == "" {
		return nil, nil, false
	}
	res := &result{status: f.Status, body: []byte(f.Body), contentType: f.ContentType}
	if res.status == 0 {
		res.status = http.StatusOK
	}
	if res.contentType == "" && strings.HasPrefix(f.Body, "<") {
		res.contentType = "text/html"
	}
	return res, nil, true
}

// RefuseOrder has the cloud refuse an order that it had taken, as its staff does for reasons of its own: what was ordered
// never comes to be, and costs nothing. It tells whether there is such an order that is not carried out yet.
func (sim *Simulator) RefuseOrder(id int) bool {
	for _, a := range sim.accounts {
		if a.refuse(id) {
			return true
		}
	}
	return false
}

func (a *account) refuse(id int) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.advance(a.sim.opts.Now())
	for _, p := range a.purchases {
		if p.orderID == id && !p.refused && (!p.after(a, p.ordered, stepsToAppear) || a.upgrading(p)) {
			p.refused = true
			return true
		}
	}
	return false
}

// upgrading tells whether p is an order of a change that was not carried out yet.
func (a *account) upgrading(p *purchase) bool {
	return slices.ContainsFunc(a.volumes, func(v *volume) bool {
		return v.upgrade != nil && v.upgrade.purchase == p && !p.after(a, p.ordered, stepsToReady)
	})
}
