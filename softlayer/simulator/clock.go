package simulator

import (
	"sync"
	"time"
)

// Clock is a clock that stands still until told to move. Its Now method fits [Options.Now].
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// NewClock returns a clock that shows t0.
func NewClock(t0 time.Time) *Clock { return &Clock{now: t0} }

// Now returns the time shown.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Advance moves the clock forward by d.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}
