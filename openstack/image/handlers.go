package image

import (
	"context"
	"errors"
	"iter"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
)

// list answers GET /v2/images.
func (s *service) list(r *jumpgate.Request) (any, error) {
	params, err := readParams(r)
	if err != nil {
		return nil, err
	}
	q, err := parseQuery(params)
	if err != nil {
		return nil, err
	}
	if p := jumpgate.PrincipalFrom(r.Context()); p != nil {
		q.project, q.admin = p.ProjectID, p.HasRole("admin")
	}

	var count int
	var last string
	return &jumpgate.List{
		Key: "images",
		Items: func(yield func(any, error) bool) {
			for img, err := range s.page(r.Context(), q) {
				if err != nil {
					yield(nil, err)
					return
				}
				count, last = count+1, img.ID
				if !yield(present(img), nil) {
					return
				}
			}
		},
		Tail: func() (jumpgate.Object, error) {
			return links(params, q, count, last), nil
		},
	}, nil
}

// links are the members beside a page of count images. Glance links to a next
// page whenever this one is full, even if the next one will be empty. Links
// are relative to the service and never know where it is mounted.
func links(params rest.Params, q Query, count int, last string) jumpgate.Object {
	const path = "/v2/images"
	first := path
	if query := pageQuery(params, ""); query != "" {
		first += "?" + query
	}
	tail := jumpgate.Object{{Name: "first", Value: first}, {Name: "schema", Value: "/v2/schemas/images"}}
	if count > 0 && count == q.Limit {
		tail = append(tail, jumpgate.Member{Name: "next", Value: path + "?" + pageQuery(params, last)})
	}
	return tail
}

// page yields the images of the page that q asks for.
func (s *service) page(ctx context.Context, q Query) iter.Seq2[*Image, error] {
	if q.Marker == "" && q.newestFirst() {
		return s.firstPage(ctx, q)
	}
	return s.sortedPage(ctx, q)
}

// firstPage takes the driver's order as it is.
func (s *service) firstPage(ctx context.Context, q Query) iter.Seq2[*Image, error] {
	return func(yield func(*Image, error) bool) {
		left := q.Limit
		if left == 0 {
			return
		}
		for img, err := range s.lister.ListImages(ctx, q) {
			if err != nil {
				yield(nil, err)
				return
			}
			if !q.matches(img) {
				continue
			}
			if left--; !yield(img, nil) || left == 0 {
				return
			}
		}
	}
}

// sortedPage collects the matches, for the order or the marker needs them all.
func (s *service) sortedPage(ctx context.Context, q Query) iter.Seq2[*Image, error] {
	return func(yield func(*Image, error) bool) {
		var found []*Image
		var marker *Image
		for img, err := range s.lister.ListImages(ctx, q) {
			if err != nil {
				yield(nil, err)
				return
			}
			if q.Marker != "" && img.ID == q.Marker {
				marker = img
			}
			if q.matches(img) {
				found = append(found, img)
			}
		}
		if q.Marker != "" {
			if marker == nil {
				var err error
				if marker, err = s.marker(ctx, q.Marker); err != nil {
					yield(nil, err)
					return
				}
			}
			found = q.after(marker, found)
		}
		q.sort(found)
		for _, img := range found[:min(q.Limit, len(found))] {
			if !yield(img, nil) {
				return
			}
		}
	}
}

// marker finds a marker that a driver which narrows its lists did not list:
// any image that the client can see may be one.
func (s *service) marker(ctx context.Context, id string) (*Image, error) {
	if s.getter == nil {
		return nil, badMarker(id, nil)
	}
	img, err := s.find(ctx, id)
	if errors.Is(err, jumpgate.NotFound) {
		return nil, badMarker(id, err)
	}
	return img, err
}

func badMarker(id string, cause error) error {
	return jumpgate.BadRequest.Wrap(cause, "No image found with ID %s", id)
}

// show answers GET /v2/images/{image_guid}.
func (s *service) show(r *jumpgate.Request) (any, error) {
	img, err := s.find(r.Context(), r.Var("image_guid"))
	if err != nil {
		return nil, err
	}
	return present(img), nil
}

// showDetail answers GET /v2/images/detail, a path of version 1: version 2
// takes it for an image called detail.
func (s *service) showDetail(r *jumpgate.Request) (any, error) {
	img, err := s.find(r.Context(), "detail")
	if err != nil {
		return nil, err
	}
	return present(img), nil
}

// find is the driver's Image with Glance's words for what is not there. To
// Glance an image that may not be seen is not there either.
func (s *service) find(ctx context.Context, id string) (*Image, error) {
	img, err := s.getter.Image(ctx, id)
	if errors.Is(err, jumpgate.NotFound) || errors.Is(err, jumpgate.Forbidden) {
		return nil, jumpgate.NotFound.Wrap(err, "No image found with ID %s", id)
	}
	return img, err
}
