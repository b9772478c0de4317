package image

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/imagedata"
	"github.com/softlayer/jumpgate/openstack/image"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
)

// importable are the formats that SoftLayer makes templates of, which it knows
// by the ends of names.
var importable = []string{"vhd", "iso", "vmdk", "qcow2"}

// objectName is the name under which the data of an image of a format is kept.
func objectName(name, format string) string {
	if slices.Contains(importable, format) && !strings.HasSuffix(name, image.StagedSuffix) {
		return name + "." + format
	}
	return name
}

// object is the name under which the data of r's image is kept.
func (r *record) object() string {
	if r.Export != nil && r.Export.Object != "" {
		return r.Export.Object
	}
	return objectName(r.Image.ID, r.Image.DiskFormat)
}

// PutImageData implements image.DataKeeper.
func (d *Images) PutImageData(ctx context.Context, name string, data io.Reader) (int64, error) {
	r, err := d.record(ctx, strings.TrimSuffix(name, image.StagedSuffix))
	if err != nil {
		return 0, err
	}
	if r != nil {
		name = objectName(name, r.Image.DiskFormat)
	}
	n, err := d.Opts.Images.Data.Put(ctx, name, data)
	if errors.Is(err, imagedata.ErrDisabled) {
		err = jumpgate.Forbidden.Wrap(err, "This cloud takes no image data. It imports images from its object storage.")
	}
	return n, err
}

// ImageData implements image.DataKeeper. What nobody uploaded it has SoftLayer
// copy to where it can be read.
func (d *Images) ImageData(ctx context.Context, name string, offset, length int64) (io.ReadCloser, error) {
	id, staged := strings.CutSuffix(name, image.StagedSuffix)
	r, err := d.record(ctx, id)
	if err != nil {
		return nil, err
	}
	object := name
	switch {
	case staged:
	case r.exporting():
		return d.exported(ctx, id, "", offset, length)
	case r != nil:
		object = r.object()
	}
	data, err := d.Opts.Images.Data.Open(ctx, object, offset, length)
	switch {
	case !errors.Is(err, imagedata.ErrNotFound):
		return data, err
	case staged:
		return nil, jumpgate.NotFound.Wrap(err, "")
	}
	return d.exported(ctx, id, object, offset, length)
}

// DeleteImageData implements image.DataKeeper. The format that the image had
// may be unknown by now.
func (d *Images) DeleteImageData(ctx context.Context, name string) error {
	if _, none := d.Opts.Images.Data.(imagedata.None); none || !keep.GUID.MatchString(strings.TrimSuffix(name, image.StagedSuffix)) {
		return nil
	}
	names := []string{name}
	if !strings.HasSuffix(name, image.StagedSuffix) {
		for _, format := range importable {
			names = append(names, objectName(name, format))
		}
		for _, format := range exportable {
			names = append(names, objectName(name+firstDisk, format))
		}
	}
	var faults []error
	for _, name := range names {
		faults = append(faults, d.Opts.Images.Data.Delete(ctx, name))
	}
	return errors.Join(faults...)
}

// importUpload has SoftLayer make a template of data that was uploaded.
func (d *Images) importUpload(ctx context.Context, r *record, i *image.Image) error {
	if !slices.Contains(importable, i.DiskFormat) {
		return jumpgate.BadRequest.New("This cloud makes servers of images in the formats %s, not of %s.", strings.Join(importable, ", "), i.DiskFormat)
	}
	return d.makeTemplate(ctx, r, i, d.Opts.Images.Bucket+objectName(i.ID, i.DiskFormat), d.Opts.Images.Key)
}

// makeTemplate has SoftLayer make a template of what is at uri, and remembers
// it in the record. The template's note has the promised id, so that nothing is
// lost with the record.
func (d *Images) makeTemplate(ctx context.Context, r *record, i *image.Image, uri string, key jumpgate.Secret) error {
	tags, rest := keep.PartTags(i.Tags, nil)
	text, kept := noteOf(i, keep.Envelope{Known: keep.Known{Image: i.ID}}, rest)
	note, err := d.Notes.Join(ctx, text, kept)
	if err != nil {
		return err
	}
	config, method := map[string]any{"name": nameOf(i), "note": note, "uri": uri}, "createFromExternalSource"
	if code := i.Properties["softlayer_reference_code"]; code != "" {
		config["operatingSystemReferenceCode"] = code
	}
	if strings.HasPrefix(uri, icosScheme) {
		config["ibmApiKey"], method = string(key), "createFromIcos"
	}
	t, err := records.TemplatesMade.One(ctx, d.API, upstream.Call{Service: templateService, Method: method, Args: []any{config}})
	var unsure *upstream.Unsure
	if errors.As(err, &unsure) {
		if made, lookErr := d.promised(context.WithoutCancel(ctx), i.ID); lookErr == nil {
			t, err = &records.MadeTemplate{ID: made.ID, GlobalIdentifier: made.GlobalIdentifier}, nil
		}
	}
	if err != nil {
		d.Notes.Settle(ctx, "", note, err)
		return err
	}
	if t.GlobalIdentifier == "" {
		return upstream.Unexpected(templateService + "::" + method)
	}
	ctx = context.WithoutCancel(ctx) // the template is there
	if len(tags) > 0 {
		err = d.API.Order(ctx, upstream.Call{
			Service: templateService, ID: t.GlobalIdentifier, Method: "setTags", Args: []any{strings.Join(tags, ",")}, Again: true,
		})
	}
	err = errors.Join(err, d.changeMembers(ctx, t.GlobalIdentifier, nil, i.Members))
	r.Template = strings.ToLower(t.GlobalIdentifier)
	return errors.Join(d.store(ctx, r, i), err)
}

// The schemes of addresses in IBM Cloud's and in SoftLayer's object storage.
const (
	icosScheme  = "cos://"
	swiftScheme = "swift://"
)

// ImportsFrom implements image.Importer.
func (d *Images) ImportsFrom(uri string) bool {
	return strings.HasPrefix(uri, icosScheme) || strings.HasPrefix(uri, swiftScheme)
}

// apiKeyUser is the name with which SoftLayer takes IBM Cloud API keys.
const apiKeyUser = "apikey"

// ImportImage implements image.Importer. What is in IBM Cloud's object storage
// is read with the key of the user who asks, never with the operator's.
func (d *Images) ImportImage(ctx context.Context, id, uri string) error {
	cred, err := upstream.CredentialOf(ctx)
	if err != nil {
		return err
	}
	if strings.HasPrefix(uri, icosScheme) && cred.User != apiKeyUser {
		return jumpgate.BadRequest.New("To import from cos://, sign in with an IBM Cloud API key: as the user %s.", apiKeyUser)
	}
	r, err := d.record(ctx, id)
	if err != nil {
		return err
	}
	if r == nil || r.Template != "" {
		return jumpgate.NotFound
	}
	i := r.Image
	return d.makeTemplate(ctx, r, &i, uri, jumpgate.Secret(cred.Key))
}
