package volume

import (
	"net/http"
	"slices"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// groups serves groups of volumes (3.13).
func groups(s *service, driver any, t *table) {
	d, ok := driver.(GroupKeeper)
	if !ok || s.groupTypes == nil || s.lister == nil || s.types == nil {
		return
	}
	s.groups = d
	s.groupSnapshots, _ = driver.(GroupSnapshotKeeper)
	t.add(http.MethodGet, "groups", s.listGroups(showGroupName))
	t.add(http.MethodGet, "groups_detail", s.listGroups(s.showGroup))
	t.add(http.MethodPost, "groups", s.createGroup)
	t.add(http.MethodPost, "groups_action", (&actionsOf[*Group]{
		kind: "groups", find: func(*jumpgate.Request, string) (*Group, error) { return nil, nil },
		actions: map[string]action[*Group]{"create-from-src": {since: 14, schema: groupSource, run: s.createGroupFrom}},
	}).serve)
	t.add(http.MethodGet, "group", func(r *jumpgate.Request) (any, error) {
		g, err := s.newGroup(r, r.Var("group_id"))
		if err != nil {
			return nil, err
		}
		o, err := s.showGroup(r, g)
		return jumpgate.Object{{Name: "group", Value: o}}, err
	})
	t.add(http.MethodPut, "group", s.updateGroup)
	t.add(http.MethodPost, "group_action", (&actionsOf[*Group]{
		kind: "group", variable: "group_id", find: s.newGroup, actions: s.groupActions(),
	}).serve)
}

// groupOf finds a group.
func (s *service) groupOf(r *jumpgate.Request, id string) (*Group, error) {
	return rest.Find(s.groups.ListGroups(r.Context(), admin(r)), func(g *Group) bool { return g.ID == id }, noGroup(id))
}

func noGroup(id string) error { return jumpgate.NotFound.New("Group %s could not be found.", id) }

// newGroup is groupOf without consistency groups, which have an API of their
// own.
func (s *service) newGroup(r *jumpgate.Request, id string) (*Group, error) {
	g, err := s.groupOf(r, id)
	if err == nil && s.consistent(r.Context(), g.TypeID) {
		return nil, oldGroups(g.TypeID, "group", "CG")
	}
	return g, err
}

// oldGroups refuses groups and snapshots of the type of consistency groups.
func oldGroups(typeID, what, api string) error {
	return jumpgate.BadRequest.New("Group_type %s is reserved for migrating CGs to groups. Migrated %s can only be operated by %s APIs.", typeID, what, api)
}

// InvalidGroup is for a group in the wrong state.
func InvalidGroup(format string, args ...any) error {
	return jumpgate.BadRequest.New("Invalid Group: "+format, args...)
}

// TooManyGroups is for a group over the limit.
func TooManyGroups(limit int) error {
	return jumpgate.TooLarge.New("GroupLimitExceeded: Maximum number of groups allowed (%d) exceeded", limit)
}

// membersOf are the volumes of a group.
func (s *service) membersOf(r *jumpgate.Request, g *Group) ([]*Volume, error) {
	volumes := s.lister.ListVolumes(r.Context())
	if s.allLister != nil && admin(r) {
		volumes = s.allLister.ListAllVolumes(r.Context())
	}
	var list []*Volume
	for v, err := range volumes {
		if err != nil {
			return nil, err
		}
		if v.GroupID == g.ID {
			list = append(list, v)
		}
	}
	return list, nil
}

func showGroupName(_ *jumpgate.Request, g *Group) (jumpgate.Object, error) {
	return jumpgate.Object{{Name: "id", Value: g.ID}, {Name: "name", Value: rest.OrNil(g.Name)}}, nil
}

func (s *service) showGroup(r *jumpgate.Request, g *Group) (jumpgate.Object, error) {
	o := jumpgate.Object{
		{Name: "id", Value: g.ID},
		{Name: "status", Value: g.Status},
		{Name: "availability_zone", Value: rest.OrNil(g.Zone)},
		{Name: "created_at", Value: date(g.Created)},
		{Name: "name", Value: rest.OrNil(g.Name)},
		{Name: "description", Value: rest.OrNil(g.Description)},
		{Name: "group_type", Value: g.TypeID},
		{Name: "volume_types", Value: append([]string{}, g.VolumeTypes...)},
	}
	if minor(r) >= 14 {
		o = append(o, jumpgate.Member{Name: "group_snapshot_id", Value: rest.OrNil(g.GroupSnapshotID)},
			jumpgate.Member{Name: "source_group_id", Value: rest.OrNil(g.SourceGroupID)})
	}
	if minor(r) >= 25 {
		with, err := boolParam(r.URL.Query(), "list_volume")
		if err != nil {
			return nil, err
		}
		if with {
			members, err := s.membersOf(r, g)
			if err != nil {
				return nil, err
			}
			ids := []string{}
			for _, v := range members {
				ids = append(ids, v.ID)
			}
			o = append(o, jumpgate.Member{Name: "volumes", Value: ids})
		}
	}
	if minor(r) >= 38 {
		status := g.ReplicationStatus
		if status == "" {
			status = "disabled"
		}
		o = append(o, jumpgate.Member{Name: "replication_status", Value: status})
	}
	if minor(r) >= 58 && may(r, "group:group_project_attribute") {
		o = append(o, jumpgate.Member{Name: "project_id", Value: g.ProjectID})
	}
	return o, nil
}

func (s *service) listGroups(view func(*jumpgate.Request, *Group) (jumpgate.Object, error)) handler {
	return func(r *jumpgate.Request) (any, error) {
		c := groupList()
		c.cut = func(g *Group) bool { return s.consistent(r.Context(), g.TypeID) }
		return c.page(s, r, s.groups.ListGroups(r.Context(), everybody(r)), func(g *Group) (jumpgate.Object, error) { return view(r, g) })
	}
}

// groupList says how groups are listed.
func groupList() *collection[Group] {
	return &collection[Group]{
		key: "groups", links: "group_links", filter: "group", beside: "list_volume", id: func(g *Group) string { return g.ID }, unknown: noGroup,
		old: []string{"name", "status", "group_type_id", "availability_zone"},
		sort: map[string]func(*Group) any{
			"id":            func(g *Group) any { return g.ID },
			"name":          func(g *Group) any { return g.Name },
			"status":        func(g *Group) any { return g.Status },
			"group_type_id": func(g *Group) any { return g.TypeID },
			"created_at":    func(g *Group) any { return g.Created },
			"updated_at":    func(g *Group) any { return g.Updated },
		},
		match: map[string]func(*Group, string) (bool, error){
			"id":                equal(func(g *Group) string { return g.ID }),
			"name":              equal(func(g *Group) string { return g.Name }),
			"status":            equal(func(g *Group) string { return g.Status }),
			"group_type_id":     equal(func(g *Group) string { return g.TypeID }),
			"availability_zone": equal(func(g *Group) string { return g.Zone }),
			"project_id":        equal(func(g *Group) string { return g.ProjectID }),
		},
	}
}

var (
	groupTypeName = &schema.Schema{Type: stringType, MinLength: 1, MaxLength: 255}
	typeNames     = &schema.Schema{Type: []schema.Type{schema.Array}, MinItems: 1, Unique: true, Items: shortText}
	groupSource   = &schema.Schema{Type: mapType,
		Properties: []schema.Property{member("name", nameText), member("description", descriptionText), member("source_group_id", uuidText), member("group_snapshot_id", uuidText)},
		AnyOf:      []*schema.Schema{{Required: []string{"group_snapshot_id"}, Open: true}, {Required: []string{"source_group_id"}, Open: true}},
	}
)

func (s *service) createGroup(r *jumpgate.Request) (any, error) {
	body, err := readBody(r, wrapped("group", object([]string{"group_type", "volume_types"}, member("description", descriptionText), member("group_type", groupTypeName),
		member("name", nameText), member("volume_types", typeNames), member("availability_zone", orNull(filledText)))))
	if err != nil {
		return nil, err
	}
	b := body.Object("group")
	kind, err := s.findGroupType(r.Context(), b.String("group_type"))
	if err != nil {
		return nil, err
	}
	if kind.Name == consistentType {
		return nil, oldGroups(kind.ID, "group", "CG")
	}
	name, description := naming(b)
	types, _ := b.Get("volume_types")
	g, err := s.startGroup(r, Group{Name: text(name), Description: text(description), TypeID: kind.ID, Zone: b.String("availability_zone")}, texted(types))
	if err != nil {
		return nil, err
	}
	o, err := showGroupName(r, g)
	return accepted(jumpgate.Object{{Name: "group", Value: o}}), err
}

// startGroup makes a group for volumes of certain types, which users call by
// their ids or names.
func (s *service) startGroup(r *jumpgate.Request, g Group, types []string) (*Group, error) {
	for _, ref := range types {
		t, err := s.findType(r.Context(), ref)
		if err != nil {
			return nil, err
		}
		g.VolumeTypes = append(g.VolumeTypes, t.ID)
	}
	return s.groups.CreateGroup(r.Context(), g)
}

// texted are the texts in a list.
func texted(list any) []string {
	var texts []string
	all, _ := list.([]any)
	for _, v := range all {
		texts = append(texts, schema.Str(v))
	}
	return texts
}

func (s *service) createGroupFrom(r *jumpgate.Request, _ *Group, arg schema.Object) (any, error) {
	if arg.Has("group_snapshot_id") && arg.Has("source_group_id") {
		return nil, jumpgate.BadRequest.New("%s is valid under each of {'required': ['source_group_id']}, {'required': ['group_snapshot_id']}", schema.Repr(arg))
	}
	name, description := naming(arg)
	g := Group{Name: text(name), Description: text(description), GroupSnapshotID: arg.String("group_snapshot_id"), SourceGroupID: arg.String("source_group_id")}
	if err := s.checkGroupSource(r, &g); err != nil {
		return nil, err
	}
	if s.consistent(r.Context(), g.TypeID) {
		return nil, oldGroups(g.TypeID, "group", "CG")
	}
	made, err := s.groups.CreateGroup(r.Context(), g)
	if err != nil {
		return nil, err
	}
	o, err := showGroupName(r, made)
	return jumpgate.Object{{Name: "group", Value: o}}, err
}

// checkGroupSource looks at what a group is to be made of, which must hold
// something, and takes its types from there.
func (s *service) checkGroupSource(r *jumpgate.Request, g *Group) error {
	from := g.SourceGroupID
	if g.GroupSnapshotID != "" {
		x, err := s.groupSnapshot(r, g.GroupSnapshotID)
		if err != nil {
			return err
		}
		from = x.GroupID
		held, err := s.snapshotsIn(r, x)
		if err != nil {
			return err
		}
		if len(held) == 0 {
			return InvalidGroup("Group snapshot is empty. No group will be created.")
		}
	}
	source, err := s.groupOf(r, from)
	if err != nil {
		return err
	}
	if g.SourceGroupID != "" {
		members, err := s.membersOf(r, source)
		if err != nil {
			return err
		}
		if len(members) == 0 {
			return InvalidGroup("Source Group is empty. No group will be created.")
		}
	}
	g.TypeID, g.VolumeTypes, g.Zone = source.TypeID, slices.Clone(source.VolumeTypes), source.Zone
	return nil
}
