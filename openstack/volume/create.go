package volume

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// createBody describes the order of a volume at a microversion.
func createBody(v int) *schema.Schema {
	inner := object(nil,
		member("name", nameText),
		member("description", descriptionText),
		member("display_name", nameText),
		member("display_description", descriptionText),
		member("volume_type", orNull(shortText)),
		member("metadata", orNull(metadataSchema)),
		member("snapshot_id", uuidOrNull),
		member("source_volid", uuidOrNull),
		member("consistencygroup_id", uuidOrNull),
		member("size", orNull(sizeSchema)),
		member("availability_zone", orNull(filledText)),
		member("multiattach", booleanOrNull),
		member("image_id", orNull(shortText)),
		member("imageRef", orNull(shortText)),
	)
	if v >= 13 {
		inner.Properties = append(inner.Properties, member("group_id", orNull(shortText)))
	}
	if v >= 47 {
		inner.Properties = append(inner.Properties, member("backup_id", uuidOrNull))
	}
	inner.Open = v < 53
	return wrapped("volume", inner, member("OS-SCH-HNT:scheduler_hints", &schema.Schema{Open: true, Type: []schema.Type{schema.Map, schema.Null}}))
}

func (s *service) createVolume(r *jumpgate.Request) (any, error) {
	body, err := readBody(r, createBody(minor(r)))
	if err != nil {
		return nil, err
	}
	b := body.Object("volume")
	c, src, err := s.order(r, b)
	if err != nil {
		return nil, err
	}
	var v *Volume
	switch {
	case src == Source{}:
		v, err = s.creator.CreateVolume(r.Context(), *c)
	case s.copier == nil:
		return nil, jumpgate.BadRequest.New("The cloud can't make a volume of another volume, an image or a backup.")
	default:
		v, err = s.copier.CreateVolumeFrom(r.Context(), src, *c)
	}
	if err != nil {
		return nil, err
	}
	status := http.StatusAccepted
	if v1(r) {
		status = http.StatusOK
	}
	return &jumpgate.Response{Status: status, Body: jumpgate.Object{{Name: "volume", Value: s.showVolume(r, v, fullForm)}}}, nil
}

// order reads what is ordered, and checks its sources: the volume must be as
// large as what is to go on it.
func (s *service) order(r *jumpgate.Request, b schema.Object) (*Create, Source, error) {
	name, description := naming(b)
	c := &Create{
		Name: text(name), Description: text(description), Type: b.String("volume_type"), Zone: b.String("availability_zone"),
		SnapshotID: b.String("snapshot_id"), GroupID: b.String("group_id"), Metadata: b.Strings("metadata"),
	}
	if c.GroupID == "" {
		c.GroupID = b.String("consistencygroup_id")
	}
	src := Source{VolumeID: b.String("source_volid"), BackupID: b.String("backup_id")}
	if src.ImageID = b.String("image_id"); src.ImageID == "" {
		src.ImageID = b.String("imageRef")
	}
	src.ImageID = lastPart(src.ImageID)
	if src.ImageID != "" {
		if err := allow(r, "volume:create_from_image"); err != nil {
			return nil, src, err
		}
	}
	if src.ImageID != "" && s.imageSnapshots != nil && minor(r) >= 46 {
		id, err := s.imageSnapshots.ImageSnapshot(r.Context(), src.ImageID)
		if err != nil {
			return nil, src, err
		}
		if id != "" {
			if _, err := s.snapshot(r.Context(), id); err != nil {
				return nil, src, jumpgate.NotFound.New("Nova specific image is found, but boot volume snapshot id:%s not found.", id)
			}
			c.SnapshotID, src.ImageID = id, ""
		}
	}
	if b.Bool("multiattach", false) {
		return nil, src, jumpgate.BadRequest.New("multiattach parameter has been removed. The default behavior is to use multiattach enabled volume types. " +
			"Contact your administrator to create a multiattach enabled volume type and use it to create multiattach volumes.")
	}
	if c.Type != "" && s.types != nil {
		t, err := s.findType(r.Context(), c.Type)
		if err != nil {
			return nil, src, err
		}
		c.Type = t.Name
	}
	if err := s.checkGroup(r, c); err != nil {
		return nil, src, err
	}
	least, what, err := s.sourceSize(r, c, src)
	if err != nil {
		return nil, src, err
	}
	size, given := b.Get("size")
	switch {
	case !given || size == nil:
		c.Size = least
	default:
		c.Size, _ = strconv.Atoi(schema.Str(size))
	}
	if c.Size == 0 {
		if src.ImageID != "" {
			return nil, src, jumpgate.BadRequest.New("Invalid input received: Volume size '' must be an integer and greater than 0")
		}
		return nil, src, jumpgate.BadRequest.New("The server could not comply with the request since it is either malformed or otherwise incorrect.")
	}
	if c.Size < least {
		words := "Invalid input received: Volume size '%d'GB cannot be smaller than original %s size %dGB. They must be >= original %s size."
		if what == "backup" {
			words = "Invalid input received: Volume size %dGB cannot be smaller than the %s size %dGB. It must be >= %s size."
		}
		return nil, src, jumpgate.BadRequest.New(words, c.Size, what, least, what)
	}
	return c, src, s.allowMultiattach(r, c, src)
}

// allowMultiattach asks whether r's principal may have volumes that several
// servers use, if c is one by its type, which may be that of its source. Most
// may, so that is looked up last.
func (s *service) allowMultiattach(r *jumpgate.Request, c *Create, src Source) error {
	refused := allow(r, "volume:multiattach")
	switch {
	case refused == nil:
		return nil
	case c.Type != "" && s.types != nil:
		t, err := s.findType(r.Context(), c.Type)
		if err != nil || !t.multiattach() {
			return err
		}
		return refused
	}
	if c.SnapshotID != "" && s.snapshotGetter != nil {
		snapshot, err := s.snapshot(r.Context(), c.SnapshotID)
		if err != nil {
			return err
		}
		src.VolumeID = snapshot.VolumeID
	}
	if src.VolumeID == "" || s.getter == nil {
		return nil
	}
	v, err := s.volume(r.Context(), src.VolumeID)
	if err != nil || !v.Multiattach {
		return err
	}
	return refused
}

// checkGroup finds the group that a volume is to belong to, and wants a type
// that is one of the group's.
func (s *service) checkGroup(r *jumpgate.Request, c *Create) error {
	if c.GroupID == "" {
		return nil
	}
	if s.groups == nil {
		return noGroup(c.GroupID)
	}
	g, err := s.groupOf(r, c.GroupID)
	if err != nil {
		return err
	}
	if c.Type == "" {
		return jumpgate.BadRequest.New("Invalid input received: volume_type must be provided when creating a volume in a group.")
	}
	t, err := s.findType(r.Context(), c.Type)
	if err != nil {
		return err
	}
	if !slices.Contains(g.VolumeTypes, t.ID) {
		return jumpgate.BadRequest.New("Invalid input received: Invalid volume_type provided: %s (requested type must be supported by this group).", t.ID)
	}
	return nil
}

// sourceSize looks at what a volume is to be made of and returns its size.
func (s *service) sourceSize(r *jumpgate.Request, c *Create, src Source) (size int, what string, err error) {
	ctx := r.Context()
	if c.SnapshotID != "" && s.snapshotGetter != nil {
		snapshot, err := s.snapshot(ctx, c.SnapshotID)
		if err != nil {
			return 0, "", err
		}
		if snapshot.Status != "available" {
			return 0, "", InvalidSnapshot("Originating snapshot status must be one of 'available' values")
		}
		size, what = snapshot.Size, "snapshot"
	}
	if src.VolumeID != "" && s.getter != nil {
		v, err := s.volume(ctx, src.VolumeID)
		if err != nil {
			return 0, "", err
		}
		if v.Status != "available" && v.Status != "in-use" {
			return 0, "", SourceNotReady()
		}
		size, what = v.Size, "volume"
	}
	if src.BackupID != "" && s.backups != nil {
		b, err := s.backup(r, src.BackupID)
		if err != nil {
			return 0, "", err
		}
		if b.Status != "available" {
			return 0, "", InvalidBackup("Originating backup status must be one of 'available' values")
		}
		size, what = b.Size, "backup"
	}
	return size, what, nil
}

// lastPart is what follows the last slash: an image may be named by its URL.
func lastPart(ref string) string {
	return ref[strings.LastIndexByte(ref, '/')+1:]
}
