package simulator

import (
	"time"

	"github.com/softlayer/jumpgate/softlayer/simulator/internal/cloud"
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

// Inject makes calls fail from now on, until the fault is used up or remove is called. Of several faults for one call
// the first injected strikes.
func (sim *Simulator) Inject(f Fault) (remove func()) { return sim.cloud.Inject(cloud.Fault(f)) }

// ClearFaults ends all trouble.
func (sim *Simulator) ClearFaults() { sim.cloud.ClearFaults() }

// RefuseOrder has the cloud refuse an order that it had taken, as its staff does for reasons of its own: what was ordered
// never comes to be, and costs nothing. It tells whether there is such an order that is not carried out yet.
func (sim *Simulator) RefuseOrder(id int) bool { return sim.cloud.RefuseOrder(id) }
