package volume

import (
	"cmp"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// backups serves backups.
func backups(s *service, _ any, t *table) {
	if s.backups == nil || s.getter == nil {
		return
	}
	t.add(http.MethodGet, "backups", s.listBackups(briefForm))
	t.add(http.MethodGet, "backups_detail", s.listBackups(fullForm))
	t.add(http.MethodGet, "backup", func(r *jumpgate.Request) (any, error) {
		b, err := s.backup(r, r.Var("backup_id"))
		if err != nil {
			return nil, err
		}
		return jumpgate.Object{{Name: "backup", Value: s.showBackup(r, b, fullForm)}}, nil
	})
	t.add(http.MethodPost, "backups", s.createBackup)
	t.add(http.MethodPut, "backup", s.updateBackup)
	t.add(http.MethodDelete, "backup", func(r *jumpgate.Request) (any, error) {
		b, err := s.backup(r, r.Var("backup_id"))
		if err != nil {
			return nil, err
		}
		return accepted(nil), s.deleteBackup(r, b, false)
	})
	t.add(http.MethodPost, "backup_restore", s.restoreBackup)
	a := &actionsOf[*Backup]{kind: "backup", variable: "backup_id", find: s.backup, actions: map[string]action[*Backup]{
		"os-force_delete": {run: func(r *jumpgate.Request, b *Backup, _ schema.Object) (any, error) {
			return nil, s.deleteBackup(r, b, true)
		}},
		"os-reset_status": {
			schema: object([]string{"status"}, member("status", stateOf("Backup status", "['available', 'error']", []string{"available", "error"}))),
			run: func(r *jumpgate.Request, b *Backup, arg schema.Object) (any, error) {
				_, err := s.backups.UpdateBackup(r.Context(), b.ID, func(b *Backup) error { b.Status = strings.ToLower(arg.String("status")); return nil })
				return nil, err
			},
		},
	}}
	t.add(http.MethodPost, "backup_action", a.serve)
}

func (s *service) backup(r *jumpgate.Request, id string) (*Backup, error) {
	return rest.Find(s.backups.ListBackups(r.Context(), admin(r)), func(b *Backup) bool { return b.ID == id }, BackupNotFound(id))
}

func (s *service) listBackups(form rest.Set) handler {
	c := &collection[Backup]{
		key: "backups", filter: "backup", id: func(b *Backup) string { return b.ID }, unknown: BackupNotFound, counted: true,
		sort: map[string]func(*Backup) any{
			"id":         func(b *Backup) any { return b.ID },
			"name":       func(b *Backup) any { return b.Name },
			"status":     func(b *Backup) any { return b.Status },
			"size":       func(b *Backup) any { return b.Size },
			"volume_id":  func(b *Backup) any { return b.VolumeID },
			"created_at": func(b *Backup) any { return b.Created },
		},
		match: map[string]func(*Backup, string) (bool, error){
			"name":       equal(func(b *Backup) string { return b.Name }),
			"status":     equal(func(b *Backup) string { return b.Status }),
			"volume_id":  equal(func(b *Backup) string { return b.VolumeID }),
			"project_id": equal(func(b *Backup) string { return b.ProjectID }),
		},
		sorted: map[string]int{"name": 37},
	}
	return func(r *jumpgate.Request) (any, error) {
		return c.page(s, r, s.backups.ListBackups(r.Context(), everybody(r)), func(b *Backup) (jumpgate.Object, error) { return s.showBackup(r, b, form), nil })
	}
}

// backupView is a backup on its way to a client, with its links.
type backupView struct {
	*Backup
	links any
}

// backupFields are the members of a backup in Cinder's order.
var backupFields = []rest.Field[backupView]{
	{Name: "id", Value: func(v backupView) any { return v.ID }},
	{Name: "status", Forms: full, Value: func(v backupView) any { return v.Status }},
	{Name: "size", Forms: full, Value: func(v backupView) any { return v.Size }},
	{Name: "object_count", Forms: full, Value: func(v backupView) any { return v.Objects }},
	{Name: "availability_zone", Forms: full, Value: func(v backupView) any { return rest.OrNil(v.Zone) }},
	{Name: "container", Forms: full, Value: func(v backupView) any { return rest.OrNil(v.Container) }},
	{Name: "created_at", Forms: full, Value: func(v backupView) any { return date(v.Created) }},
	{Name: "updated_at", Forms: full, Value: func(v backupView) any { return date(v.Updated) }},
	{Name: "name", Value: func(v backupView) any { return rest.OrNil(v.Name) }},
	{Name: "description", Forms: full, Value: func(v backupView) any { return rest.OrNil(v.Description) }},
	{Name: "fail_reason", Forms: full, Value: func(v backupView) any { return rest.OrNil(v.FailReason) }},
	{Name: "volume_id", Forms: full, Value: func(v backupView) any { return v.VolumeID }},
	{Name: "links", Value: func(v backupView) any { return v.links }},
	{Name: "is_incremental", Forms: full, Value: func(v backupView) any { return v.Incremental }},
	{Name: "has_dependent_backups", Forms: full, Value: func(v backupView) any { return v.HasDependents }},
	{Name: "snapshot_id", Forms: full, Value: func(v backupView) any { return rest.OrNil(v.SnapshotID) }},
	{Name: "data_timestamp", Forms: full, Value: func(v backupView) any { return date(cmp.Or(v.DataTimestamp, v.Created)) }},
	{Name: "os-backup-project-attr:project_id", Forms: full, Since: 18, Right: projectSeer, Value: func(v backupView) any { return v.ProjectID }},
	{Name: "metadata", Forms: full | madeForm, Since: 43, Value: func(v backupView) any { return rest.Sorted(v.Metadata) }},
	{Name: "user_id", Forms: full, Since: 56, Value: func(v backupView) any { return v.UserID }},
}

var backupRules = map[rest.Set]string{projectSeer: "backup:backup_project_attribute"}

func (s *service) showBackup(r *jumpgate.Request, b *Backup, form rest.Set) jumpgate.Object {
	return rest.Show(backupFields, answer(r, form, backupRules), backupView{b, s.links(r, "backup", "backup_id", b.ID)})
}

func (s *service) createBackup(r *jumpgate.Request) (any, error) {
	members := []schema.Property{member("volume_id", uuidText), member("container", orNull(shortText)), member("description", descriptionText),
		member("incremental", booleanSchema), member("force", booleanSchema), member("name", nameText), member("snapshot_id", uuidOrNull)}
	if minor(r) >= 43 {
		members = append(members, member("metadata", orNull(metadataSchema)))
	}
	if minor(r) >= 51 {
		members = append(members, member("availability_zone", orNull(filledText)))
	}
	body, err := readBody(r, wrapped("backup", object([]string{"volume_id"}, members...)))
	if err != nil {
		return nil, err
	}
	b := body.Object("backup")
	v, err := s.volume(r.Context(), b.String("volume_id"))
	if err != nil {
		return nil, err
	}
	c := BackupCreate{VolumeID: v.ID, SnapshotID: b.String("snapshot_id"), Container: b.String("container"), Zone: b.String("availability_zone"),
		Incremental: b.Bool("incremental", false), Force: b.Bool("force", false), Metadata: b.Strings("metadata")}
	name, description := naming(b)
	c.Name, c.Description = text(name), text(description)
	if c.SnapshotID != "" && s.snapshotGetter != nil {
		x, err := s.snapshot(r.Context(), c.SnapshotID)
		if err != nil {
			return nil, err
		}
		if x.VolumeID != v.ID {
			return nil, InvalidSnapshot("Snapshot %s is not a snapshot of volume %s", x.ID, v.ID)
		}
	}
	if v.Status == "in-use" && !c.Force && c.SnapshotID == "" {
		return nil, InvalidVolume("Backing up an in-use volume must use the force flag.")
	}
	if v.Status != "available" && v.Status != "in-use" {
		return nil, InvalidVolume("Volume to be backed up must be available or in-use, but the current status is \"%s\".", v.Status)
	}
	if c.Incremental && !s.backedUp(r, v.ID) {
		return nil, InvalidBackup("No backups available to do an incremental backup.")
	}
	made, err := s.backups.CreateBackup(r.Context(), c)
	if err != nil {
		return nil, err
	}
	return accepted(jumpgate.Object{{Name: "backup", Value: s.showBackup(r, made, madeForm)}}), nil
}

func (s *service) backedUp(r *jumpgate.Request, volumeID string) bool {
	for b, err := range s.backups.ListBackups(r.Context(), false) {
		if err == nil && b.VolumeID == volumeID && b.Status == "available" {
			return true
		}
	}
	return false
}

func (s *service) updateBackup(r *jumpgate.Request) (any, error) {
	if minor(r) < 9 {
		return nil, jumpgate.NotFound
	}
	members := []schema.Property{member("name", nameText), member("description", descriptionText)}
	if minor(r) >= 43 {
		members = append(members, member("metadata", orNull(metadataSchema)))
	}
	body, err := readBody(r, wrapped("backup", object(nil, members...)))
	if err != nil {
		return nil, err
	}
	b := body.Object("backup")
	if len(b) == 0 {
		return nil, jumpgate.BadRequest.New("Missing updates for backup %s", r.Var("backup_id"))
	}
	found, err := s.backup(r, r.Var("backup_id"))
	if err != nil {
		return nil, err
	}
	name, description := naming(b)
	now, err := s.backups.UpdateBackup(r.Context(), found.ID, func(x *Backup) error {
		if name != nil {
			x.Name = *name
		}
		if description != nil {
			x.Description = *description
		}
		if b.Has("metadata") {
			x.Metadata = b.Strings("metadata")
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return jumpgate.Object{{Name: "backup", Value: s.showBackup(r, now, briefForm)}}, nil
}

func (s *service) deleteBackup(r *jumpgate.Request, b *Backup, force bool) error {
	if allowed := []string{"available", "error"}; !force && !slices.Contains(allowed, b.Status) {
		return InvalidBackup("Backup status must be %s", orList(allowed))
	}
	err := s.backups.DeleteBackup(r.Context(), b.ID)
	if errors.Is(err, jumpgate.Conflict) {
		return InvalidBackup("Incremental backups exist for this backup.")
	}
	return named(err, BackupNotFound(b.ID))
}

func (s *service) restoreBackup(r *jumpgate.Request) (any, error) {
	body, err := readBody(r, wrapped("restore", &schema.Schema{Type: []schema.Type{schema.Map, schema.Null},
		Properties: []schema.Property{member("name", nameText), member("volume_id", uuidOrNull)}}))
	if err != nil {
		return nil, err
	}
	arg := body.Object("restore")
	b, err := s.backup(r, r.Var("backup_id"))
	if err != nil {
		return nil, err
	}
	if b.Status != "available" {
		return nil, InvalidBackup("Backup status must be available")
	}
	if id := arg.String("volume_id"); id != "" {
		v, err := s.volume(r.Context(), id)
		switch {
		case err != nil:
			return nil, err
		case v.Status != "available":
			return nil, InvalidVolume("Volume to be restored to must be available")
		case v.Size < b.Size:
			return nil, InvalidVolume("volume size %d is too small to restore backup of size %d.", v.Size, b.Size)
		}
	}
	v, err := s.backups.RestoreBackup(r.Context(), b.ID, arg.String("volume_id"), arg.String("name"))
	if err != nil {
		return nil, err
	}
	return accepted(jumpgate.Object{{Name: "restore", Value: jumpgate.Object{
		{Name: "backup_id", Value: b.ID}, {Name: "volume_id", Value: v.ID}, {Name: "volume_name", Value: v.Name},
	}}}), nil
}
