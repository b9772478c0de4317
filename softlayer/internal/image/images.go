package image

import (
	"cmp"
	"context"
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/image"
	"github.com/softlayer/jumpgate/softlayer/internal/core"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
)

const TemplateFields = "[id,parentId,accountId,globalIdentifier,name,note,publicFlag,createDate,status.keyName," +
	"transaction[id,transactionStatus.name],blockDevicesDiskSpaceTotal,tagReferences[id,tag.name]]"

// ListImages yields the account's own templates, those that others share with
// it, the public ones, and each operating system that can be ordered as an
// image of its own. The account's own are asked for each time, with one call;
// the others are cached.
func (d *Images) ListImages(ctx context.Context, q image.Query) iter.Seq2[*image.Image, error] {
	return func(yield func(*image.Image, error) bool) {
		list, err := d.images(ctx)
		if err != nil {
			yield(nil, err)
			return
		}
		for _, i := range list {
			if !yield(i, nil) {
				return
			}
		}
	}
}

func (d *Images) images(ctx context.Context) ([]*image.Image, error) {
	var own []records.Template
	_, err := d.API.Do(ctx, upstream.Call{
		Service: "Account", Method: "getPrivateBlockDeviceTemplateGroups", Mask: "mask" + TemplateFields,
	}, &own)
	if err != nil {
		return nil, err
	}
	others, err := d.templates.Get(ctx, d.loadOthers)
	if err != nil {
		return nil, err
	}
	cat, err := d.CatalogueOf(ctx)
	if err != nil {
		return nil, err
	}

	var list []*image.Image
	seen := make(map[string]bool)
	for _, t := range slices.Concat(own, others) {
		if t.GlobalIdentifier == "" || t.ParentID != 0 || seen[t.GlobalIdentifier] || d.doomed(ctx, &t) {
			continue // children are the copies of a template in other datacenters
		}
		seen[t.GlobalIdentifier] = true
		list = append(list, imageOf(ctx, &t))
	}
	for _, s := range cat.Codes {
		list = append(list, imageOfSystem(s))
	}
	slices.SortStableFunc(list, func(a, b *image.Image) int {
		return cmp.Or(b.Created.Compare(a.Created), cmp.Compare(b.ID, a.ID))
	})
	return list, nil
}

// loadOthers fetches the templates of other accounts.
func (d *Images) loadOthers(ctx context.Context) ([]records.Template, error) {
	var shared, public []records.Template
	_, err := d.API.Do(ctx, upstream.Call{
		Service: "Account", Method: "getSharedBlockDeviceTemplateGroups", Mask: "mask" + TemplateFields,
	}, &shared)
	if err != nil {
		return nil, err
	}
	_, err = d.API.Do(ctx, upstream.Call{
		Service: "Virtual_Guest_Block_Device_Template_Group", Method: "getPublicImages", Mask: "mask" + TemplateFields,
	}, &public)
	return slices.Concat(shared, public), err
}

// Image shows a template or an operating system.
func (d *Images) Image(ctx context.Context, id string) (*image.Image, error) {
	if !keep.GUID.MatchString(id) {
		return nil, jumpgate.NotFound
	}
	cat, err := d.CatalogueOf(ctx)
	if err != nil {
		return nil, err
	}
	if code := cat.Systems[strings.ToLower(id)]; code != "" {
		i := slices.IndexFunc(cat.Codes, func(s core.System) bool { return s.Code == code })
		return imageOfSystem(cat.Codes[i]), nil
	}
	t, err := d.Template(ctx, id)
	if err != nil {
		return nil, err
	}
	return imageOf(ctx, t), nil
}

// Template fetches one template, unless it is to be deleted.
func (d *Images) Template(ctx context.Context, id string) (*records.Template, error) {
	if !keep.GUID.MatchString(id) {
		return nil, jumpgate.NotFound
	}
	t, err := d.anyTemplate(ctx, id)
	if err == nil && d.doomed(ctx, t) {
		err = jumpgate.NotFound
	}
	return t, err
}

func (d *Images) anyTemplate(ctx context.Context, id string) (*records.Template, error) {
	var t records.Template
	_, err := d.API.Do(ctx, upstream.Call{
		Service: "Virtual_Guest_Block_Device_Template_Group", ID: id, Method: "getObject", Mask: "mask" + TemplateFields,
	}, &t)
	if err == nil && t.GlobalIdentifier == "" {
		err = upstream.Unexpected("Virtual_Guest_Block_Device_Template_Group::getObject")
	}
	return &t, err
}

func Status(t *records.Template) string {
	switch {
	case t.Transaction != nil:
		return "saving"
	case t.Status.KeyName == "DEPRECATED":
		return "deactivated"
	}
	return "active"
}

// imageOf is t in Glance's terms.
func imageOf(ctx context.Context, t *records.Template) *image.Image {
	i := &image.Image{
		ID:              strings.ToLower(t.GlobalIdentifier),
		Name:            t.Name,
		Status:          Status(t),
		Visibility:      "private",
		Owner:           strconv.Itoa(t.AccountID),
		DiskFormat:      "vhd",
		ContainerFormat: "bare",
		Created:         t.CreateDate.Time,
		Updated:         t.CreateDate.Time,
	}
	switch p := jumpgate.PrincipalFrom(ctx); {
	case t.Public != 0:
		i.Visibility = "public"
	case p != nil && p.ProjectID != i.Owner:
		i.Visibility = "shared"
	}
	if size := int64(t.DiskSpace); size > 0 {
		i.Size = &size
	}
	i.Tags, _ = keep.SplitTags(t.TagReferences)
	text, kept := keep.Split(t.Note)
	i.Properties = maps.Clone(kept.Metadata)
	if text != "" {
		if i.Properties == nil {
			i.Properties = make(map[string]string)
		}
		i.Properties["description"] = text
	}
	return i
}

// systemDate is when the images that stand for operating systems were made:
// SoftLayer gives them no date, and a fixed one keeps them last.
var systemDate = time.Date(2005, time.January, 1, 0, 0, 0, 0, time.UTC)

// imageOfSystem is an operating system in Glance's terms.
func imageOfSystem(s core.System) *image.Image {
	return &image.Image{
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
}
