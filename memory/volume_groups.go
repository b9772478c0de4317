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

// stockGroupTypes is the one that Cinder makes for its older API.
func stockGroupTypes(now time.Time) []*volume.GroupType {
	return []*volume.GroupType{{
		ID: stableUUID("group type", "default_cgsnapshot_type"), Name: "default_cgsnapshot_type", Description: "Default group type for migrating cgsnapshot",
		Specs: map[string]string{"consistent_group_snapshot_enabled": "<is> True"}, Created: now.Add(-time.Second),
	}}
}

func copyGroupType(t *volume.GroupType) *volume.GroupType {
	c := *t
	c.Specs, c.Projects = maps.Clone(t.Specs), slices.Clone(t.Projects)
	return &c
}

func groupTypeHead(t *volume.GroupType) (id, name *string) { return &t.ID, &t.Name }

// ListGroupTypes implements volume.GroupTypeKeeper.
func (s *volumes) ListGroupTypes(context.Context) iter.Seq2[*volume.GroupType, error] {
	return func(yield func(*volume.GroupType, error) bool) {
		s.lock()
		var list []*volume.GroupType
		for _, t := range slices.Backward(s.kinds) {
			list = append(list, copyGroupType(t))
		}
		s.mu.Unlock()
		yieldAll(list, yield)
	}
}

// CreateGroupType implements volume.GroupTypeKeeper.
func (s *volumes) CreateGroupType(_ context.Context, t volume.GroupType) (*volume.GroupType, error) {
	s.lock()
	defer s.mu.Unlock()
	made := copyGroupType(&t)
	made.Created = s.now()
	if err := addNamed(&s.kinds, made, groupTypeHead); err != nil {
		return nil, err
	}
	return copyGroupType(made), nil
}

// UpdateGroupType implements volume.GroupTypeKeeper.
func (s *volumes) UpdateGroupType(_ context.Context, id string, change func(*volume.GroupType) error) (*volume.GroupType, error) {
	s.lock()
	defer s.mu.Unlock()
	return changeNamed(s.kinds, id, groupTypeHead, copyGroupType, func(t *volume.GroupType) error {
		t.Updated = s.now()
		return change(t)
	})
}

// DeleteGroupType implements volume.GroupTypeKeeper.
func (s *volumes) DeleteGroupType(_ context.Context, id string) error {
	s.lock()
	defer s.mu.Unlock()
	for _, g := range s.groups {
		if g.TypeID == id {
			return jumpgate.Conflict
		}
	}
	s.kinds = slices.DeleteFunc(s.kinds, func(t *volume.GroupType) bool { return t.ID == id })
	return nil
}

func copyGroup(g *volume.Group) *volume.Group {
	c := *g
	c.VolumeTypes = slices.Clone(g.VolumeTypes)
	return &c
}

// ListGroups implements volume.GroupKeeper.
func (s *volumes) ListGroups(ctx context.Context, all bool) iter.Seq2[*volume.Group, error] {
	return newest(s, s.groups, func(g *volume.Group) bool { return isListed(ctx, g.ProjectID, all) }, copyGroup,
		func(g *volume.Group) (time.Time, string) { return g.Created, g.ID })
}

// group finds a group that the caller may see.
func (s *volumes) group(ctx context.Context, id string) (*volume.Group, error) {
	g := s.groups[id]
	if g == nil || !mine(ctx, g.ProjectID) {
		return nil, jumpgate.NotFound
	}
	return g, nil
}

// members are the volumes of a group.
func (s *volumes) members(id string) []*disk {
	var list []*disk
	for _, d := range s.records {
		if d.GroupID == id {
			list = append(list, d)
		}
	}
	return list
}

// CreateGroup implements volume.GroupKeeper.
func (s *volumes) CreateGroup(ctx context.Context, g volume.Group) (*volume.Group, error) {
	s.lock()
	defer s.mu.Unlock()
	p := caller(ctx)
	if err := s.room(p.ProjectID, "groups", 1, 0); err != nil {
		return nil, err
	}
	made := copyGroup(&g)
	made.ID, made.ProjectID, made.UserID, made.Status, made.Created = jumpgate.NewUUID(), p.ProjectID, p.UserID, "creating", s.now()
	if made.Zone = cmp.Or(g.Zone, volumeZone); made.Zone != volumeZone {
		return nil, jumpgate.BadRequest.New("Invalid input received: Availability zone '%s' is invalid.", g.Zone)
	}
	fill, err := s.copyGroup(ctx, made)
	if err != nil {
		return nil, err
	}
	s.groups[made.ID] = made
	s.later(func() {
		fill()
		made.Status, made.Updated = "available", s.now()
	})
	return copyGroup(made), nil
}

// copyGroup orders copies of the volumes that a group is made of, and returns
// what puts on them what they hold.
func (s *volumes) copyGroup(ctx context.Context, g *volume.Group) (fill func(), err error) {
	var copies []*disk
	var fills []func()
	add := func(o *disk, src volume.Source, snapshotID string) error {
		d, fill, err := s.order(ctx, src, volume.Create{Name: o.Name, Description: o.Description, Size: o.Size, Type: o.TypeID, SnapshotID: snapshotID, GroupID: g.ID})
		if err == nil {
			copies, fills = append(copies, d), append(fills, fill)
		}
		return err
	}
	if g.SourceGroupID != "" {
		for _, o := range s.members(g.SourceGroupID) {
			err = cmp.Or(err, add(o, volume.Source{VolumeID: o.ID}, ""))
		}
	}
	for _, x := range s.stillsOf(g.GroupSnapshotID) {
		if o := s.records[x.VolumeID]; o != nil {
			err = cmp.Or(err, add(o, volume.Source{}, x.ID))
		}
	}
	if err != nil {
		for _, d := range copies {
			delete(s.records, d.ID)
		}
		return nil, err
	}
	return func() {
		for i, d := range copies {
			fills[i]()
			d.settle(s.now())
		}
	}, nil
}

// UpdateGroup implements volume.GroupKeeper.
func (s *volumes) UpdateGroup(ctx context.Context, id string, change func(*volume.Group) error) (*volume.Group, error) {
	s.lock()
	defer s.mu.Unlock()
	g, err := s.group(ctx, id)
	if err != nil {
		return nil, err
	}
	c := copyGroup(g)
	if err := change(c); err != nil {
		return nil, err
	}
	g.Name, g.Description, g.Status, g.Updated = c.Name, c.Description, c.Status, s.now()
	return copyGroup(g), nil
}

// RegroupVolumes implements volume.GroupKeeper.
func (s *volumes) RegroupVolumes(ctx context.Context, id string, add, remove []string) error {
	s.lock()
	defer s.mu.Unlock()
	g, err := s.group(ctx, id)
	if err != nil {
		return err
	}
	g.Status = "updating"
	s.later(func() {
		for _, volumeID := range add {
			if d := s.records[volumeID]; d != nil {
				d.GroupID = id
			}
		}
		for _, volumeID := range remove {
			if d := s.records[volumeID]; d != nil && d.GroupID == id {
				d.GroupID = ""
			}
		}
		g.Status, g.Updated = "available", s.now()
	})
	return nil
}

// DeleteGroup implements volume.GroupKeeper.
func (s *volumes) DeleteGroup(ctx context.Context, id string) error {
	s.lock()
	defer s.mu.Unlock()
	g, err := s.group(ctx, id)
	if err != nil {
		return err
	}
	g.Status, g.Updated = "deleting", s.now()
	for _, d := range s.members(id) {
		d.Status, d.Updated = "deleting", s.now()
	}
	s.later(func() {
		for _, d := range s.members(id) {
			delete(s.records, d.ID)
		}
		delete(s.groups, id)
	})
	return nil
}
