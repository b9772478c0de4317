package passthrough

import (
	"container/list"
	"crypto/sha256"
	"sync"
	"time"
)

// cache keeps what is known about tokens for a short time. It is keyed by a
// hash: a dump of memory must not give away tokens. When it is full, what was
// not used for longest goes.
type cache[V any] struct {
	size int

	mu      sync.Mutex
	entries map[[sha256.Size]byte]*list.Element
	order   list.List // of *entry[V], the last used first
}

type entry[V any] struct {
	key   [sha256.Size]byte
	value V
	until time.Time
}

func newCache[V any](size int) *cache[V] {
	return &cache[V]{size: size, entries: make(map[[sha256.Size]byte]*list.Element)}
}

func (c *cache[V]) get(key [sha256.Size]byte, now time.Time) (V, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e := c.entries[key]; e != nil {
		if item := e.Value.(*entry[V]); now.Before(item.until) {
			c.order.MoveToFront(e)
			return item.value, true
		}
		c.remove(e)
	}
	var none V
	return none, false
}

func (c *cache[V]) put(key [sha256.Size]byte, value V, until time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e := c.entries[key]; e != nil {
		c.remove(e)
	}
	c.entries[key] = c.order.PushFront(&entry[V]{key, value, until})
	for len(c.entries) > c.size {
		c.remove(c.order.Back())
	}
}

func (c *cache[V]) remove(e *list.Element) {
	delete(c.entries, e.Value.(*entry[V]).key)
	c.order.Remove(e)
}
