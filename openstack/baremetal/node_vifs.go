package baremetal

import (
	"net/http"
	"slices"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/resource"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// connections serves what nodes are connected to, and vendors' methods.
func (s *service) connections(nodes Lister[Node]) {
	if d, ok := nodes.(VIFKeeper); ok {
		s.endpoint(http.MethodGet, "v1_node_vifs", 28, unroutable, func(c *call) (any, error) { return c.vifs(d) })
		s.endpoint(http.MethodPost, "v1_node_vifs", 28, unroutable, func(c *call) (any, error) { return c.attachVIF(d) })
		s.endpoint(http.MethodDelete, "v1_node_vif", 28, unroutable, func(c *call) (any, error) {
			n, err := c.node("vif:detach")
			if err != nil {
				return nil, err
			}
			return nil, d.DetachVIF(c.Context(), n.UUID, c.Var("node_vif_ident"))
		})
	}
	if d, ok := nodes.(VendorCaller); ok {
		s.get("v1_node_vendor_passthru_methods", func(c *call) (any, error) {
			n, err := c.node("vendor_passthru")
			if err != nil {
				return nil, err
			}
			all, err := d.VendorMethods(c.Context(), n.UUID)
			return vendorView(all), err
		})
		for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete} {
			call := func(c *call) (any, error) {
				n, err := c.node("vendor_passthru")
				if err != nil {
					return nil, err
				}
				name, err := c.vendorMethod("method_name")
				if err != nil {
					return nil, err
				}
				all, err := d.VendorMethods(c.Context(), n.UUID)
				if err != nil {
					return nil, err
				}
				return c.vendor(all, name, func(name, method string, data any) (any, error) {
					return d.CallVendor(c.Context(), n.UUID, name, method, data)
				})
			}
			s.endpoint(method, "v1_vendor_passthru", 0, missing, call)
			s.endpoint(method, "v1_node_vendor_passthru", 0, missing, call)
		}
	}
}

func (c *call) vifs(d VIFKeeper) (any, error) {
	n, err := c.node("vif:list")
	if err != nil {
		return nil, err
	}
	all, err := d.VIFs(c.Context(), n.UUID)
	if err != nil {
		return nil, err
	}
	views := make([]jumpgate.Object, len(all))
	for i, id := range all {
		views[i] = jumpgate.Object{{Name: "id", Value: id}}
	}
	return jumpgate.Object{{Name: "vifs", Value: views}}, nil
}

func (c *call) attachVIF(d VIFKeeper) (any, error) {
	body, err := c.body()
	if err != nil {
		return nil, err
	}
	o, ok := body.(schema.Object)
	if !ok {
		return nil, badRequest("Schema error for vif: %s is not of type 'object'", schema.Repr(body))
	}
	v, has := o.Get("id")
	id, text := v.(string)
	switch {
	case !has:
		return nil, badRequest("Schema error for vif: 'id' is a required property")
	case !text:
		return nil, badRequest("Schema error for vif: %s is not of type 'string'", schema.Repr(v))
	}
	if err := ident("id", id); err != nil {
		return nil, err
	}
	n, err := c.node("vif:attach")
	if err != nil {
		return nil, err
	}
	vif := VIF{ID: id, PortUUID: o.String("port_uuid"), PortgroupUUID: o.String("portgroup_uuid")}
	if c.minor >= 67 && o.Has("port_uuid") && o.Has("portgroup_uuid") {
		return nil, badRequest("Cannot specify both port_uuid and portgroup_uuid")
	}
	return nil, d.AttachVIF(c.Context(), n.UUID, vif)
}

// VIFNotAttached is for a VIF that is not attached to the node.
func VIFNotAttached(vif, node string) error {
	return badRequest("Unable to detach VIF %s from node %s because it is not attached to it.", vif, node)
}

// VIFNotAttachable says why a VIF can't be attached to a node.
func VIFNotAttachable(vif, node, reason string) error {
	return jumpgate.Conflict.New("Unable to attach VIF %s to node %s. Reason: %s", vif, node, reason)
}

// vendorMethod is the name of a vendor's method, of the path or of the query.
func (c *call) vendorMethod(variable string) (string, error) {
	if name, ok := c.LookupVar(variable); ok {
		return name, nil
	}
	args, err := c.query()
	if err != nil {
		return "", err
	}
	name, err := args.mustText("method")
	return name, err
}

func vendorView(all []VendorMethod) jumpgate.Object {
	o := make(jumpgate.Object, 0, len(all))
	for _, m := range all {
		o = append(o, jumpgate.Member{Name: m.Name, Value: jumpgate.Object{
			{Name: "http_methods", Value: m.HTTPMethods}, {Name: "async", Value: m.Async}, {Name: "description", Value: m.Description},
			{Name: "attach", Value: m.Attach}, {Name: "require_exclusive_lock", Value: m.Exclusive},
		}})
	}
	return o
}

// vendor calls a method of a vendor.
func (c *call) vendor(all []VendorMethod, name string, do func(name, method string, data any) (any, error)) (any, error) {
	i := slices.IndexFunc(all, func(m VendorMethod) bool { return m.Name == name })
	if i < 0 {
		return nil, badRequest("No handler for method %s", name)
	}
	if !slices.Contains(all[i].HTTPMethods, c.Method) {
		return nil, badRequest("The method %s does not support HTTP %s", name, c.Method)
	}
	body, err := c.body()
	if err != nil {
		return nil, err
	}
	result, err := do(name, c.Method, schema.Plain(body))
	if err != nil {
		return nil, err
	}
	status := http.StatusOK
	if all[i].Async {
		status = http.StatusAccepted
	}
	if result == nil {
		return &jumpgate.Response{Status: status}, nil
	}
	return &jumpgate.Response{Status: status, Body: resource.JSON(result)}, nil
}
