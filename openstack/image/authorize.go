package image

import (
	"context"

	"github.com/softlayer/jumpgate"
)

// allow asks the policy whether the principal in ctx may do what rule says to
// img. Glance hides from who may not see an image that it is there; drivers
// have done that already.
func (s *service) allow(ctx context.Context, rule string, img *Image) error {
	return s.check(ctx, rule, jumpgate.Target{
		"project_id": img.Owner, "owner": img.Owner, "visibility": img.Visibility, "member_id": projectID(ctx),
	})
}

// shown returns what tells whether the policy lets the principal see an image.
// All that it asks for is whose an image is and who may see it, which many share.
func (s *service) shown(ctx context.Context) func(*Image) bool {
	type asked struct{ owner, visibility string }
	known := make(map[asked]bool)
	return func(img *Image) bool {
		key := asked{img.Owner, img.Visibility}
		may, ok := known[key]
		if !ok {
			may = s.allow(ctx, "get_image", img) == nil
			known[key] = may
		}
		return may
	}
}

// allowChange is allow for what changes an image, whose refusal has words of
// its own for a project that does not own it.
func (s *service) allowChange(ctx context.Context, rule string, img *Image) error {
	err := s.allow(ctx, rule, img)
	if err != nil && img.Owner != projectID(ctx) {
		return jumpgate.Forbidden.Wrap(err, "You do not own this image")
	}
	return err
}

// allowVisibility asks whether the principal may give img its visibility.
func (s *service) allowVisibility(ctx context.Context, img *Image) error {
	switch img.Visibility {
	case "public":
		return s.allow(ctx, "publicize_image", img)
	case "community":
		return s.allow(ctx, "communitize_image", img)
	}
	return nil
}

// check asks the policy for rule.
func (s *service) check(ctx context.Context, rule string, target jumpgate.Target) error {
	return s.policy().Check(ctx, rule, target)
}

func projectID(ctx context.Context) string {
	if p := jumpgate.PrincipalFrom(ctx); p != nil {
		return p.ProjectID
	}
	return ""
}

// isAdmin tells whether the policy takes the principal for an admin, which
// Glance asks for in some places that have no rule.
func (s *service) isAdmin(ctx context.Context) bool {
	return s.check(ctx, "context_is_admin", nil) == nil
}
