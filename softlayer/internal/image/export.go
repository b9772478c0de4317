package image

import (
	"cmp"
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/imagedata"
	"github.com/softlayer/jumpgate/openstack/image"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
)

// A template has its data in SoftLayer, where nobody can read it. The first
// download has SoftLayer copy it to the place of image data, which takes
// minutes; until then Glance's answer is the one for a store that can't give
// the data now. The record tells that the copy is made, so that it is ordered
// once, and who sees the image when it is done notes how large it became.

// export is the copy of a template's data.
type export struct {
	Began  time.Time `json:"began"`
	Object string    `json:"object,omitempty"` // the name of the copy, once it is there
}

// exporting tells whether a copy was ordered that is not there yet.
func (r *record) exporting() bool { return r != nil && r.Export != nil && r.Export.Object == "" }

// exportable are the formats in which SoftLayer copies templates: what it has
// made of the others is not what was imported.
var exportable = []string{"vhd", "iso"}

const (
	// exportGrace is how long SoftLayer may be silent about a copy that was
	// ordered: neither at work on the template, nor done.
	exportGrace = 10 * time.Minute

	// exportPause is when a client should ask again.
	exportPause = 30 * time.Second
)

// firstDisk ends the name that SoftLayer gives the first disk of a template
// where it numbers them.
const firstDisk = "-0"

// copies are the names under which SoftLayer may have put the data of i.
func copies(i *image.Image) []string {
	return []string{objectName(i.ID, i.DiskFormat), objectName(i.ID+firstDisk, i.DiskFormat)}
}

// notYet answers who wants data that is being copied.
func notYet(after time.Duration) error {
	return &jumpgate.Error{
		Kind:       jumpgate.Unavailable,
		Message:    "The image is being copied to where it can be downloaded from. Please try again in some minutes.",
		RetryAfter: after,
	}
}

// export has SoftLayer copy the data of an image, unless that is under way. It
// returns why there is no data yet, jumpgate.NotFound if there will be none.
func (d *Images) export(ctx context.Context, f *found) error {
	switch now := d.Opts.Now(); {
	case f.record.exporting() && (f.template.Transaction != nil || now.Before(f.record.Export.Began.Add(exportGrace))):
		return notYet(exportPause)
	case d.Opts.Images.Bucket == "" || f.template == nil || f.template.Transaction != nil || !f.own(ctx):
		return jumpgate.NotFound
	case !slices.Contains(exportable, f.image.DiskFormat):
		return jumpgate.NotFound
	}
	claim := record{
		Image: *f.image, Template: strings.ToLower(f.template.GlobalIdentifier), key: recordKey(ctx, f.image.ID),
		Export: &export{Began: d.Opts.Now().UTC()},
	}
	if f.record != nil {
		claim.key, claim.version = f.record.key, f.record.version
	}
	switch err := d.put(ctx, &claim); {
	case errors.Is(err, jumpgate.Conflict), errors.Is(err, jumpgate.NotFound): // somebody else is at it
		return notYet(exportPause)
	case err != nil:
		return err
	}
	ctx = context.WithoutCancel(ctx)
	if d.settleCopy(ctx, &claim) { // the record of it was lost
		return notYet(time.Second)
	}
	err := d.API.Order(ctx, upstream.Call{
		Service: templateService, ID: f.template.GlobalIdentifier, Method: "copyToIcos",
		Args: []any{map[string]any{"uri": d.Opts.Images.Bucket + copies(f.image)[0], "ibmApiKey": string(d.Opts.Images.Key)}},
	})
	if unsure := (*upstream.Unsure)(nil); err == nil || errors.As(err, &unsure) {
		return notYet(exportPause)
	}
	claim.Export = nil
	return errors.Join(err, d.put(ctx, &claim))
}

// settled is the record r of a template as it is now: with the copy of the data
// noted, if it has come, and with one that was ordered after r was read.
func (d *Images) settled(ctx context.Context, t *records.Template, r *record) (*record, error) {
	if t.Transaction != nil && (r == nil || r.Export == nil) && d.owns(ctx, t) {
		latest, err := d.record(ctx, imageID(t))
		if err != nil {
			return nil, err
		}
		r = cmp.Or(latest, r)
	}
	if r.exporting() {
		d.settleCopy(context.WithoutCancel(ctx), r)
	}
	return r, nil
}

// settleCopy tells whether a copy of the data is there, and notes which. If it
// can't, or somebody else does so meanwhile, the next one who looks sees to it.
func (d *Images) settleCopy(ctx context.Context, r *record) bool {
	for _, object := range copies(&r.Image) {
		size, err := d.Opts.Images.Data.Size(ctx, object)
		if err != nil {
			continue
		}
		done := *r
		done.Export = &export{Began: r.Export.Began, Object: object}
		done.Image.Size = &size
		if d.put(ctx, &done) == nil {
			*r = done
			return true
		}
	}
	return false
}

// exported opens the data of an image that is not the account's own, or whose
// data SoftLayer copies; see export.
func (d *Images) exported(ctx context.Context, id, missed string, offset, length int64) (io.ReadCloser, error) {
	f, err := d.find(ctx, id)
	if err != nil {
		return nil, err
	}
	if f.record != nil && !f.record.exporting() {
		if object := f.record.object(); object != missed {
			data, err := d.Opts.Images.Data.Open(ctx, object, offset, length)
			if !errors.Is(err, imagedata.ErrNotFound) {
				return data, err
			}
		}
	}
	return nil, d.export(ctx, f)
}

// ownersRecord is what the owner's account keeps about a template that it
// shares with this one; nil if that is nothing.
func (d *Images) ownersRecord(ctx context.Context, t *records.Template) (*record, error) {
	if t.Public != 0 {
		return nil, nil
	}
	owner, err := d.Project(ctx, t.AccountID)
	if err != nil || owner == keep.Account(ctx) {
		return nil, err
	}
	return d.recordAt(ctx, jumpgate.StoreKey{Project: owner, Kind: recordKind, ID: imageID(t)})
}

// ownersRecords are the records of templates that others share with this
// account, by the templates' ids.
func (d *Images) ownersRecords(ctx context.Context, shared []records.Template) (map[string]*record, error) {
	all := make(map[string]*record)
	for i := range shared {
		r, err := d.ownersRecord(ctx, &shared[i])
		if err != nil {
			return nil, err
		}
		all[strings.ToLower(shared[i].GlobalIdentifier)] = r
	}
	return all, nil
}
