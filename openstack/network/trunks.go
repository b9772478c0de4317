package network

import (
	"context"
	"net/http"
	"slices"

	"github.com/softlayer/jumpgate"
)

// trunks serves ports that carry the traffic of others.
func trunks(s *service, driver any) {
	d, ok := driver.(TrunkDriver)
	if !ok {
		return
	}
	all := d.Trunks()
	k := provide(s, trunkKind(), all, "trunk")
	s.add("v2_trunk_get_subports", jumpgate.Methods{http.MethodGet: func(r *jumpgate.Request) (any, error) {
		_, t, err := k.may(r, "get_subports")
		if err != nil {
			return nil, err
		}
		return jumpgate.Object{{Name: "sub_ports", Value: subPortsView(t.SubPorts)}}, nil
	}})
	if changer, ok := all.(TrunkSubPorts); ok {
		s.add("v2_trunk_add_subports", jumpgate.Methods{http.MethodPut: func(r *jumpgate.Request) (any, error) {
			return changeSubPorts(r, k, "add_subports", subPorts, changer.AddSubPorts)
		}})
		s.add("v2_trunk_remove_subports", jumpgate.Methods{http.MethodPut: func(r *jumpgate.Request) (any, error) {
			return changeSubPorts(r, k, "remove_subports", portsOnly, changer.RemoveSubPorts)
		}})
	}
}

func trunkKind() *kind[Trunk] {
	k := &kind[Trunk]{
		one: "trunk", many: "trunks", list: "v2_trunks", item: "v2_trunk", id: "trunk_id",
		notFound: func(id string) error {
			return fault(jumpgate.NotFound, "TrunkNotFound", "Trunk %s could not be found.", id)
		},
		attrs: []attribute[Trunk]{
			{Name: "admin_state_up", At: func(t *Trunk) any { return &t.AdminStateUp }, Does: post | put | filter | sorted, Check: is(boolean), Default: true},
			{Name: "name", At: func(t *Trunk) any { return &t.Name }, Does: post | put | filter | sorted, Check: is(text(255)), Default: ""},
			{Name: "port_id", At: func(t *Trunk) any { return &t.PortID }, Does: post | filter | sorted | required, Check: is(uuid)},
			{Name: "status", At: func(t *Trunk) any { return &t.Status }, Does: filter | sorted},
			{Name: "sub_ports", Does: post, Check: is(subPorts), View: func(t *Trunk) any { return subPortsView(t.SubPorts) },
				Set: func(t *Trunk, v any) { t.SubPorts, _ = v.([]SubPort) }},
		},
	}
	return ofStandard(k, func(t *Trunk) *Standard { return &t.Standard })
}

func subPortsView(all []SubPort) []jumpgate.Object {
	views := make([]jumpgate.Object, len(all))
	for i, p := range all {
		views[i] = jumpgate.Object{
			{Name: "port_id", Value: p.PortID}, {Name: "segmentation_type", Value: p.SegmentationType}, {Name: "segmentation_id", Value: p.SegmentationID},
		}
	}
	return views
}

// subPorts takes a list of ports with the VLANs that they are told apart by.
func subPorts(v any) (any, error) {
	if v == nil {
		return []SubPort{}, nil
	}
	l, ok := v.([]any)
	if !ok {
		return nil, because("Invalid data format for subports: '%s' is not a list", show(v))
	}
	all := make([]SubPort, len(l))
	for i, item := range l {
		o, ok := item.(map[string]any)
		if !ok {
			return nil, because("Invalid data format for subport: '%s' is not a dict", show(item))
		}
		if o["port_id"] == nil {
			return nil, because("A valid port UUID must be specified")
		}
		id, err := uuid(o["port_id"])
		if err != nil {
			return nil, err
		}
		all[i].PortID, _ = id.(string)
		if slices.ContainsFunc(all[:i], func(p SubPort) bool { return p.PortID == all[i].PortID }) {
			return nil, because("Non unique UUID for subport '%s'", all[i].PortID)
		}
		kind, hasKind := o["segmentation_type"].(string)
		if kind == "inherit" {
			return nil, Invalid("The cloud has no network whose segment a subport could inherit")
		}
		if hasKind && kind != "vlan" {
			return nil, Invalid("Unknown segmentation_type %s", kind)
		}
		if _, hasID := o["segmentation_id"]; hasID != hasKind {
			return nil, because("Invalid subport details '%s': missing segmentation information. Must specify both segmentation_id and segmentation_type", show(item))
		}
		if !hasKind {
			continue
		}
		n, err := between(1, 4094)(o["segmentation_id"])
		if err != nil {
			return nil, because("Invalid data format for subport: '%s'", show(item))
		}
		all[i].SegmentationType = kind
		all[i].SegmentationID, _ = n.(int)
		if slices.ContainsFunc(all[:i], func(p SubPort) bool { return p.SegmentationID == all[i].SegmentationID }) {
			return nil, because("Segmentation ID '%d' for '%s' is not unique", all[i].SegmentationID, all[i].PortID)
		}
	}
	return all, nil
}

func portsOnly(v any) (any, error) {
	l, ok := v.([]any)
	if !ok {
		return nil, because("Invalid data format for subports: '%s' is not a list", show(v))
	}
	all := make([]SubPort, len(l))
	for i, item := range l {
		o, _ := item.(map[string]any)
		id, err := uuid(o["port_id"])
		if err != nil {
			return nil, because("A valid port UUID must be specified")
		}
		all[i].PortID, _ = id.(string)
	}
	return all, nil
}

func changeSubPorts(r *jumpgate.Request, k *kind[Trunk], rule string, check check, do func(context.Context, string, []SubPort) (*Trunk, error)) (any, error) {
	body, err := readBody(r)
	if err != nil {
		return nil, err
	}
	if _, ok := body["sub_ports"]; !ok {
		return nil, badRequest("Invalid input for sub_ports. Reason: Invalid data format for subports: 'None' is not a list.")
	}
	v, err := is(check)(0, "sub_ports", body["sub_ports"])
	if err != nil {
		return nil, err
	}
	ctx, t, err := k.may(r, rule)
	if err != nil {
		return nil, err
	}
	given, _ := v.([]SubPort)
	changed, err := do(ctx, t.ID, given)
	if err != nil {
		return nil, k.found(err, t.ID)
	}
	return k.wanted(ctx, nil).View(changed), nil
}
