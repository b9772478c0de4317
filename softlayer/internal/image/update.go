package image

import (
	"context"
	"errors"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/image"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
)

// maxTries is how often a change of a record is tried that others change too.
const maxTries = 20

// UpdateImage changes a record, or the template of an image: name, note, tags
// and accounts, with a call for each of those that change. SoftLayer has no
// compare-and-swap, so changes of one template wait for each other in this
// process, and across replicas the last writer wins.
func (d *Images) UpdateImage(ctx context.Context, id string, change func(*image.Image) error) (*image.Image, error) {
	unlock, err := d.Locks.Lock(ctx, "image/"+strings.ToLower(id))
	if err != nil {
		return nil, err
	}
	defer unlock()
	for range maxTries {
		f, err := d.find(ctx, id)
		if err != nil {
			return nil, err
		}
		i := *f.image
		i.Properties = maps.Clone(i.Properties)
		i.Members = slices.Clone(i.Members)
		if err := change(&i); err != nil {
			return nil, err
		}
		switch {
		case f.template == nil && f.record != nil:
			err = d.changeRecord(ctx, f.record, &i)
		case f.own(ctx):
			err = d.changeTemplate(ctx, f, &i)
		default:
			err = d.changeOther(ctx, f, &i)
		}
		switch {
		case err == nil:
			return &i, nil
		case !errors.Is(err, errChanged):
			return nil, err
		}
	}
	return nil, jumpgate.Conflict.New("Image %s is changed by too many others.", id)
}

// errChanged says that a record was changed by somebody else meanwhile.
var errChanged = errors.New("image record has changed")

// store keeps i in the record r.
func (d *Images) store(ctx context.Context, r *record, i *image.Image) error {
	i.Updated = d.Opts.Now().UTC()
	changed := *r
	changed.Image = *i
	err := d.put(ctx, &changed)
	if errors.Is(err, jumpgate.Conflict) || errors.Is(err, jumpgate.NotFound) {
		return errChanged
	}
	return err
}

// changeRecord changes an image that has no template. One that becomes active
// gets one, if SoftLayer can read its data.
func (d *Images) changeRecord(ctx context.Context, r *record, i *image.Image) error {
	if err := holdable(i, &r.Image); err != nil {
		return err
	}
	if i.Status == "deactivated" {
		return errNotDeactivated
	}
	if i.Status != "active" || r.Image.Status == "active" || d.Opts.Images.Bucket == "" {
		return d.store(ctx, r, i)
	}
	return d.importUpload(ctx, r, i)
}

var errNotDeactivated = jumpgate.Forbidden.New("This cloud can't keep its users from an image: images can't be deactivated here.")

// changeTemplate makes the account's own template what i says.
func (d *Images) changeTemplate(ctx context.Context, f *found, i *image.Image) error {
	old, id := f.image, f.template.GlobalIdentifier
	if err := holdable(i, old); err != nil {
		return err
	}
	if i.Status == "deactivated" && old.Status != "deactivated" {
		return errNotDeactivated
	}
	_, kept, err := d.Notes.Split(ctx, f.template.Note)
	if err != nil {
		return err
	}
	had, markers := keep.SplitTags(f.template.TagReferences)
	tags, rest := keep.PartTags(i.Tags, had)
	text, kept := noteOf(i, kept, rest)
	note, err := d.Notes.Change(ctx, f.template.Note, text, kept)
	if err != nil {
		return err
	}
	ctx = context.WithoutCancel(ctx) // what was begun is finished
	if i.Name != old.Name || note != f.template.Note {
		err := d.API.Order(ctx, upstream.Call{
			Service: templateService, ID: id, Method: "editObject", Args: []any{map[string]any{"name": nameOf(i), "note": note}}, Again: true,
		})
		d.Notes.Settle(ctx, f.template.Note, note, err)
		if err != nil {
			return err
		}
	}
	if !slices.Equal(tags, had) {
		all := strings.Join(slices.Concat(tags, markers.Tags()), ",")
		if err := d.API.Order(ctx, upstream.Call{Service: templateService, ID: id, Method: "setTags", Args: []any{all}, Again: true}); err != nil {
			return err
		}
	}
	if i.Visibility == "private" {
		i.Members = nil
	}
	if err := d.changeMembers(ctx, id, old.Members, i.Members); err != nil {
		return err
	}
	for n := range i.Members { // SoftLayer asks nobody
		m := &i.Members[n]
		if m.Status, err = d.answer(ctx, m.ProjectID, strings.ToLower(id)); err != nil {
			return err
		}
	}
	return d.changeRest(ctx, f, i)
}

// changeRest keeps in the record what a template has no place for, if that
// changes.
func (d *Images) changeRest(ctx context.Context, f *found, i *image.Image) error {
	rest := func(i *image.Image) []any {
		own := make(map[string]string)
		for name, value := range i.Properties {
			if strings.HasPrefix(name, ownProperties) {
				own[name] = value
			}
		}
		return []any{i.DiskFormat, i.ContainerFormat, i.Checksum, i.HashValue, i.Tasks, i.Lease, own}
	}
	if reflect.DeepEqual(rest(f.image), rest(i)) {
		return nil
	}
	r := f.record
	if r == nil {
		r = &record{Template: strings.ToLower(f.template.GlobalIdentifier), key: recordKey(ctx, i.ID)}
	}
	return d.store(ctx, r, i)
}

// changeMembers shares a template with accounts, and no longer with others.
func (d *Images) changeMembers(ctx context.Context, id string, old, wanted []image.Member) error {
	has := func(list []image.Member, project string) bool {
		return slices.ContainsFunc(list, func(m image.Member) bool { return m.ProjectID == project })
	}
	for _, m := range wanted {
		if !has(old, m.ProjectID) {
			if err := d.share(ctx, id, "permitSharingAccess", m.ProjectID); err != nil {
				return err
			}
		}
	}
	for _, m := range old {
		if !has(wanted, m.ProjectID) {
			if err := d.share(ctx, id, "denySharingAccess", m.ProjectID); err != nil {
				return err
			}
		}
	}
	return nil
}

func (d *Images) share(ctx context.Context, id, method, project string) error {
	account, err := strconv.Atoi(project)
	if err == nil {
		err = d.API.Order(ctx, upstream.Call{Service: templateService, ID: id, Method: method, Args: []any{account}})
	}
	var no *upstream.Refusal
	if errors.As(err, &no) || errors.Is(err, strconv.ErrSyntax) || errors.Is(err, strconv.ErrRange) || errors.Is(err, jumpgate.BadRequest) {
		return jumpgate.BadRequest.Wrap(err, "Images of this cloud are shared with its accounts, and '%s' is none.", project)
	}
	return err
}

// changeOther keeps how the account answers to an image that another one shares
// with it, which is all that it may change.
func (d *Images) changeOther(ctx context.Context, f *found, i *image.Image) error {
	if f.template == nil || len(i.Members) != 1 || len(f.image.Members) != 1 {
		return jumpgate.Forbidden
	}
	status := i.Members[0].Status
	before, after := *f.image, *i
	before.Members, after.Members = nil, nil
	if !reflect.DeepEqual(before, after) {
		return jumpgate.Forbidden
	}
	i.MemberStatus = status
	return d.setAnswer(ctx, strings.ToLower(f.template.GlobalIdentifier), status)
}
