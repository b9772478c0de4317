package volume

import (
	"errors"
	"net/http"
	"slices"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// cloudActions are those that the cloud has to do something for.
func (s *service) cloudActions(all map[string]action[*Volume], driver any) {
	extender, _ := driver.(Extender)
	extend := action[*Volume]{schema: object([]string{"new_size"}, member("new_size", sizeSchema)), absent: "The cloud can't make a volume larger."}
	if extender != nil {
		extend.run = func(r *jumpgate.Request, v *Volume, arg schema.Object) (any, error) {
			return nil, extendVolume(r, extender, v, arg)
		}
	}
	all["os-extend"] = extend
	s.imageActions(all, driver)

	retyper, _ := driver.(Retyper)
	retype := action[*Volume]{absent: "The cloud can't give a volume another type.", schema: object([]string{"new_type"}, member("new_type", anyString),
		member("migration_policy", &schema.Schema{Type: []schema.Type{schema.String, schema.Null}, Enum: []any{"on-demand", "never"}}))}
	if retyper != nil && s.types != nil {
		retype.run = func(r *jumpgate.Request, v *Volume, arg schema.Object) (any, error) {
			return nil, s.retypeVolume(r, retyper, v, arg)
		}
	}
	all["os-retype"] = retype

	reverter, _ := driver.(Reverter)
	revert := action[*Volume]{since: 40, absent: "The cloud can't revert a volume.", schema: &schema.Schema{
		Type: mapType, Open: true, Properties: []schema.Property{member("snapshot_id", orNull(anyString))},
	}}
	if reverter != nil && s.snapshotLister != nil {
		revert.run = func(r *jumpgate.Request, v *Volume, arg schema.Object) (any, error) {
			return nil, s.revertVolume(r, reverter, v, arg)
		}
	}
	all["revert"] = revert

	force := action[*Volume]{absent: "The cloud deletes no volume by force."}
	if s.destroyer != nil && s.deleter != nil {
		force.run = func(r *jumpgate.Request, v *Volume, _ schema.Object) (any, error) {
			return nil, s.destroy(r.Context(), v, false, true)
		}
	}
	all["os-force_delete"] = force
	for _, name := range []string{"os-migrate_volume", "os-migrate_volume_completion", "os-unmanage"} {
		all[name] = action[*Volume]{absent: "The cloud looks after the places of its volumes itself."}
	}
	if s.manager != nil {
		all["os-unmanage"] = action[*Volume]{run: func(r *jumpgate.Request, v *Volume, _ schema.Object) (any, error) { return nil, s.unmanageVolume(r, v) }}
	}
}

func extendVolume(r *jumpgate.Request, d Extender, v *Volume, arg schema.Object) error {
	size := arg.Int("new_size", 0)
	if size <= v.Size {
		return jumpgate.BadRequest.New("Invalid input received: New size for extend must be greater than current size. (current: %d, extended: %d).", v.Size, size)
	}
	expected := "available"
	if minor(r) >= 42 && v.Status == "in-use" {
		if err := allow(r, "volume:extend_attached_volume"); err != nil {
			return err
		}
		expected = "in-use"
	}
	if v.Status != expected {
		return InvalidVolume("Volume %s status must be '{'status': '%s'}' to extend, currently %s.", v.ID, expected, v.Status)
	}
	return d.ExtendVolume(r.Context(), v.ID, size)
}

func (s *service) retypeVolume(r *jumpgate.Request, d Retyper, v *Volume, arg schema.Object) error {
	t, err := s.findType(r.Context(), arg.String("new_type"))
	if errors.Is(err, jumpgate.NotFound) {
		return jumpgate.BadRequest.New("Invalid input received: Invalid volume_type passed: %s.", arg.String("new_type"))
	}
	if err != nil {
		return err
	}
	if t.Name == v.Type || v.Status != "available" && v.Status != "in-use" || v.GroupID != "" {
		return InvalidVolume("Retype needs volume to be in available or in-use state, not be part of an active migration or a consistency group, " +
			"requested type has to be different that the one from the volume, and for in-use volumes front-end qos specs cannot change.")
	}
	if t.multiattach() && !v.Multiattach {
		if err := allow(r, "volume:multiattach"); err != nil {
			return err
		}
	}
	return d.RetypeVolume(r.Context(), v.ID, t.ID, arg.String("migration_policy") == "on-demand")
}

func (s *service) revertVolume(r *jumpgate.Request, d Reverter, v *Volume, arg schema.Object) error {
	var latest *Snapshot
	for snapshot, err := range s.snapshotLister.ListSnapshots(r.Context()) {
		if err != nil {
			return err
		}
		if snapshot.VolumeID == v.ID && (latest == nil || snapshot.Created.After(latest.Created)) {
			latest = snapshot
		}
	}
	id := arg.String("snapshot_id")
	switch {
	case latest == nil:
		return jumpgate.BadRequest.New("Volume %s doesn't have any snapshots.", v.ID)
	case id != latest.ID:
		text := id
		if text == "" {
			text = "None"
		}
		return jumpgate.BadRequest.New("Specified snapshot %s is None or not the latest one of volume %s.", text, v.ID)
	case latest.Size != v.Size:
		return jumpgate.BadRequest.New("Can't revert volume %s to its latest snapshot %s. The volume size must be equal to the snapshot size.", v.ID, id)
	case v.Status != "available":
		return jumpgate.Conflict.New("Invalid volume: Can't revert volume %s to its latest snapshot. Volume must be in available status.", v.ID)
	case latest.Status != "available":
		return jumpgate.Conflict.New("Invalid snapshot: Can't revert volume %s to its latest snapshot %s, because the snapshot is not available.", v.ID, id)
	}
	return d.RevertVolume(r.Context(), v.ID, id)
}

// imageActions go between volumes and images.
func (s *service) imageActions(all map[string]action[*Volume], driver any) {
	uploader, _ := driver.(Uploader)
	formats := []any{"raw", "vmdk", "vdi", "qcow2", "vhd", "vhdx", "ploop"}
	upload := action[*Volume]{absent: "The cloud can't make an image of a volume.", schema: object([]string{"image_name"},
		member("image_name", filledText), member("force", booleanSchema),
		member("disk_format", &schema.Schema{Type: stringType, Enum: formats}), member("container_format", orNull(shortText)),
		member("visibility", &schema.Schema{Type: stringType, Enum: []any{"community", "public", "private", "shared"}}),
		member("protected", booleanSchema))}
	if uploader != nil {
		upload.run = func(r *jumpgate.Request, v *Volume, arg schema.Object) (any, error) {
			return s.upload(r, uploader, v, arg)
		}
	}
	all["os-volume_upload_image"] = upload

	reimager, _ := driver.(Reimager)
	reimage := action[*Volume]{since: 68, absent: "The cloud can't put an image on a volume that there is.", schema: object([]string{"image_id"},
		member("image_id", uuidText), member("reimage_reserved", booleanSchema))}
	if reimager != nil {
		reimage.run = func(r *jumpgate.Request, v *Volume, arg schema.Object) (any, error) {
			allowed := []string{"available", "error"}
			if arg.Bool("reimage_reserved", false) {
				if err := allow(r, "volume:reimage_reserved"); err != nil {
					return nil, err
				}
				allowed = append(allowed, "reserved")
			}
			if !slices.Contains(allowed, v.Status) {
				return nil, InvalidVolume("status must be %s to re-image.", orList(allowed))
			}
			return nil, reimager.ReimageVolume(r.Context(), v.ID, arg.String("image_id"))
		}
	}
	all["os-reimage"] = reimage
}

func (s *service) upload(r *jumpgate.Request, d Uploader, v *Volume, arg schema.Object) (any, error) {
	u := Upload{Name: arg.String("image_name"), DiskFormat: arg.String("disk_format"), ContainerFormat: arg.String("container_format")}
	if u.DiskFormat == "" {
		u.DiskFormat = "raw"
	}
	if u.ContainerFormat == "" {
		u.ContainerFormat = "bare"
	}
	if minor(r) >= 1 {
		if u.Visibility = arg.String("visibility"); u.Visibility == "" {
			u.Visibility = "private"
		}
		u.Protected = arg.Bool("protected", false)
		if u.Visibility == "public" {
			if err := allow(r, "volume_extension:volume_actions:upload_public"); err != nil {
				return nil, err
			}
		}
	}
	if v.Status != "available" && !(v.Status == "in-use" && arg.Bool("force", false)) {
		return nil, InvalidVolume("Volume %s status must be available or in-use but current status is: %s.", v.ID, v.Status)
	}
	id, err := d.UploadVolume(r.Context(), v.ID, u)
	if err != nil {
		return nil, err
	}
	shown := jumpgate.Object{
		{Name: "id", Value: v.ID},
		{Name: "updated_at", Value: date(v.Updated)},
		{Name: "status", Value: "uploading"},
		{Name: "display_description", Value: rest.OrNil(v.Description)},
		{Name: "size", Value: v.Size},
	}
	if t, err := s.typeOf(r, v); err == nil {
		shown = append(shown, jumpgate.Member{Name: "volume_type", Value: t})
	}
	visibility := u.Visibility
	if visibility == "" {
		visibility = "shared"
	}
	shown = append(shown,
		jumpgate.Member{Name: "image_id", Value: id},
		jumpgate.Member{Name: "container_format", Value: u.ContainerFormat},
		jumpgate.Member{Name: "disk_format", Value: u.DiskFormat},
		jumpgate.Member{Name: "image_name", Value: u.Name},
	)
	shown = append(shown, jumpgate.Member{Name: "protected", Value: u.Protected}, jumpgate.Member{Name: "visibility", Value: visibility})
	return &jumpgate.Response{Status: http.StatusAccepted, Body: jumpgate.Object{{Name: "os-volume_upload_image", Value: shown}}}, nil
}

// typeOf is a volume's type as the answer of an upload shows it.
func (s *service) typeOf(r *jumpgate.Request, v *Volume) (any, error) {
	if s.types == nil || v.Type == "" {
		return nil, nil
	}
	t, err := s.findType(r.Context(), v.Type)
	if err != nil {
		return nil, err
	}
	return jumpgate.Object{
		{Name: "id", Value: t.ID},
		{Name: "name", Value: t.Name},
		{Name: "description", Value: rest.OrNil(t.Description)},
		{Name: "is_public", Value: !t.Private},
		{Name: "extra_specs", Value: rest.Sorted(t.ExtraSpecs)},
		{Name: "qos_specs_id", Value: rest.OrNil(t.QoSID)},
		{Name: "created_at", Value: date(t.Created)},
		{Name: "updated_at", Value: date(t.Updated)},
		{Name: "deleted_at", Value: nil},
		{Name: "deleted", Value: false},
	}, nil
}
