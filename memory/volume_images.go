package memory

import (
	"bytes"
	"context"
	"crypto/md5"
	"crypto/sha512"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"strconv"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/image"
	"github.com/softlayer/jumpgate/openstack/volume"
)

// imageOnto returns what puts an image on a volume, and what it says of the
// volume.
func (s *volumes) imageOnto(ctx context.Context, d *disk, imageID string) (func(), error) {
	if s.images == nil {
		return nil, volume.ImageNotFound()
	}
	img, err := s.images.Image(ctx, imageID)
	if err != nil {
		return nil, volume.ImageNotFound()
	}
	if img.Status != "active" {
		return nil, jumpgate.BadRequest.New("Invalid image metadata. Error: Image %s is not active.", imageID)
	}
	var size int64
	if img.Size != nil {
		size = *img.Size
	}
	if need := int((size + 1<<30 - 1) >> 30); need > d.Size {
		return nil, jumpgate.BadRequest.New("Invalid input received: Size of specified image %dGB is larger than volume size %dGB.", need, d.Size)
	}
	if img.MinDisk > d.Size {
		return nil, jumpgate.BadRequest.New("Invalid input received: Volume size %dGB cannot be smaller than the image minDisk size %dGB.", d.Size, img.MinDisk)
	}
	meta := map[string]string{
		"signature_verified": "False", "image_id": img.ID, "image_name": img.Name, "checksum": img.Checksum, "container_format": img.ContainerFormat,
		"disk_format": img.DiskFormat, "min_disk": strconv.Itoa(img.MinDisk), "min_ram": strconv.Itoa(img.MinRAM), "size": strconv.FormatInt(size, 10),
	}
	maps.Copy(meta, img.Properties)
	var data []byte
	r, err := s.images.ImageData(ctx, img.ID, 0, -1)
	switch {
	case err == nil:
		if data, err = readAll(r, int64(d.Size)<<30); err != nil {
			return nil, err
		}
	case !errors.Is(err, jumpgate.NotFound): // stock images have no data
		return nil, err
	}
	return func() { d.data, d.Bootable, d.ImageMetadata = data, true, meta }, nil
}

// ImageSnapshot implements volume.ImageSnapshotter.
func (s *volumes) ImageSnapshot(ctx context.Context, imageID string) (string, error) {
	if s.images == nil {
		return "", nil
	}
	img, err := s.images.Image(ctx, imageID)
	if err != nil {
		return "", nil // whoever makes a volume of it finds out
	}
	for _, d := range imageDevices(img.Properties) {
		if d.BootIndex == 0 {
			return d.UUID, nil
		}
	}
	return "", nil
}

// ReimageVolume implements volume.Reimager.
func (s *volumes) ReimageVolume(ctx context.Context, id, imageID string) error {
	s.lock()
	defer s.mu.Unlock()
	d, err := s.disk(ctx, id)
	if err != nil {
		return err
	}
	fill, err := s.imageOnto(ctx, d, imageID)
	if err != nil {
		return err
	}
	before := d.Status
	d.Status = "downloading"
	s.later(func() {
		fill()
		if before == "error" {
			before = "available"
		}
		d.Status, d.Updated = before, s.now()
	})
	return nil
}

// UploadVolume implements volume.Uploader.
func (s *volumes) UploadVolume(ctx context.Context, id string, u volume.Upload) (string, error) {
	s.lock()
	defer s.mu.Unlock()
	d, err := s.disk(ctx, id)
	if err != nil {
		return "", err
	}
	if s.images == nil {
		return "", jumpgate.NotImplemented.New("There is no image service.")
	}
	visibility := u.Visibility
	if visibility == "" {
		visibility = "shared"
	}
	img, err := s.images.CreateImage(ctx, &image.Image{
		Name: u.Name, Status: "queued", Visibility: visibility, Owner: caller(ctx).ProjectID, DiskFormat: u.DiskFormat, ContainerFormat: u.ContainerFormat,
		Protected: u.Protected, Properties: map[string]string{},
	})
	if err != nil {
		return "", err
	}
	d.Status = "uploading"
	data := d.data
	ctx = context.WithoutCancel(ctx)
	s.later(func() {
		d.settle(s.now())
		if err := s.fill(ctx, img.ID, data); err != nil {
			s.tell(d.ProjectID, "", "VOLUME", d.ID, "VOLUME_VOLUME_001_004", "copy volume to image:"+err.Error())
		}
	})
	return img.ID, nil
}

// fill gives an image its data.
func (s *volumes) fill(ctx context.Context, id string, data []byte) error {
	n, err := s.images.PutImageData(ctx, id, bytes.NewReader(data))
	if err != nil {
		return fmt.Errorf("memory: image %s: %w", id, err)
	}
	_, err = s.images.UpdateImage(ctx, id, func(img *image.Image) error {
		short, long := md5.Sum(data), sha512.Sum512(data)
		img.Status, img.Size, img.Stores = "active", &n, []string{"fast"}
		img.Checksum, img.HashAlgo, img.HashValue = hex.EncodeToString(short[:]), "sha512", hex.EncodeToString(long[:])
		return nil
	})
	return err
}
