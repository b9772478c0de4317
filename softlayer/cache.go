package softlayer

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/softlayer/jumpgate"
)

// cache keeps what changes rarely for a while, for each account apart, and
// asks for it once when many want it at the same time. Its zero value is
// ready once age and now are set. What it returns is shared: never change it.
type cache[T any] struct {
	age time.Duration
	now func() time.Time

	mu      sync.Mutex
	entries map[string]*entry[T]
}

type entry[T any] struct {
	done  chan struct{} // closed once the rest is set
	until time.Time
	value T
	err   error
}

// maxEntries bounds the number of accounts remembered.
const maxEntries = 1000

// get returns the value for key, from load if there is none. An error is not
// kept. load acts for ctx's principal, and goes on if the first who asked for
// it goes away.
func (c *cache[T]) get(ctx context.Context, key string, load func(context.Context) (T, error)) (T, error) {
	c.mu.Lock()
	e := c.entries[key]
	if e == nil || e.over(c.now()) {
		e = &entry[T]{done: make(chan struct{})}
		c.add(key, e)
		go c.fill(jumpgate.WithPrincipal(context.WithoutCancel(ctx), jumpgate.PrincipalFrom(ctx)), e, load)
	}
	c.mu.Unlock()
	select {
	case <-e.done:
		return e.value, e.err
	case <-ctx.Done():
		var zero T
		return zero, abandoned(ctx)
	}
}

func (c *cache[T]) fill(ctx context.Context, e *entry[T], load func(context.Context) (T, error)) {
	defer func() {
		if cause := recover(); cause != nil { // here nobody else would
			e.err = fmt.Errorf("panic: %v", cause)
		}
		e.until = c.now().Add(c.age)
		close(e.done)
	}()
	e.value, e.err = load(ctx)
}

// over tells whether e has to be loaded again.
func (e *entry[T]) over(now time.Time) bool {
	select {
	case <-e.done:
		return e.err != nil || !now.Before(e.until)
	default:
		return false
	}
}

func (c *cache[T]) add(key string, e *entry[T]) {
	if c.entries == nil {
		c.entries = make(map[string]*entry[T])
	}
	if c.entries[key] == nil && len(c.entries) >= maxEntries {
		c.makeRoom()
	}
	c.entries[key] = e
}

// makeRoom forgets what is over or, where nothing is, anything.
func (c *cache[T]) makeRoom() {
	now := c.now()
	for key, e := range c.entries {
		if e.over(now) {
			delete(c.entries, key)
		}
	}
	for key := range c.entries {
		if len(c.entries) < maxEntries {
			return
		}
		delete(c.entries, key)
	}
}

// abandoned is the error of a request that stopped waiting.
func abandoned(ctx context.Context) error {
	if ctx.Err() == context.DeadlineExceeded {
		return jumpgate.Timeout.Wrap(ctx.Err(), "")
	}
	return jumpgate.Unavailable.Wrap(ctx.Err(), "")
}

// accountKey is what is kept apart by: users of one account may see different
// things.
func accountKey(ctx context.Context) string {
	if p := jumpgate.PrincipalFrom(ctx); p != nil {
		return p.ProjectID + "/" + p.UserID
	}
	return ""
}
