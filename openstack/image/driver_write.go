package image

import (
	"context"
	"io"
	"time"

	"github.com/softlayer/jumpgate"
)

// Creator makes image records: POST /v2/images.
type Creator interface {
	// CreateImage stores the record in and returns the stored record. The
	// package has validated it, set its Status to queued and its Owner, and
	// asked the policy. An empty ID leaves the choice to the driver, which MUST
	// choose a UUID. It MUST set Created, and MUST return a jumpgate.Conflict
	// error if an image with that ID exists, even one that the principal can't
	// see.
	CreateImage(ctx context.Context, in *Image) (*Image, error)
}

// Updater changes image records. The package uses it for every change of an
// image's members, tags, status or properties.
type Updater interface {
	// UpdateImage calls change with the record of the image called id and
	// stores the changed record, as one step: no other change of the image may
	// come between. It returns the stored record. If change returns an error,
	// UpdateImage stores nothing and returns that error. It MUST set Updated if
	// change changed something, and MUST return a jumpgate.NotFound error if
	// the principal in ctx can't see such an image. The package, not the
	// driver, decides who may change what. UpdateImage may call change more
	// than once.
	UpdateImage(ctx context.Context, id string, change func(*Image) error) (*Image, error)
}

// DataKeeper keeps the data of images. Names are ids of images, with
// StagedSuffix appended for data that is staged and not yet imported. Package
// imagedata has stores that do it.
type DataKeeper interface {
	// PutImageData reads data to its end and stores it under name. It returns
	// the number of bytes. If reading fails it MUST NOT leave a part of the
	// data visible, and MUST return the error of data, wrapped or not. It
	// returns a jumpgate.Forbidden or Unavailable error with a reason if the
	// cloud accepts no data.
	PutImageData(ctx context.Context, name string, data io.Reader) (int64, error)

	// ImageData returns length bytes from offset on, to the end if length is
	// negative. It MUST return a jumpgate.NotFound error if there is no data.
	// The package closes the result.
	ImageData(ctx context.Context, name string, offset, length int64) (io.ReadCloser, error)

	// DeleteImageData removes the data, if there is any.
	DeleteImageData(ctx context.Context, name string) error
}

// StagedSuffix ends the names of staged data.
const StagedSuffix = ".staged"

// Importer lets the cloud itself fetch the data of images, from addresses that
// only the cloud understands: POST /v2/images/{image_id}/import with the method
// web-download.
type Importer interface {
	// ImportsFrom tells whether the cloud fetches what is at uri.
	ImportsFrom(uri string) bool

	// ImportImage makes the cloud begin to fetch the data at uri into the image
	// called id. Until the image is active its Status MUST say that the cloud
	// is working on it.
	ImportImage(ctx context.Context, id, uri string) error
}

// StoreLister lists the stores that keep data: GET /v2/info/stores. Without it
// the cloud has one store without a name.
type StoreLister interface {
	// ListImageStores returns the stores, the default one among them.
	ListImageStores(ctx context.Context) ([]Store, error)
}

// Store is a place where image data is kept.
type Store struct {
	ID          string
	Description string // optional
	Default     bool
	ReadOnly    bool
}

// Member is a project that an image is shared with.
type Member struct {
	ProjectID string
	Status    string // pending, accepted or rejected
	Created   time.Time
	Updated   time.Time
}

// Task is one import of data into an image.
type Task struct {
	ID        string
	Status    string // pending, processing, success or failure
	Owner     string // the project
	UserID    string
	RequestID string
	Method    string // glance-direct, web-download or copy-image
	URI       string // of a web-download
	Stores    []string
	Message   string
	Created   time.Time
	Updated   time.Time
	Expires   time.Time
}

// TooManyImages is for a project that has as many images as the cloud keeps.
func TooManyImages(cause error, projectID string, limit int) error {
	return jumpgate.TooLarge.Wrap(cause, "Project %s is over a limit for image_count_total of %d.", projectID, limit)
}
