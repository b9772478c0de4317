package image

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
)

const templateService = "Virtual_Guest_Block_Device_Template_Group"

// DeleteImage deletes a record, or a template of the account's own. A second call
// finds out why SoftLayer refused, and one before what the note names, in
// accounts whose notes name anything. One that SoftLayer is still
// saving is gone from here at once, and from SoftLayer when that is over: the
// wish is kept in a tag, and carried out by this process or by whoever sees the
// template next.
func (d *Images) DeleteImage(ctx context.Context, id string) error {
	if !keep.GUID.MatchString(id) {
		return jumpgate.NotFound
	}
	id = strings.ToLower(id)
	cat, err := d.CatalogueOf(ctx)
	if err != nil {
		return err
	}
	if cat.Systems[id] != "" {
		return jumpgate.Forbidden // everybody's
	}
	r, err := d.record(ctx, id)
	switch {
	case err != nil:
		return err
	case r == nil:
		err = d.deleteGUID(ctx, id)
		if errors.Is(err, jumpgate.NotFound) && id[14] == promisedVersion {
			var t *records.Template
			if t, err = d.promised(ctx, id); err == nil {
				err = d.deleteGUID(ctx, t.GlobalIdentifier)
			}
		}
		return err
	case r.Template != "":
		if err := d.deleteGUID(ctx, r.Template); err != nil && !errors.Is(err, jumpgate.NotFound) {
			return err
		}
	}
	err = d.Opts.Store.Delete(context.WithoutCancel(ctx), r.key, 0)
	if errors.Is(err, jumpgate.NotFound) && r.Template != "" {
		err = nil
	}
	return err
}

// deleteGUID deletes a template, or sees to it.
func (d *Images) deleteGUID(ctx context.Context, guid string) error {
	var (
		no     *upstream.Refusal
		unsure *upstream.Unsure
	)
	note, err := d.noteNaming(ctx, guid)
	if err != nil {
		return err
	}
	err = d.deleteTemplate(ctx, guid)
	if !errors.As(err, &no) && !errors.As(err, &unsure) {
		d.Notes.Settle(ctx, note, "", err)
		return err
	}
	t, templateErr := d.wanted(context.WithoutCancel(ctx), guid)
	switch {
	case errors.Is(templateErr, jumpgate.NotFound) && unsure != nil:
		d.Notes.Settle(ctx, note, "", nil)
		return nil
	case templateErr != nil:
		return templateErr
	case !d.owns(ctx, t):
		return jumpgate.Forbidden
	case t.Transaction != nil || unsure != nil:
		return d.deleteLater(ctx, t)
	}
	return err
}

// noteNaming is the note of a template of an account that has records of what
// does not fit into notes; "" of others, which is not asked for.
func (d *Images) noteNaming(ctx context.Context, guid string) (string, error) {
	if some, err := d.Notes.Any(ctx); err != nil || !some {
		return "", err
	}
	t, err := d.anyTemplate(ctx, guid)
	if err != nil {
		return "", err
	}
	return t.Note, nil
}

func (d *Images) deleteTemplate(ctx context.Context, id string) error {
	var began records.Numbered
	_, err := d.API.Do(ctx, upstream.Call{Service: templateService, ID: id, Method: "deleteObject"}, &began)
	return err
}

// deleteLater keeps the wish to delete t, and sees to it.
func (d *Images) deleteLater(ctx context.Context, t *records.Template) error {
	tags, _ := keep.SplitTags(t.TagReferences)
	all := strings.Join(slices.Concat(tags, (&keep.Markers{Deleting: true}).Tags()), ",")
	err := d.API.Order(context.WithoutCancel(ctx), upstream.Call{
		Service: templateService, ID: t.GlobalIdentifier, Method: "setTags", Args: []any{all}, Again: true,
	})
	if err == nil {
		d.tryLater(ctx, t)
	}
	return err
}

// doomed tells whether t is to be deleted, and goes on with that once SoftLayer
// lets go of t.
func (d *Images) doomed(ctx context.Context, t *records.Template) bool {
	doomed := keep.MarkersOf(t.TagReferences).Deleting
	if doomed && t.Transaction == nil && d.owns(ctx, t) {
		d.tryLater(ctx, t)
	}
	return doomed
}

// tryLater deletes t in the background as soon as SoftLayer lets it be.
func (d *Images) tryLater(ctx context.Context, t *records.Template) {
	id := t.GlobalIdentifier
	d.Later.Try(ctx, "image/"+keep.AccountKey(ctx)+"/"+id, func(ctx context.Context) (done bool, err error) {
		t, err := d.anyTemplate(ctx, id)
		switch {
		case errors.Is(err, jumpgate.NotFound):
			return true, nil
		case err != nil || t.Transaction != nil:
			return false, err
		case !keep.MarkersOf(t.TagReferences).Deleting: // somebody took it back
			return true, nil
		}
		if err = d.deleteTemplate(ctx, id); err != nil {
			return false, err
		}
		d.Notes.Settle(ctx, t.Note, "", nil)
		return true, d.DeleteImageData(ctx, imageID(t)) // what was being copied
	})
}
