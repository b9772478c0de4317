package memory

import (
	"context"
	"iter"
	"slices"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/baremetal"
)

// metalTable keeps the things of one kind that machines have.
type metalTable[T any] struct {
	*metal
	rows   []*T
	record func(*T) *baremetal.Record
	name   func(*T) string     // nil: the kind has no names
	clone  func(*T) *T         // a copy that shares nothing
	fits   func(item *T) error // refuses what does not go with the others; the lock is held
	added  func(item *T)       // may be nil
	gone   func(item *T)       // may be nil
}

func (t *metalTable[T]) find(ident string) int {
	return slices.IndexFunc(t.rows, func(row *T) bool {
		return t.record(row).UUID == ident || t.name != nil && ident != "" && t.name(row) == ident
	})
}

// other tells whether another row than item is like it.
func (t *metalTable[T]) other(item *T, like func(row *T) bool) bool {
	return slices.ContainsFunc(t.rows, func(row *T) bool { return t.record(row).UUID != t.record(item).UUID && like(row) })
}

// List implements baremetal.Lister.
func (t *metalTable[T]) List(context.Context, baremetal.Query) iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) {
		t.lock()
		list := make([]*T, len(t.rows))
		for i, row := range t.rows {
			list[i] = t.clone(row)
		}
		t.mu.Unlock()
		yieldAll(list, yield)
	}
}

// Get implements baremetal.Getter.
func (t *metalTable[T]) Get(_ context.Context, ident string) (*T, error) {
	t.lock()
	defer t.mu.Unlock()
	i := t.find(ident)
	if i < 0 {
		return nil, jumpgate.NotFound
	}
	return t.clone(t.rows[i]), nil
}

// Create implements baremetal.Creator.
func (t *metalTable[T]) Create(_ context.Context, item *T) (*T, error) {
	t.lock()
	defer t.mu.Unlock()
	made := t.clone(item)
	r := t.record(made)
	if r.UUID == "" {
		r.UUID = jumpgate.NewUUID()
	}
	if err := t.fits(made); err != nil {
		return nil, err
	}
	r.Created = t.moment()
	t.rows = append(t.rows, made)
	shown := t.clone(made)
	if t.added != nil {
		t.added(made)
	}
	return shown, nil
}

// Update implements baremetal.Updater.
func (t *metalTable[T]) Update(_ context.Context, uuid string, u baremetal.Update[T]) (*T, error) {
	t.lock()
	defer t.mu.Unlock()
	i := t.find(uuid)
	if i < 0 {
		return nil, jumpgate.NotFound
	}
	next := t.clone(t.rows[i])
	u.Apply(next)
	if err := t.fits(next); err != nil {
		return nil, err
	}
	t.record(next).Updated = t.moment()
	t.rows[i] = next
	return t.clone(next), nil
}

// Delete implements baremetal.Deleter.
func (t *metalTable[T]) Delete(_ context.Context, uuid string) error {
	t.lock()
	defer t.mu.Unlock()
	i := t.find(uuid)
	if i < 0 {
		return jumpgate.NotFound
	}
	item := t.rows[i]
	t.rows = slices.Delete(t.rows, i, i+1)
	if t.gone != nil {
		t.gone(item)
	}
	return nil
}
