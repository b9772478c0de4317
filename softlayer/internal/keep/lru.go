package keep

import (
	"context"
	"iter"

	"github.com/softlayer/jumpgate"
)

// LRU remembers values by an account and a key. When an account has more of
// them than its share, the one of that account that was not used for longest
// goes; when all accounts together have too many, the one of all of them. So
// no account makes another forget, unless very many remember much at once.
// It is not safe for concurrent use.
type LRU[V any] struct {
	PerAccount int // most values of an account
	Total      int // most values of all accounts

	accounts map[string]*shelf[V]
	all      ring[V]
	n        int
}

// shelf is what is remembered of an account.
type shelf[V any] struct {
	account string
	keys    map[string]*remembered[V]
	used    ring[V]
}

type remembered[V any] struct {
	shelf      *shelf[V]
	key        string
	value      V
	next, prev [2]*remembered[V] // in the rings of all accounts and of its own
}

// The rings that a value is in.
const (
	ofAll = iota
	ofOwn
)

// ring holds values, the latest used first. They are linked themselves, which
// takes one allocation for a value where container/list takes three.
type ring[V any] struct {
	root  remembered[V] // stands before the first and behind the last
	which int           // ofAll or ofOwn
}

func (r *ring[V]) first() *remembered[V] {
	if e := r.root.next[r.which]; e != &r.root {
		return e
	}
	return nil
}

func (r *ring[V]) last() *remembered[V] { return r.root.prev[r.which] }

func (r *ring[V]) init(which int) {
	r.which = which
	r.root.next[which], r.root.prev[which] = &r.root, &r.root
}

func (r *ring[V]) pushFront(e *remembered[V]) {
	w, first := r.which, r.root.next[r.which]
	e.prev[w], e.next[w] = &r.root, first
	r.root.next[w], first.prev[w] = e, e
}

func (r *ring[V]) remove(e *remembered[V]) {
	w := r.which
	e.prev[w].next[w], e.next[w].prev[w] = e.next[w], e.prev[w]
}

// NewLRU returns an LRU for so many values of an account, and of all.
func NewLRU[V any](perAccount, total int) *LRU[V] {
	return &LRU[V]{PerAccount: perAccount, Total: total}
}

// Get returns what is remembered, which counts as a use.
func (l *LRU[V]) Get(account, key string) (value V, ok bool) {
	s := l.accounts[account]
	if s == nil {
		return value, false
	}
	e := s.keys[key]
	if e == nil {
		return value, false
	}
	l.use(e)
	return e.value, true
}

// Put remembers a value.
func (l *LRU[V]) Put(account, key string, value V) { *l.At(account, key) = value }

// At returns where a value is remembered, a zero one if none was. It is the
// caller's to change until the next call of l.
func (l *LRU[V]) At(account, key string) *V {
	if l.accounts == nil {
		l.accounts = make(map[string]*shelf[V])
		l.all.init(ofAll)
	}
	s := l.accounts[account]
	if s == nil {
		s = &shelf[V]{account: account, keys: make(map[string]*remembered[V])}
		s.used.init(ofOwn)
		l.accounts[account] = s
	}
	e := s.keys[key]
	if e != nil {
		l.use(e)
		return &e.value
	}
	e = &remembered[V]{shelf: s, key: key}
	l.all.pushFront(e)
	s.used.pushFront(e)
	s.keys[key] = e
	l.n++
	switch {
	case len(s.keys) > l.PerAccount:
		l.drop(s.used.last())
	case l.n > l.Total:
		l.drop(l.all.last())
	}
	return &e.value
}

// Delete forgets a value.
func (l *LRU[V]) Delete(account, key string) {
	if s := l.accounts[account]; s != nil && s.keys[key] != nil {
		l.drop(s.keys[key])
	}
}

// Of yields all that is remembered of an account, the latest used first, and
// counts as no use. The LRU must not change meanwhile.
func (l *LRU[V]) Of(account string) iter.Seq2[string, V] {
	return func(yield func(string, V) bool) {
		s := l.accounts[account]
		if s == nil {
			return
		}
		for e := s.used.first(); e != nil && e != &s.used.root; e = e.next[ofOwn] {
			if !yield(e.key, e.value) {
				return
			}
		}
	}
}

// Len is how many values are remembered.
func (l *LRU[V]) Len() int { return l.n }

// Clear forgets everything.
func (l *LRU[V]) Clear() { l.accounts, l.n = nil, 0 }

func (l *LRU[V]) use(e *remembered[V]) {
	l.all.remove(e)
	l.all.pushFront(e)
	e.shelf.used.remove(e)
	e.shelf.used.pushFront(e)
}

func (l *LRU[V]) drop(e *remembered[V]) {
	s := e.shelf
	l.all.remove(e)
	s.used.remove(e)
	l.n--
	if delete(s.keys, e.key); len(s.keys) == 0 {
		delete(l.accounts, s.account)
	}
}

// Account is the account of ctx's principal; "" without one.
func Account(ctx context.Context) string {
	if p := jumpgate.PrincipalFrom(ctx); p != nil {
		return p.ProjectID
	}
	return ""
}
