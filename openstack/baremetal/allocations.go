package baremetal

import (
	"context"
	"net/http"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// serveAllocations serves claims on nodes, which any member may make.
func (s *service) serveAllocations(allocations Lister[Allocation]) {
	type a = Allocation
	const since = 52
	attrs := recorded([]attribute[a]{
		{Name: "candidate_nodes", At: func(t *a) any { return &t.Candidates }, Does: post},
		{Name: "extra", At: func(t *a) any { return &t.Extra }, Does: post | put},
		{Name: "last_error", At: func(t *a) any { return &t.LastError }},
		{Name: "name", At: func(t *a) any { return &t.Name }, Does: post | put},
		{Name: "owner", Since: 60, At: func(t *a) any { return &t.Owner }, Does: post},
		{Name: "resource_class", At: func(t *a) any { return &t.ResourceClass }, Does: post, Schema: &schema.Schema{MaxLength: 80}},
		{Name: "state", At: func(t *a) any { return &t.State }},
		{Name: "traits", At: func(t *a) any { return &t.Traits }, Does: post},
		itself[a]("allocations"),
		{Name: "node_uuid", At: func(t *a) any { return &t.NodeUUID }},
		{Name: "node", Does: post | unshown, View: func(*a) any { return nil }},
	})
	k := &kind[a]{
		s: s, one: "allocation", many: "allocations", path: "allocations", id: "allocation_id", since: since, older: unroutable, attrs: attrs,
		from: allocations, suffix: true, full: true,
		named: func(t *a) string { return t.Name },
		title: "Allocation",
		about: func(_ context.Context, t *a) (jumpgate.Target, error) { return aboutAllocation(t), nil },
		seen:  "baremetal:allocation:get",
		mine: func(_ *call, project string) (func(*a) bool, error) {
			return func(t *a) bool { return t.Owner == project }, nil
		},
		may:    mayAllocate,
		create: createAllocation,
		change: changeAllocation,
		leave:  leaveAllocation,
		filters: []filter[a]{
			{name: "node", is: nodeArgument, keep: func(t *a, v any) bool { return t.NodeUUID == v }},
			{name: "resource_class"},
			{name: "state"},
			{name: "owner", is: ownerArgument},
		},
	}
	k.serve("v1_allocations", "v1_allocation")
	s.endpoint(http.MethodGet, "v1_node_allocation", since, unroutable, func(c *call) (any, error) {
		t, err := k.ofNode(c)
		if err != nil {
			return nil, err
		}
		args, err := c.arguments("fields")
		if err != nil {
			return nil, err
		}
		fields, err := k.fields(c, args, true)
		if err != nil {
			return nil, err
		}
		return k.view(c, t, fields), nil
	})
	deleter, ok := allocations.(Deleter)
	if !ok {
		return
	}
	s.endpoint(http.MethodDelete, "v1_node_allocation", since, unroutable, func(c *call) (any, error) {
		t, err := k.ofNode(c)
		if err != nil {
			return nil, err
		}
		if err := c.permit("baremetal:allocation:delete", aboutAllocation(t)); err != nil {
			return nil, err
		}
		if err := leaveAllocation(c, t); err != nil {
			return nil, err
		}
		return nil, k.word(deleter.Delete(c.Context(), t.UUID), t.UUID)
	})
}

func aboutAllocation(t *Allocation) jumpgate.Target {
	if t.Owner == "" {
		return jumpgate.Target{}
	}
	return jumpgate.Target{"allocation.owner": t.Owner}
}

func ownerArgument(c *call, a arguments, name string) (any, error) {
	owner, ok, err := a.text(name)
	if ok && c.minor < 60 {
		return nil, notAcceptable()
	}
	return found(owner, ok, err)
}

// ofNode finds the allocation of the node of the path.
func (k *kind[T]) ofNode(c *call) (*Allocation, error) {
	n, err := c.node("get")
	if err != nil {
		return nil, err
	}
	all, _ := any(k).(*kind[Allocation])
	for t, err := range all.from.List(c.Context(), Query{}) {
		if err != nil {
			return nil, err
		}
		if t.NodeUUID == n.UUID && c.allows("baremetal:allocation:get", aboutAllocation(t)) {
			return t, nil
		}
	}
	return nil, jumpgate.NotFound.New("Allocation for node %s was not found", c.Var("node_id"))
}

// mayAllocate tells who may make an allocation, and whose it will be.
func mayAllocate(c *call, t *Allocation) error {
	if err := c.permit("baremetal:allocation:create", nil); err != nil {
		return err
	}
	if t.Owner != "" && t.Owner != c.project() {
		return c.permit("baremetal:allocation:create_restricted", nil)
	}
	if t.Owner == "" && !c.allows("baremetal:allocation:list_all", nil) {
		t.Owner = c.project()
	}
	return nil
}

func createAllocation(c *call, t *Allocation, in schema.Object) error {
	if t.Name != "" && !c.nameable(t.Name) {
		return badRequest("Cannot create allocation with invalid name '%s'", t.Name)
	}
	visible := func(name string) (*Node, error) {
		n, err := c.s.nodes.get(c, name, "baremetal:node:get")
		if err != nil && (isNotFound(err) || jumpgate.AsError(err).Kind == jumpgate.BadRequest) {
			return nil, badRequest("Node %s could not be found.", name)
		}
		return n, err
	}
	if name := in.String("node"); name != "" {
		if c.minor < 58 {
			return badRequest("Cannot set node when creating an allocation in this API version")
		}
		n, err := visible(name)
		if err != nil {
			return err
		}
		t.NodeUUID = n.UUID
		if t.ResourceClass == "" {
			t.ResourceClass = n.ResourceClass
		}
		if t.UUID == "" && n.InstanceUUID != "" {
			t.UUID = n.InstanceUUID
		}
	} else if t.ResourceClass == "" {
		return badRequest("The resource_class field is mandatory when not backfilling")
	}
	traits := in.List("traits")
	for i, v := range traits {
		if err := goodTrait("allocation", v); err != nil {
			return err
		}
		t.Traits[i], _ = v.(string)
	}
	for i, name := range t.Candidates { // whoever asks: which node it may be is told later
		n, err := c.s.nodes.find(c, name)
		if err != nil {
			if isNotFound(err) {
				return badRequest("Nodes cannot be found: %s", name)
			}
			return err
		}
		t.Candidates[i] = n.UUID
	}
	return nil
}

func changeAllocation(c *call, _ *Allocation, p patch) error {
	for _, v := range p.values("name") {
		if name, _ := v.(string); name != "" && !c.nameable(name) {
			return badRequest("Cannot update allocation with invalid name '%s'", name)
		}
	}
	return nil
}

// leaveAllocation refuses to take away a node that is in use.
func leaveAllocation(c *call, t *Allocation) error {
	if t.NodeUUID == "" {
		return nil
	}
	n, err := c.s.nodes.fetch(c.Context(), t.NodeUUID)
	switch {
	case isNotFound(err):
		return nil
	case err != nil:
		return err
	case n.Maintenance:
	case n.TargetState != "" && !n.State.updatable():
		return jumpgate.Conflict.New("Cannot remove allocation %s for node %s, because the node is in state %s where updates are not allowed "+
			"(and maintenance mode is off)", t.UUID, n.UUID, n.State)
	case n.State == Active:
		return jumpgate.Conflict.New("Cannot remove allocation %s for node %s, because the node is active (and maintenance mode is off)", t.UUID, n.UUID)
	}
	return nil
}
