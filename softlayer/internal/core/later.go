package core

import (
	"cmp"
	"context"
	"sync"
	"time"

	"github.com/softlayer/jumpgate"
)

// Later carries out in the background what SoftLayer refuses for now, such as
// to delete a server that it is still making. What is to be done is written
// down in SoftLayer before, so it is no loss if the process ends: whoever sees
// the thing next calls Try again. The zero value is ready.
type Later struct {
	Pause time.Duration // before the first attempt; 0: a second

	mu   sync.Mutex
	open map[string]bool // what is being tried, by key
}

const (
	maxLater     = 500              // things at a time
	longestLater = 30 * time.Second // between two attempts
	laterAge     = 6 * time.Hour    // until nobody hopes any more
	laterFaults  = 20               // attempts in a row that fail
)

// Has tells whether somebody takes care of key.
func (l *Later) Has(key string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.open[key]
}

// Try calls attempt, which acts for the principal of ctx, until it returns
// true: all is done, or need not be done any more. Each pause
// between two attempts is longer, to half a minute. It returns at once, and tells whether somebody takes care of key: not where too much is
// under way.
func (l *Later) Try(ctx context.Context, key string, attempt func(context.Context) (done bool, err error)) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.open[key] {
		return true
	}
	if len(l.open) >= maxLater {
		return false
	}
	if l.open == nil {
		l.open = make(map[string]bool)
	}
	l.open[key] = true
	first := cmp.Or(l.Pause, time.Second)
	ctx = jumpgate.WithPrincipal(context.Background(), jumpgate.PrincipalFrom(ctx)) // no request waits for it
	go func() {
		defer func() {
			_ = recover() // a defect of one attempt is no reason to end the process
			l.mu.Lock()
			defer l.mu.Unlock()
			delete(l.open, key)
		}()
		ctx, cancel := context.WithTimeout(ctx, laterAge)
		defer cancel()
		for faults, pause := 0, first; faults < laterFaults; pause = min(2*pause, longestLater) {
			select {
			case <-ctx.Done():
				return
			case <-time.After(pause):
			}
			done, err := attempt(ctx)
			if done {
				return
			}
			if faults++; err == nil {
				faults = 0
			}
		}
	}()
	return true
}
