package memory

import (
	"cmp"
	"context"
	"iter"
	"maps"
	"slices"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/volume"
)

// stockVolumeTypes are those of the small OpenStack that the recordings are
// of, and one whose volumes several servers may share.
func stockVolumeTypes(now time.Time) []*volume.Type {
	return []*volume.Type{
		{ID: stableUUID("volume type", "files"), Name: "files", ExtraSpecs: map[string]string{"volume_backend_name": "files"}, Created: now},
		{ID: stableUUID("volume type", "__DEFAULT__"), Name: "__DEFAULT__", Description: "Default Volume Type", ExtraSpecs: map[string]string{}, Created: now.Add(-time.Second)},
	}
}

// defaultType is the type of a volume that a project ordered without.
func (s *volumes) defaultType(project string) string { return cmp.Or(s.defaults[project], "files") }

// DefaultTypes implements volume.DefaultTypeKeeper.
func (s *volumes) DefaultTypes(context.Context) (map[string]string, error) {
	s.lock()
	defer s.mu.Unlock()
	return maps.Clone(s.defaults), nil
}

// SetDefaultType implements volume.DefaultTypeKeeper.
func (s *volumes) SetDefaultType(_ context.Context, projectID, typeID string) error {
	s.lock()
	defer s.mu.Unlock()
	if s.defaults[projectID] = typeID; typeID == "" {
		delete(s.defaults, projectID)
	}
	return nil
}

func copyType(t *volume.Type) *volume.Type {
	c := *t
	c.ExtraSpecs, c.Projects = maps.Clone(t.ExtraSpecs), slices.Clone(t.Projects)
	return &c
}

func mayUse(ctx context.Context, t *volume.Type) bool {
	p := caller(ctx)
	return !t.Private || p.HasRole("admin") || slices.Contains(t.Projects, p.ProjectID)
}

// typeCalled finds a type that the caller may use by its name or id.
func (s *volumes) typeCalled(ctx context.Context, ref string) *volume.Type {
	i := slices.IndexFunc(s.types, func(t *volume.Type) bool { return (t.ID == ref || t.Name == ref) && mayUse(ctx, t) })
	if i < 0 {
		return nil
	}
	return s.types[i]
}

// ListTypes implements volume.TypeLister.
func (s *volumes) ListTypes(ctx context.Context) iter.Seq2[*volume.Type, error] {
	return func(yield func(*volume.Type, error) bool) {
		s.lock()
		var list []*volume.Type
		for _, t := range s.types {
			if mayUse(ctx, t) {
				list = append(list, copyType(t))
			}
		}
		s.mu.Unlock()
		slices.SortStableFunc(list, func(a, b *volume.Type) int { return b.Created.Compare(a.Created) })
		yieldAll(list, yield)
	}
}

// DefaultType implements volume.TypeLister.
func (s *volumes) DefaultType(ctx context.Context) (*volume.Type, error) {
	s.lock()
	defer s.mu.Unlock()
	t := s.typeCalled(ctx, s.defaultType(caller(ctx).ProjectID))
	if t == nil {
		return nil, nil
	}
	return copyType(t), nil
}

// CreateType implements volume.TypeEditor.
func (s *volumes) CreateType(_ context.Context, t volume.Type) (*volume.Type, error) {
	s.lock()
	defer s.mu.Unlock()
	if slices.ContainsFunc(s.types, func(o *volume.Type) bool { return o.Name == t.Name }) {
		return nil, jumpgate.Conflict
	}
	made := copyType(&t)
	made.ID, made.Created = jumpgate.NewUUID(), s.now()
	s.types = append(s.types, made)
	return copyType(made), nil
}

// UpdateType implements volume.TypeEditor.
func (s *volumes) UpdateType(_ context.Context, id string, change func(*volume.Type) error) (*volume.Type, error) {
	s.lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(s.types, func(t *volume.Type) bool { return t.ID == id })
	if i < 0 {
		return nil, jumpgate.NotFound
	}
	t := copyType(s.types[i])
	if err := change(t); err != nil {
		return nil, err
	}
	if slices.ContainsFunc(s.types, func(o *volume.Type) bool { return o.Name == t.Name && o.ID != id }) {
		return nil, jumpgate.Conflict
	}
	t.Updated = s.now()
	s.types[i] = t
	return copyType(t), nil
}

// DeleteType implements volume.TypeEditor.
func (s *volumes) DeleteType(_ context.Context, id string) error {
	s.lock()
	defer s.mu.Unlock()
	for _, d := range s.records {
		if d.TypeID == id {
			return jumpgate.Conflict
		}
	}
	s.types = slices.DeleteFunc(s.types, func(t *volume.Type) bool { return t.ID == id })
	return nil
}

// ListQoS implements volume.QoSKeeper.
func (s *volumes) ListQoS(context.Context) iter.Seq2[*volume.QoS, error] {
	return func(yield func(*volume.QoS, error) bool) {
		s.lock()
		var list []*volume.QoS
		for _, q := range s.qos {
			c := *q
			list = append(list, &c)
		}
		s.mu.Unlock()
		yieldAll(list, yield)
	}
}

// CreateQoS implements volume.QoSKeeper.
func (s *volumes) CreateQoS(_ context.Context, q volume.QoS) (*volume.QoS, error) {
	s.lock()
	defer s.mu.Unlock()
	if slices.ContainsFunc(s.qos, func(o *volume.QoS) bool { return o.Name == q.Name }) {
		return nil, jumpgate.Conflict
	}
	q.ID = jumpgate.NewUUID()
	s.qos = append(s.qos, &q)
	c := q
	return &c, nil
}

// UpdateQoS implements volume.QoSKeeper.
func (s *volumes) UpdateQoS(_ context.Context, id string, change func(*volume.QoS) error) (*volume.QoS, error) {
	s.lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(s.qos, func(q *volume.QoS) bool { return q.ID == id })
	if i < 0 {
		return nil, jumpgate.NotFound
	}
	q := *s.qos[i]
	q.Specs = maps.Clone(q.Specs)
	if err := change(&q); err != nil {
		return nil, err
	}
	s.qos[i] = &q
	c := q
	return &c, nil
}

// DeleteQoS implements volume.QoSKeeper.
func (s *volumes) DeleteQoS(_ context.Context, id string) error {
	s.lock()
	defer s.mu.Unlock()
	s.qos = slices.DeleteFunc(s.qos, func(q *volume.QoS) bool { return q.ID == id })
	return nil
}
