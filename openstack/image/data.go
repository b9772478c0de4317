package image

import (
	"context"
	"crypto/md5" //nolint:gosec // Glance's checksum is MD5; os_hash_value is what clients trust
	"crypto/sha512"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
)

// transitions are the states that an image may get into from each state.
var transitions = map[string][]string{
	"queued":      {"saving", "uploading", "importing", "active", "deleted"},
	"saving":      {"active", "killed", "deleted", "queued"},
	"uploading":   {"importing", "queued", "deleted"},
	"importing":   {"active", "deleted", "queued"},
	"active":      {"pending_delete", "deleted", "deactivated"},
	"deactivated": {"active", "deleted"},
}

// become gives img another status, if there is a way to it.
func (img *Image) become(status string) error {
	allowed := false
	for _, next := range transitions[img.Status] {
		allowed = allowed || next == status
	}
	if !allowed {
		return jumpgate.Conflict.New("Image status transition from %s to %s is not allowed", img.Status, status)
	}
	if img.Status == "queued" || img.Status == "uploading" {
		var missing []string
		if img.DiskFormat == "" {
			missing = append(missing, "disk_format")
		}
		if img.ContainerFormat == "" {
			missing = append(missing, "container_format")
		}
		if len(missing) > 0 && (status == "saving" || status == "active" || status == "importing") {
			noun := "Property"
			if len(missing) > 1 {
				noun = "Properties"
			}
			return jumpgate.BadRequest.New("%s %s must be set prior to saving data.", noun, strings.Join(missing, ", "))
		}
	}
	if status == "queued" {
		img.Size, img.VirtualSize = nil, nil
	}
	img.Status = status
	return nil
}

// finishTime bounds what is done after a client has left or a transfer has
// failed.
const finishTime = 30 * time.Second

// afterwards is a context for what must be done whatever becomes of the
// request.
func afterwards(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), finishTime)
}

// upload answers PUT /v2/images/{image_guid}/file.
func (s *service) upload(r *jumpgate.Request) (any, error) {
	if err := checkDataType(r); err != nil {
		return nil, err
	}
	ctx, id := r.Context(), r.Var("image_guid")
	stores, err := s.chosenStore(ctx, r.Header.Get("X-Image-Meta-Store"))
	if err != nil {
		return nil, err
	}
	holder, err := s.beginUpload(ctx, id)
	if err != nil {
		return nil, err
	}
	err = s.save(ctx, id, holder, r.Body, r.ContentLength, func(img *Image) {
		if stores != nil {
			img.Stores = stores
		}
	})
	if err != nil {
		return nil, err
	}
	return noContent(), nil
}

// chosenStore is the store that data goes to: the one wanted, or the default
// one; nil where there are no names.
func (s *service) chosenStore(ctx context.Context, wanted string) ([]string, error) {
	if s.stores == nil {
		return nil, nil
	}
	stores, err := s.stores.ListImageStores(ctx)
	for _, store := range stores {
		if store.ID == wanted || wanted == "" && store.Default {
			return []string{store.ID}, err
		}
	}
	return nil, err
}

// beginUpload brings an image into the state in which its data comes. It
// returns the holder of its lease.
func (s *service) beginUpload(ctx context.Context, id string) (holder string, err error) {
	holder = jumpgate.NewUUID()
	_, err = s.change(ctx, id, func(img *Image) error {
		if err := s.allow(ctx, "upload_image", img); err != nil {
			return jumpgate.Forbidden.Wrap(err, "Not allowed to upload image data for image %s", img.ID)
		}
		img.Lease = s.lease(holder)
		return img.become("saving")
	})
	return holder, err
}

// checkDataType refuses a body that is not said to be plain bytes.
func checkDataType(r *jumpgate.Request) error {
	if media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); media != "application/octet-stream" {
		return jumpgate.UnsupportedMedia.New("")
	}
	if text := r.Header.Get("X-Openstack-Image-Size"); text != "" {
		if _, ok := rest.Int(text); !ok {
			return jumpgate.BadRequest.New("Invalid or missing image size in request headers.")
		}
	}
	return nil
}

// save keeps the data of an image that is being saved or imported by holder and
// makes it active; if the data fails, the image is queued again. size is what
// the client promised; -1 if it did not. With the status changes what also says.
func (s *service) save(ctx context.Context, id, holder string, data io.Reader, size int64, also func(*Image)) error {
	sum := newSummer(data)
	n, err := s.put(ctx, id, id, holder, sum, size)
	if err != nil {
		return errors.Join(dataFault(err), s.giveUp(ctx, id, id, holder))
	}
	later, cancel := afterwards(ctx)
	defer cancel()
	err = s.finish(later, id, holder, func(img *Image) error {
		sum.describe(img, n)
		also(img)
		return img.become("active")
	})
	if errors.Is(err, jumpgate.NotFound) {
		s.keeper.DeleteImageData(later, id) //nolint:errcheck // the image is gone, so is its name
		return jumpgate.Gone.Wrap(err, "Image %s could not be found after upload. The image may have been deleted during the upload, "+
			"cleaning up the chunks uploaded.", id)
	}
	if err != nil {
		return errors.Join(err, s.giveUp(ctx, id, id, holder))
	}
	return nil
}

// put keeps data under name while holder has the lease of the image called id.
func (s *service) put(ctx context.Context, id, name, holder string, data io.Reader, size int64) (int64, error) {
	held, stop := s.hold(ctx, id, holder)
	defer stop()
	n, err := s.keeper.PutImageData(held, name, confirmed{data, func() error { return s.renew(held, id, holder) }})
	if err == nil && size >= 0 && n != size {
		err = jumpgate.BadRequest.New("The size of data %d doesn't match the size %d of the request.", n, size)
	}
	if lost := context.Cause(held); err != nil && errors.Is(lost, errLeaseLost) {
		err = lost
	}
	return n, err
}

// finish ends the lease of holder with the change that do makes.
func (s *service) finish(ctx context.Context, id, holder string, do func(*Image) error) error {
	_, err := s.updater.UpdateImage(ctx, id, func(img *Image) error {
		if img.Lease.Holder != holder {
			return errLeaseLost
		}
		img.Lease = Lease{}
		return do(img)
	})
	return err
}

// giveUp removes the data under name, half of which may have come, and lets the
// image wait for data again, unless holder has lost it to somebody else.
func (s *service) giveUp(ctx context.Context, id, name, holder string) error {
	ctx, cancel := afterwards(ctx)
	defer cancel()
	_, err := s.updater.UpdateImage(ctx, id, func(img *Image) error {
		if img.Lease.Holder != holder {
			return errLeaseLost
		}
		img.fail(s.now().UTC())
		return nil
	})
	switch {
	case errors.Is(err, errLeaseLost):
		return nil
	case errors.Is(err, jumpgate.NotFound): // deleted meanwhile
		err = nil
	}
	s.keeper.DeleteImageData(ctx, name) //nolint:errcheck // what failed before tells more
	return err
}

// dataFault tells a client that broke off from a cloud that did.
func dataFault(err error) error {
	var e *jumpgate.Error
	switch {
	case errors.As(err, &e):
		return err
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, context.Canceled):
		return jumpgate.BadRequest.Wrap(err, "The image data ended too early.")
	}
	return err
}

// summer passes data on and sums it up.
type summer struct {
	io.Reader
	md5, sha512 hash.Hash
	head        []byte // the first bytes, which tell the size of a disk
}

// headSize is enough for a qcow2 header's size.
const headSize = 32

func newSummer(data io.Reader) *summer {
	s := &summer{md5: md5.New(), sha512: sha512.New()} //nolint:gosec // see the import
	s.Reader = io.TeeReader(data, io.MultiWriter(s.md5, s.sha512, s))
	return s
}

// Write keeps the first bytes.
func (s *summer) Write(p []byte) (int, error) {
	if room := headSize - len(s.head); room > 0 {
		s.head = append(s.head, p[:min(room, len(p))]...)
	}
	return len(p), nil
}

// describe tells img about its data of n bytes.
func (s *summer) describe(img *Image, n int64) {
	img.Size = &n
	img.Checksum = hex.EncodeToString(s.md5.Sum(nil))
	img.HashAlgo, img.HashValue = "sha512", hex.EncodeToString(s.sha512.Sum(nil))
	img.VirtualSize = nil
	switch img.DiskFormat {
	case "raw", "iso":
		virtual := n
		img.VirtualSize = &virtual
	case "qcow2":
		if len(s.head) == headSize && string(s.head[:4]) == "QFI\xfb" {
			virtual := int64(binary.BigEndian.Uint64(s.head[24:32]) & (1<<63 - 1))
			img.VirtualSize = &virtual
		}
	}
}

// download answers GET /v2/images/{image_guid}/file.
func (s *service) download(r *jumpgate.Request) (any, error) {
	ctx := r.Context()
	img, err := s.find(ctx, r.Var("image_guid"))
	if err != nil {
		return nil, err
	}
	if img.Status == "deactivated" && !s.isAdmin(ctx) {
		return nil, jumpgate.Forbidden.New("The requested image has been deactivated. Image data download is forbidden.")
	}
	if err := s.allow(ctx, "download_image", img); err != nil {
		return nil, err
	}
	if img.Size == nil || img.Status != "active" && img.Status != "deactivated" {
		return &jumpgate.Response{Status: http.StatusNoContent}, nil
	}
	size := *img.Size
	header := http.Header{"Content-Type": {"application/octet-stream"}}
	if img.Checksum != "" {
		header.Set("Content-Md5", img.Checksum)
	}
	status, offset, length := http.StatusOK, int64(0), size
	if first, last, ok, err := readRange(r.Header, size); err != nil {
		return nil, err
	} else if ok {
		status, offset, length = http.StatusPartialContent, first, last-first+1
		header.Set("Content-Range", "bytes "+strconv.FormatInt(first, 10)+"-"+strconv.FormatInt(last, 10)+"/"+strconv.FormatInt(size, 10))
	}
	header.Set("Content-Length", strconv.FormatInt(length, 10))
	whole := length
	if offset == 0 && length == size {
		whole = -1
	}
	data, err := s.keeper.ImageData(ctx, img.ID, offset, whole)
	if errors.Is(err, jumpgate.NotFound) {
		return &jumpgate.Response{Status: http.StatusNoContent}, nil
	}
	if err != nil {
		return nil, err
	}
	return &jumpgate.Response{Status: status, Header: header, Body: data}, nil
}
