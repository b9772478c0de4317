package jumpgate

import (
	"bytes"
	"cmp"
	"context"
	"iter"
	"slices"
	"strings"
	"sync"
	"time"
)

// StoreOptions configure a MemoryStore or what OpenFileStore returns. The zero
// value works.
type StoreOptions struct {
	MaxRecords int              // of a project. Default MaxStoreRecords
	Now        func() time.Time // Default time.Now
}

// MemoryStore is a Store that ends with the process. Its records are not
// sealed.
type MemoryStore struct {
	opts StoreOptions
	save func(version uint64, records map[StoreKey]Record) error // nil: nothing

	mu      sync.Mutex
	records map[StoreKey]Record
	count   map[string]int // by project
	version uint64         // the last one given
}

var _ Store = (*MemoryStore)(nil)

// NewMemoryStore returns an empty MemoryStore.
func NewMemoryStore(opts StoreOptions) *MemoryStore {
	opts.MaxRecords = cmp.Or(opts.MaxRecords, MaxStoreRecords)
	if opts.Now == nil {
		opts.Now = time.Now
	}
	return &MemoryStore{opts: opts, records: make(map[StoreKey]Record), count: make(map[string]int)}
}

// Get implements Store.
func (m *MemoryStore) Get(ctx context.Context, key StoreKey) (*Record, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	r, ok := m.live(key)
	if !ok {
		return nil, NotFound
	}
	return copyRecord(r), nil
}

func copyRecord(r Record) *Record {
	r.Value = bytes.Clone(r.Value)
	return &r
}

// live returns the record at key unless it has expired.
func (m *MemoryStore) live(key StoreKey) (Record, bool) {
	r, ok := m.records[key]
	return r, ok && !m.expired(r)
}

func (m *MemoryStore) expired(r Record) bool {
	return !r.Expires.IsZero() && !m.opts.Now().Before(r.Expires)
}

// Put implements Store.
func (m *MemoryStore) Put(ctx context.Context, r Record) (uint64, error) {
	if err := cmp.Or(ctx.Err(), CheckRecord(&r)); err != nil {
		return 0, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	old, ok := m.live(r.StoreKey)
	if ok && old.Version != r.Version || !ok && r.Version != 0 {
		return 0, Conflict
	}
	if !ok && m.count[r.Project] >= m.opts.MaxRecords {
		m.sweep(r.Project)
		if m.count[r.Project] >= m.opts.MaxRecords {
			return 0, &StoreFullError{r.Project, m.opts.MaxRecords}
		}
	}
	old, had := m.records[r.StoreKey]
	m.version++
	r.Version = m.version
	r = *copyRecord(r)
	m.set(r)
	if err := m.saved(); err != nil {
		m.remove(r.StoreKey)
		if had {
			m.set(old)
		}
		return 0, err
	}
	return r.Version, nil
}

func (m *MemoryStore) saved() error {
	if m.save == nil {
		return nil
	}
	return m.save(m.version, m.records)
}

func (m *MemoryStore) set(r Record) {
	if _, ok := m.records[r.StoreKey]; !ok {
		m.count[r.Project]++
	}
	m.records[r.StoreKey] = r
}

func (m *MemoryStore) remove(key StoreKey) {
	if _, ok := m.records[key]; !ok {
		return
	}
	delete(m.records, key)
	if m.count[key.Project]--; m.count[key.Project] == 0 {
		delete(m.count, key.Project)
	}
}

// sweep removes what has expired of a project.
func (m *MemoryStore) sweep(project string) {
	for key, r := range m.records {
		if key.Project == project && m.expired(r) {
			m.remove(key)
		}
	}
}

// Delete implements Store.
func (m *MemoryStore) Delete(ctx context.Context, key StoreKey, version uint64) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	r, ok := m.live(key)
	if !ok {
		return NotFound
	}
	if version != 0 && version != r.Version {
		return Conflict
	}
	m.remove(key)
	if err := m.saved(); err != nil {
		m.set(r)
		return err
	}
	return nil
}

// List implements Store. It yields what was there when it began.
func (m *MemoryStore) List(ctx context.Context, project, kind string) iter.Seq2[*Record, error] {
	return func(yield func(*Record, error) bool) {
		if err := ctx.Err(); err != nil {
			yield(nil, err)
			return
		}
		var list []Record
		m.mu.Lock()
		for key, r := range m.records {
			if key.Project == project && key.Kind == kind && !m.expired(r) {
				list = append(list, r)
			}
		}
		m.mu.Unlock()
		slices.SortFunc(list, func(a, b Record) int { return strings.Compare(a.ID, b.ID) })
		for _, r := range list {
			if !yield(copyRecord(r), nil) {
				return
			}
		}
	}
}

// Keys yields the keys of all records that were there when it began.
func (m *MemoryStore) Keys(ctx context.Context) iter.Seq2[StoreKey, error] {
	return func(yield func(StoreKey, error) bool) {
		if err := ctx.Err(); err != nil {
			yield(StoreKey{}, err)
			return
		}
		var keys []StoreKey
		m.mu.Lock()
		for key, r := range m.records {
			if !m.expired(r) {
				keys = append(keys, key)
			}
		}
		m.mu.Unlock()
		for _, key := range keys {
			if !yield(key, nil) {
				return
			}
		}
	}
}
