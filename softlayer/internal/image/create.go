package image

import (
	"cmp"
	"context"
	"errors"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/image"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
)

// CreateImage keeps a record in the store. What SoftLayer could not hold later
// is refused now.
func (d *Images) CreateImage(ctx context.Context, in *image.Image) (*image.Image, error) {
	r := &record{Image: *in}
	i := &r.Image
	if i.ID == "" {
		i.ID = jumpgate.NewUUID()
	} else if _, err := d.find(ctx, i.ID); err == nil {
		return nil, jumpgate.Conflict
	} else if !errors.Is(err, jumpgate.NotFound) {
		return nil, err
	}
	i.ID = strings.ToLower(i.ID)
	if err := holdable(i, nil); err != nil {
		return nil, err
	}
	i.Created = d.Opts.Now().UTC()
	i.Updated = i.Created
	r.key = recordKey(ctx, i.ID)
	if err := d.put(ctx, r); err != nil {
		return nil, err
	}
	return i, nil
}

// holdable refuses an image that SoftLayer could not hold as a template, unless
// it does so already.
func holdable(i, old *image.Image) error {
	if old == nil || old.Visibility != i.Visibility {
		switch i.Visibility {
		case "public", "community":
			return jumpgate.Forbidden.New("Images of this cloud can be shared with accounts, but not made %s.", i.Visibility)
		}
	}
	if i.Owner == "" || old != nil && old.Owner != i.Owner {
		return jumpgate.Forbidden.New("Images of this cloud can't change their owner.")
	}
	return nil
}

// noteOf is what the note of a template for i says, with what else old has. rest
// are the tags that are not the template's own.
func noteOf(i *image.Image, old keep.Envelope, rest []string) (text string, e keep.Envelope) {
	text = i.Properties["description"]
	old.Metadata = nil
	for name, value := range i.Properties {
		if name == "description" || strings.HasPrefix(name, ownProperties) {
			continue
		}
		if old.Metadata == nil {
			old.Metadata = make(map[string]string)
		}
		old.Metadata[name] = value
	}
	old.MinDisk, old.MinRAM, old.Protected, old.Hidden = i.MinDisk, i.MinRAM, i.Protected, i.Hidden
	old.Shared, old.Unnamed, old.Tags = i.Visibility == "shared", i.Name == "", rest
	return text, old
}

// nameOf is what the template for i is called: SoftLayer has none without a
// name.
func nameOf(i *image.Image) string { return cmp.Or(i.Name, i.ID) }
