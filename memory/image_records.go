package memory

import (
	"cmp"
	"context"
	"errors"
	"io"
	"iter"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/imagedata"
	"github.com/softlayer/jumpgate/openstack/image"
)

// images is the driver of the image service: records in a map, data in a store.
type images struct {
	mu      sync.Mutex
	records map[string]*image.Image
	deleted map[string]bool // ids that are never used again, as in Glance
	now     func() time.Time
	data    imagedata.Store
	stores  []image.Store
	*metadefs
}

var (
	_ image.Lister      = (*images)(nil)
	_ image.Getter      = (*images)(nil)
	_ image.Creator     = (*images)(nil)
	_ image.Updater     = (*images)(nil)
	_ image.Deleter     = (*images)(nil)
	_ image.DataKeeper  = (*images)(nil)
	_ image.StoreLister = (*images)(nil)

	_ image.MetadefKeeper = (*images)(nil)
)

func newImages(now func() time.Time, data imagedata.Store, stores []image.Store) *images {
	return &images{
		records: make(map[string]*image.Image), deleted: make(map[string]bool), now: now, data: data, stores: stores,
		metadefs: newMetadefs(now().UTC()),
	}
}

// visible tells whether the principal in ctx may see img.
func visible(ctx context.Context, img *image.Image) bool {
	p := jumpgate.PrincipalFrom(ctx)
	switch {
	case img.Visibility == "public", img.Visibility == "community":
		return true
	case p == nil:
		return false
	}
	return img.Owner == p.ProjectID || p.HasRole("admin") || img.Visibility == "shared" && membership(img, p.ProjectID) != nil
}

func membership(img *image.Image, project string) *image.Member {
	i := slices.IndexFunc(img.Members, func(m image.Member) bool { return m.ProjectID == project })
	if i < 0 {
		return nil
	}
	return &img.Members[i]
}

// shown is a copy of img as the principal sees it.
func shown(ctx context.Context, img *image.Image) *image.Image {
	view := *img
	view.Properties = maps.Clone(img.Properties)
	if p := jumpgate.PrincipalFrom(ctx); p != nil {
		if m := membership(img, p.ProjectID); m != nil {
			view.MemberStatus = m.Status
		}
	}
	return &view
}

// ListImages implements image.Lister.
func (s *images) ListImages(ctx context.Context, _ image.Query) iter.Seq2[*image.Image, error] {
	return func(yield func(*image.Image, error) bool) {
		s.mu.Lock()
		list := make([]*image.Image, 0, len(s.records))
		for _, img := range s.records {
			if visible(ctx, img) {
				list = append(list, shown(ctx, img))
			}
		}
		s.mu.Unlock()
		slices.SortFunc(list, func(a, b *image.Image) int {
			return cmp.Or(b.Created.Compare(a.Created), cmp.Compare(b.ID, a.ID))
		})
		yieldAll(list, yield)
	}
}

// Image implements image.Getter.
func (s *images) Image(ctx context.Context, id string) (*image.Image, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	img := s.records[id]
	if img == nil || !visible(ctx, img) {
		return nil, jumpgate.NotFound
	}
	return shown(ctx, img), nil
}

// CreateImage implements image.Creator.
func (s *images) CreateImage(ctx context.Context, in *image.Image) (*image.Image, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	img := *in
	if img.ID == "" {
		img.ID = jumpgate.NewUUID()
	}
	if s.records[img.ID] != nil || s.deleted[img.ID] {
		return nil, jumpgate.Conflict
	}
	img.Created = s.now().UTC()
	img.Updated = img.Created
	s.records[img.ID] = &img
	return shown(ctx, &img), nil
}

// UpdateImage implements image.Updater.
func (s *images) UpdateImage(ctx context.Context, id string, change func(*image.Image) error) (*image.Image, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	old := s.records[id]
	if old == nil || !visible(ctx, old) {
		return nil, jumpgate.NotFound
	}
	img := *old
	img.Properties = maps.Clone(old.Properties)
	if err := change(&img); err != nil {
		return nil, err
	}
	img.Updated = s.now().UTC()
	s.records[id] = &img
	return shown(ctx, &img), nil
}

// DeleteImage implements image.Deleter.
func (s *images) DeleteImage(ctx context.Context, id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	img := s.records[id]
	if img == nil || !visible(ctx, img) {
		return jumpgate.NotFound
	}
	delete(s.records, id)
	s.deleted[id] = true
	return nil
}

// PutImageData implements image.DataKeeper.
func (s *images) PutImageData(ctx context.Context, name string, data io.Reader) (int64, error) {
	n, err := s.data.Put(ctx, name, data)
	if errors.Is(err, imagedata.ErrDisabled) {
		err = jumpgate.Forbidden.Wrap(err, "This cloud keeps no image data.")
	}
	return n, err
}

// ImageData implements image.DataKeeper.
func (s *images) ImageData(ctx context.Context, name string, offset, length int64) (io.ReadCloser, error) {
	data, err := s.data.Open(ctx, name, offset, length)
	if errors.Is(err, imagedata.ErrNotFound) {
		err = jumpgate.NotFound.Wrap(err, "")
	}
	return data, err
}

// DeleteImageData implements image.DataKeeper.
func (s *images) DeleteImageData(ctx context.Context, name string) error {
	return s.data.Delete(ctx, name)
}

// ListImageStores implements image.StoreLister.
func (s *images) ListImageStores(context.Context) ([]image.Store, error) { return s.stores, nil }
