package image

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

const notShared = "Only shared images have members."

// presentMember is the JSON object of a member.
func presentMember(imageID string, m *Member) jumpgate.Object {
	return jumpgate.Object{
		{Name: "member_id", Value: m.ProjectID},
		{Name: "image_id", Value: imageID},
		{Name: "status", Value: m.Status},
		{Name: "created_at", Value: date(m.Created)},
		{Name: "updated_at", Value: date(m.Updated)},
		{Name: "schema", Value: "/v2/schemas/member"},
	}
}

// shared finds the image that r's path names, for what its members are asked.
func (s *service) shared(r *jumpgate.Request) (*Image, error) {
	id := r.Var("image_id")
	img, err := s.getter.Image(r.Context(), id)
	if errors.Is(err, jumpgate.NotFound) || errors.Is(err, jumpgate.Forbidden) {
		return nil, jumpgate.NotFound.Wrap(err, "Image %s not found.", id)
	}
	return img, err
}

// visibleMembers are the members of img that the principal may see: all if the
// image is its project's, else its own membership.
func (s *service) visibleMembers(ctx context.Context, img *Image) []Member {
	if img.Owner == projectID(ctx) || s.isAdmin(ctx) {
		return img.Members
	}
	return slices.DeleteFunc(slices.Clone(img.Members), func(m Member) bool { return m.ProjectID != projectID(ctx) })
}

// listMembers answers GET /v2/images/{image_id}/members.
func (s *service) listMembers(r *jumpgate.Request) (any, error) {
	img, err := s.shared(r)
	if err != nil {
		return nil, err
	}
	refused := ""
	if img.Visibility != "shared" {
		refused = notShared
	} else if err := s.allow(r.Context(), "get_members", img); err != nil {
		refused = jumpgate.AsError(err).Message
	}
	if refused != "" {
		return nil, jumpgate.Forbidden.New("Not allowed to list members for image %s: %s", img.ID, refused)
	}
	list := []jumpgate.Object{}
	if s.allow(r.Context(), "get_member", img) == nil {
		for _, m := range s.visibleMembers(r.Context(), img) {
			list = append(list, presentMember(img.ID, &m))
		}
	}
	return jumpgate.Object{{Name: "members", Value: list}, {Name: "schema", Value: "/v2/schemas/members"}}, nil
}

// showMember answers GET /v2/images/{image_id}/members/{member_id}. Glance says
// 404 where it says 403 elsewhere.
func (s *service) showMember(r *jumpgate.Request) (any, error) {
	img, err := s.shared(r)
	if err != nil {
		return nil, err
	}
	if img.Visibility != "shared" {
		return nil, jumpgate.NotFound.New("%s", notShared)
	}
	if err := s.allow(r.Context(), "get_member", img); err != nil {
		return nil, jumpgate.NotFound.Wrap(err, "%s", jumpgate.AsError(err).Message)
	}
	for _, m := range s.visibleMembers(r.Context(), img) {
		if m.ProjectID == r.Var("member_id") {
			return presentMember(img.ID, &m), nil
		}
	}
	return nil, noMember(r)
}

func noMember(r *jumpgate.Request) error {
	return jumpgate.NotFound.New("%s not found in the member list of the image %s.", r.Var("member_id"), r.Var("image_id"))
}

// changeMembers changes the members of the image that r's path names. verb
// says what for, if policy's rule forbids it.
func (s *service) changeMembers(r *jumpgate.Request, rule, verb string, do func(*Image) error) (*Image, error) {
	id := r.Var("image_id")
	var refused error
	img, err := s.updater.UpdateImage(r.Context(), id, func(img *Image) error {
		refused = func() error {
			if img.Visibility != "shared" {
				return jumpgate.Forbidden.New("Not allowed to %s members for image %s.", verb, id)
			}
			if err := s.allow(r.Context(), rule, img); err != nil {
				return jumpgate.Forbidden.Wrap(err, "Not allowed to %s members for image %s.", verb, id)
			}
			return do(img)
		}()
		return refused
	})
	if refused == nil && errors.Is(err, jumpgate.NotFound) {
		return nil, jumpgate.NotFound.Wrap(err, "Image %s not found.", id)
	}
	return img, err
}

// createMember answers POST /v2/images/{image_id}/members.
func (s *service) createMember(r *jumpgate.Request) (any, error) {
	body, err := readBody(r)
	if err != nil {
		return nil, err
	}
	object, ok := body.(schema.Object)
	v, named := object.Get("member")
	project := schema.Str(v)
	switch {
	case !ok:
		return nil, jumpgate.BadRequest.New(`Expected a member in the form: {"member": "image_id"}`)
	case !named:
		return nil, jumpgate.BadRequest.New("Member to be added not specified")
	case v == nil || project == "":
		return nil, jumpgate.BadRequest.New("Member can't be empty")
	}
	img, err := s.changeMembers(r, "add_member", "create", func(img *Image) error {
		if slices.ContainsFunc(img.Members, func(m Member) bool { return m.ProjectID == project }) {
			return jumpgate.Conflict.New("Member %s is duplicated for image %s", project, img.ID)
		}
		if n := len(img.Members) + 1; n > maxMembers {
			return jumpgate.TooLarge.New("Image member limit exceeded for image %s: The limit has been exceeded on the number of allowed image members for this image. "+
				"Attempted: %d, Maximum: %d:", img.ID, n, maxMembers)
		}
		now := s.now()
		img.Members = append(slices.Clone(img.Members), Member{ProjectID: project, Status: "pending", Created: now, Updated: now})
		return nil
	})
	if err != nil {
		return nil, err
	}
	return presentMember(img.ID, &img.Members[len(img.Members)-1]), nil
}

// updateMember answers PUT /v2/images/{image_id}/members/{member_id}: a project
// accepts an image that is shared with it, or does not.
func (s *service) updateMember(r *jumpgate.Request) (any, error) {
	body, err := readBody(r)
	if err != nil {
		return nil, err
	}
	object, ok := body.(schema.Object)
	v, named := object.Get("status")
	switch {
	case !ok:
		return nil, jumpgate.BadRequest.New(`Expected a status in the form: {"status": "status"}`)
	case !named:
		return nil, jumpgate.BadRequest.New("Status not specified")
	}
	status, project := schema.Str(v), r.Var("member_id")
	var changed Member
	img, err := s.changeMembers(r, "modify_member", "update", func(img *Image) error {
		mine := project == projectID(r.Context())
		admin := s.isAdmin(r.Context())
		i := slices.IndexFunc(img.Members, func(m Member) bool { return m.ProjectID == project })
		switch {
		case img.Owner == projectID(r.Context()) && !admin: // an owner does not accept for others
			return jumpgate.Forbidden.New("Not allowed to update members for image %s.", img.ID)
		case i < 0 || !mine && !admin:
			return noMember(r)
		case status != "pending" && status != "accepted" && status != "rejected":
			return jumpgate.BadRequest.New(`Incorrect request: Status must be "pending", "accepted" or "rejected".`)
		}
		img.Members = slices.Clone(img.Members)
		img.Members[i].Status, img.Members[i].Updated = status, s.now()
		changed = img.Members[i]
		return nil
	})
	if err != nil {
		return nil, err
	}
	return presentMember(img.ID, &changed), nil
}

// deleteMember answers DELETE /v2/images/{image_id}/members/{member_id}.
func (s *service) deleteMember(r *jumpgate.Request) (any, error) {
	_, err := s.changeMembers(r, "delete_member", "delete", func(img *Image) error {
		i := slices.IndexFunc(img.Members, func(m Member) bool { return m.ProjectID == r.Var("member_id") })
		if i < 0 {
			return noMember(r)
		}
		img.Members = slices.Delete(slices.Clone(img.Members), i, i+1)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &jumpgate.Response{Status: http.StatusNoContent}, nil
}
