package image

import (
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
	var oldTags []string
	if old != nil {
		oldTags = old.Tags
	}
	if old == nil || old.Visibility != i.Visibility {
		switch i.Visibility {
		case "public", "community":
			return jumpgate.Forbidden.New("Images of this cloud can be shared with accounts, but not made %s.", i.Visibility)
		}
	}
	if i.Owner == "" || old != nil && old.Owner != i.Owner {
		return jumpgate.Forbidden.New("Images of this cloud can't change their owner.")
	}
	if err := keep.KeepableTags(i.Tags, oldTags); err != nil {
		return err
	}
	_, err := noteOf(i, keep.Envelope{})
	return err
}

// noteOf is the note of a template for i, with what else old has.
func noteOf(i *image.Image, old keep.Envelope) (string, error) {
	text := i.Properties["description"]
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
	old.Shared = i.Visibility == "shared"
	return keep.Join(text, old)
}
