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

// Getter finds one image: GET /v2/images/{image_id}.
type Getter interface {
	// Image returns the image called id. It MUST return a jumpgate.NotFound
	// error if there is none, if it was deleted, or if the principal in ctx
	// may not see it; the package words it. id is whatever the client sent.
	Image(ctx context.Context, id string) (*Image, error)
}

// Deleter deletes images: DELETE /v2/images/{image_id}.
type Deleter interface {
	// DeleteImage deletes the image called id, or has the cloud begin with
	// it. It MUST return a jumpgate.NotFound error if there is none that the
	// principal may see, jumpgate.Forbidden for an image of somebody else's,
	// and jumpgate.Conflict for one that is in use; the package words those
	// that have no words. From then on, or soon after, the image MUST be gone
	// from lists and unknown to Getter.
	DeleteImage(ctx context.Context, id string) error
}

// Image is an image as Glance knows it. Strings that are documented as
// optional, and Name and Owner, are null on the wire when they are empty.
type Image struct {
	ID     string // MUST be set, at most 36 bytes; clients expect a UUID
	Name   string
	Status string // MUST be set: active, queued, saving, uploading, importing, deactivated, killed

	Visibility string // MUST be set: public, private, shared or community
	Owner      string // the project

	// MemberStatus is how the principal's project answered to an image that
	// another project shares with it: pending, accepted or rejected. Empty is
	// accepted. It is not shown and only decides whether a list has the image.
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
	Hidden    bool // not in lists unless asked for
	Tags      []string

	Created time.Time // MUST be set
	Updated time.Time // zero: Created

	// Stores are the stores that hold the data, where there are several.
	Stores []string

	// Lease tells who takes data for the image while data comes. Drivers keep
	// it with the rest.
	Lease Lease

	// Members are the projects that a shared image is shared with. Lists need
	// not have them. Tasks are its imports, oldest first; lists need not have
	// them either.
	Members []Member
	Tasks   []Task

	// Properties are further members of the image's JSON object: os_distro,
	// hw_disk_bus and what users make up. Names that Glance uses itself are
	// ignored.
	Properties map[string]string

	frozen *frozen // nil: see Freeze
}
