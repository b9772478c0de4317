package recipes

import (
	"net/http"
	"sync"
	"time"

	"github.com/softlayer/jumpgate"
)

// limiter lets each project write so often and no oftener. Reads are free: a
// waiting client asks many times.
type limiter struct {
	every time.Duration // one write
	burst int
	now   func() time.Time

	mu   sync.Mutex
	free map[string]time.Time // by project: when its bucket is full again; nil at first
}

// hook is a request hook. It needs the principal, so it belongs to a Gateway
// after New.
func (l *limiter) hook(r *jumpgate.Request) error {
	if r.Env.Principal == nil || r.Method == http.MethodGet || r.Method == http.MethodHead {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	full := l.free[r.Env.ProjectID]
	if full.Before(now) {
		full = now
	}
	if wait := full.Add(l.every).Sub(now) - time.Duration(l.burst)*l.every; wait > 0 {
		return &jumpgate.Error{Kind: jumpgate.OverLimit, Message: "Too many changes at once.", RetryAfter: wait}
	}
	if l.free == nil {
		l.free = make(map[string]time.Time)
	}
	l.free[r.Env.ProjectID] = full.Add(l.every)
	return nil
}
