// Package image is SoftLayer's templates and operating systems as images.
package image

import (
	"github.com/softlayer/jumpgate/openstack/image"
	"github.com/softlayer/jumpgate/softlayer/internal/core"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
)

// Images is the driver of images.
type Images struct {
	*core.Core
	templates *keep.Cache[[]records.Template]
}

var _ interface {
	image.Lister
	image.Getter
	image.Deleter
} = (*Images)(nil)

// New returns the driver of images.
func New(c *core.Core) *Images {
	return &Images{Core: c, templates: keep.NewCache[[]records.Template](c.Opts.CacheAge, c.Opts.Now)}
}

// Forget empties the caches.
func (d *Images) Forget() { d.templates.Forget() }
