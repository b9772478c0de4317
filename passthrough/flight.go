package passthrough

import (
	"context"
	"sync"
)

// flight lets concurrent callers who want the same thing share one call.
type flight[K comparable, V any] struct {
	mu    sync.Mutex
	calls map[K]*call[V]
}

type call[V any] struct {
	done  chan struct{}
	value V
	err   error
}

// do returns what f returns, to all callers that come while it runs. f keeps
// running when a caller has gone: others wait for it. It must end by itself.
func (g *flight[K, V]) do(ctx context.Context, key K, f func(context.Context) (V, error)) (V, error) {
	g.mu.Lock()
	c := g.calls[key]
	if c == nil {
		c = &call[V]{done: make(chan struct{})}
		if g.calls == nil {
			g.calls = make(map[K]*call[V])
		}
		g.calls[key] = c
		go func() {
			defer func() {
				g.mu.Lock()
				delete(g.calls, key)
				g.mu.Unlock()
				close(c.done)
			}()
			c.value, c.err = f(context.WithoutCancel(ctx))
		}()
	}
	g.mu.Unlock()
	select {
	case <-c.done:
		return c.value, c.err
	case <-ctx.Done():
		var none V
		return none, ctx.Err()
	}
}
