package image

import (
	"context"
	"io"
	"time"
)

// Creator makes image records: POST /v2/images.
type Creator interface {
	// CreateImage keeps the record in and returns it as it is from now on. The
	// package has validated it, set its Status to queued and its Owner, and
	// asked the policy. An empty ID leaves the choice to the driver, which MUST
	// choose a UUID. It MUST set Created, and MUST return a jumpgate.Conflict
	// error if an image of that ID exists, be it visible or not.
	CreateImage(ctx context.Context, in *Image) (*Image, error)
}

// Updater changes image records: everything that changes an image's members,
// tags, status or properties comes down to it.
type Updater interface {
	// UpdateImage calls change with the record of the image called id and keeps
	// what change makes of it, as one step: no other change of the same image
	// may come between. It returns the new record. If change returns an error,
	// nothing is kept and the error is returned as it is. It MUST set Updated
	// where change changed something, and MUST return a jumpgate.NotFound error
	// if there is no such image that the principal in ctx may see. Who may
	// change what is the package's business, not the driver's. change may be
	// called more than once.
	UpdateImage(ctx context.Context, id string, change func(*Image) error) (*Image, error)
}

// DataKeeper keeps the data of images. Names are ids of images, with
// StagedSuffix appended for data that is staged and not yet imported. Package
// imagedata has stores that do it.
type DataKeeper interface {
	// PutImageData reads data to its end and keeps it under name. It returns
	// the number of bytes. Half of it MUST NOT become visible when data fails,
	// and its error MUST be returned, wrapped or not. It returns a
	// jumpgate.Forbidden or Unavailable error with a reason if the cloud takes
	// no data.
	PutImageData(ctx context.Context, name string, data io.Reader) (int64, error)

	// ImageData returns length bytes from offset on, to the end if length is
	// negative. It MUST return a jumpgate.NotFound error if there is no data.
	// The package closes it.
	ImageData(ctx context.Context, name string, offset, length int64) (io.ReadCloser, error)

	// DeleteImageData removes the data, if there is any.
	DeleteImageData(ctx context.Context, name string) error
}

// StagedSuffix ends the names of staged data.
const StagedSuffix = ".staged"

// Importer has the cloud itself fetch the data of images, from addresses that
// mean something to it alone. POST /v2/images/{image_id}/import takes them in
// the method web-download.
type Importer interface {
	// ImportsFrom tells whether the cloud fetches what is at uri.
	ImportsFrom(uri string) bool

	// ImportImage has the cloud begin to make the image called id of what is at
	// uri. From then on the image's Status, as long as it is not active, says
	// that the cloud is at it.
	ImportImage(ctx context.Context, id, uri string) error
}

// StoreLister tells the names of the stores that keep data: GET
// /v2/info/stores. Without it the cloud has one store that has no name.
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
