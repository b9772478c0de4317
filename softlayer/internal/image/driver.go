// Package image is SoftLayer's templates and operating systems as images.
//
// An image that waits for its data is a record in the store, under the id that
// was promised. Once SoftLayer makes a template of the data, name, note and
// tags of the template are the image's, its note remembers the promised id, and
// the record only adds what a template can't hold, such as checksums.
package image

import (
	"context"
	"sync"

	"github.com/softlayer/jumpgate/openstack/image"
	"github.com/softlayer/jumpgate/softlayer/internal/core"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
)

// Images is the driver of images.
type Images struct {
	*core.Core
	Notes *core.Notes // those of templates: the text is the property "description"

	public  *keep.Cache[[]publicImage]
	systems sync.Map // core.System to *image.Image: operating systems as images
}

var _ interface {
	image.Lister
	image.Getter
	image.Creator
	image.Updater
	image.Deleter
	image.DataKeeper
	image.Importer
} = (*Images)(nil)

// New returns the driver of images.
func New(c *core.Core) *Images {
	d := &Images{Core: c, public: keep.NewCache[[]publicImage](c.Opts.CacheAge, c.Opts.Now)}
	d.Notes = &core.Notes{Core: c, Kind: "softlayer_image_overflow", Text: true, Naming: d.naming}
	return d
}

// naming are the notes of the account's templates that name records of the
// store.
func (d *Images) naming(ctx context.Context) (notes []string, err error) {
	all, err := records.Templates.All(ctx, d.API, upstream.Call{
		Service: "Account", Method: "getPrivateBlockDeviceTemplateGroups",
		Filter: upstream.Filter{"privateBlockDeviceTemplateGroups": upstream.Filter{"note": upstream.Contains(keep.Overflows)}},
	})
	for i := range all {
		notes = append(notes, all[i].Note)
	}
	return notes, err
}

// Forget empties the caches.
func (d *Images) Forget() { d.public.Forget() }
