// Package image speaks the OpenStack Image API (Glance), version 2, for any
// driver that can list images or find one.
//
// The package parses and validates requests, filters, sorts and pages, and
// words answers and faults as Glance does; its rules were read from Glance's
// code (glance/api/v2/images.py, glance/db/sqlalchemy/api.py) and checked
// against recordings of a real one (Zed). A driver returns plain Go values:
//
//	func (d *Driver) SetupRoutes(gw *jumpgate.Gateway, disp *jumpgate.Dispatcher) error {
//		return image.Register(disp, d, image.Options{})
//	}
package image

import (
	"context"
	"iter"
	"time"
)

// Lister lists images: GET /v2/images.
type Lister interface {
	// ListImages yields the images that the principal in ctx may see, public
	// ones and those shared with its project included, newest first (Created,
	// then ID, descending). It MUST NOT yield deleted images.
	//
	// The package filters, sorts and pages what is yielded, and stops the
	// sequence early when a page is full. A driver MAY use q to ask its cloud
	// for less, but it MUST NOT leave out a match, nor stop at q.Limit unless
	// it applies every other part of q. An error ends the sequence.
	ListImages(ctx context.Context, q Query) iter.Seq2[*Image, error]
}

// Getter finds one image: GET /v2/images/{image_id}. The openstack command needs
// it wherever an image is named, as in "server create --image debian": it asks for
// an image with the name as its id first, and wants a 404.
type Getter interface {
	// Image returns the image called id. It MUST return a jumpgate.NotFound
	// error if there is no such image, it was deleted, or the principal in ctx
	// may not see it; the package adds the message. id is whatever the client
	// sent.
	Image(ctx context.Context, id string) (*Image, error)
}

// Deleter deletes images: DELETE /v2/images/{image_id}.
type Deleter interface {
	// DeleteImage deletes the image called id or makes the cloud begin to. It
	// MUST return a jumpgate.NotFound error if the principal can't see such an
	// image, jumpgate.Forbidden if it belongs to another project, and
	// jumpgate.Conflict if it is in use; the package adds Glance's message to
	// an error without one. From then on, or soon after, the image MUST be gone
	// from lists and unknown to Getter.
	DeleteImage(ctx context.Context, id string) error
}

// Image is an image as Glance knows it. An empty Name, Owner or string
// documented as optional is null on the wire.
type Image struct {
	ID     string // MUST be set, at most 36 bytes; clients expect a UUID
	Name   string
	Status string // MUST be set: active, queued, saving, uploading, importing, deactivated, killed

	Visibility string // MUST be set: public, private, shared or community
	Owner      string // the project

	// MemberStatus is the answer of the principal's project to an image that
	// another project shares with it: pending, accepted or rejected; empty:
	// accepted. Clients don't see it; it decides whether a list includes the
	// image.
	MemberStatus string

	Size        *int64 // bytes of the image file; nil: not known
	VirtualSize *int64 // bytes of the disk in it; nil: not known
	MinDisk     int    // GB
	MinRAM      int    // MB

	DiskFormat      string // optional: raw, qcow2, vhd, iso, ...
	ContainerFormat string // optional: bare, ovf, ...

	Checksum  string // optional: MD5 of the data
	HashAlgo  string // optional: sha512
	HashValue string // optional

	Protected bool // may not be deleted
	Hidden    bool // left out of lists unless the client asks for hidden images
	Tags      []string

	Created time.Time // MUST be set
	Updated time.Time // zero: Created

	// Stores are the stores that hold the data, where there are several.
	Stores []string

	// Lease tells which process receives data for the image. Drivers store it
	// like any field.
	Lease Lease

	// Members are the projects that a shared image is shared with. Tasks are
	// its imports, oldest first. Lists may leave out both.
	Members []Member
	Tasks   []Task

	// Properties are further members of the image's JSON object: os_distro,
	// hw_disk_bus and any name that users choose. The package ignores the names
	// of Glance's own attributes.
	Properties map[string]string

	frozen *frozen // nil: see Freeze
}
