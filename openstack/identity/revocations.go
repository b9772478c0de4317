package identity

import (
	"container/heap"
	"context"
	"sync"
	"time"

	"github.com/softlayer/jumpgate"
)

// Revocations remembers which tokens were revoked before they expired. The
// default keeps them in memory, which is enough for one replica.
//
// An implementation must be safe for concurrent use. Revoked is called for
// every request, so it should answer from memory where it can. An error of
// Revoked refuses the request with 503: an implementation that prefers to let
// requests through while its store is down returns false instead.
type Revocations interface {
	// Revoke makes Revoked true for id until the given time at least. The
	// principal in ctx revokes, so that an implementation can limit the entries
	// of one account. It MUST NOT forget entries to make room; it MAY return a
	// jumpgate.OverLimit error instead.
	Revoke(ctx context.Context, id AuditID, until time.Time) error
	// Revoked tells whether id was revoked.
	Revoked(ctx context.Context, id AuditID) (bool, error)
}

// maxRevocations bounds the memory that an account can fill by signing in and
// out: about 1 MiB.
const maxRevocations = 10_000

// MemoryRevocations is a Revocations in memory. Gateways of one process that
// share a key ring should share one. It drops an entry when the token expires
// and never before: an account with 10,000 revoked tokens that have not expired
// gets a jumpgate.OverLimit error for the next.
type MemoryRevocations struct {
	now func() time.Time
	max int // for an account

	mu      sync.RWMutex
	revoked map[AuditID]struct{}
	of      map[string]int // by user's id
	order   expiries
}

// NewMemoryRevocations returns an empty list. A nil now is time.Now.
func NewMemoryRevocations(now func() time.Time) *MemoryRevocations {
	if now == nil {
		now = time.Now
	}
	return &MemoryRevocations{now: now, max: maxRevocations, revoked: make(map[AuditID]struct{}), of: make(map[string]int)}
}

// Revoke implements Revocations.
func (m *MemoryRevocations) Revoke(ctx context.Context, id AuditID, until time.Time) error {
	account := ""
	if p := jumpgate.PrincipalFrom(ctx); p != nil {
		account = p.UserID
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.now()
	m.forget(now)
	if _, ok := m.revoked[id]; ok {
		return nil
	}
	if m.of[account] >= m.max {
		return &jumpgate.Error{
			Kind:       jumpgate.OverLimit,
			Message:    "Too many tokens were revoked. Try again later.",
			RetryAfter: time.Minute,
		}
	}
	m.revoked[id] = struct{}{}
	m.of[account]++
	heap.Push(&m.order, expiry{id, account, until})
	return nil
}

// forget drops what has expired.
func (m *MemoryRevocations) forget(now time.Time) {
	for len(m.order) > 0 && m.order[0].until.Before(now) {
		e := heap.Pop(&m.order).(expiry)
		delete(m.revoked, e.id)
		if m.of[e.account]--; m.of[e.account] == 0 {
			delete(m.of, e.account)
		}
	}
}

// Revoked implements Revocations.
func (m *MemoryRevocations) Revoked(_ context.Context, id AuditID) (bool, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	_, ok := m.revoked[id]
	return ok, nil
}

type expiry struct {
	id      AuditID
	account string
	until   time.Time
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
