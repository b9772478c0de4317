package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os"
	"path"

	"github.com/softlayer/jumpgate/imagedata"
	"github.com/softlayer/jumpgate/imagedata/s3"
	"github.com/softlayer/jumpgate/openstack/image"
)

// imageConfig is where the data of images is, and from where it may come.
type imageConfig struct {
	data    imagedata.Store
	bucket  s3.Options
	options image.Options
}

// open makes the store of the data: a bucket, if one is configured, or for the
// memory driver a folder that clean removes, if nothing is.
func (c *imageConfig) open(temporary bool) (clean func(), err error) {
	nothing := func() {}
	if c.data != nil || !temporary {
		return nothing, nil
	}
	dir, err := os.MkdirTemp("", "jumpgate-images-")
	if err != nil {
		return nothing, err
	}
	c.data, err = imagedata.NewFolder(dir)
	return func() { os.RemoveAll(dir) }, err //nolint:errcheck // it is a temporary folder
}

// complete opens the bucket.
func (c *imageConfig) complete() error {
	if c.bucket == (s3.Options{}) {
		return nil
	}
	if c.data != nil {
		return errors.New("the data of images is in data_directory or in a bucket, not in both")
	}
	store, err := s3.New(c.bucket)
	if err != nil {
		return fmt.Errorf("data_s3_*: %w", err)
	}
	c.data = store
	return nil
}

func (c *config) setImageFolder(value string) (err error) {
	c.images.data, err = imagedata.NewFolder(value)
	return err
}

// setDownloads takes networks from which a web-download may come besides public
// addresses, such as that of a mirror.
func (c *config) setDownloads(value string) error {
	var networks []netip.Prefix
	for _, text := range words(value) {
		p, err := netip.ParsePrefix(text)
		if err != nil {
			return fmt.Errorf("%q is no network; write for example 10.0.0.0/8", cmp.Or(text, value))
		}
		networks = append(networks, p.Masked())
	}
	c.images.options.AllowDownload = func(ip netip.Addr) bool {
		for _, p := range networks {
			if p.Contains(ip.Unmap()) {
				return true
			}
		}
		return image.PublicAddress(ip)
	}
	return nil
}

// objectStorage takes what the simulator exports, which to SoftLayer is in a
// bucket, where the data of images is.
func (c *imageConfig) objectStorage(uri string, disk io.Reader) error {
	if c.data == nil {
		return imagedata.ErrDisabled
	}
	_, err := c.data.Put(context.Background(), path.Base(uri), disk)
	return err
}
