package image

import (
	"cmp"
	"context"
	"maps"
	"strconv"
	"strings"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/image"
	"github.com/softlayer/jumpgate/softlayer/internal/core"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
)

func Status(t *records.Template) string {
	switch {
	case t.Transaction != nil:
		return "saving"
	case t.Status.KeyName == "DEPRECATED":
		return "deactivated"
	}
	return "active"
}

// view is a template as an image, to which a record may add something.
type view struct{ *image.Image }

// view is t in Glance's terms.
func (d *Images) view(ctx context.Context, t *records.Template) (view, error) {
	owner, err := d.Project(ctx, t.AccountID)
	if err != nil {
		return view{}, err
	}
	text, kept, err := d.Notes.SplitOf(ctx, owner, t.Note)
	if err != nil {
		return view{}, err
	}
	return viewOf(ctx, t, owner, text, kept), nil
}

// owns tells whether t is the account's own.
func (d *Images) owns(ctx context.Context, t *records.Template) bool {
	owner, err := d.Project(ctx, t.AccountID)
	return err == nil && owner == keep.Account(ctx)
}

// idOf is the id of t as an image, which its note may keep.
func idOf(t *records.Template, kept *keep.Envelope) string {
	return cmp.Or(kept.Image, strings.ToLower(t.GlobalIdentifier))
}

func imageID(t *records.Template) string {
	_, kept := keep.Split(t.Note)
	return idOf(t, &kept)
}

func viewOf(ctx context.Context, t *records.Template, owner, text string, kept keep.Envelope) view {
	i := &image.Image{
		ID:              idOf(t, &kept),
		Name:            t.Name,
		Status:          Status(t),
		Visibility:      "private",
		Owner:           owner,
		DiskFormat:      "vhd",
		ContainerFormat: "bare",
		MinDisk:         kept.MinDisk,
		MinRAM:          kept.MinRAM,
		Protected:       kept.Protected,
		Hidden:          kept.Hidden,
		Created:         t.CreateDate.Time,
		Updated:         t.CreateDate.Time,
		Properties:      maps.Clone(kept.Metadata),
	}
	switch p := jumpgate.PrincipalFrom(ctx); {
	case t.Public != 0:
		i.Visibility = "public"
	case p != nil && p.ProjectID != i.Owner, kept.Shared, len(t.Accounts) > 0:
		i.Visibility = "shared"
	}
	for _, a := range t.Accounts {
		i.Members = append(i.Members, image.Member{
			ProjectID: strconv.Itoa(a.AccountID), Status: accepted, Created: a.CreateDate.Time, Updated: a.CreateDate.Time,
		})
	}
	if size := int64(t.DiskSpace); size > 0 {
		i.Size = &size
	}
	if kept.Unnamed && i.Name == i.ID {
		i.Name = ""
	}
	i.Tags, _ = keep.SplitTags(t.TagReferences)
	i.Tags = append(i.Tags, kept.Tags...)
	if text != "" {
		if i.Properties == nil {
			i.Properties = make(map[string]string)
		}
		i.Properties["description"] = text
	}
	return view{i}
}

// add adds what a template has no place for. A lease that has run out means
// nothing any more: there is a template. How the data came concerns the owner
// alone.
func (v view) add(ctx context.Context, r *record, now time.Time) {
	if r == nil {
		return
	}
	v.DiskFormat, v.ContainerFormat = r.Image.DiskFormat, r.Image.ContainerFormat
	v.Checksum, v.HashAlgo, v.HashValue = r.Image.Checksum, r.Image.HashAlgo, r.Image.HashValue
	v.VirtualSize, v.Tasks, v.Lease = r.Image.VirtualSize, r.Image.Tasks, r.Image.Lease
	if !now.Before(v.Lease.Until) {
		v.Lease = image.Lease{}
	}
	if r.Image.Size != nil {
		v.Size = r.Image.Size
	}
	v.Created = r.Image.Created
	if v.Status == "saving" && r.Export != nil {
		v.Status = "active" // as it was before SoftLayer began to copy its data
	}
	if r.Image.Updated.After(v.Updated) {
		v.Updated = r.Image.Updated
	}
	for name, value := range r.Image.Properties {
		if strings.HasPrefix(name, ownProperties) {
			if v.Properties == nil {
				v.Properties = make(map[string]string)
			}
			v.Properties[name] = value
		}
	}
	if v.Status == "saving" && len(v.Tasks) > 0 {
		v.Status = "importing"
	}
	if v.Owner != keep.Account(ctx) {
		v.Tasks = nil
	}
}

// ownProperties begins the names of properties that Glance sets itself; they
// are in the record.
const ownProperties = "os_glance_"

// systemDate is when the images that stand for operating systems were made:
// SoftLayer gives them no date, and a fixed one keeps them last.
var systemDate = time.Date(2005, time.January, 1, 0, 0, 0, 0, time.UTC)

// imageOfSystem is an operating system in Glance's terms, the same one for all
// who ask: it must not be changed.
func (d *Images) imageOfSystem(s core.System) *image.Image {
	if made, ok := d.systems.Load(s); ok {
		return made.(*image.Image)
	}
	i := &image.Image{
		ID:              core.SystemID(s.Code),
		Name:            s.Code,
		Status:          "active",
		Visibility:      "public",
		Owner:           "softlayer",
		DiskFormat:      "vhd",
		ContainerFormat: "bare",
		Created:         systemDate,
		Updated:         systemDate,
		Properties:      map[string]string{"description": s.Name, "softlayer_reference_code": s.Code},
	}
	i.Freeze()
	made, _ := d.systems.LoadOrStore(s, i)
	return made.(*image.Image)
}
