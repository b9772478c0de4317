package baremetal

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// serveNodes serves nodes and what is done to them.
func (s *service) serveNodes(nodes Lister[Node]) {
	k := &kind[Node]{
		s: s, one: "node", many: "nodes", path: "nodes", id: "node_id",
		attrs:      nodeAttributes(),
		filters:    nodeFilters(),
		from:       nodes,
		named:      func(n *Node) string { return n.Name },
		namedSince: 5,
		title:      "Node",
		about:      func(_ context.Context, n *Node) (jumpgate.Target, error) { return aboutNode(n), nil },
		seen:       "baremetal:node:get",
		mine: func(_ *call, project string) (func(*Node) bool, error) {
			return func(n *Node) bool { return n.Owner == project || n.Lessee == project }, nil
		},
		argument: []string{"project"},
		suffix:   true,
		strict:   true,
		sanitize: sanitizeNode,
		extras:   nodeLinks,
		may:      mayCreateNode,
		create:   createNode,
		change:   changeNode,
		changed:  changedNode,
		rules:    nodeRules,
	}
	s.nodes = k
	k.serve("v1_nodes", "v1_node")
	s.get("v1_nodes_detail", func(c *call) (any, error) { return k.list(c, listing[Node]{path: "nodes/detail", detail: true}) })
	s.handlers["v1_node"][http.MethodGet] = s.showNode(s.handlers["v1_node"][http.MethodGet])
	if deleter, ok := nodes.(Deleter); ok {
		s.endpoint(http.MethodDelete, "v1_node", 0, missing, func(c *call) (any, error) { return c.deleteNode(deleter) })
	}
	s.provisioning(nodes)
	s.management(nodes)
	s.parts(nodes)
	s.reports(nodes)
	s.connections(nodes)
}

// deleteNode answers DELETE. An administrator of a project may delete what the
// project owns.
func (c *call) deleteNode(deleter Deleter) (any, error) {
	n, err := c.node("delete")
	if err != nil && jumpgate.AsError(err).Kind == jumpgate.Forbidden {
		n, err = c.node("delete:self_owned_node")
	}
	switch {
	case err != nil:
		return nil, err
	case n.Reservation != "":
		return nil, NodeLocked(n.UUID, n.Reservation)
	case n.InstanceUUID != "" && !n.Maintenance:
		return nil, jumpgate.Conflict.New("Node %s is associated with instance %s.", n.UUID, n.InstanceUUID)
	case n.Protected:
		return nil, NodeProtected(n.UUID)
	case !n.Maintenance && !slices.Contains([]State{Manageable, Enroll, AdoptFailed, Available}, n.State):
		return nil, jumpgate.Conflict.New("Can not delete node \"%s\" while it is in provision state \"%s\". Valid provision states to perform deletion are: "+
			"\"('manageable', 'enroll', 'adopt failed', 'available')\", or set the node into maintenance mode", n.UUID, n.State)
	}
	return nil, c.s.nodes.word(deleter.Delete(c.Context(), n.UUID), n.UUID)
}

// showNode answers names that can't be any in the words of Ironic's framework.
func (s *service) showNode(show func(*jumpgate.Request) (any, error)) func(*jumpgate.Request) (any, error) {
	return func(r *jumpgate.Request) (any, error) {
		if err := ident("node", r.Var("node_id")); err != nil {
			return nil, abort(jumpgate.BadRequest, err.Error())
		}
		return show(r)
	}
}

// node gets the node of the path, for what rule guards.
func (c *call) node(rule string) (*Node, error) {
	name := c.Var("node_id")
	if err := ident("node", name); err != nil {
		return nil, abort(jumpgate.BadRequest, err.Error())
	}
	return c.s.nodes.get(c, name, "baremetal:node:"+rule)
}

// reserved are names that paths have for something else.
var reserved = []string{
	"detail", "validate", "states", "vendor_passthru", "management", "maintenance", "ports", "portgroups", "vifs", "volume", "traits", "bios",
	"allocation", "history", "inventory",
}

func mayCreateNode(c *call, _ *Node) error {
	if c.allows("baremetal:node:create:self_owned_node", nil) {
		return nil
	}
	return c.permit("baremetal:node:create", nil)
}

// createNode checks a node that is to be made, and whose it will be.
func createNode(c *call, n *Node, in schema.Object) error {
	if n.Name != "" {
		if err := c.goodName(n.Name, "Cannot create node with invalid name '%s'"); err != nil {
			return err
		}
	}
	if err := inChassis(c, n); err != nil {
		return err
	}
	n.ConductorGroup = strings.ToLower(n.ConductorGroup)
	n.State = Enroll
	if c.minor < 11 {
		n.State = Available
	}
	if p := c.Env.Principal; p != nil && p.SystemScope == "" && c.allows("baremetal:node:create:self_owned_node", nil) {
		if n.Owner != "" && n.Owner != p.ProjectID {
			return badRequest("Cannot create a node as a project scoped admin with an owner other than your own project.")
		}
		if v, _ := in.Get("owner"); v == nil {
			n.Owner = p.ProjectID
		}
	}
	return nil
}

// goodName refuses names that a node can't have.
func (c *call) goodName(name, words string) error {
	if c.minor < 5 {
		return notAcceptable()
	}
	if !c.nameable(name) || schema.UUIDLike(name) {
		return badRequest(words, name)
	}
	if slices.Contains(reserved, name) {
		return badRequest("The word %q is reserved and can not be used as a node name. Reserved words are: %s.", name, strings.Join(reserved, ", "))
	}
	return nil
}

// nodeRules are the rules of what a patch changes.
func nodeRules(p patch) []string {
	var rules []string
	generic := false
	for _, o := range p.ops {
		rule := ""
		switch root := o.root(); {
		case root == "instance_info", root == "extra":
			rule = "update_" + root
		case root == "automated_clean" && o.Op != "remove" && off(o.Value):
			rule = "disable_cleaning"
		case root == "driver", strings.HasSuffix(root, "_interface"):
			rule = "update:driver_interfaces"
		case slices.Contains([]string{
			"driver_info", "properties", "chassis_uuid", "instance_uuid", "lessee", "owner", "network_data", "conductor_group", "name", "shard",
		}, root):
			rule = "update:" + root
		case strings.HasPrefix(root, "retired"):
			rule = "update:retired"
		default:
			generic = true
			continue
		}
		rules = append(rules, "baremetal:node:"+rule)
	}
	if generic || len(rules) == 0 {
		rules = append(rules, "baremetal:node:update")
	}
	return rules
}

func off(v any) bool {
	b, err := toBool("automated_clean", v)
	return err == nil && !b
}

// changeNode refuses changes that a node's state does not allow.
func changeNode(c *call, n *Node, p patch) error {
	ident := c.Var("node_id")
	onlyFree := len(p.ops) == 1 && p.ops[0].Op == "remove" && p.ops[0].Path == "/instance_uuid"
	switch {
	case n.Maintenance && onlyFree:
	case n.TargetState != "" && !n.State.updatable():
		return jumpgate.Conflict.New("Node %s can not be updated while a state transition is in progress.", ident)
	case n.State == Inspecting && c.minor >= 39:
		return jumpgate.Conflict.New("Cannot update node \"%s\" while it is in state \"%s\".", n.UUID, n.State)
	case len(p.values("owner")) > 0 && n.State == Active && !c.allows("baremetal:node:update_owner_provisioned", aboutNode(n)):
		return jumpgate.Conflict.New("Cannot update owner of node \"%s\" while it is in state \"%s\".", n.UUID, n.State)
	}
	if p.reset && len(p.values("driver")) == 0 {
		return badRequest("The reset_interfaces parameter can only be used when changing the node's driver.")
	}
	for _, v := range p.values("name") {
		name, ok := v.(string)
		if !ok {
			continue // the schema says so
		}
		if err := c.goodName(name, "Node "+ident+": Cannot change name to invalid name '%s'"); err != nil {
			return err
		}
	}
	return nil
}

// changedNode checks what a change makes of a node.
func changedNode(c *call, _, n *Node, fields []string) error {
	switch {
	case slices.Contains(fields, "protected") && n.Protected && n.State != Active && n.State != Rescue:
		return jumpgate.Conflict.New("Node %s can only be made protected in provision states 'active' or 'rescue', the current state is '%s'", n.UUID, n.State)
	case slices.Contains(fields, "protected_reason") && n.ProtectedReason != "" && !n.Protected:
		return badRequest("The protected_reason field can only be set when protected is True")
	case slices.Contains(fields, "retired") && n.Retired && n.State == Available:
		return jumpgate.Conflict.New("Node %s can not have 'retired' set in provision state 'available', the current state is '%s'", n.UUID, n.State)
	case slices.Contains(fields, "retired_reason") && n.RetiredReason != "" && !n.Retired:
		return badRequest("The retired_reason field can only be set when retired is True")
	}
	return inChassis(c, n)
}
