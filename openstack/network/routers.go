package network

import (
	"context"
	"net/http"

	"github.com/softlayer/jumpgate"
)

// layer3 serves routers and floating IPs.
func layer3(s *service, driver any) {
	_, qos := driver.(QoSDriver)
	if d, ok := driver.(RouterDriver); ok {
		routers := d.Routers()
		k := provide(s, routerKind(), routers, "router", "ext-gw-mode", "dvr", "l3-ha", "router-admin-state-down-before-update", "l3-flavors")
		interfaces(k, routers)
	}
	if d, ok := driver.(FloatingIPDriver); ok {
		ips := d.FloatingIPs()
		k := provide(s, floatingIPKind().having("qos_policy_id", qos), ips, "fip-port-details")
		forwardings(k, ips)
	}
}

func routerKind() *kind[Router] {
	k := &kind[Router]{
		one: "router", many: "routers", list: "v2_routers", item: "v2_router", id: "router_id", notFound: RouterNotFound,
		attrs: []attribute[Router]{
			{name: "name", at: func(t *Router) any { return &t.Name }, does: post | put | filter | sorted, is: text(255), byDef: ""},
			{name: "admin_state_up", at: func(t *Router) any { return &t.AdminStateUp }, does: post | put | filter | sorted, is: boolean, byDef: true},
			{name: "status", at: func(t *Router) any { return &t.Status }, does: sorted | filter},
			{name: "external_gateway_info", does: post | put | policed, is: gatewayInfo, view: func(t *Router) any { return gatewayView(t.Gateway) },
				set: func(t *Router, v any) { t.Gateway, _ = v.(*Gateway) }},
			{name: "availability_zones", at: func(t *Router) any { return &t.Zones }},
			{name: "availability_zone_hints", at: func(t *Router) any { return &t.ZoneHints }, does: post, is: listOf(text(255))},
			{name: "routes", at: func(t *Router) any { return &t.Routes }, does: put, is: routes},
			{name: "flavor_id", at: func(t *Router) any { return &t.FlavorID }, does: post | sorted | null, is: orNull(uuid)},
			{name: "distributed", at: func(t *Router) any { return &t.Distributed }, does: post | put | policed | admins, is: boolean, byDef: false},
			{name: "ha", at: func(t *Router) any { return &t.HA }, does: post | put | policed | admins, is: boolean, byDef: false},
		},
	}
	k.changes = func(_ context.Context, old *Router, u *Update[Router]) error {
		now := *old
		u.Apply(&now)
		for _, of := range []struct {
			name      string
			have, set bool
		}{{"distributed", old.Distributed, now.Distributed}, {"ha", old.HA, now.HA}} {
			if of.have != of.set && old.AdminStateUp && !(u.Has("admin_state_up") && !now.AdminStateUp) {
				return BadRequest("router", "Cannot change the %s attribute of active routers. Please set router admin_state_up to False prior to upgrade", of.name)
			}
		}
		return nil
	}
	return withTags(ofStandard(k, func(t *Router) *Standard { return &t.Standard }))
}

func gatewayInfo(v any) (any, error) {
	o, ok := v.(map[string]any)
	if v == nil || ok && len(o) == 0 {
		return (*Gateway)(nil), nil
	}
	o, err := members(v, []string{"network_id"}, []string{"external_fixed_ips", "enable_snat", "qos_policy_id"})
	if err != nil {
		return nil, err
	}
	g := &Gateway{EnableSNAT: true}
	id, err := uuid(o["network_id"])
	if err != nil {
		return nil, err
	}
	g.NetworkID, _ = id.(string)
	if ips, ok := o["external_fixed_ips"]; ok {
		all, err := fixedIPs(ips)
		if err != nil {
			return nil, err
		}
		g.FixedIPs, _ = all.([]FixedIP)
	}
	if snat, ok := o["enable_snat"]; ok {
		b, err := boolean(snat)
		if err != nil {
			return nil, err
		}
		g.EnableSNAT, _ = b.(bool)
		g.SNATGiven = true
	}
	if q, ok := o["qos_policy_id"]; ok {
		id, err := orNull(uuid)(q)
		if err != nil {
			return nil, err
		}
		g.QoSPolicyID, _ = id.(string)
	}
	return g, nil
}

func gatewayView(g *Gateway) any {
	if g == nil {
		return nil
	}
	return jumpgate.Object{
		{Name: "network_id", Value: g.NetworkID},
		{Name: "external_fixed_ips", Value: fixedIPsView(g.FixedIPs)},
		{Name: "enable_snat", Value: g.EnableSNAT},
	}
}

// interfaces serves what is done to a router by actions of its own.
func interfaces(k *kind[Router], routers Lister[Router]) {
	if d, ok := routers.(RouterInterfaces); ok {
		k.s.add("v2_router_add_router_interface", jumpgate.Methods{http.MethodPut: func(r *jumpgate.Request) (any, error) {
			return k.connect(r, "add_router_interface", d.AddInterface)
		}})
		k.s.add("v2_router_remove_router_interface", jumpgate.Methods{http.MethodPut: func(r *jumpgate.Request) (any, error) {
			return k.connect(r, "remove_router_interface", d.RemoveInterface)
		}})
	}
	if d, ok := routers.(RouterRoutes); ok {
		k.s.extensions["extraroute"], k.s.extensions["extraroute-atomic"] = true, true
		k.s.add("v2_router_add_extraroutes", jumpgate.Methods{http.MethodPut: func(r *jumpgate.Request) (any, error) {
			return k.extraRoutes(r, "add_extraroutes", d.AddRoutes)
		}})
		k.s.add("v2_router_remove_extraroutes", jumpgate.Methods{http.MethodPut: func(r *jumpgate.Request) (any, error) {
			return k.extraRoutes(r, "remove_extraroutes", d.RemoveRoutes)
		}})
	}
}

// may asks for the rule of an action on the thing of the path.
func (k *kind[T]) may(r *jumpgate.Request, rule string) (context.Context, *T, error) {
	ctx := k.s.context(r)
	item, err := k.get(ctx, r, r.Var(k.id))
	if err != nil {
		return ctx, nil, err
	}
	t, err := k.targetOf(ctx, item)
	if err != nil {
		return ctx, nil, err
	}
	if !k.s.allows(ctx, "get_"+k.rule, t) {
		return ctx, nil, k.notFound(r.Var(k.id))
	}
	return ctx, item, k.s.need(ctx, rule, t)
}

func (k *kind[T]) connect(r *jumpgate.Request, rule string, do func(ctx context.Context, id, subnet, port string) (*Interface, error)) (any, error) {
	body, err := readBody(r)
	if err != nil {
		return nil, err
	}
	ctx, _, err := k.may(r, rule)
	if err != nil {
		return nil, err
	}
	subnet, hasSubnet := body["subnet_id"]
	port, hasPort := body["port_id"]
	switch {
	case !hasSubnet && !hasPort:
		return nil, BadRequest("router", "Either subnet_id or port_id must be specified")
	case hasSubnet && hasPort && rule == "add_router_interface":
		return nil, BadRequest("router", "Cannot specify both subnet-id and port-id")
	}
	ids := [2]string{}
	for i, v := range []any{subnet, port} {
		if v == nil {
			continue
		}
		id, err := uuid(v)
		if err != nil {
			return nil, BadRequest("router", "%s", err)
		}
		ids[i], _ = id.(string)
	}
	in, err := do(ctx, r.Var(k.id), ids[0], ids[1])
	if err != nil {
		return nil, k.found(err, r.Var(k.id))
	}
	first := ""
	if len(in.SubnetIDs) > 0 {
		first = in.SubnetIDs[0]
	}
	return jumpgate.Object{
		{Name: "id", Value: in.RouterID},
		{Name: "tenant_id", Value: in.ProjectID},
		{Name: "port_id", Value: in.PortID},
		{Name: "network_id", Value: in.NetworkID},
		{Name: "subnet_id", Value: first},
		{Name: "subnet_ids", Value: in.SubnetIDs},
	}, nil
}

func (k *kind[T]) extraRoutes(r *jumpgate.Request, rule string, do func(ctx context.Context, id string, routes []Route) (*T, error)) (any, error) {
	body, err := readBody(r)
	if err != nil {
		return nil, err
	}
	in, err := inside(body, k.one)
	if err != nil {
		return nil, err
	}
	v, err := routes(in["routes"])
	if err != nil {
		return nil, badRequest("Invalid input for routes. Reason: %s.", err)
	}
	ctx, _, err := k.may(r, rule)
	if err != nil {
		return nil, err
	}
	all, _ := v.([]Route)
	item, err := do(ctx, r.Var(k.id), all)
	if err != nil {
		return nil, k.found(err, r.Var(k.id))
	}
	return jumpgate.Object{{Name: k.one, Value: k.view(item, k.wanted(ctx, nil))}}, nil
}

func floatingIPNotFound(id string) error {
	return fault(jumpgate.NotFound, "FloatingIPNotFound", "Floating IP %s could not be found", id)
}

func floatingIPKind() *kind[FloatingIP] {
	k := &kind[FloatingIP]{
		one: "floatingip", many: "floatingips", list: "v2_floatingips", item: "v2_floatingip", id: "floatingip_id", notFound: floatingIPNotFound,
		attrs: []attribute[FloatingIP]{
			{name: "floating_ip_address", at: func(t *FloatingIP) any { return &t.Address }, does: post | filter | sorted | policed, is: orNull(address)},
			{name: "subnet_id", at: func(t *FloatingIP) any { return &t.SubnetID }, does: post | hidden, is: orNull(uuid)},
			{name: "floating_network_id", at: func(t *FloatingIP) any { return &t.NetworkID }, does: post | filter | sorted | required, is: uuid},
			{name: "router_id", at: func(t *FloatingIP) any { return &t.RouterID }, does: filter | sorted | null},
			{name: "port_id", at: func(t *FloatingIP) any { return &t.PortID }, does: post | put | filter | null, is: orNull(uuid)},
			{name: "fixed_ip_address", at: func(t *FloatingIP) any { return &t.FixedIP }, does: post | put | filter | sorted, is: orNull(address)},
			{name: "status", at: func(t *FloatingIP) any { return &t.Status }, does: filter | sorted},
			{name: "qos_policy_id", at: func(t *FloatingIP) any { return &t.QoSPolicyID }, does: post | put | null, is: orNull(uuid)},
			{name: "port_details", view: func(t *FloatingIP) any { return portDetailsView(t.Port) }},
			{name: "port_forwardings", does: leaveOut, view: func(t *FloatingIP) any { return forwardingsView(t.Forwardings) }},
		},
		checks: func(_ context.Context, t *FloatingIP) error {
			if t.PortID == "" && t.FixedIP.IsValid() {
				return BadRequest("floatingip", "fixed_ip_address cannot be specified without a port_id")
			}
			return nil
		},
		changes: func(_ context.Context, old *FloatingIP, u *Update[FloatingIP]) error {
			if u.Has("fixed_ip_address") && u.New.FixedIP.IsValid() && !u.Has("port_id") && old.PortID == "" {
				return BadRequest("floatingip", "fixed_ip_address cannot be specified without a port_id")
			}
			return nil
		},
	}
	return withTags(ofStandard(k, func(t *FloatingIP) *Standard { return &t.Standard }))
}

func portDetailsView(p *PortDetails) any {
	if p == nil {
		return nil
	}
	return jumpgate.Object{
		{Name: "name", Value: p.Name},
		{Name: "network_id", Value: p.NetworkID},
		{Name: "mac_address", Value: p.MAC},
		{Name: "admin_state_up", Value: p.AdminStateUp},
		{Name: "status", Value: p.Status},
		{Name: "device_id", Value: p.DeviceID},
		{Name: "device_owner", Value: p.DeviceOwner},
	}
}

func forwardingsView(all []PortForwarding) any {
	if len(all) == 0 {
		return nil
	}
	views := make([]jumpgate.Object, len(all))
	for i, f := range all {
		views[i] = jumpgate.Object{
			{Name: "id", Value: f.ID}, {Name: "external_port", Value: f.ExternalPort}, {Name: "internal_port", Value: f.InternalPort},
			{Name: "internal_ip_address", Value: f.InternalIP.String()}, {Name: "internal_port_id", Value: f.InternalPortID}, {Name: "protocol", Value: f.Protocol},
		}
	}
	return views
}

// forwardings serves the port forwardings of floating IPs.
func forwardings(parent *kind[FloatingIP], ips Lister[FloatingIP]) {
	d, ok := ips.(PortForwardingDriver)
	if !ok {
		return
	}
	port := between(1, 65535)
	k := &kind[PortForwarding]{
		one: "port_forwarding", many: "port_forwardings", rule: "floatingip_port_forwarding",
		list: "v2_floatingip_port_forwardings", item: "v2_floatingip_port_forwarding", id: "port_forwarding_id",
		notFound: func(id string) error {
			return fault(jumpgate.NotFound, "PortForwardingNotFound", "Port Forwarding %s could not be found.", id)
		},
		key:     func(t *PortForwarding) *string { return &t.ID },
		project: func(t *PortForwarding) *string { return new(string) },
		attrs: []attribute[PortForwarding]{
			{name: "id", at: func(t *PortForwarding) any { return &t.ID }, does: filter | sorted},
			{name: "description", at: func(t *PortForwarding) any { return &t.Description }, does: post | put | filter, is: text(1024)},
			{name: "protocol", at: func(t *PortForwarding) any { return &t.Protocol }, does: post | put | filter | sorted | required, is: oneOf("dccp", "icmp", "ipv6-icmp", "sctp", "tcp", "udp")},
			{name: "external_port", at: func(t *PortForwarding) any { return &t.ExternalPort }, does: post | put | filter | sorted | null, is: orNull(port)},
			{name: "internal_port", at: func(t *PortForwarding) any { return &t.InternalPort }, does: post | put | null, is: orNull(port)},
			{name: "external_port_range", at: func(t *PortForwarding) any { return &t.ExternalPortRange }, does: post | put | filter | sorted | leaveOut, is: orNull(text(11))},
			{name: "internal_port_range", at: func(t *PortForwarding) any { return &t.InternalPortRange }, does: post | put | leaveOut, is: orNull(text(11))},
			{name: "internal_port_id", at: func(t *PortForwarding) any { return &t.InternalPortID }, does: post | put | filter | sorted | required, is: uuid},
			{name: "internal_ip_address", at: func(t *PortForwarding) any { return &t.InternalIP }, does: post | put | required, is: address},
		},
		single: true,
		from:   func(r *jumpgate.Request) Lister[PortForwarding] { return d.PortForwardings(r.Var("floatingip_id")) },
		parent: func(r *jumpgate.Request, t *PortForwarding) { t.FloatingIPID = r.Var("floatingip_id") },
		checks: func(_ context.Context, t *PortForwarding) error {
			if t.ExternalPort == 0 && t.ExternalPortRange == "" {
				return BadRequest("port_forwarding", "A value must be provided for external_port or external_port_range")
			}
			if t.InternalPort == 0 && t.InternalPortRange == "" {
				return BadRequest("port_forwarding", "A value must be provided for internal_port or internal_port_range")
			}
			return nil
		},
	}
	k.target = func(ctx context.Context, t *PortForwarding, to target) error {
		ip, err := one(ctx, ips, t.FloatingIPID, parent.key)
		if err != nil {
			return parent.found(err, t.FloatingIPID)
		}
		to["project_id"], to["tenant_id"], to["ext_parent:project_id"] = ip.ProjectID, ip.ProjectID, ip.ProjectID
		return nil
	}
	k.s = parent.s
	k.serve(d.PortForwardings(""))
	k.s.extensions["floating-ip-port-forwarding"], k.s.extensions["expose-port-forwarding-in-fip"] = true, true
	k.s.extensions["floating-ip-port-forwarding-description"], k.s.extensions["floating-ip-port-forwarding-detail"] = true, true
}
