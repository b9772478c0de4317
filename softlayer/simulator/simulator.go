package simulator

import (
	"net/http"

	"github.com/softlayer/jumpgate/softlayer/simulator/internal/cloud"
)

// Simulator is a SoftLayer in memory, served over HTTP. Make one with [New]. It is safe for concurrent use.
type Simulator struct {
	cloud *cloud.Cloud
}

var (
	_ http.Handler      = (*Simulator)(nil)
	_ http.RoundTripper = (*Simulator)(nil)
)

// New starts a simulator. It panics when the options contradict themselves: two users of one name, two accounts with
// one ID, or a [Guest] made of something that is not in the catalogue.
func New(opts Options) *Simulator { return &Simulator{cloud.New(opts.inside())} }

// ServeHTTP answers one call of the API.
func (sim *Simulator) ServeHTTP(w http.ResponseWriter, r *http.Request) { sim.cloud.ServeHTTP(w, r) }

// RoundTrip answers one call of the API without a socket, whatever the host of its URL, so that a Simulator may be the
// Transport of a client in the same process.
func (sim *Simulator) RoundTrip(r *http.Request) (*http.Response, error) {
	return sim.cloud.RoundTrip(r)
}

// Calls returns how often each method was called, by names such as "SoftLayer_Virtual_Guest::getObject". Calls that
// failed count, too; those that named no existing service or did not sign in do not.
func (sim *Simulator) Calls() map[string]int { return sim.cloud.Calls() }

// TotalCalls returns the number of all calls [Simulator.Calls] counts.
func (sim *Simulator) TotalCalls() int { return sim.cloud.TotalCalls() }

// ResetCalls starts counting anew.
func (sim *Simulator) ResetCalls() { sim.cloud.ResetCalls() }

// Exports returns the addresses to which templates were exported.
func (sim *Simulator) Exports() []string { return sim.cloud.Exports() }
