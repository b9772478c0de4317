package image

import (
	"context"
	"errors"
	"iter"
	"slices"

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
	shown := s.shown(r.Context())
	return &jumpgate.List{
		Key: "images",
		Items: func(yield func(any, error) bool) {
			for img, err := range s.page(r.Context(), q) {
				if err != nil {
					yield(nil, err)
					return
				}
				if !shown(img) {
					continue
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

// page yields the images of the page that q asks for. In the driver's own order
// it takes them as they come.
func (s *service) page(ctx context.Context, q Query) iter.Seq2[*Image, error] {
	page := rest.Page[Image]{Keep: q.matches, Limit: q.Limit}
	if !q.newestFirst() || q.Marker != "" {
		page.Order = q.order()
	}
	return func(yield func(*Image, error) bool) {
		if q.Marker == "" {
			if q.Limit > 0 {
				page.Of(s.lister.ListImages(ctx, q))(yield)
			}
			return
		}
		all, err := rest.Collect(s.lister.ListImages(ctx, q))
		if err == nil {
			page.Marker, err = s.marker(ctx, q.Marker, all)
		}
		if err != nil {
			yield(nil, err)
			return
		}
		if q.Limit > 0 {
			page.Of(rest.Items(all))(yield)
		}
	}
}

// marker is the image called id: one of all, or, since drivers may narrow their
// lists, any other that the client can see.
func (s *service) marker(ctx context.Context, id string, all []*Image) (*Image, error) {
	if i := slices.IndexFunc(all, func(img *Image) bool { return img.ID == id }); i >= 0 {
		return all[i], nil
	}
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
	return s.presentNamed(r, r.Var("image_guid"))
}

// presentNamed shows the image called id. One that the policy keeps from the
// caller is not there.
func (s *service) presentNamed(r *jumpgate.Request, id string) (any, error) {
	img, err := s.find(r.Context(), id)
	if err != nil {
		return nil, err
	}
	if err := s.allow(r.Context(), "get_image", img); err != nil {
		return nil, jumpgate.NotFound.Wrap(err, "The resource could not be found.")
	}
	return present(img), nil
}

// showDetail answers GET /v2/images/detail, a path of version 1: version 2
// takes it for an image called detail.
func (s *service) showDetail(r *jumpgate.Request) (any, error) {
	return s.presentNamed(r, "detail")
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
