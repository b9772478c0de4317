package baremetal

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// ofNode gives a kind whose things belong to nodes the rules that follow from
// that.
func ofNode[T any](s *service, k *kind[T], node func(*T) *string) *kind[T] {
	k.s = s
	k.seen = "baremetal:node:get"
	k.about = func(ctx context.Context, item *T) (jumpgate.Target, error) {
		n, err := s.nodes.fetch(ctx, *node(item))
		switch {
		case isNotFound(err):
			return jumpgate.Target{}, nil
		case err != nil:
			return nil, err
		}
		return aboutNode(n), nil
	}
	k.mine = func(c *call, project string) (func(*T) bool, error) {
		own := make(map[string]bool)
		for n, err := range s.nodes.from.List(c.Context(), Query{Project: project}) {
			if err != nil {
				return nil, err
			}
			if n.Owner == project || n.Lessee == project {
				own[n.UUID] = true
			}
		}
		return func(item *T) bool { return own[*node(item)] }, nil
	}
	k.may = func(c *call, item *T) error {
		n, err := s.nodes.fetch(c.Context(), *node(item))
		if err != nil && !isNotFound(err) {
			return err
		}
		t := jumpgate.Target{}
		if err == nil {
			t = aboutNode(n)
		}
		if denied := c.permit(k.rule("create"), t); denied != nil {
			return denied
		}
		if err != nil {
			return badRequest("Node %s could not be found.", *node(item))
		}
		return nil
	}
	k.filters = append(k.filters,
		filter[T]{name: "node", is: nodeArgument, keep: func(item *T, v any) bool { return *node(item) == v }},
	)
	return k
}

// nodeArgument is the UUID of the node that a list is of.
func nodeArgument(c *call, a arguments, name string) (any, error) {
	text, ok, err := a.text(name)
	if err != nil || !ok {
		return nil, err
	}
	if err := ident(name, text); err != nil {
		return nil, err
	}
	if c.minor < 5 && !schema.UUIDLike(text) {
		return nil, notAcceptable()
	}
	n, err := c.s.nodes.find(c, text)
	if err != nil {
		return nil, err
	}
	return n.UUID, nil
}

// ofParent serves the things of a node below its path.
func ofParent[T any](s *service, k *kind[T], name string, since int, detail bool, node func(*T) *string) {
	s.endpoint("GET", name, since, unroutable, func(c *call) (any, error) {
		n, err := c.node("get")
		if err != nil {
			return nil, err
		}
		return k.list(c, listing[T]{path: k.path, detail: detail, within: func(item *T) bool { return *node(item) == n.UUID }})
	})
}

func macArgument(_ *call, a arguments, name string) (any, error) {
	v := a[name]
	if v == nil {
		return nil, nil
	}
	return toMAC(name, v)
}

// servePorts serves ports.
func (s *service) servePorts(ports Lister[Port]) {
	type p = Port
	node := func(t *p) *string { return &t.NodeUUID }
	attrs := recorded([]attribute[p]{
		{Name: "address", At: func(t *p) any { return &t.Address }, Does: post | put | required | brief, Check: aMAC},
		{Name: "extra", At: func(t *p) any { return &t.Extra }, Does: post | put},
		{Name: "internal_info", Since: 18, At: func(t *p) any { return &t.InternalInfo }},
		{Name: "is_smartnic", Since: 53, At: func(t *p) any { return &t.SmartNIC }, Does: post | put},
		{Name: "local_link_connection", Since: 19, At: func(t *p) any { return &t.LocalLink }, Does: post | put, Check: aLink},
		{Name: "physical_network", Since: 34, At: func(t *p) any { return &t.PhysicalNetwork }, Does: post | put, Schema: &schema.Schema{MaxLength: 64}, Check: notEmpty},
		{Name: "pxe_enabled", Since: 19, At: func(t *p) any { return &t.PXE }, Does: post | put},
		{Name: "node_uuid", At: func(t *p) any { return &t.NodeUUID }, Does: post | put | required, Check: aUUID},
		itself[p]("ports"),
		{Name: "portgroup_uuid", Since: 24, At: func(t *p) any { return &t.PortgroupUUID }, Does: post | put, Check: aUUID},
	})
	k := ofNode(s, &kind[p]{
		one: "port", many: "ports", path: "ports", id: "port_id", attrs: attrs, from: ports,
		title: "Port",
		filters: []filter[p]{
			{name: "node_uuid", is: uuidArgument, keep: func(t *p, v any) bool { return strings.EqualFold(t.NodeUUID, v.(string)) }},
			{name: "address", is: macArgument, push: true},
			{name: "portgroup", since: 24, is: groupArgument, keep: func(t *p, v any) bool { return t.PortgroupUUID == v }},
			{name: "shard", since: 82, is: shardArgument, keep: func(t *p, v any) bool { return slices.Contains(v.([]string), t.NodeUUID) }},
		},
		create:  createPort,
		changed: changedPort,
	}, node)
	s.ports = k
	k.serve("v1_ports", "v1_port")
	s.get("v1_ports_detail", func(c *call) (any, error) { return k.list(c, listing[p]{path: "ports/detail", detail: true}) })
	ofParent(s, k, "v1_node_ports", 0, false, node)
	ofParent(s, k, "v1_node_ports_detail", 0, true, node)
}

// shardArgument are the UUIDs of the nodes of some shards.
func shardArgument(c *call, a arguments, name string) (any, error) {
	shards, ok, err := a.list(name)
	if err != nil || !ok {
		return nil, err
	}
	nodes := []string{}
	for n, err := range c.s.nodes.from.List(c.Context(), Query{}) {
		if err != nil {
			return nil, err
		}
		if slices.Contains(shards, n.Shard) {
			nodes = append(nodes, n.UUID)
		}
	}
	return nodes, nil
}

// aLink checks what a port is plugged into.
func aLink(minor int, name string, v any) (any, error) {
	o, ok := v.(schema.Object)
	if !ok || len(o) == 0 {
		return v, nil
	}
	known := []string{"port_id", "switch_id", "hostname", "switch_info", "network_type"}
	for _, m := range o {
		if _, text := m.Value.(string); !text || !slices.Contains(known, m.Name) {
			return nil, badRequest("Schema error for %s: %s is not valid under any of the given schemas", name, schema.Repr(o))
		}
	}
	kind := o.String("network_type")
	switch {
	case kind != "" && minor < 64:
		return nil, notAcceptable()
	case kind == "unmanaged":
	case o.Has("port_id") && (o.Has("switch_id") || o.Has("hostname")) && (kind == "" || kind == "managed"):
	default:
		return nil, badRequest("Schema error for %s: %s is not valid under any of the given schemas", name, schema.Repr(o))
	}
	if id := o.String("switch_id"); o.Has("switch_id") && !switchID(id) {
		return nil, badRequest("Expected a MAC address or OpenFlow datapath ID but received %s.", id)
	}
	return v, nil
}

// switchID tells whether s is a MAC address or the datapath of OpenFlow, which
// has two more digits in front.
func switchID(s string) bool {
	low := strings.ToLower(s)
	if macAddress.MatchString(low) {
		return true
	}
	return len(low) == 23 && macAddress.MatchString(low[6:]) || len(low) == 18 && strings.HasPrefix(low, "0x")
}

func notEmpty(_ int, name string, v any) (any, error) {
	if v == "" {
		return nil, badRequest("A non-empty value is required when setting %s", name)
	}
	return v, nil
}

// createPort checks a port that is to be made.
func createPort(c *call, p *Port, in schema.Object) error {
	if !in.Has("pxe_enabled") {
		p.PXE = true
	}
	if p.SmartNIC && (p.LocalLink["port_id"] == nil || p.LocalLink["hostname"] == nil) {
		return badRequest("Smart NIC port must have port_id and hostname in local_link_connection")
	}
	return portInGroup(c, p, in.Bool("pxe_enabled", false))
}

// portInGroup refuses a port in a group that it can't be in.
func portInGroup(c *call, p *Port, pxe bool) error {
	if p.PortgroupUUID == "" {
		return nil
	}
	var g *Portgroup
	err := error(jumpgate.NotFound)
	if c.s.portgroups != nil {
		g, err = c.s.portgroups.fetch(c.Context(), p.PortgroupUUID)
	}
	switch {
	case isNotFound(err):
		return badRequest("Portgroup %s could not be found.", p.PortgroupUUID)
	case err != nil:
		return err
	case g.NodeUUID != p.NodeUUID:
		return badRequest("Port can not be added to a portgroup belonging to a different node.")
	case pxe && !g.Standalone:
		return jumpgate.Conflict.New("Port group %s doesn't support standalone ports. This port cannot be created as a member of that portgroup "+
			"as the port's 'pxe_enabled' field was set to True.", g.UUID)
	}
	for o, err := range c.s.ports.from.List(c.Context(), Query{}) {
		if err != nil {
			return err
		}
		if o.PortgroupUUID == g.UUID && o.UUID != p.UUID && o.PhysicalNetwork != p.PhysicalNetwork {
			return jumpgate.Conflict.New("Port with physical network %s cannot become a member of port group %s which has ports in physical network %s.",
				orNone(p.PhysicalNetwork), g.UUID, orNone(o.PhysicalNetwork))
		}
	}
	return nil
}

// orNone writes a text that may be null as Python does.
func orNone(s string) string { return cmp.Or(s, "None") }

// changedPort refuses changes that the state of the port's node does not
// allow.
func changedPort(c *call, old, p *Port, fields []string) error {
	n, err := c.s.nodes.fetch(c.Context(), p.NodeUUID)
	if isNotFound(err) {
		return badRequest("Node %s could not be found.", p.NodeUUID)
	}
	if err != nil {
		return err
	}
	if n.State == Inspecting && c.minor >= 39 {
		return jumpgate.Conflict.New("Cannot update port \"%s\" on \"%s\" while it is in state \"%s\".", p.UUID, n.UUID, n.State)
	}
	busy := n.InstanceUUID != "" || n.State == Active
	switch {
	case slices.Contains(fields, "node_uuid"):
		return badRequest("Cannot change node_uuid of port %s.", p.UUID)
	case slices.Contains(fields, "address") && busy && !n.Maintenance:
		return jumpgate.Conflict.New("Cannot update hardware address for port %s as node %s is active or has instance UUID assigned", p.UUID, n.UUID)
	}
	connects := slices.ContainsFunc(fields, func(f string) bool {
		return slices.Contains([]string{"portgroup_uuid", "pxe_enabled", "local_link_connection", "physical_network"}, f)
	})
	if connects && !n.Maintenance && !slices.Contains([]State{Enroll, Inspecting, InspectWait, Manageable}, n.State) {
		return jumpgate.Conflict.New("Port %s can not have any connectivity attributes (portgroup_id, pxe_enabled, local_link_connection, physical_network) "+
			"updated unless node %s is in a enroll, inspecting, inspect wait, manageable state or in maintenance mode. The current state is %s.",
			p.UUID, n.UUID, n.State)
	}
	if !slices.Contains(fields, "portgroup_uuid") && !slices.Contains(fields, "physical_network") {
		return nil
	}
	return portInGroup(c, p, p.PXE && slices.Contains(fields, "portgroup_uuid"))
}
