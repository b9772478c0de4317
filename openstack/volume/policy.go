package volume

import (
	_ "embed"
	"slices"
	"sync"

	"github.com/softlayer/jumpgate"
)

// policyTable is Cinder's default policy.
//
//go:embed policy.tsv
var policyTable string

// defaultPolicy is policyTable, read once.
var defaultPolicy = sync.OnceValue(func() *jumpgate.Policy { return jumpgate.MustPolicy(policyTable) })

// may tells whether the policy lets r's principal do what rule guards.
func may(r *jumpgate.Request, rule string) bool {
	return r.Dispatcher().Policy().Allows(r.Env.Principal, rule, nil)
}

// allow is may with Cinder's words for a refusal.
func allow(r *jumpgate.Request, rule string) error {
	return r.Dispatcher().Policy().Check(r.Context(), rule, nil)
}

// allowAdminMetadata asks whether what the service itself says of a volume may
// change. As Cinder does, the service asks as an admin in the caller's place.
func allowAdminMetadata(r *jumpgate.Request) error {
	ctx := r.Context()
	if p := r.Env.Principal; p != nil {
		elevated := *p
		elevated.Roles = append(slices.Clone(p.Roles), "admin")
		ctx = jumpgate.WithPrincipal(ctx, &elevated)
	}
	return r.Dispatcher().Policy().Check(ctx, "volume:update_volume_admin_metadata", nil)
}

// allowAction asks the rule of an action ("volume:os-extend"). There are
// actions without one.
func allowAction(r *jumpgate.Request, action string) error {
	rule := r.Dispatcher().Policy().EndpointRule(action, "POST")
	if rule == "" {
		return nil
	}
	return allow(r, rule)
}

// admin tells whether r's principal is an admin of the cloud.
func admin(r *jumpgate.Request) bool {
	return r.Env.Principal != nil && may(r, "context_is_admin")
}
