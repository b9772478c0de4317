package network

import (
	"context"
	"slices"
	"strings"

	"github.com/softlayer/jumpgate"
)

// sharableKinds are what policies may share, and with which extension.
var sharableKinds = []struct{ kind, alias string }{
	{"address_group", "rbac-address-group"}, {"address_scope", "rbac-address-scope"}, {"network", ""}, {"qos_policy", ""},
	{"security_group", "rbac-security-groups"}, {"subnetpool", "rbac-subnetpool"},
}

// rbac serves the policies that share things of one project with others.
func rbac(s *service, driver any) {
	d, ok := driver.(RBACDriver)
	if !ok {
		return
	}
	kinds := []string{"network"}
	extensions := []string{"rbac-policies"}
	for _, of := range sharableKinds {
		served := false
		switch of.kind {
		case "address_group":
			_, served = driver.(AddressGroupDriver)
		case "address_scope":
			_, served = driver.(AddressScopeDriver)
		case "qos_policy":
			_, served = driver.(QoSDriver)
		case "security_group":
			_, served = driver.(SecurityGroupDriver)
		case "subnetpool":
			_, served = driver.(SubnetPoolDriver)
		}
		if !served {
			continue
		}
		if kinds = append(kinds, of.kind); of.alias != "" {
			extensions = append(extensions, of.alias)
		}
	}
	provide(s, rbacKind(kinds), d.RBACPolicies(), extensions...)
}

func rbacKind(kinds []string) *kind[RBACPolicy] {
	slices.Sort(kinds)
	k := &kind[RBACPolicy]{
		one: "rbac_policy", many: "rbac_policies", list: "v2_rbac_policies", item: "v2_rbac_policy", id: "rbac_policy_id",
		notFound: func(id string) error {
			return fault(jumpgate.NotFound, "RbacPolicyNotFound", "RBAC policy of type unknown with ID %s not found", id)
		},
		attrs: []attribute[RBACPolicy]{
			{Name: "object_type", At: func(t *RBACPolicy) any { return &t.ObjectType }, Does: post | filter | required, Check: is(func(v any) (any, error) {
				if s, ok := v.(string); ok && slices.Contains(kinds, strings.ReplaceAll(s, "-", "_")) {
					return strings.ReplaceAll(s, "-", "_"), nil
				}
				return nil, Invalid("Invalid object type '%s'. Allowed types: %s", show(v), strings.Join(kinds, ", "))
			})},
			{Name: "object_id", At: func(t *RBACPolicy) any { return &t.ObjectID }, Does: post | filter | required, Check: is(uuid)},
			{Name: "target_tenant", At: func(t *RBACPolicy) any { return &t.TargetProject }, Does: post | put | filter | required | policed, Check: is(text(255))},
			{Name: "action", At: func(t *RBACPolicy) any { return &t.Action }, Does: post | filter | required, Check: is(text(255))},
		},
		target: func(_ context.Context, t *RBACPolicy, to target) error {
			to["target_tenant"], to["target_project"], to["wildcard"] = t.TargetProject, t.TargetProject, yes(t.TargetProject == "*")
			return nil
		},
		checks: func(_ context.Context, t *RBACPolicy) error {
			if t.Action == "access_as_shared" || t.Action == "access_as_external" && t.ObjectType == "network" {
				return nil
			}
			valid := "access_as_shared"
			if t.ObjectType == "network" {
				valid = "access_as_external, access_as_shared"
			}
			return Invalid("Invalid action '%s' for object type '%s'. Valid actions: %s", t.Action, t.ObjectType, valid)
		},
	}
	return owned(k, func(t *RBACPolicy) *string { return &t.ID }, func(t *RBACPolicy) *string { return &t.ProjectID })
}
