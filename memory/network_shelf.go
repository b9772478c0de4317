package memory

import (
	"context"
	"iter"
	"slices"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/network"
)

// shelf keeps the things of one kind and is their driver. Its exported methods
// take the lock of nets; the functions that it is given are called under it.
//
// Slices and maps of a thing that is kept are never changed, only replaced:
// callers get copies that share them.
type shelf[T any] struct {
	n     *nets
	items map[string]*T
	head  func(*T) head
	first int    // the revision of a new thing
	quota string // the resource that it counts as; empty: none

	// The following are optional.
	sees  func(ctx context.Context, t *T) bool                               // others than the owner may see it
	show  func(ctx context.Context, t *T)                                    // completes a copy for the caller
	add   func(ctx context.Context, t *T) error                              // checks and completes a new thing; on an error it leaves nothing behind
	alter func(ctx context.Context, old, now *T, u *network.Update[T]) error // checks and completes a change; the same
	leave func(ctx context.Context, t *T) error                              // says why it can't go
	erase func(t *T)                                                         // takes along what belongs to it
}

// head is what all things have; std is nil for those that have no more.
type head struct {
	id, project *string
	std         *network.Standard
}

func headOf(std *network.Standard) head { return head{&std.ID, &std.ProjectID, std} }

// List implements network.Lister.
func (s *shelf[T]) List(ctx context.Context, q network.Query) iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) {
		for _, t := range s.collect(ctx, q) {
			if !yield(t, nil) {
				return
			}
		}
	}
}

func (s *shelf[T]) collect(ctx context.Context, q network.Query) []*T {
	s.n.lock()
	defer s.n.mu.Unlock()
	s.n.greet(ctx)
	if ids, ok := q.Filters["id"]; ok {
		var list []*T
		for _, id := range slices.Compact(slices.Sorted(slices.Values(ids))) {
			if t := s.visible(ctx, id); t != nil {
				list = append(list, s.shown(ctx, t))
			}
		}
		return list
	}
	list := make([]*T, 0, len(s.items))
	for _, t := range s.items {
		if s.may(ctx, t) {
			list = append(list, s.shown(ctx, t))
		}
	}
	return list
}

// Get implements network.Getter.
func (s *shelf[T]) Get(ctx context.Context, id string) (*T, error) {
	s.n.lock()
	defer s.n.mu.Unlock()
	s.n.greet(ctx)
	t := s.visible(ctx, id)
	if t == nil {
		return nil, jumpgate.NotFound
	}
	return s.shown(ctx, t), nil
}

// Create implements network.Creator.
func (s *shelf[T]) Create(ctx context.Context, all []*T) ([]*T, error) {
	s.n.lock()
	defer s.n.mu.Unlock()
	s.n.greet(ctx)
	wanted := make(map[string]int)
	for _, t := range all {
		wanted[*s.head(t).project]++
	}
	for project, count := range wanted {
		if err := s.n.afford(project, s.quota, count); err != nil {
			return nil, err
		}
	}
	var made, views []*T
	for _, t := range all {
		if err := s.put(ctx, t); err != nil {
			for _, done := range slices.Backward(made) {
				s.take(done)
			}
			return nil, err
		}
		made = append(made, t)
	}
	for _, t := range made {
		views = append(views, s.shown(ctx, t))
	}
	return views, nil
}

// Update implements network.Updater.
func (s *shelf[T]) Update(ctx context.Context, id string, u network.Update[T]) (*T, error) {
	s.n.lock()
	defer s.n.mu.Unlock()
	t := s.visible(ctx, id)
	if t == nil {
		return nil, jumpgate.NotFound
	}
	if std := s.head(t).std; std != nil && u.Revision >= 0 && u.Revision != std.Revision {
		return nil, network.RevisionMismatch(u.Revision, std.Revision)
	}
	if err := s.change(ctx, t, &u); err != nil {
		return nil, err
	}
	return s.shown(ctx, t), nil
}

// Delete implements network.Deleter.
func (s *shelf[T]) Delete(ctx context.Context, id string) error {
	s.n.lock()
	defer s.n.mu.Unlock()
	t := s.visible(ctx, id)
	if t == nil {
		return jumpgate.NotFound
	}
	if s.leave != nil {
		if err := s.leave(ctx, t); err != nil {
			return err
		}
	}
	s.take(t)
	return nil
}

// put makes one thing. It has an id before add sees it, and is on the shelf
// after.
func (s *shelf[T]) put(ctx context.Context, t *T) error {
	h := s.head(t)
	if *h.id == "" {
		*h.id = jumpgate.NewUUID()
	}
	if h.std != nil {
		now := s.n.now().UTC().Truncate(time.Second)
		h.std.Created, h.std.Updated, h.std.Revision = now, now, s.first
	}
	if s.add != nil {
		if err := s.add(ctx, t); err != nil {
			return err
		}
	}
	s.items[*h.id] = t
	s.n.changes++
	return nil
}

// change changes one thing.
func (s *shelf[T]) change(ctx context.Context, t *T, u *network.Update[T]) error {
	now := *t
	u.Apply(&now)
	if s.alter != nil {
		if err := s.alter(ctx, t, &now, u); err != nil {
			return err
		}
	}
	*t = now
	s.touch(t)
	return nil
}

// touch says that a thing has changed.
func (s *shelf[T]) touch(t *T) {
	s.n.changes++
	if std := s.head(t).std; std != nil {
		std.Revision++
		std.Updated = s.n.now().UTC().Truncate(time.Second)
	}
}

// take takes a thing away, whoever needs it.
func (s *shelf[T]) take(t *T) {
	if s.erase != nil {
		s.erase(t)
	}
	delete(s.items, *s.head(t).id)
	s.n.changes++
}

// visible finds a thing that the caller may see, or nil.
func (s *shelf[T]) visible(ctx context.Context, id string) *T {
	if t := s.items[id]; t != nil && s.may(ctx, t) {
		return t
	}
	return nil
}

// may tells whether the caller may see a thing.
func (s *shelf[T]) may(ctx context.Context, t *T) bool {
	return network.AllProjects(ctx) || *s.head(t).project == caller(ctx).ProjectID || s.sees != nil && s.sees(ctx, t)
}

// shown is a copy of a thing for the caller.
func (s *shelf[T]) shown(ctx context.Context, t *T) *T {
	view := *t
	if s.show != nil {
		s.show(ctx, &view)
	}
	return &view
}

// count says how many things a project has.
func (s *shelf[T]) count(project string) int {
	n := 0
	for _, t := range s.items {
		if *s.head(t).project == project {
			n++
		}
	}
	return n
}
