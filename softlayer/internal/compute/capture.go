package compute

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
)

// The properties that tell what an image was made of.
const (
	imageTypeProperty  = "image_type"
	imageOfProperty    = "instance_uuid"
	backupTypeProperty = "backup_type"
)

// CreateServerImage makes a template of a guest's disks. It takes two calls,
// for the disks have to be named.
func (d *Servers) CreateServerImage(ctx context.Context, id string, i compute.ServerImage) (string, error) {
	return d.capture(ctx, id, compute.ActionCreateImage, i, "snapshot", nil)
}

// BackUpServer makes a template and deletes the oldest ones.
func (d *Servers) BackUpServer(ctx context.Context, id string, b compute.ServerBackup) (string, error) {
	image, err := "", error(nil)
	if b.Rotation == 0 { // one that would be gone at once
		_, err = ready(ctx, d, actForm, id, compute.ActionCreateBackup)
		image = jumpgate.NewUUID()
	} else {
		image, err = d.capture(ctx, id, compute.ActionCreateBackup, b.ServerImage, "backup", &b)
	}
	if err != nil {
		return "", err
	}
	return image, d.rotate(ctx, id, b)
}

func (d *Servers) capture(ctx context.Context, id string, doing compute.Action, i compute.ServerImage, imageType string, backup *compute.ServerBackup) (_ string, err error) {
	defer d.remember(ctx, id, doing)(&err)
	g, err := ready(ctx, d, captureForm, id, doing)
	if err != nil {
		return "", err
	}
	properties := snapshotOf(g)
	properties[imageTypeProperty] = imageType
	maps.Copy(properties, i.Metadata) // users may say otherwise, but for what rotation goes by
	if backup != nil {
		properties[backupTypeProperty] = backup.Type
		properties[imageOfProperty] = strings.ToLower(g.GlobalIdentifier)
	}
	return d.save(ctx, id, doing, g, i.Name, properties, nil)
}

// snapshotOf are the properties of an image that is made of g.
func snapshotOf(g *captureGuest) map[string]string {
	return map[string]string{imageTypeProperty: "snapshot", imageOfProperty: strings.ToLower(g.GlobalIdentifier)}
}

// save makes a template of the disks of g.
// more, unless nil, adds to what is kept of the template.
func (d *Servers) save(ctx context.Context, id string, doing compute.Action, g *captureGuest, name string, properties map[string]string, more func(*keep.Envelope)) (string, error) {
	var disks []any
	for _, b := range g.Disks {
		if b.MountType == "CD" || b.DiskImage.Metadata || b.DiskImage.Type.KeyName == "SWAP" || b.DiskImage.BillingItem != nil {
			continue
		}
		disks = append(disks, map[string]any{"id": b.ID, "device": b.Device})
	}
	var kept keep.Envelope
	kept.Metadata = properties
	if more != nil {
		more(&kept)
	}
	kept.Request = requestID(ctx)
	note, err := d.images.Notes.Join(ctx, "", kept)
	if err != nil {
		return "", err
	}
	t, err := records.TemplatesMade.One(ctx, d.API, upstream.Call{
		Service: "Virtual_Guest", ID: id, Method: "createArchiveTemplate", Args: []any{name, disks, note},
	})
	var unsure *upstream.Unsure
	if lost := errors.As(err, &unsure); lost || err == nil && t.GlobalIdentifier == "" {
		if made := d.templateBy(context.WithoutCancel(ctx), kept.Request); made != "" {
			return made, nil
		}
	}
	if err := d.explain(ctx, id, doing, err); err != nil {
		d.images.Notes.Settle(ctx, "", note, err)
		return "", err
	}
	if t.GlobalIdentifier == "" {
		return "", jumpgate.BadGateway.New("The cloud did not say which image it makes. Please look at the list of images before trying again.")
	}
	return strings.ToLower(t.GlobalIdentifier), nil
}

// templateBy is the image that a request has made, as far as SoftLayer shows it
// already; "": none.
func (d *Servers) templateBy(ctx context.Context, request string) string {
	if request == "" {
		return ""
	}
	all, _ := d.ownTemplates(ctx)
	for _, t := range all {
		if _, kept := keep.Split(t.Note); kept.Request == request && t.GlobalIdentifier != "" && t.ParentID == 0 {
			return strings.ToLower(t.GlobalIdentifier)
		}
	}
	return ""
}

func (d *Servers) ownTemplates(ctx context.Context) ([]records.Template, error) {
	return records.Templates.All(ctx, d.API, upstream.Call{Service: "Account", Method: "getPrivateBlockDeviceTemplateGroups"})
}

// rotate deletes the backups of a guest that are too many. One that can't be
// deleted is left to the next time.
func (d *Servers) rotate(ctx context.Context, id string, b compute.ServerBackup) error {
	all, err := d.ownTemplates(ctx)
	if err != nil {
		return err
	}
	list := d.images.Notes.Listing(ctx)
	all = slices.DeleteFunc(all, func(t records.Template) bool {
		_, kept, err := d.images.Notes.Split(list, t.Note)
		if err != nil {
			return true
		}
		kind, backup := kept.Metadata[backupTypeProperty]
		return !backup || keep.MarkersOf(t.TagReferences).Deleting || kind != b.Type || kept.Metadata[imageOfProperty] != strings.ToLower(id) || t.GlobalIdentifier == "" || t.ParentID != 0
	})
	slices.SortFunc(all, func(a, b records.Template) int { return cmp.Compare(b.ID, a.ID) })
	for _, t := range all[min(b.Rotation, len(all)):] {
		_ = d.images.DeleteImage(ctx, strings.ToLower(t.GlobalIdentifier))
	}
	return nil
}
