package keep

import (
	"context"
	"sync"
)

// Locks serializes what is done to one thing. SoftLayer has no
// compare-and-swap, so a change of notes that were read before could undo
// another one; across replicas the last writer wins. The zero value is ready.
type Locks struct {
	mu   sync.Mutex
	held map[string]chan struct{} // closed when free again
}

// Lock waits for its turn with key.
func (l *Locks) Lock(ctx context.Context, key string) (unlock func(), err error) {
	for {
		l.mu.Lock()
		busy := l.held[key]
		if busy == nil {
			if l.held == nil {
				l.held = make(map[string]chan struct{})
			}
			free := make(chan struct{})
			l.held[key] = free
			l.mu.Unlock()
			return func() {
				l.mu.Lock()
				delete(l.held, key)
				l.mu.Unlock()
				close(free)
			}, nil
		}
		l.mu.Unlock()
		select {
		case <-busy:
		case <-ctx.Done():
			return nil, Abandoned(ctx)
		}
	}
}
