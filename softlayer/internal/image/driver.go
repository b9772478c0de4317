// Package image is SoftLayer's templates and operating systems as images.
//
// An image that waits for its data is a record in the store, under the id that
// was promised. Once SoftLayer makes a template of the data, name, note and
// tags of the template are the image's, its note remembers the promised id, and
// the record only adds what a template can't hold, such as checksums.
package image

import (
	"sync"

	"github.com/softlayer/jumpgate/openstack/image"
	"github.com/softlayer/jumpgate/softlayer/internal/core"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
)

// Images is the driver of images.
type Images struct {
	*core.Core
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
	return &Images{Core: c, public: keep.NewCache[[]publicImage](c.Opts.CacheAge, c.Opts.Now)}
}

// Forget empties the caches.
func (d *Images) Forget() { d.public.Forget() }
