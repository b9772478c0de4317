package network

import (
	"context"
	"net/http"

	"github.com/softlayer/jumpgate"
)

// bindings serves the hosts that ports are bound to: one of them is active, the
// others wait, as for a live migration.
func bindings(parent *kind[Port], ports Lister[Port]) {
	d, ok := ports.(PortBindingDriver)
	if !ok {
		return
	}
	k := bindingKind()
	k.s = parent.s
	k.from = func(r *jumpgate.Request) Lister[Binding] { return d.PortBindings(r.Var("port_id")) }
	k.target = func(context.Context, *Binding, target) error { return nil }
	k.serve(d.PortBindings(""))
	k.s.extensions["binding-extended"] = true
	k.s.add("v2_port_binding_activate", jumpgate.Methods{http.MethodPut: func(r *jumpgate.Request) (any, error) {
		ctx := k.s.context(r)
		if err := k.s.need(ctx, "create_port_binding", target{}); err != nil {
			return nil, err
		}
		port, host := r.Var("port_id"), r.Var("host")
		b, err := d.ActivatePortBinding(ctx, port, host)
		if err != nil {
			return nil, k.found(err, host)
		}
		return k.view(b), nil
	}})
}

func bindingKind() *kind[Binding] {
	return &kind[Binding]{
		one: "binding", many: "bindings", rule: "port_binding", list: "v2_port_bindings", item: "v2_port_binding", id: "host", single: true,
		notFound: func(host string) error {
			return fault(jumpgate.NotFound, "PortBindingNotFound", "Binding for the port on host %s could not be found.", host)
		},
		key: func(t *Binding) *string { return &t.HostID }, project: nobodys[Binding],
		attrs: []attribute[Binding]{
			{Name: "host", At: func(t *Binding) any { return &t.HostID }, Does: post | put | filter | sorted | required, Check: is(text(255))},
			{Name: "vif_type", At: func(t *Binding) any { return &t.VIFType }, Does: filter},
			{Name: "vif_details", At: func(t *Binding) any { return &t.Details }},
			{Name: "vnic_type", At: func(t *Binding) any { return &t.VNICType }, Does: post | put | filter, Check: is(oneOf(vnicTypes...)), Default: "normal"},
			{Name: "profile", At: func(t *Binding) any { return &t.Profile }, Does: post | put, Check: is(object)},
			{Name: "status", At: func(t *Binding) any { return &t.Status }, Does: filter},
		},
	}
}

var vnicTypes = []string{
	"normal", "direct", "macvtap", "baremetal", "direct-physical", "virtio-forwarder", "smart-nic", "vdpa", "accelerator-direct",
	"accelerator-direct-physical", "remote-managed",
}
