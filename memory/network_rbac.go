package memory

import (
	"context"
	"slices"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/network"
)

// What a project may do with what is another's.
const (
	shared   = "access_as_shared"
	external = "access_as_external"
)

func (n *nets) rbacShelf() *shelf[network.RBACPolicy] {
	return &shelf[network.RBACPolicy]{
		n: n, items: make(map[string]*network.RBACPolicy), head: func(t *network.RBACPolicy) head { return head{&t.ID, &t.ProjectID, nil} }, quota: "rbac_policy",
		add: func(ctx context.Context, t *network.RBACPolicy) error {
			if !n.sharable(ctx, t) {
				return network.Fault(jumpgate.NotFound, "RbacPolicyNotFound", "RBAC policy of type %s with ID %s not found", t.ObjectType, t.ObjectID)
			}
			if n.grant(t.ObjectID, t.Action, t.TargetProject) != nil {
				return network.Fault(jumpgate.Conflict, "DuplicateRbacPolicy", "An RBAC policy already exists with those values.")
			}
			n.shares[t.ObjectID] = append(n.shares[t.ObjectID], t)
			if t.ObjectType == "network" && t.Action == external {
				n.networks.items[t.ObjectID].External = true
			}
			return nil
		},
		alter: func(_ context.Context, old, now *network.RBACPolicy, _ *network.Update[network.RBACPolicy]) error {
			if now.TargetProject == old.TargetProject {
				return nil
			}
			if n.grant(old.ObjectID, old.Action, now.TargetProject) != nil {
				return network.Fault(jumpgate.Conflict, "DuplicateRbacPolicy", "An RBAC policy already exists with those values.")
			}
			if now.TargetProject != "*" && !n.mayUnshare(old) {
				return rbacInUse(old)
			}
			return nil
		},
		leave: func(_ context.Context, t *network.RBACPolicy) error {
			if !n.mayUnshare(t) {
				return rbacInUse(t)
			}
			return nil
		},
		erase: func(t *network.RBACPolicy) {
			n.shares[t.ObjectID] = slices.DeleteFunc(slices.Clone(n.shares[t.ObjectID]), func(other *network.RBACPolicy) bool { return other == t })
			if len(n.shares[t.ObjectID]) == 0 {
				delete(n.shares, t.ObjectID)
			}
			if of := n.networks.items[t.ObjectID]; of != nil && t.Action == external {
				of.External = slices.ContainsFunc(n.shares[t.ObjectID], func(other *network.RBACPolicy) bool { return other.Action == external })
			}
		},
	}
}

func rbacInUse(t *network.RBACPolicy) error {
	return network.Fault(jumpgate.Conflict, "RbacPolicyInUse",
		"RBAC policy on object %s cannot be removed because other objects depend on it.\nDetails: %s", t.ObjectID, "it is in use by other projects")
}

// sharable tells whether the caller may share what a policy names.
func (n *nets) sharable(ctx context.Context, t *network.RBACPolicy) bool {
	owner, ok := "", false
	switch t.ObjectType {
	case "network":
		owner, ok = owned(n.networks, t.ObjectID)
	case "security_group":
		owner, ok = owned(n.groups, t.ObjectID)
	case "subnetpool":
		owner, ok = owned(n.pools.shelf, t.ObjectID)
	case "address_scope":
		owner, ok = owned(n.scopes, t.ObjectID)
	case "address_group":
		owner, ok = owned(n.addresses, t.ObjectID)
	case "qos_policy":
		owner, ok = owned(n.policies, t.ObjectID)
	}
	return ok && (network.AllProjects(ctx) || owner == caller(ctx).ProjectID)
}

// owned says whose a thing is.
func owned[T any](s *shelf[T], id string) (project string, ok bool) {
	t := s.items[id]
	if t == nil {
		return "", false
	}
	return *s.head(t).project, true
}

// share shares a thing with all, without asking anything.
func (n *nets) share(project, kind, id, action string) {
	t := &network.RBACPolicy{ID: jumpgate.NewUUID(), ProjectID: project, ObjectType: kind, ObjectID: id, Action: action, TargetProject: "*"}
	n.rbac.items[t.ID] = t
	n.shares[id] = append(n.shares[id], t)
}

// unshare takes all policies about a thing away.
func (n *nets) unshare(id string) {
	for _, t := range n.shares[id] {
		delete(n.rbac.items, t.ID)
	}
	delete(n.shares, id)
}

// grant finds a policy, or nil.
func (n *nets) grant(id, action, target string) *network.RBACPolicy {
	i := slices.IndexFunc(n.shares[id], func(t *network.RBACPolicy) bool { return t.Action == action && t.TargetProject == target })
	if i < 0 {
		return nil
	}
	return n.shares[id][i]
}

// granted tells whether the caller's project may do something with what is
// shared.
func (n *nets) granted(ctx context.Context, id, action string) bool {
	if len(n.shares[id]) == 0 {
		return false
	}
	return n.grantedTo(caller(ctx).ProjectID, id, action)
}

func (n *nets) grantedTo(project, id, action string) bool {
	return n.grant(id, action, "*") != nil || n.grant(id, action, project) != nil
}

// mayUnshare tells whether nobody else needs that something is shared.
func (n *nets) mayUnshare(t *network.RBACPolicy) bool {
	left := func(project string) bool { // shared without t
		return slices.ContainsFunc(n.shares[t.ObjectID], func(other *network.RBACPolicy) bool {
			return other != t && other.Action == t.Action && (other.TargetProject == "*" || other.TargetProject == project)
		})
	}
	needs := func(user, owner string) bool {
		return user != "" && user != owner && (t.TargetProject == "*" || t.TargetProject == user) && !left(user)
	}
	switch t.ObjectType {
	case "network":
		of := n.networks.items[t.ObjectID]
		if of == nil {
			return true
		}
		if t.Action == external {
			for _, r := range n.routers.items {
				if r.Gateway != nil && r.Gateway.NetworkID == of.ID && needs(r.ProjectID, of.ProjectID) {
					return false
				}
			}
			return true
		}
		for _, p := range n.ports.items {
			if p.NetworkID == of.ID && needs(p.ProjectID, of.ProjectID) {
				return false
			}
		}
	case "security_group":
		of := n.groups.items[t.ObjectID]
		for _, p := range n.ports.items {
			if of != nil && needs(p.ProjectID, of.ProjectID) && slices.Contains(p.SecurityGroups, of.ID) {
				return false
			}
		}
	case "subnetpool":
		of := n.pools.items[t.ObjectID]
		for _, s := range n.cutFrom(t.ObjectID) {
			if of != nil && needs(s.ProjectID, of.ProjectID) {
				return false
			}
		}
	case "address_scope":
		of := n.scopes.items[t.ObjectID]
		for _, p := range n.pools.items {
			if of != nil && p.AddressScopeID == of.ID && needs(p.ProjectID, of.ProjectID) {
				return false
			}
		}
	case "address_group":
		of := n.addresses.items[t.ObjectID]
		for _, r := range n.rules.items {
			if of != nil && r.RemoteAddressGroupID == of.ID && needs(r.ProjectID, of.ProjectID) {
				return false
			}
		}
	case "qos_policy":
		of := n.policies.items[t.ObjectID]
		for _, p := range n.ports.items {
			if of != nil && p.QoSPolicyID == of.ID && needs(p.ProjectID, of.ProjectID) {
				return false
			}
		}
	}
	return true
}
