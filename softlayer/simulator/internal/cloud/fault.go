package cloud

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Fault is trouble to make, as the simulator's type of that name describes it.
type Fault struct {
	Service, Method string
	Times           int
	Latency         time.Duration
	Reset           bool
	AfterEffect     bool
	Status          int
	Body            string
	ContentType     string
}

type fault struct {
	Fault
	left int
}

// Inject makes calls fail from now on, until the fault is used up or remove is called. Of several faults for one call
// the first injected strikes.
func (sim *Cloud) Inject(f Fault) (remove func()) {
	f.Service = strings.TrimPrefix(f.Service, servicePrefix)
	injected := &fault{Fault: f, left: f.Times}
	sim.mu.Lock()
	defer sim.mu.Unlock()
	sim.faults = append(sim.faults, injected)
	return func() { sim.removeFault(injected) }
}

// ClearFaults ends all trouble.
func (sim *Cloud) ClearFaults() {
	sim.mu.Lock()
	defer sim.mu.Unlock()
	sim.faults = nil
}

func (sim *Cloud) removeFault(f *fault) {
	sim.mu.Lock()
	defer sim.mu.Unlock()
	sim.faults = slices.DeleteFunc(sim.faults, func(o *fault) bool { return o == f })
}

// faultFor returns the fault that strikes a call, or nil, and counts the hit.
func (sim *Cloud) faultFor(service, method string) *fault {
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
func (sim *Cloud) RefuseOrder(id int) bool {
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
