package main

import (
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"sync"
	"time"

	"github.com/softlayer/jumpgate/softlayer/simulator"
)

// faults lets a share of the calls of a SoftLayer fail, in all the ways that
// are known of it.
type faults struct {
	next  http.Handler
	share float64

	mu          sync.Mutex
	random      *rand.Rand
	enabled     bool
	calls, made int
}

func (f *faults) on(yes bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.enabled = yes
}

// kinds of faults, each as likely as the others.
const (
	page          = iota // 502 of a proxy, nothing done
	pageAfter            // 502 of a proxy, all done
	internal             // 500 Internal Error
	internal200          // the same with status 200
	internalAfter        // the same, all done
	reset                // no answer, nothing done
	resetAfter           // no answer, all done
	slow                 // the answer comes late
	rateLimit            // refused unseen
	null                 // an answer that says nothing, all done
	numberOfFaults
)

func (f *faults) pick() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls++
	if !f.enabled || f.random.Float64() >= f.share {
		return -1
	}
	f.made++
	return f.random.IntN(numberOfFaults)
}

// ServeHTTP implements http.Handler.
func (f *faults) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	say := func(status int, body string) {
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}
	done := func() { f.next.ServeHTTP(httptest.NewRecorder(), r) }
	switch f.pick() {
	case page:
		say(http.StatusBadGateway, simulator.BodyBadGateway)
	case pageAfter:
		done()
		say(http.StatusBadGateway, simulator.BodyBadGateway)
	case internal:
		say(http.StatusInternalServerError, simulator.BodyInternalError)
	case internal200:
		say(http.StatusOK, simulator.BodyInternalError)
	case internalAfter:
		done()
		say(http.StatusInternalServerError, simulator.BodyInternalError)
	case reset:
		panic(http.ErrAbortHandler)
	case resetAfter:
		done()
		panic(http.ErrAbortHandler)
	case slow:
		time.Sleep(300 * time.Millisecond)
		f.next.ServeHTTP(w, r)
	case rateLimit:
		say(http.StatusInternalServerError, simulator.BodyRateLimit)
	case null:
		done()
		say(http.StatusOK, "null")
	default:
		f.next.ServeHTTP(w, r)
	}
}
