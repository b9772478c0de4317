package volume

import (
	"context"
	"net/http"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// consistentType is the name of the type of groups that the API of consistency
// groups makes. Cinder's newer API leaves them alone.
const consistentType = "default_cgsnapshot_type"

// consistent tells whether that type has the id.
func (s *service) consistent(ctx context.Context, id string) bool {
	for t, err := range s.groupTypes.ListGroupTypes(ctx) {
		if err == nil && t.ID == id {
			return t.Name == consistentType
		}
	}
	return false
}

// consistencyGroup is the id of the consistency group that a volume is in.
func (s *service) consistencyGroup(r *jumpgate.Request, v *Volume) string {
	if v.GroupID == "" || s.groups == nil {
		return ""
	}
	g, err := s.groupOf(r, v.GroupID)
	if err != nil || !s.consistent(r.Context(), g.TypeID) {
		return ""
	}
	return g.ID
}

// consistencyGroups serves groups by the API that Cinder had before, and to
// which groups of all types are known.
func consistencyGroups(s *service, _ any, t *table) {
	if s.groups == nil || s.groupSnapshots == nil {
		return
	}
	t.add(http.MethodGet, "consistencygroups", s.listConsistencyGroups(showGroupName))
	t.add(http.MethodGet, "consistencygroups_detail", s.listConsistencyGroups(showConsistencyGroup))
	t.add(http.MethodPost, "consistencygroups", s.createConsistencyGroup)
	t.add(http.MethodPost, "consistencygroups_create_from_src", s.copyConsistencyGroup)
	t.add(http.MethodGet, "consistencygroup", func(r *jumpgate.Request) (any, error) {
		g, err := s.groupOf(r, r.Var("consistencygroup_id"))
		if err != nil {
			return nil, err
		}
		o, err := showConsistencyGroup(r, g)
		return jumpgate.Object{{Name: "consistencygroup", Value: o}}, err
	})
	t.add(http.MethodPost, "consistencygroup_delete", s.deleteConsistencyGroup)
	t.add(http.MethodPut, "consistencygroup_update", s.updateConsistencyGroup)
	s.consistencySnapshots(t)
}

// loose is an object that may have members of any other names.
func loose(required []string, members ...schema.Property) *schema.Schema {
	o := object(required, members...)
	o.Open = true
	return o
}

func showConsistencyGroup(_ *jumpgate.Request, g *Group) (jumpgate.Object, error) {
	return jumpgate.Object{
		{Name: "id", Value: g.ID},
		{Name: "status", Value: g.Status},
		{Name: "availability_zone", Value: rest.OrNil(g.Zone)},
		{Name: "created_at", Value: date(g.Created)},
		{Name: "name", Value: rest.OrNil(g.Name)},
		{Name: "description", Value: rest.OrNil(g.Description)},
		{Name: "volume_types", Value: append([]string{}, g.VolumeTypes...)},
	}, nil
}

func (s *service) listConsistencyGroups(view func(*jumpgate.Request, *Group) (jumpgate.Object, error)) handler {
	return func(r *jumpgate.Request) (any, error) {
		c := groupList()
		c.key, c.links, c.free = "consistencygroups", "consistencygroup_links", true
		return c.page(s, r, s.groups.ListGroups(r.Context(), everybody(r)), func(g *Group) (jumpgate.Object, error) { return view(r, g) })
	}
}

func (s *service) createConsistencyGroup(r *jumpgate.Request) (any, error) {
	inner := loose([]string{"volume_types"}, member("name", nameText), member("description", descriptionText))
	body, err := readBody(r, loose([]string{"consistencygroup"}, member("consistencygroup", inner)))
	if err != nil {
		return nil, err
	}
	b := body.Object("consistencygroup")
	name, description := naming(b)
	types := b.String("volume_types")
	if types == "" {
		return nil, jumpgate.BadRequest.New("volume_types must be provided to create consistency group %s.", text(name))
	}
	kind, err := s.findGroupType(r.Context(), consistentType)
	if err != nil {
		return nil, jumpgate.BadRequest.New("Group type %s not found. Rerun migration script to create the default cgsnapshot type.", consistentType)
	}
	g, err := s.startGroup(r, Group{Name: text(name), Description: text(description), TypeID: kind.ID, Zone: b.String("availability_zone")},
		strings.Split(strings.TrimRight(types, ","), ","))
	if err != nil {
		return nil, err
	}
	o, err := showGroupName(r, g)
	return accepted(jumpgate.Object{{Name: "consistencygroup", Value: o}}), err
}

func (s *service) copyConsistencyGroup(r *jumpgate.Request) (any, error) {
	inner := loose(nil, member("name", nameText), member("description", descriptionText), member("cgsnapshot_id", anyString), member("source_cgid", anyString))
	body, err := readBody(r, loose([]string{"consistencygroup-from-src"}, member("consistencygroup-from-src", inner)))
	if err != nil {
		return nil, err
	}
	b := body.Object("consistencygroup-from-src")
	name, description := naming(b)
	g := Group{Name: text(name), Description: text(description), GroupSnapshotID: b.String("cgsnapshot_id"), SourceGroupID: b.String("source_cgid")}
	switch {
	case g.GroupSnapshotID == "" && g.SourceGroupID == "":
		return nil, jumpgate.BadRequest.New("Either 'cgsnapshot_id' or 'source_cgid' must be provided to create consistency group %s from source.", g.Name)
	case g.GroupSnapshotID != "" && g.SourceGroupID != "":
		return nil, jumpgate.BadRequest.New("Cannot provide both 'cgsnapshot_id' and 'source_cgid' to create consistency group %s from source.", g.Name)
	}
	if err := s.checkGroupSource(r, &g); err != nil {
		return nil, err
	}
	made, err := s.groups.CreateGroup(r.Context(), g)
	if err != nil {
		return nil, err
	}
	o, err := showGroupName(r, made)
	return accepted(jumpgate.Object{{Name: "consistencygroup", Value: o}}), err
}

func (s *service) deleteConsistencyGroup(r *jumpgate.Request) (any, error) {
	inner := loose(nil, member("force", booleanSchema))
	body, err := readBody(r, loose(nil, member("consistencygroup", inner)))
	if err != nil {
		return nil, err
	}
	g, err := s.groupOf(r, r.Var("consistencygroup_id"))
	if err != nil {
		return nil, err
	}
	if err := allow(r, "group:delete"); err != nil {
		return nil, err
	}
	return accepted(nil), s.deleteGroup(r, g, body.Object("consistencygroup").Bool("force", false))
}

func (s *service) updateConsistencyGroup(r *jumpgate.Request) (any, error) {
	inner := loose(nil, member("name", nameText), member("description", descriptionText), member("add_volumes", orNull(anyString)), member("remove_volumes", orNull(anyString)))
	body, err := readBody(r, loose([]string{"consistencygroup"}, member("consistencygroup", inner)))
	if err != nil {
		return nil, err
	}
	g, err := s.groupOf(r, r.Var("consistencygroup_id"))
	if err != nil {
		return nil, err
	}
	if err := allow(r, "group:update"); err != nil {
		return nil, err
	}
	b := body.Object("consistencygroup")
	name, description := naming(b)
	moved := b.String("add_volumes")+b.String("remove_volumes") != ""
	if minor(r) >= 6 && name == nil && description == nil && !moved {
		return nil, jumpgate.BadRequest.New("Must specify one or more of the following keys to update: name, description, add_volumes, remove_volumes.")
	}
	if minor(r) < 6 && text(name)+text(description) == "" && !moved {
		return nil, jumpgate.BadRequest.New("Name, description, add_volumes, and remove_volumes can not be all empty in the request body.")
	}
	return accepted(nil), s.changeGroup(r, g, b)
}

// consistencySnapshots serves snapshots of groups by the older API.
func (s *service) consistencySnapshots(t *table) {
	show := func(_ *jumpgate.Request, x *GroupSnapshot) jumpgate.Object {
		return jumpgate.Object{
			{Name: "id", Value: x.ID},
			{Name: "consistencygroup_id", Value: x.GroupID},
			{Name: "status", Value: x.Status},
			{Name: "created_at", Value: date(x.Created)},
			{Name: "name", Value: rest.OrNil(x.Name)},
			{Name: "description", Value: rest.OrNil(x.Description)},
		}
	}
	list := func(view func(*jumpgate.Request, *GroupSnapshot) jumpgate.Object) handler {
		return func(r *jumpgate.Request) (any, error) {
			limit, offset, err := bounds(r.URL.Query())
			if err != nil {
				return nil, err
			}
			shown := []jumpgate.Object{}
			for x, err := range s.groupSnapshots.ListGroupSnapshots(r.Context(), false) {
				if err != nil {
					return nil, err
				}
				shown = append(shown, view(r, x))
			}
			shown = shown[min(offset, len(shown)):]
			return jumpgate.Object{{Name: "cgsnapshots", Value: shown[:min(limit, len(shown))]}}, nil
		}
	}
	t.add(http.MethodGet, "cgsnapshots", list(showGroupSnapshotName))
	t.add(http.MethodGet, "cgsnapshots_detail", list(show))
	t.add(http.MethodGet, "cgsnapshot", func(r *jumpgate.Request) (any, error) {
		x, err := s.groupSnapshot(r, r.Var("cgsnapshot_id"))
		if err != nil {
			return nil, err
		}
		return jumpgate.Object{{Name: "cgsnapshot", Value: show(r, x)}}, nil
	})
	t.add(http.MethodDelete, "cgsnapshot", func(r *jumpgate.Request) (any, error) {
		x, err := s.groupSnapshot(r, r.Var("cgsnapshot_id"))
		if err != nil {
			return nil, err
		}
		if err := allow(r, "group:delete_group_snapshot"); err != nil {
			return nil, err
		}
		return accepted(nil), s.deleteGroupSnapshot(r, x)
	})
	t.add(http.MethodPost, "cgsnapshots", func(r *jumpgate.Request) (any, error) {
		inner := loose([]string{"consistencygroup_id"}, member("consistencygroup_id", anyString), member("name", anyString), member("description", anyString))
		body, err := readBody(r, loose([]string{"cgsnapshot"}, member("cgsnapshot", inner)))
		if err != nil {
			return nil, err
		}
		b := body.Object("cgsnapshot")
		g, err := s.groupOf(r, b.String("consistencygroup_id"))
		if err != nil {
			return nil, err
		}
		if err := allow(r, "group:create_group_snapshot"); err != nil {
			return nil, err
		}
		x, err := s.keepGroup(r, g, b)
		if err != nil {
			return nil, err
		}
		return accepted(jumpgate.Object{{Name: "cgsnapshot", Value: showGroupSnapshotName(r, x)}}), nil
	})
}
