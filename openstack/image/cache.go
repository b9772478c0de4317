package image

import (
	"errors"

	"github.com/softlayer/jumpgate"
)

// registerCache serves the image cache as a Glance without one: policy leaves
// it to admins, and for those there is none.
func (s *service) registerCache() error {
	var faults []error
	for name, methods := range map[string]map[string]string{
		"v2_cache":        {"GET": "cache_list", "DELETE": "cache_delete"},
		"v2_cache_clean":  {"POST": "cache_clean"},
		"v2_cache_prune":  {"POST": "cache_prune"},
		"v2_cache_node":   {"GET": "list_cached_nodes"},
		"v2_cache_single": {"PUT": "cache_image", "DELETE": "cache_delete"},
	} {
		handlers := make(jumpgate.Methods)
		for method, rule := range methods {
			handlers[method] = func(r *jumpgate.Request) (any, error) {
				if err := s.check(r.Context(), rule, nil); err != nil {
					return nil, err
				}
				return nil, jumpgate.NotFound.New("Caching is not enabled")
			}
			faults = append(faults, s.disp.Explain(name, method, "403: policy leaves the image cache to admins; for those 404, since nothing is cached"))
		}
		faults = append(faults, s.disp.SetHandler(name, handlers))
	}
	return errors.Join(faults...)
}
