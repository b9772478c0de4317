package keep

import (
	"container/list"
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

	accounts map[string]*shelf
	all      list.List // of *remembered[V], the latest used first
}

// shelf is what is remembered of an account.
type shelf struct {
	keys map[string]*list.Element // in LRU.all
	used list.List                // of *list.Element in LRU.all, the latest used first
}

type remembered[V any] struct {
	account, key string
	value        V
	own          *list.Element // in shelf.used
}

// NewLRU returns an LRU for so many values of an account, and of all.
func NewLRU[V any](perAccount, total int) *LRU[V] {
	return &LRU[V]{PerAccount: perAccount, Total: total}
}

// Get returns what is remembered, which counts as a use.
func (l *LRU[V]) Get(account, key string) (value V, ok bool) {
	s := l.accounts[account]
	if s == nil || s.keys[key] == nil {
		return value, false
	}
	return l.use(s, s.keys[key]).value, true
}

// Put remembers a value.
func (l *LRU[V]) Put(account, key string, value V) {
	s := l.accounts[account]
	if s == nil {
		if l.accounts == nil {
			l.accounts = make(map[string]*shelf)
		}
		s = &shelf{keys: make(map[string]*list.Element)}
		l.accounts[account] = s
	}
	if e := s.keys[key]; e != nil {
		l.use(s, e).value = value
		return
	}
	r := &remembered[V]{account: account, key: key, value: value}
	e := l.all.PushFront(r)
	r.own = s.used.PushFront(e)
	s.keys[key] = e
	switch {
	case len(s.keys) > l.PerAccount:
		l.drop(s.used.Back().Value.(*list.Element))
	case l.all.Len() > l.Total:
		l.drop(l.all.Back())
	}
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
		for own := s.used.Front(); own != nil; own = own.Next() {
			if r := own.Value.(*list.Element).Value.(*remembered[V]); !yield(r.key, r.value) {
				return
			}
		}
	}
}

// Len is how many values are remembered.
func (l *LRU[V]) Len() int { return l.all.Len() }

// Clear forgets everything.
func (l *LRU[V]) Clear() {
	l.accounts = nil
	l.all.Init()
}

func (l *LRU[V]) use(s *shelf, e *list.Element) *remembered[V] {
	r := e.Value.(*remembered[V])
	l.all.MoveToFront(e)
	s.used.MoveToFront(r.own)
	return r
}

func (l *LRU[V]) drop(e *list.Element) {
	r := l.all.Remove(e).(*remembered[V])
	s := l.accounts[r.account]
	s.used.Remove(r.own)
	if delete(s.keys, r.key); len(s.keys) == 0 {
		delete(l.accounts, r.account)
	}
}

// Account is the account of ctx's principal; "" without one.
func Account(ctx context.Context) string {
	if p := jumpgate.PrincipalFrom(ctx); p != nil {
		return p.ProjectID
	}
	return ""
}
