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
			{Name: "name", At: func(t *Router) any { return &t.Name }, Does: post | put | filter | sorted, Check: is(text(255)), Default: ""},
			{Name: "admin_state_up", At: func(t *Router) any { return &t.AdminStateUp }, Does: post | put | filter | sorted, Check: is(boolean), Default: true},
			{Name: "status", At: func(t *Router) any { return &t.Status }, Does: sorted | filter},
			{Name: "external_gateway_info", Does: post | put | policed, Check: is(gatewayInfo), View: func(t *Router) any { return gatewayView(t.Gateway) },
				Set: func(t *Router, v any) { t.Gateway, _ = v.(*Gateway) }},
			{Name: "availability_zones", At: func(t *Router) any { return &t.Zones }},
			{Name: "availability_zone_hints", At: func(t *Router) any { return &t.ZoneHints }, Does: post, Check: is(listOf(text(255)))},
			{Name: "routes", Does: put, Check: is(routes), View: func(t *Router) any { return routesView(t.Routes) },
				Set: func(t *Router, v any) { t.Routes, _ = v.([]Route) }},
			{Name: "flavor_id", At: func(t *Router) any { return &t.FlavorID }, Does: post | sorted | null, Check: is(orNull(uuid))},
			{Name: "distributed", At: func(t *Router) any { return &t.Distributed }, Does: post | put | policed | admins, Check: is(boolean), Default: false},
			{Name: "ha", At: func(t *Router) any { return &t.HA }, Does: post | put | policed | admins, Check: is(boolean), Default: false},
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
	return jumpgate.Object{{Name: k.one, Value: k.wanted(ctx, nil).View(item)}}, nil
}

func floatingIPNotFound(id string) error {
	return fault(jumpgate.NotFound, "FloatingIPNotFound", "Floating IP %s could not be found", id)
}

func floatingIPKind() *kind[FloatingIP] {
	k := &kind[FloatingIP]{
		one: "floatingip", many: "floatingips", list: "v2_floatingips", item: "v2_floatingip", id: "floatingip_id", notFound: floatingIPNotFound,
		attrs: []attribute[FloatingIP]{
			{Name: "floating_ip_address", At: func(t *FloatingIP) any { return &t.Address }, Does: post | filter | sorted | policed, Check: is(orNull(address))},
			{Name: "subnet_id", At: func(t *FloatingIP) any { return &t.SubnetID }, Does: post | hidden, Check: is(orNull(uuid))},
			{Name: "floating_network_id", At: func(t *FloatingIP) any { return &t.NetworkID }, Does: post | filter | sorted | required, Check: is(uuid)},
			{Name: "router_id", At: func(t *FloatingIP) any { return &t.RouterID }, Does: filter | sorted | null},
			{Name: "port_id", At: func(t *FloatingIP) any { return &t.PortID }, Does: post | put | filter | null, Check: is(orNull(uuid))},
			{Name: "fixed_ip_address", At: func(t *FloatingIP) any { return &t.FixedIP }, Does: post | put | filter | sorted, Check: is(orNull(address))},
			{Name: "status", At: func(t *FloatingIP) any { return &t.Status }, Does: filter | sorted},
			{Name: "qos_policy_id", At: func(t *FloatingIP) any { return &t.QoSPolicyID }, Does: post | put | policed | null, Check: is(orNull(uuid))},
			{Name: "port_details", View: func(t *FloatingIP) any { return portDetailsView(t.Port) }},
			{Name: "port_forwardings", Does: leaveOut, View: func(t *FloatingIP) any { return forwardingsView(t.Forwardings) }},
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
			{Name: "id", At: func(t *PortForwarding) any { return &t.ID }, Does: filter | sorted},
			{Name: "description", At: func(t *PortForwarding) any { return &t.Description }, Does: post | put | filter, Check: is(text(1024))},
			{Name: "protocol", At: func(t *PortForwarding) any { return &t.Protocol }, Does: post | put | filter | sorted | required, Check: is(oneOf("dccp", "icmp", "ipv6-icmp", "sctp", "tcp", "udp"))},
			{Name: "external_port", At: func(t *PortForwarding) any { return &t.ExternalPort }, Does: post | put | filter | sorted | null, Check: is(orNull(port))},
			{Name: "internal_port", At: func(t *PortForwarding) any { return &t.InternalPort }, Does: post | put | null, Check: is(orNull(port))},
			{Name: "external_port_range", At: func(t *PortForwarding) any { return &t.ExternalPortRange }, Does: post | put | filter | sorted | leaveOut, Check: is(orNull(text(11)))},
			{Name: "internal_port_range", At: func(t *PortForwarding) any { return &t.InternalPortRange }, Does: post | put | leaveOut, Check: is(orNull(text(11)))},
			{Name: "internal_port_id", At: func(t *PortForwarding) any { return &t.InternalPortID }, Does: post | put | filter | sorted | required, Check: is(uuid)},
			{Name: "internal_ip_address", At: func(t *PortForwarding) any { return &t.InternalIP }, Does: post | put | required, Check: is(address)},
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
