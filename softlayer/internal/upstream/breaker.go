package upstream

import (
	"errors"
	"sync"
	"time"

	"github.com/softlayer/softlayer-go/sl"

	"github.com/softlayer/jumpgate"
)

// breaker spares clients the wait for a SoftLayer that does not answer. After
// so many attempts in a row without any answer it refuses calls for a while,
// and then lets one through at a time until one is answered.
type breaker struct {
	after int           // attempts
	pause time.Duration // between two that are let through

	mu     sync.Mutex
	failed int // in a row
	until  time.Time
}

func newBreaker() *breaker { return &breaker{after: 20, pause: 5 * time.Second} }

// errOpen is the cause of a call that was refused unsent.
var errOpen = errors.New("not sent: SoftLayer has not answered for a while")

// pass tells whether a call may be sent: nil, or an error that says when to
// try again.
func (b *breaker) pass() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.failed < b.after {
		return nil
	}
	if wait := time.Until(b.until); wait > 0 {
		return &jumpgate.Error{Kind: jumpgate.Unavailable, Err: errOpen, RetryAfter: wait}
	}
	b.until = time.Now().Add(b.pause) // this one finds out for all
	return nil
}

// note counts how an attempt ended.
func (b *breaker) note(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	var e sl.Error
	switch {
	case err == nil, errors.As(err, &e) && e.StatusCode != noAnswer && e.StatusCode != timedOut:
		b.failed = 0
	case errors.As(err, &e) || errors.Is(contextError(err), errDeadline):
		if b.failed++; b.failed == b.after {
			b.until = time.Now().Add(b.pause)
		}
	}
}
