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

func typeHead(t *volume.Type) (id, name *string) { return &t.ID, &t.Name }

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
	made := copyType(&t)
	made.Created = s.now()
	if err := addNamed(&s.types, made, typeHead); err != nil {
		return nil, err
	}
	return copyType(made), nil
}

// UpdateType implements volume.TypeEditor.
func (s *volumes) UpdateType(_ context.Context, id string, change func(*volume.Type) error) (*volume.Type, error) {
	s.lock()
	defer s.mu.Unlock()
	return changeNamed(s.types, id, typeHead, copyType, func(t *volume.Type) error {
		t.Updated = s.now()
		return change(t)
	})
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

func copyQoS(q *volume.QoS) *volume.QoS {
	c := *q
	c.Specs = maps.Clone(q.Specs)
	return &c
}

func qosHead(q *volume.QoS) (id, name *string) { return &q.ID, &q.Name }

// ListQoS implements volume.QoSKeeper.
func (s *volumes) ListQoS(context.Context) iter.Seq2[*volume.QoS, error] {
	return func(yield func(*volume.QoS, error) bool) {
		s.lock()
		var list []*volume.QoS
		for _, q := range s.qos {
			list = append(list, copyQoS(q))
		}
		s.mu.Unlock()
		yieldAll(list, yield)
	}
}

// CreateQoS implements volume.QoSKeeper.
func (s *volumes) CreateQoS(_ context.Context, q volume.QoS) (*volume.QoS, error) {
	s.lock()
	defer s.mu.Unlock()
	made := copyQoS(&q)
	if err := addNamed(&s.qos, made, qosHead); err != nil {
		return nil, err
	}
	return copyQoS(made), nil
}

// UpdateQoS implements volume.QoSKeeper.
func (s *volumes) UpdateQoS(_ context.Context, id string, change func(*volume.QoS) error) (*volume.QoS, error) {
	s.lock()
	defer s.mu.Unlock()
	return changeNamed(s.qos, id, qosHead, copyQoS, change)
}

// DeleteQoS implements volume.QoSKeeper.
func (s *volumes) DeleteQoS(_ context.Context, id string) error {
	s.lock()
	defer s.mu.Unlock()
	s.qos = slices.DeleteFunc(s.qos, func(q *volume.QoS) bool { return q.ID == id })
	return nil
}
