package memory

import (
	"context"
	"iter"

	"github.com/softlayer/jumpgate/openstack/image"
)

// gallery is what the image service, and Nova's proxies for it, see of images.
// Images of servers are saved by the compute service, which does first what is
// due.
type gallery struct {
	*images
	wake func()
}

func (c *Cloud) gallery() gallery { return gallery{c.images, c.wake} }

// Image implements image.Getter.
func (g gallery) Image(ctx context.Context, id string) (*image.Image, error) {
	g.wake()
	return g.images.Image(ctx, id)
}

// ListImages implements image.Lister.
func (g gallery) ListImages(ctx context.Context, q image.Query) iter.Seq2[*image.Image, error] {
	g.wake()
	return g.images.ListImages(ctx, q)
}
