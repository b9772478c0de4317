package volume

import (
	"net/http"
	"slices"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// groupSnapshots serves snapshots of groups (3.14).
func groupSnapshots(s *service, _ any, t *table) {
	if s.groups == nil || s.groupSnapshots == nil {
		return
	}
	t.add(http.MethodGet, "group_snapshots", s.listGroupSnapshots(showGroupSnapshotName))
	t.add(http.MethodGet, "group_snapshots_detail", s.listGroupSnapshots(showGroupSnapshot))
	t.add(http.MethodPost, "group_snapshots", s.createGroupSnapshot)
	t.add(http.MethodGet, "group_snapshot", func(r *jumpgate.Request) (any, error) {
		x, err := s.newGroupSnapshot(r, r.Var("group_snapshot_id"))
		if err != nil {
			return nil, err
		}
		return jumpgate.Object{{Name: "group_snapshot", Value: showGroupSnapshot(r, x)}}, nil
	})
	t.add(http.MethodDelete, "group_snapshot", func(r *jumpgate.Request) (any, error) {
		x, err := s.newGroupSnapshot(r, r.Var("group_snapshot_id"))
		if err != nil {
			return nil, err
		}
		return accepted(nil), s.deleteGroupSnapshot(r, x)
	})
	t.add(http.MethodPost, "group_snapshot_action", (&actionsOf[*GroupSnapshot]{
		kind: "group_snapshot", variable: "group_snapshot_id", find: s.newGroupSnapshot,
		actions: map[string]action[*GroupSnapshot]{"reset_status": {since: 19, schema: object([]string{"status"}, member("status", anyString)), run: s.resetGroupSnapshot}},
	}).serve)
}

func noGroupSnapshot(id string) error {
	return jumpgate.NotFound.New("GroupSnapshot %s could not be found.", id)
}

func (s *service) groupSnapshot(r *jumpgate.Request, id string) (*GroupSnapshot, error) {
	if s.groupSnapshots == nil {
		return nil, noGroupSnapshot(id)
	}
	return rest.Find(s.groupSnapshots.ListGroupSnapshots(r.Context(), admin(r)), func(x *GroupSnapshot) bool { return x.ID == id }, noGroupSnapshot(id))
}

// newGroupSnapshot is groupSnapshot without those of consistency groups.
func (s *service) newGroupSnapshot(r *jumpgate.Request, id string) (*GroupSnapshot, error) {
	x, err := s.groupSnapshot(r, id)
	if err == nil && s.consistent(r.Context(), x.GroupTypeID) {
		return nil, oldGroups(x.GroupTypeID, "group snapshots", "CG snapshot")
	}
	return x, err
}

// snapshotsIn are the snapshots of volumes that are in one of a group.
func (s *service) snapshotsIn(r *jumpgate.Request, x *GroupSnapshot) ([]*Snapshot, error) {
	return s.snapshotsOf(r, func(one *Snapshot) bool { return one.GroupSnapshotID == x.ID })
}

func showGroupSnapshotName(_ *jumpgate.Request, x *GroupSnapshot) jumpgate.Object {
	return jumpgate.Object{{Name: "id", Value: x.ID}, {Name: "name", Value: rest.OrNil(x.Name)}}
}

func showGroupSnapshot(r *jumpgate.Request, x *GroupSnapshot) jumpgate.Object {
	o := jumpgate.Object{
		{Name: "id", Value: x.ID},
		{Name: "group_id", Value: x.GroupID},
		{Name: "group_type_id", Value: x.GroupTypeID},
		{Name: "status", Value: x.Status},
		{Name: "created_at", Value: date(x.Created)},
		{Name: "name", Value: rest.OrNil(x.Name)},
		{Name: "description", Value: rest.OrNil(x.Description)},
	}
	if minor(r) >= 58 && may(r, "group:group_snapshot_project_attribute") {
		o = append(o, jumpgate.Member{Name: "project_id", Value: x.ProjectID})
	}
	return o
}

func (s *service) listGroupSnapshots(view func(*jumpgate.Request, *GroupSnapshot) jumpgate.Object) handler {
	return func(r *jumpgate.Request) (any, error) {
		if minor(r) < 29 { // before there were filters and pages
			r.URL.RawQuery = ""
		}
		c := groupSnapshotList()
		c.cut = func(x *GroupSnapshot) bool { return s.consistent(r.Context(), x.GroupTypeID) }
		all := everybody(r)
		return c.page(s, r, s.groupSnapshots.ListGroupSnapshots(r.Context(), all), func(x *GroupSnapshot) (jumpgate.Object, error) { return view(r, x), nil })
	}
}

// groupSnapshotList says how snapshots of groups are listed.
func groupSnapshotList() *collection[GroupSnapshot] {
	return &collection[GroupSnapshot]{
		key: "group_snapshots", links: "group_snapshot_links", filter: "group_snapshot", id: func(x *GroupSnapshot) string { return x.ID }, unknown: noGroupSnapshot,
		sort: map[string]func(*GroupSnapshot) any{
			"id":         func(x *GroupSnapshot) any { return x.ID },
			"name":       func(x *GroupSnapshot) any { return x.Name },
			"status":     func(x *GroupSnapshot) any { return x.Status },
			"group_id":   func(x *GroupSnapshot) any { return x.GroupID },
			"created_at": func(x *GroupSnapshot) any { return x.Created },
			"updated_at": func(x *GroupSnapshot) any { return x.Updated },
		},
		match: map[string]func(*GroupSnapshot, string) (bool, error){
			"id":         equal(func(x *GroupSnapshot) string { return x.ID }),
			"name":       equal(func(x *GroupSnapshot) string { return x.Name }),
			"status":     equal(func(x *GroupSnapshot) string { return x.Status }),
			"group_id":   equal(func(x *GroupSnapshot) string { return x.GroupID }),
			"project_id": equal(func(x *GroupSnapshot) string { return x.ProjectID }),
		},
	}
}

func (s *service) createGroupSnapshot(r *jumpgate.Request) (any, error) {
	body, err := readBody(r, wrapped("group_snapshot", object([]string{"group_id"},
		member("group_id", uuidText), member("name", nameText), member("description", descriptionText))))
	if err != nil {
		return nil, err
	}
	b := body.Object("group_snapshot")
	g, err := s.newGroup(r, b.String("group_id"))
	if err != nil {
		return nil, err
	}
	x, err := s.keepGroup(r, g, b)
	if err != nil {
		return nil, err
	}
	return accepted(jumpgate.Object{{Name: "group_snapshot", Value: append(showGroupSnapshotName(r, x), jumpgate.Member{Name: "group_type_id", Value: x.GroupTypeID})}}), nil
}

// keepGroup makes a snapshot of a group.
func (s *service) keepGroup(r *jumpgate.Request, g *Group, b schema.Object) (*GroupSnapshot, error) {
	members, err := s.membersOf(r, g)
	if err != nil {
		return nil, err
	}
	for _, v := range members {
		switch v.Status {
		case "maintenance":
			return nil, InvalidVolume("The snapshot cannot be created when the volume is in maintenance mode.")
		case "error":
			return nil, InvalidVolume("The snapshot cannot be created when the volume is in error status.")
		}
	}
	name, description := naming(b)
	return s.groupSnapshots.CreateGroupSnapshot(r.Context(), GroupSnapshot{
		Name: text(name), Description: text(description), GroupID: g.ID, GroupTypeID: g.TypeID,
	})
}

func (s *service) deleteGroupSnapshot(r *jumpgate.Request, x *GroupSnapshot) error {
	if !slices.Contains([]string{"available", "error"}, x.Status) {
		return jumpgate.BadRequest.New("Invalid GroupSnapshot: GroupSnapshot status must be available or error, and no Group can be currently using it as source for its creation.")
	}
	return named(s.groupSnapshots.DeleteGroupSnapshot(r.Context(), x.ID), noGroupSnapshot(x.ID))
}

func (s *service) resetGroupSnapshot(r *jumpgate.Request, x *GroupSnapshot, arg schema.Object) (any, error) {
	_, err := s.groupSnapshots.UpdateGroupSnapshot(r.Context(), x.ID, func(x *GroupSnapshot) error {
		return setGroupStatus(&x.Status, arg, "Invalid GroupSnapshot Status: Group snapshot status: %s is invalid, valid statuses are: "+
			"('error', 'available', 'creating', 'deleting', 'deleted', 'updating', 'error_deleting').")
	})
	return nil, named(err, noGroupSnapshot(x.ID))
}
