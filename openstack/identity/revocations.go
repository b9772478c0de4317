package identity

import (
	"container/heap"
	"context"
	"sync"
	"time"
)

// Revocations remembers which tokens were revoked before they expired. The
// default keeps them in memory, which does for one replica.
//
// An implementation must be safe for concurrent use. Revoked is called for
// every request, so it should answer from memory where it can. An error of
// Revoked refuses the request with 503: an implementation that would rather
// let requests through while its store is away returns false instead.
type Revocations interface {
	// Revoke makes Revoked true for id until the given time at least.
	Revoke(ctx context.Context, id AuditID, until time.Time) error
	// Revoked tells whether id was revoked.
	Revoked(ctx context.Context, id AuditID) (bool, error)
}

// maxRevocations bounds the memory that a client with a valid password can
// fill by signing in and out: about 8 MiB.
const maxRevocations = 100_000

// memory is the default Revocations. Entries go when their tokens expire; when
// there are too many, those that would go first.
type memory struct {
	now func() time.Time
	max int

	mu      sync.RWMutex
	revoked map[AuditID]struct{}
	order   expiries
}

func newMemory(now func() time.Time) *memory {
	return &memory{now: now, max: maxRevocations, revoked: make(map[AuditID]struct{})}
}

func (m *memory) Revoke(_ context.Context, id AuditID, until time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, ok := m.revoked[id]; ok {
		return nil
	}
	m.revoked[id] = struct{}{}
	heap.Push(&m.order, expiry{id, until})
	now := m.now()
	for len(m.order) > m.max || len(m.order) > 0 && m.order[0].until.Before(now) {
		delete(m.revoked, heap.Pop(&m.order).(expiry).id)
	}
	return nil
}

func (m *memory) Revoked(_ context.Context, id AuditID) (bool, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	_, ok := m.revoked[id]
	return ok, nil
}

type expiry struct {
	id    AuditID
	until time.Time
}

// expiries is a heap, the next to expire first.
type expiries []expiry

func (e expiries) Len() int           { return len(e) }
func (e expiries) Less(i, j int) bool { return e[i].until.Before(e[j].until) }
func (e expiries) Swap(i, j int)      { e[i], e[j] = e[j], e[i] }
func (e *expiries) Push(x any)        { *e = append(*e, x.(expiry)) }
func (e *expiries) Pop() any {
	last := (*e)[len(*e)-1]
	*e = (*e)[:len(*e)-1]
	return last
}
