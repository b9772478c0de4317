package jumpgatetest

import (
	"net/url"
	"slices"

	"github.com/softlayer/jumpgate"
)

// Request is a request of a client.
type Request struct {
	Service  jumpgate.Service
	Endpoint string // its name, such as "v21_server"; empty: the service has no such path
	Method   string
	Path     string // with the service's mount: "/compute/v2.1/servers"
	Query    url.Values
	UserID   string // who sent it; empty: nobody that the cloud knows
	Version  string // the microversion in effect, "2.1"; "0.0" where a service has none
	Status   int    // of the answer; 0: the connection broke
}

// record is the response hook that remembers requests.
func (c *Cloud) record(r *jumpgate.Request, o jumpgate.Outcome) {
	one := Request{
		Service: r.Dispatcher().Service(), Endpoint: r.Endpoint().Name, Method: r.Method, Path: r.URL.Path, Query: r.URL.Query(),
		Version: r.Env.Version.String(), Status: o.Status,
	}
	if p := r.Env.Principal; p != nil {
		one.UserID = p.UserID
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.requests = append(c.requests, one)
}

// Requests returns the requests that the cloud has answered, in the order of
// the answers.
func (c *Cloud) Requests() []Request {
	c.mu.Lock()
	defer c.mu.Unlock()
	for c.answering > 0 {
		c.answered.Wait()
	}
	return slices.Clone(c.requests)
}

// ForgetRequests empties the list of Requests.
func (c *Cloud) ForgetRequests() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.requests = nil
}
