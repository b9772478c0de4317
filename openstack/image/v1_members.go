package image

import (
	"net/http"
	"slices"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// v1Members answers GET /v1/images/{image_guid}/members. Version 2 dropped
// can_share; nobody can.
func (s *service) v1Members(r *jumpgate.Request) (any, error) {
	img, err := s.v1Find(r)
	if err != nil {
		return nil, err
	}
	list := []jumpgate.Object{}
	for _, m := range s.visibleMembers(r.Context(), img) {
		list = append(list, jumpgate.Object{{Name: "member_id", Value: m.ProjectID}, {Name: "can_share", Value: false}})
	}
	return jumpgate.Object{{Name: "members", Value: list}}, nil
}

// v1ChangeMembers changes the members of an image. A private image is shared
// from its first member on, as one of version 1 is by having members.
func (s *service) v1ChangeMembers(r *jumpgate.Request, rule string, do func(*Image) error) (any, error) {
	ctx := r.Context()
	_, err := s.change(ctx, r.Var("image_guid"), func(img *Image) error {
		if err := s.allowChange(ctx, rule, img); err != nil {
			return err
		}
		if img.Visibility == "public" {
			return jumpgate.Forbidden.New("Public images do not have members.")
		}
		img.Members = slices.Clone(img.Members)
		if err := do(img); err != nil {
			return err
		}
		if n := len(img.Members); n > maxMembers {
			return jumpgate.TooLarge.New("The limit has been exceeded on the number of allowed image members for this image. Attempted: %d, Maximum: %d", n, maxMembers)
		} else if n > 0 {
			img.Visibility = "shared"
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &jumpgate.Response{Status: http.StatusNoContent}, nil
}

// share adds a project that sees the image at once: version 1 knows no
// acceptance.
func (s *service) share(img *Image, project string) {
	if slices.ContainsFunc(img.Members, func(m Member) bool { return m.ProjectID == project }) {
		return
	}
	now := s.now()
	img.Members = append(img.Members, Member{ProjectID: project, Status: "accepted", Created: now, Updated: now})
}

// v1ReplaceMembers answers PUT /v1/images/{image_guid}/members.
func (s *service) v1ReplaceMembers(r *jumpgate.Request) (any, error) {
	body, err := readBody(r)
	if err != nil {
		return nil, err
	}
	object, ok := body.(schema.Object)
	if !ok || !object.Has("memberships") {
		return nil, jumpgate.BadRequest.New("Invalid image membership update: no memberships")
	}
	var projects []string
	for _, item := range object.List("memberships") {
		membership, _ := item.(schema.Object)
		project := membership.String("member_id")
		if project == "" {
			return nil, jumpgate.BadRequest.New("Invalid membership association: no member_id")
		}
		projects = append(projects, project)
	}
	return s.v1ChangeMembers(r, "modify_member", func(img *Image) error {
		img.Members = slices.DeleteFunc(img.Members, func(m Member) bool { return !slices.Contains(projects, m.ProjectID) })
		for _, project := range projects {
			s.share(img, project)
		}
		return nil
	})
}

// v1AddMember answers PUT /v1/images/{image_guid}/members/{owner}.
func (s *service) v1AddMember(r *jumpgate.Request) (any, error) {
	return s.v1ChangeMembers(r, "add_member", func(img *Image) error {
		s.share(img, r.Var("owner"))
		return nil
	})
}

// v1RemoveMember answers DELETE /v1/images/{image_guid}/members/{owner}.
func (s *service) v1RemoveMember(r *jumpgate.Request) (any, error) {
	return s.v1ChangeMembers(r, "delete_member", func(img *Image) error {
		before := len(img.Members)
		img.Members = slices.DeleteFunc(img.Members, func(m Member) bool { return m.ProjectID == r.Var("owner") })
		if len(img.Members) == before {
			return jumpgate.NotFound.New("Membership could not be found.")
		}
		return nil
	})
}

// v1SharedImages answers GET /v1/shared-images/{owner}.
func (s *service) v1SharedImages(r *jumpgate.Request) (any, error) {
	owner := r.Var("owner")
	if owner != projectID(r.Context()) && !s.isAdmin(r.Context()) {
		return nil, jumpgate.Forbidden.New("You are not authorized to see the images shared with that project.")
	}
	list := []jumpgate.Object{}
	for img, err := range s.lister.ListImages(r.Context(), Query{Visibility: "shared", MemberStatus: "all", Limit: maxLimit}) {
		if err != nil {
			return nil, err
		}
		if img.Visibility == "shared" && img.Owner != owner {
			list = append(list, jumpgate.Object{{Name: "image_id", Value: img.ID}, {Name: "can_share", Value: false}})
		}
	}
	return jumpgate.Object{{Name: "shared_images", Value: list}}, nil
}
