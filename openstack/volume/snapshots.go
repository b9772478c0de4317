package volume

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// snapshots serves snapshots.
func snapshots(s *service, driver any, t *table) {
	if s.snapshotLister != nil {
		t.add(http.MethodGet, "snapshots", s.listSnapshots(basicForm))
		t.add(http.MethodGet, "snapshots_detail", s.listSnapshots(allForm))
	}
	if s.snapshotGetter != nil {
		t.add(http.MethodGet, "snapshot", func(r *jumpgate.Request) (any, error) {
			snapshot, err := s.snapshot(r.Context(), r.Var("snapshot_id"))
			if err != nil {
				return nil, err
			}
			return jumpgate.Object{{Name: "snapshot", Value: showSnapshot(r, snapshot, allForm)}}, nil
		})
	}
	if d, ok := driver.(SnapshotCreator); ok && s.getter != nil {
		t.add(http.MethodPost, "snapshots", func(r *jumpgate.Request) (any, error) { return s.createSnapshot(r, d) })
	}
	d, ok := driver.(SnapshotDeleter)
	if ok && s.snapshotGetter != nil {
		t.add(http.MethodDelete, "snapshot", func(r *jumpgate.Request) (any, error) {
			snapshot, err := s.snapshot(r.Context(), r.Var("snapshot_id"))
			if err != nil {
				return nil, err
			}
			return accepted(nil), deleteSnapshot(r.Context(), d, snapshot, false)
		})
	}
	if u, ok := driver.(SnapshotUpdater); ok && s.snapshotGetter != nil {
		s.snapshotEdit(u, d, t)
	}
}

func (s *service) snapshot(ctx context.Context, id string) (*Snapshot, error) {
	snapshot, err := s.snapshotGetter.Snapshot(ctx, id)
	return snapshot, named(err, SnapshotNotFound(id))
}

func deleteSnapshot(ctx context.Context, d SnapshotDeleter, snapshot *Snapshot, force bool) error {
	allowed := []string{"available", "error"}
	if !force && !slices.Contains(allowed, snapshot.Status) || snapshot.GroupSnapshotID != "" {
		return InvalidSnapshot("Snapshot status must be %s, and must not be part of a consistency group.", orList(allowed))
	}
	err := d.DeleteSnapshot(ctx, snapshot.ID)
	if errors.Is(err, jumpgate.Conflict) && jumpgate.AsError(err).Message == "" {
		return InvalidSnapshot("Snapshot status must be %s, and must not be part of a consistency group.", orList(allowed))
	}
	return named(err, SnapshotNotFound(snapshot.ID))
}

func (s *service) listSnapshots(form rest.Set) handler {
	c := &collection[Snapshot]{
		key: "snapshots", filter: "snapshot", id: func(x *Snapshot) string { return x.ID }, unknown: SnapshotNotFound, counted: true,
		old: []string{"status", "volume_id", "name", "metadata"},
		sort: map[string]func(*Snapshot) any{
			"id":           func(x *Snapshot) any { return x.ID },
			"name":         func(x *Snapshot) any { return x.Name },
			"display_name": func(x *Snapshot) any { return x.Name },
			"status":       func(x *Snapshot) any { return x.Status },
			"volume_id":    func(x *Snapshot) any { return x.VolumeID },
			"volume_size":  func(x *Snapshot) any { return x.Size },
			"created_at":   func(x *Snapshot) any { return x.Created },
			"updated_at":   func(x *Snapshot) any { return x.Updated },
			"user_id":      func(x *Snapshot) any { return x.UserID },
			"project_id":   func(x *Snapshot) any { return x.ProjectID },
		},
		match: map[string]func(*Snapshot, string) (bool, error){
			"id":             equal(func(x *Snapshot) string { return x.ID }),
			"name":           equal(func(x *Snapshot) string { return x.Name }),
			"display_name":   equal(func(x *Snapshot) string { return x.Name }),
			"status":         equal(func(x *Snapshot) string { return x.Status }),
			"volume_id":      equal(func(x *Snapshot) string { return x.VolumeID }),
			"project_id":     equal(func(x *Snapshot) string { return x.ProjectID }),
			"user_id":        equal(func(x *Snapshot) string { return x.UserID }),
			"metadata":       matchMetadata(func(x *Snapshot) map[string]string { return x.Metadata }),
			"created_at":     matchTime(func(x *Snapshot) time.Time { return x.Created }),
			"consumes_quota": func(x *Snapshot, value string) (bool, error) { return matchBool(!x.Free, "consumes_quota", value) },
		},
		sorted: map[string]int{"name": 30}, since: map[string]int{"metadata": 22, "consumes_quota": 65, "created_at": 60},
	}
	return func(r *jumpgate.Request) (any, error) {
		form := form
		if v1(r) { // both lists of version 1 are detailed
			form = allForm
		}
		list := s.snapshotLister.ListSnapshots(r.Context())
		if s.allSnapshotLister != nil && everybody(r) {
			list = s.allSnapshotLister.ListAllSnapshots(r.Context())
		}
		return c.page(s, r, list, func(x *Snapshot) (jumpgate.Object, error) { return showSnapshot(r, x, form), nil })
	}
}

// snapshotFields are the members of a snapshot in Cinder's order.
var snapshotFields = []rest.Field[*Snapshot]{
	{Name: "id", Value: func(x *Snapshot) any { return x.ID }},
	{Name: "created_at", Value: func(x *Snapshot) any { return date(x.Created) }},
	{Name: "updated_at", Value: func(x *Snapshot) any { return date(x.Updated) }},
	{Name: "name", Forms: full, Value: func(x *Snapshot) any { return rest.OrNil(x.Name) }},
	{Name: "description", Forms: full, Value: func(x *Snapshot) any { return rest.OrNil(x.Description) }},
	{Name: "display_name", Forms: oldForm, Value: func(x *Snapshot) any { return rest.OrNil(x.Name) }},
	{Name: "display_description", Forms: oldForm, Value: func(x *Snapshot) any { return rest.OrNil(x.Description) }},
	{Name: "volume_id", Value: func(x *Snapshot) any { return x.VolumeID }},
	{Name: "status", Value: func(x *Snapshot) any { return x.Status }},
	{Name: "size", Value: func(x *Snapshot) any { return x.Size }},
	{Name: "metadata", Value: func(x *Snapshot) any { return rest.Sorted(x.Metadata) }},
	{Name: "group_snapshot_id", Forms: fullForm | allForm, Since: 14, Value: func(x *Snapshot) any { return rest.OrNil(x.GroupSnapshotID) }},
	{Name: "user_id", Forms: fullForm | allForm, Since: 41, Value: func(x *Snapshot) any { return rest.OrNil(x.UserID) }},
	{Name: "consumes_quota", Forms: fullForm | allForm, Since: 65, Value: func(x *Snapshot) any { return !x.Free }},
	{Name: "os-extended-snapshot-attributes:project_id", Right: projectSeer, Value: func(x *Snapshot) any { return x.ProjectID }},
	{Name: "os-extended-snapshot-attributes:progress", Right: projectSeer, Value: (*Snapshot).progress},
}

var snapshotRules = map[rest.Set]string{projectSeer: "volume_extension:extended_snapshot_attributes"}

// showSnapshot shows a snapshot in basicForm, fullForm or allForm.
func showSnapshot(r *jumpgate.Request, x *Snapshot, form rest.Set) jumpgate.Object {
	var rules map[rest.Set]string
	if form == allForm {
		rules = snapshotRules
	}
	if v1(r) {
		form = oldForm
	}
	return rest.Show(snapshotFields, answer(r, form, rules), x)
}

func (x *Snapshot) progress() any {
	switch {
	case x.Progress != "":
		return x.Progress
	case x.Status == "available":
		return "100%"
	}
	return "0%"
}

func (s *service) createSnapshot(r *jumpgate.Request, d SnapshotCreator) (any, error) {
	inner := object([]string{"volume_id"},
		member("name", nameText), member("description", descriptionText), member("display_name", nameText), member("display_description", descriptionText),
		member("volume_id", uuidOrNull), member("force", booleanOrNull), member("metadata", orNull(metadataSchema)))
	inner.Open = true
	body, err := readBody(r, wrapped("snapshot", inner))
	if err != nil {
		return nil, err
	}
	b := body.Object("snapshot")
	v, err := s.volume(r.Context(), b.String("volume_id"))
	if err != nil {
		return nil, err
	}
	force := b.Bool("force", false)
	if given, ok := b.Get("force"); ok && given != nil && !force && minor(r) >= 66 {
		//nolint:misspell // Cinder's own words
		return nil, jumpgate.BadRequest.New("Since microversion 3.66 the 'force' flag is invalid for this request.  For backward compatability, however, " +
			"when the 'force' flag is passed with a value evaluating to True, it is silently ignored.")
	}
	name, description := naming(b)
	busy := force || minor(r) >= 66
	if v.Status != "available" && !(busy && v.Status == "in-use") {
		allowed := "available"
		if busy {
			allowed = "available or in-use"
		}
		return nil, InvalidVolume("Volume %s status must be %s, but current status is: %s.", v.ID, allowed, v.Status)
	}
	x, err := d.CreateSnapshot(r.Context(), SnapshotCreate{
		VolumeID: v.ID, Name: text(name), Description: text(description), Force: busy, Metadata: b.Strings("metadata"),
	})
	if err != nil {
		return nil, named(err, NotFound(v.ID))
	}
	status := http.StatusAccepted
	if v1(r) {
		status = http.StatusOK
	}
	return &jumpgate.Response{Status: status, Body: jumpgate.Object{{Name: "snapshot", Value: showSnapshot(r, x, fullForm)}}}, nil
}

// snapshotEdit serves changes of snapshots.
func (s *service) snapshotEdit(u SnapshotUpdater, d SnapshotDeleter, t *table) {
	change := func(r *jumpgate.Request, id string, change func(*Snapshot) error) (*Snapshot, error) {
		x, err := u.UpdateSnapshot(r.Context(), id, change)
		return x, named(err, SnapshotNotFound(id))
	}
	t.add(http.MethodPut, "snapshot", func(r *jumpgate.Request) (any, error) {
		body, err := readBody(r, wrapped("snapshot", object(nil,
			member("name", nameText), member("description", descriptionText), member("display_name", nameText), member("display_description", descriptionText))))
		if err != nil {
			return nil, err
		}
		name, description := naming(body.Object("snapshot"))
		x, err := change(r, r.Var("snapshot_id"), func(x *Snapshot) error {
			if name != nil {
				x.Name = *name
			}
			if description != nil {
				x.Description = *description
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
		return jumpgate.Object{{Name: "snapshot", Value: showSnapshot(r, x, fullForm)}}, nil
	})
	(&metadataOf{
		endpoint: "snapshot", variable: "snapshot_id",
		read: func(r *jumpgate.Request, id string) (map[string]string, error) {
			x, err := s.snapshot(r.Context(), id)
			if err != nil {
				return nil, err
			}
			return x.Metadata, nil
		},
		change: func(r *jumpgate.Request, id string, edit func(map[string]string) (map[string]string, error)) (map[string]string, error) {
			x, err := change(r, id, func(x *Snapshot) (err error) { x.Metadata, err = edit(x.Metadata); return err })
			if err != nil {
				return nil, err
			}
			return x.Metadata, nil
		},
		missing: func(id, key string) error {
			return jumpgate.NotFound.New("Snapshot %s has no metadata with key %s.", id, key)
		},
	}).register(t)
	t.add(http.MethodPost, "snapshot_action", s.snapshotActions(change, d).serve)
}

func (s *service) snapshotActions(change func(*jumpgate.Request, string, func(*Snapshot) error) (*Snapshot, error), d SnapshotDeleter) *actionsOf[*Snapshot] {
	set := func(check func(from, to string) error) func(*jumpgate.Request, *Snapshot, schema.Object) (any, error) {
		return func(r *jumpgate.Request, x *Snapshot, arg schema.Object) (any, error) {
			_, err := change(r, x.ID, func(x *Snapshot) error {
				to := arg.String("status")
				if err := check(x.Status, to); err != nil {
					return err
				}
				x.Status, x.Progress = strings.ToLower(to), arg.String("progress")
				return nil
			})
			return nil, err
		}
	}
	anyState := func(string, string) error { return nil }
	a := &actionsOf[*Snapshot]{kind: "snapshot", variable: "snapshot_id",
		find: func(r *jumpgate.Request, id string) (*Snapshot, error) { return s.snapshot(r.Context(), id) },
		actions: map[string]action[*Snapshot]{
			"os-reset_status":           {schema: object([]string{"status"}, member("status", stateOf("Snapshot status", tuple(snapshotStates), snapshotStates))), run: set(anyState)},
			"os-update_snapshot_status": {schema: object([]string{"status"}, member("status", anyString), member("progress", anyString)), run: set(nextSnapshotState)},
			"os-unmanage":               {absent: "The cloud looks after the places of its snapshots itself."},
			"os-force_delete":           {absent: "The cloud deletes no snapshot by force."},
		}}
	if s.manager != nil {
		a.actions["os-unmanage"] = action[*Snapshot]{run: func(r *jumpgate.Request, x *Snapshot, _ schema.Object) (any, error) {
			return nil, s.unmanageSnapshot(r, x)
		}}
	}
	if d != nil {
		a.actions["os-force_delete"] = action[*Snapshot]{run: func(r *jumpgate.Request, x *Snapshot, _ schema.Object) (any, error) {
			return nil, deleteSnapshot(r.Context(), d, x, true)
		}}
	}
	return a
}

// nextSnapshotState lets a compute service say how its snapshot goes on.
func nextSnapshotState(from, to string) error {
	next := map[string][]string{"creating": {"creating", "available", "error"}, "deleting": {"deleting", "error_deleting"}}[from]
	switch {
	case next == nil:
		return jumpgate.BadRequest.New("Snapshot status %s not allowed for update_snapshot_status", from)
	case !slices.Contains(next, to):
		return jumpgate.BadRequest.New("Provided snapshot status %s not allowed for snapshot with status %s.", to, from)
	}
	return nil
}
