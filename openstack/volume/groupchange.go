package volume

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

var groupUpdate = &schema.Schema{Type: mapType,
	Properties: []schema.Property{member("name", nameText), member("description", descriptionText), member("add_volumes", descriptionText), member("remove_volumes", descriptionText)},
	AnyOf: []*schema.Schema{{Required: []string{"name"}, Open: true}, {Required: []string{"description"}, Open: true},
		{Required: []string{"add_volumes"}, Open: true}, {Required: []string{"remove_volumes"}, Open: true}},
}

func (s *service) updateGroup(r *jumpgate.Request) (any, error) {
	body, err := readBody(r, wrapped("group", groupUpdate))
	if err != nil {
		return nil, err
	}
	g, err := s.newGroup(r, r.Var("group_id"))
	if err != nil {
		return nil, err
	}
	return accepted(nil), s.changeGroup(r, g, body.Object("group"))
}

// changeGroup gives a group another name or description and other volumes.
func (s *service) changeGroup(r *jumpgate.Request, g *Group, b schema.Object) error {
	name, newName := givenText(b, "name")
	description, newDescription := givenText(b, "description")
	newName, newDescription = newName && name != g.Name, newDescription && description != g.Description
	add, remove := idList(b.String("add_volumes")), idList(b.String("remove_volumes"))
	var both []any
	for _, id := range add {
		if slices.Contains(remove, id) {
			both = append(both, id)
		}
	}
	if both != nil {
		return InvalidVolume("UUIDs %s are in both add and remove volume list.", schema.Repr(both))
	}
	members, err := s.membersOf(r, g)
	if err != nil {
		return err
	}
	if add, err = s.joining(r.Context(), g, members, add); err != nil {
		return err
	}
	if err := leaving(g, members, remove); err != nil {
		return err
	}
	moved := len(add)+len(remove) > 0
	if !newName && !newDescription && !moved {
		return InvalidGroup("Cannot update group %s because no valid name, description, add_volumes, or remove_volumes were provided.", g.ID)
	}
	if _, err := s.groups.UpdateGroup(r.Context(), g.ID, func(g *Group) error {
		if moved && g.Status != "available" {
			return InvalidGroup("Group status must be available.")
		}
		if newName {
			g.Name = name
		}
		if newDescription {
			g.Description = description
		}
		if g.Status = "available"; moved {
			g.Status = "updating"
		}
		return nil
	}); err != nil {
		return named(err, noGroup(g.ID))
	}
	if !moved {
		return nil
	}
	return s.groups.RegroupVolumes(r.Context(), g.ID, add, remove)
}

// idList reads ids with commas between them.
func idList(text string) []string {
	if text = strings.Trim(text, ","); text == "" {
		return nil
	}
	return strings.Split(text, ",")
}

// joining are the volumes that are to come into a group, without those that
// are in it.
func (s *service) joining(ctx context.Context, g *Group, members []*Volume, ids []string) ([]string, error) {
	var come []string
	for _, id := range ids {
		if slices.ContainsFunc(members, func(v *Volume) bool { return v.ID == id }) {
			continue
		}
		cannot := fmt.Sprintf("Cannot add volume %s to group %s because ", id, g.ID)
		if s.getter == nil {
			return nil, InvalidVolume("%svolume cannot be found.", cannot)
		}
		v, err := s.volume(ctx, id)
		switch {
		case errors.Is(err, jumpgate.NotFound):
			return nil, InvalidVolume("%svolume cannot be found.", cannot)
		case err != nil:
			return nil, err
		case v.GroupID != "":
			return nil, InvalidVolume("%sit is already in group %s.", cannot, v.GroupID)
		case v.ProjectID != g.ProjectID:
			return nil, InvalidVolume("Cannot add volume %s to group %s as they belong to different projects.", id, g.ID)
		case v.TypeID == "":
			return nil, InvalidVolume("%sit has no volume type.", cannot)
		case !slices.Contains(g.VolumeTypes, v.TypeID):
			return nil, InvalidVolume("%svolume type %s is not supported by the group.", cannot, v.TypeID)
		case v.Status != "available" && v.Status != "in-use":
			return nil, InvalidVolume("%svolume is in an invalid state: %s. Valid states are: ('available', 'in-use').", cannot, v.Status)
		}
		come = append(come, id)
	}
	return come, nil
}

// leaving checks that volumes can leave a group.
func leaving(g *Group, members []*Volume, ids []string) error {
	for _, id := range ids {
		i := slices.IndexFunc(members, func(v *Volume) bool { return v.ID == id })
		if i < 0 {
			return InvalidVolume("Cannot remove volume %s from group %s because it is not in the group.", id, g.ID)
		}
		if status := members[i].Status; !slices.Contains([]string{"available", "in-use", "error", "error_deleting"}, status) {
			return InvalidVolume("Cannot remove volume %s from group %s because volume is in an invalid state: %s. "+
				"Valid states are: ('available', 'in-use', 'error', 'error_deleting').", id, g.ID, status)
		}
	}
	return nil
}

// groupActions are what can be done to a group.
func (s *service) groupActions() map[string]action[*Group] {
	anything := &schema.Schema{Type: mapType, Open: true}
	const alone = "The cloud keeps its groups in one place."
	failover := object(nil, member("allow_attached_volume", booleanSchema), member("secondary_backend_id", orNull(shortText)))
	return map[string]action[*Group]{
		"delete": {since: 13, schema: object(nil, member("delete-volumes", booleanSchema)), run: func(r *jumpgate.Request, g *Group, arg schema.Object) (any, error) {
			return nil, s.deleteGroup(r, g, arg.Bool("delete-volumes", false))
		}},
		"reset_status": {since: 20, schema: object([]string{"status"}, member("status", anyString)), run: func(r *jumpgate.Request, g *Group, arg schema.Object) (any, error) {
			_, err := s.groups.UpdateGroup(r.Context(), g.ID, func(g *Group) error {
				return setGroupStatus(&g.Status, arg, "Invalid Group Status: Group status: %s is invalid, valid status are: "+
					"('error', 'available', 'creating', 'deleting', 'deleted', 'updating', 'in-use', 'error_deleting').")
			})
			return nil, named(err, noGroup(g.ID))
		}},
		"enable_replication":       {since: 38, schema: anything, absent: alone},
		"disable_replication":      {since: 38, schema: anything, absent: alone},
		"failover_replication":     {since: 38, schema: failover, absent: alone},
		"list_replication_targets": {since: 38, schema: anything, absent: alone},
	}
}

// setGroupStatus reads the status that a group, or a snapshot of one, is to be
// in. words are Cinder's for one that there is not.
func setGroupStatus(status *string, arg schema.Object, words string) error {
	given := arg.String("status")
	if !slices.Contains([]string{"error", "available", "creating", "deleting", "deleted", "updating", "error_deleting"}, strings.ToLower(given)) {
		return jumpgate.BadRequest.New(words, given)
	}
	*status = strings.ToLower(given)
	return nil
}

// deleteGroup deletes a group and, with volumes, what is in it.
func (s *service) deleteGroup(r *jumpgate.Request, g *Group, volumes bool) error {
	if !volumes && g.Status != "available" && g.Status != "error" {
		return InvalidGroup("Group status must be available or error, but current status is: %s", g.Status)
	}
	if s.groupSnapshots != nil {
		for x, err := range s.groupSnapshots.ListGroupSnapshots(r.Context(), admin(r)) {
			if err != nil {
				return err
			}
			if x.GroupID == g.ID {
				return InvalidGroup("Group has existing snapshots.")
			}
		}
	}
	members, err := s.membersOf(r, g)
	if err != nil {
		return err
	}
	if len(members) > 0 && !volumes {
		return InvalidGroup("Group %s still contains volumes. The delete-volumes flag is required to delete it.", g.ID)
	}
	for _, v := range members {
		if len(v.Attachments) > 0 {
			return InvalidGroup("Volume in group %s is attached. Need to detach first.", g.ID)
		}
	}
	snapshots, err := s.snapshotsOf(r, func(x *Snapshot) bool {
		return slices.ContainsFunc(members, func(v *Volume) bool { return v.ID == x.VolumeID })
	})
	if err != nil {
		return err
	}
	if len(snapshots) > 0 {
		return InvalidGroup("Volume in group still has dependent snapshots.")
	}
	return named(s.groups.DeleteGroup(r.Context(), g.ID), noGroup(g.ID))
}

// snapshotsOf are the snapshots that are wanted.
func (s *service) snapshotsOf(r *jumpgate.Request, wanted func(*Snapshot) bool) ([]*Snapshot, error) {
	var all iter.Seq2[*Snapshot, error]
	switch {
	case s.allSnapshotLister != nil && admin(r):
		all = s.allSnapshotLister.ListAllSnapshots(r.Context())
	case s.snapshotLister != nil:
		all = s.snapshotLister.ListSnapshots(r.Context())
	default:
		return nil, nil
	}
	var list []*Snapshot
	for x, err := range all {
		if err != nil {
			return nil, err
		}
		if wanted(x) {
			list = append(list, x)
		}
	}
	return list, nil
}
