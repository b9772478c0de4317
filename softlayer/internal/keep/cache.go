package keep

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/softlayer/jumpgate"
)

// Cache keeps what changes rarely for a while, for each account apart, and
// asks for it once when many want it at the same time. What it returns is
// shared: never change it.
type Cache[T any] struct {
	age time.Duration
	now func() time.Time

	mu      sync.Mutex
	entries *LRU[*entry[T]] // by account and user
}

// NewCache returns a cache that keeps values for an age by a clock.
func NewCache[T any](age time.Duration, now func() time.Time) *Cache[T] {
	return &Cache[T]{age: age, now: now, entries: NewLRU[*entry[T]](usersEach, maxEntries)}
}

// Forget forgets everything, as after a restart.
func (c *Cache[T]) Forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.entries.Clear()
}

type entry[T any] struct {
	done  chan struct{} // closed once the rest is set
	until time.Time
	value T
	err   error
}

// maxEntries and usersEach bound the memory: so many users, and so many of one
// account.
const (
	maxEntries = 1000
	usersEach  = 100
)

// Get returns the value for ctx's principal, from load if there is none: users
// of one account may see different things. An error is not kept. load acts for
// the principal, and goes on if the first who asked for it goes away.
func (c *Cache[T]) Get(ctx context.Context, load func(context.Context) (T, error)) (T, error) {
	return c.Begin(ctx, load)()
}

// Begin is Get for those who do something else meanwhile: what it returns waits.
func (c *Cache[T]) Begin(ctx context.Context, load func(context.Context) (T, error)) func() (T, error) {
	c.mu.Lock()
	account, user := Account(ctx), userOf(ctx)
	e, _ := c.entries.Get(account, user)
	if e == nil || e.over(c.now()) {
		e = &entry[T]{done: make(chan struct{})}
		c.entries.Put(account, user, e)
		go c.fill(jumpgate.WithPrincipal(context.WithoutCancel(ctx), jumpgate.PrincipalFrom(ctx)), e, load)
	}
	c.mu.Unlock()
	return func() (T, error) {
		select {
		case <-e.done:
			return e.value, e.err
		case <-ctx.Done():
			var zero T
			return zero, Abandoned(ctx)
		}
	}
}

func (c *Cache[T]) fill(ctx context.Context, e *entry[T], load func(context.Context) (T, error)) {
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

// Abandoned is the error of a request that stopped waiting.
func Abandoned(ctx context.Context) error {
	if ctx.Err() == context.DeadlineExceeded {
		return jumpgate.Timeout.Wrap(ctx.Err(), "")
	}
	return jumpgate.Unavailable.Wrap(ctx.Err(), "")
}

func userOf(ctx context.Context) string {
	if p := jumpgate.PrincipalFrom(ctx); p != nil {
		return p.UserID
	}
	return ""
}

// AccountKey is what is kept apart by: users of one account may see different
// things.
func AccountKey(ctx context.Context) string {
	if p := jumpgate.PrincipalFrom(ctx); p != nil {
		return p.ProjectID + "/" + p.UserID
	}
	return ""
}
