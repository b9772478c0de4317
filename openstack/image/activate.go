package image

import "github.com/softlayer/jumpgate"

// deactivate answers POST /v2/images/{image_id}/actions/deactivate.
func (s *service) deactivate(r *jumpgate.Request) (any, error) {
	return s.activate(r, "deactivate", "active", "deactivated")
}

// reactivate answers POST /v2/images/{image_id}/actions/reactivate.
func (s *service) reactivate(r *jumpgate.Request) (any, error) {
	return s.activate(r, "reactivate", "deactivated", "active")
}

// activate brings an image from one status to another. One that is there
// already stays.
func (s *service) activate(r *jumpgate.Request, rule, from, to string) (any, error) {
	_, err := s.change(r.Context(), r.Var("image_id"), func(img *Image) error {
		if err := s.allowChange(r.Context(), rule, img); err != nil {
			return err
		}
		switch img.Status {
		case from:
			img.Status = to
		case to:
		default:
			return jumpgate.Forbidden.New("Not allowed to %s image in status '%s'", rule, img.Status)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return noContent(), nil
}
