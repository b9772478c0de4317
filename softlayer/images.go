package softlayer

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/image"
)

// template is SoftLayer_Virtual_Guest_Block_Device_Template_Group.
type template struct {
	ID               int            `json:"id"`
	ParentID         int            `json:"parentId"`
	AccountID        int            `json:"accountId"`
	GlobalIdentifier string         `json:"globalIdentifier"`
	Name             string         `json:"name"`
	Note             string         `json:"note"`
	Public           int            `json:"publicFlag"`
	CreateDate       timestamp      `json:"createDate"`
	Status           keyName        `json:"status"`
	Transaction      *transaction   `json:"transaction"`
	DiskSpace        number         `json:"blockDevicesDiskSpaceTotal"` // bytes
	TagReferences    []tagReference `json:"tagReferences"`
}

const templateFields = "[id,parentId,accountId,globalIdentifier,name,note,publicFlag,createDate,status.keyName," +
	"transaction[id,transactionStatus.name],blockDevicesDiskSpaceTotal,tagReferences[id,tag.name]]"

// ListImages yields the account's own templates, those that others share with
// it, the public ones, and each operating system that can be ordered as an
// image of its own. The account's own are asked for each time, with one call;
// the others are cached.
func (d *Driver) ListImages(ctx context.Context, q image.Query) iter.Seq2[*image.Image, error] {
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

func (d *Driver) images(ctx context.Context) ([]*image.Image, error) {
	var own []template
	_, err := d.api.do(ctx, call{
		service: "Account", method: "getPrivateBlockDeviceTemplateGroups", mask: "mask" + templateFields,
	}, &own)
	if err != nil {
		return nil, err
	}
	others, err := d.templates.get(ctx, accountKey(ctx), d.loadOthers)
	if err != nil {
		return nil, err
	}
	cat, err := d.catalogueOf(ctx)
	if err != nil {
		return nil, err
	}

	var list []*image.Image
	seen := make(map[string]bool)
	for _, t := range slices.Concat(own, others) {
		if t.GlobalIdentifier == "" || t.ParentID != 0 || seen[t.GlobalIdentifier] {
			continue // children are the copies of a template in other datacenters
		}
		seen[t.GlobalIdentifier] = true
		list = append(list, t.image(ctx))
	}
	for _, s := range cat.codes {
		list = append(list, s.image())
	}
	slices.SortStableFunc(list, func(a, b *image.Image) int {
		return cmp.Or(b.Created.Compare(a.Created), cmp.Compare(b.ID, a.ID))
	})
	return list, nil
}

// loadOthers fetches the templates of other accounts.
func (d *Driver) loadOthers(ctx context.Context) ([]template, error) {
	var shared, public []template
	_, err := d.api.do(ctx, call{
		service: "Account", method: "getSharedBlockDeviceTemplateGroups", mask: "mask" + templateFields,
	}, &shared)
	if err != nil {
		return nil, err
	}
	_, err = d.api.do(ctx, call{
		service: "Virtual_Guest_Block_Device_Template_Group", method: "getPublicImages", mask: "mask" + templateFields,
	}, &public)
	return slices.Concat(shared, public), err
}

// Image shows a template or an operating system.
func (d *Driver) Image(ctx context.Context, id string) (*image.Image, error) {
	if !guid.MatchString(id) {
		return nil, jumpgate.NotFound
	}
	cat, err := d.catalogueOf(ctx)
	if err != nil {
		return nil, err
	}
	if code := cat.systems[strings.ToLower(id)]; code != "" {
		i := slices.IndexFunc(cat.codes, func(s system) bool { return s.code == code })
		return cat.codes[i].image(), nil
	}
	t, err := d.template(ctx, id)
	if err != nil {
		return nil, err
	}
	return t.image(ctx), nil
}

// DeleteImage deletes a template of the account's own. Only a refusal costs a
// second call, which finds out why.
func (d *Driver) DeleteImage(ctx context.Context, id string) error {
	if !guid.MatchString(id) {
		return jumpgate.NotFound
	}
	cat, err := d.catalogueOf(ctx)
	if err != nil {
		return err
	}
	if cat.systems[strings.ToLower(id)] != "" {
		return jumpgate.Forbidden // everybody's
	}
	var began numbered
	_, err = d.api.do(ctx, call{service: "Virtual_Guest_Block_Device_Template_Group", id: id, method: "deleteObject"}, &began)
	var no *refusal
	if !errors.As(err, &no) {
		return err
	}
	t, templateErr := d.template(ctx, id)
	switch p := jumpgate.PrincipalFrom(ctx); {
	case templateErr != nil:
		return templateErr
	case strconv.Itoa(t.AccountID) != p.ProjectID:
		return jumpgate.Forbidden
	case t.Transaction != nil:
		return jumpgate.Conflict
	}
	return err
}

// template fetches one template.
func (d *Driver) template(ctx context.Context, id string) (*template, error) {
	if !guid.MatchString(id) {
		return nil, jumpgate.NotFound
	}
	var t template
	_, err := d.api.do(ctx, call{
		service: "Virtual_Guest_Block_Device_Template_Group", id: id, method: "getObject", mask: "mask" + templateFields,
	}, &t)
	if err == nil && t.GlobalIdentifier == "" {
		err = unexpected("Virtual_Guest_Block_Device_Template_Group::getObject")
	}
	return &t, err
}

func (t *template) status() string {
	switch {
	case t.Transaction != nil:
		return "saving"
	case t.Status.KeyName == "DEPRECATED":
		return "deactivated"
	}
	return "active"
}

// image is t in Glance's terms.
func (t *template) image(ctx context.Context) *image.Image {
	i := &image.Image{
		ID:              strings.ToLower(t.GlobalIdentifier),
		Name:            t.Name,
		Status:          t.status(),
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
	for _, r := range t.TagReferences {
		i.Tags = append(i.Tags, r.Tag.Name)
	}
	text, kept := splitNotes(t.Note)
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

// image is an operating system in Glance's terms.
func (s system) image() *image.Image {
	return &image.Image{
		ID:              systemID(s.code),
		Name:            s.code,
		Status:          "active",
		Visibility:      "public",
		Owner:           "softlayer",
		DiskFormat:      "vhd",
		ContainerFormat: "bare",
		Created:         systemDate,
		Updated:         systemDate,
		Properties:      map[string]string{"description": s.name, "softlayer_reference_code": s.code},
	}
}
