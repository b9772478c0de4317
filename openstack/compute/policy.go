package compute

import (
	"context"
	_ "embed"
	"errors"
	"net/http"
	"sync"

	"github.com/softlayer/jumpgate"
)

// policyTable is Nova's default policy.
//
//go:embed policy.tsv
var policyTable string

// defaultPolicy is policyTable, read once.
var defaultPolicy = sync.OnceValue(func() *jumpgate.Policy { return jumpgate.MustPolicy(policyTable) })

// allow asks the policy whether r's principal may do what rule guards to
// target.
func allow(r *jumpgate.Request, rule string, target jumpgate.Target) error {
	return r.Dispatcher().Policy().Check(r.Context(), rule, target)
}

// guarded is h for those whom rule lets do it.
func guarded(rule string, h handler) handler {
	return func(r *jumpgate.Request) (any, error) {
		if err := allow(r, rule, nil); err != nil {
			return nil, err
		}
		return h(r)
	}
}

// refusedBy is the answer to what the driver can't do: policy's refusal for
// those whom the policy does not let do it, and for the others that it is not
// there.
func refusedBy(r *jumpgate.Request, rule string) error { return refusedTo(r, rule, nil) }

// refusedTo is refusedBy for what concerns target.
func refusedTo(r *jumpgate.Request, rule string, target jumpgate.Target) error {
	if err := r.Dispatcher().Policy().Check(r.Context(), rule, target); err != nil {
		return err
	}
	return jumpgate.NotImplemented.New(unsupported)
}

// allowAction asks the rule of a server's action. As in Nova a server that is
// not there is 404 before anybody is refused.
func (s *service) allowAction(r *jumpgate.Request, id, action string) error {
	rule := r.Dispatcher().Policy().EndpointRule("action:"+action, http.MethodPost)
	if rule == "" {
		return errors.New("compute: the policy has no rule for the action " + action)
	}
	refused := allow(r, rule, nil)
	if refused == nil || s.serverGetter == nil {
		return refused
	}
	if _, err := s.serverGetter.Server(r.Context(), id); err != nil {
		return err
	}
	return refused
}

// CheckZeroDisk asks for a driver whether the caller of ctx may have a server
// that boots from an image with a flavor without a disk: the image could be of
// any size.
func CheckZeroDisk(ctx context.Context) error {
	if r := jumpgate.RequestFrom(ctx); r != nil && allow(r, "os_compute_api:servers:create:zero_disk_flavor", nil) != nil {
		return jumpgate.Forbidden.New("Only volume-backed servers are allowed for flavors with zero disk.")
	}
	return nil
}

// CheckUnlock asks for a driver whether the caller of ctx may take away a lock
// that is not of his own side: an admin's who is no member of the server's
// project, or to such an admin the project's.
func CheckUnlock(ctx context.Context) error {
	if r := jumpgate.RequestFrom(ctx); r != nil {
		return allow(r, "os_compute_api:os-lock-server:unlock:unlock_override", nil)
	}
	return nil
}
