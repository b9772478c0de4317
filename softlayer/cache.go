package softlayer

import (
	"context"
	"sync"
	"time"
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
	done  chan struct{} // closed once value and err are set
	until time.Time
	value T
	err   error
}

// maxEntries bounds the number of accounts remembered.
const maxEntries = 1000

// get returns the value for key, from load if there is none. An error is not
// kept. load goes on if the first who asked for it goes away.
func (c *cache[T]) get(ctx context.Context, key string, load func(context.Context) (T, error)) (T, error) {
	c.mu.Lock()
	e := c.entries[key]
	if e == nil || e.over(c.now()) {
		e = &entry[T]{done: make(chan struct{})}
		c.add(key, e)
		go func() {
			e.value, e.err = load(context.WithoutCancel(ctx))
			e.until = c.now().Add(c.age)
			close(e.done)
		}()
	}
	c.mu.Unlock()
	select {
	case <-e.done:
		return e.value, e.err
	case <-ctx.Done():
		var zero T
		return zero, ctx.Err()
	}
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
	if len(c.entries) >= maxEntries {
		now := c.now()
		for k, old := range c.entries {
			if old.over(now) || len(c.entries) >= maxEntries {
				delete(c.entries, k)
			}
		}
	}
	if c.entries == nil {
		c.entries = make(map[string]*entry[T])
	}
	c.entries[key] = e
}
