package baremetal

import (
	"cmp"
	"net/http"
	"slices"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/resource"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
)

// reports serves what is known of a node besides its record.
func (s *service) reports(nodes Lister[Node]) {
	if d, ok := nodes.(Validator); ok {
		s.get("v1_node_validate", func(c *call) (any, error) { return c.validate(d) })
	}
	if d, ok := nodes.(BIOSReader); ok {
		s.endpoint(http.MethodGet, "v1_node_bios", 40, unroutable, func(c *call) (any, error) { return c.biosSettings(d) })
		s.endpoint(http.MethodGet, "v1_node_bios_single", 40, unroutable, func(c *call) (any, error) { return c.biosSetting(d) })
	}
	if d, ok := nodes.(Historian); ok {
		s.endpoint(http.MethodGet, "v1_node_history", 78, unroutable, func(c *call) (any, error) { return c.history(d) })
		s.endpoint(http.MethodGet, "v1_node_history_single", 78, unroutable, func(c *call) (any, error) { return c.historyEvent(d) })
	}
	if d, ok := nodes.(Inventorier); ok {
		s.endpoint(http.MethodGet, "v1_node_inventory", 81, unroutable, func(c *call) (any, error) { return c.inventory(d) })
	}
}

func (c *call) validate(d Validator) (any, error) {
	n, err := c.node("validate")
	if err != nil {
		return nil, err
	}
	all, err := d.Validate(c.Context(), n.UUID)
	if err != nil {
		return nil, err
	}
	var o jumpgate.Object
	for _, v := range all {
		one := jumpgate.Object{{Name: "result", Value: v.OK}}
		if v.Unknown {
			one[0].Value = nil
		}
		if !v.OK {
			one = append(one, jumpgate.Member{Name: "reason", Value: v.Reason})
		}
		o = append(o, jumpgate.Member{Name: v.Interface, Value: one})
	}
	return o, nil
}

// biosFields are those of a setting, in order: the first two are shown in
// lists, all of them to versions that know them.
var biosFields = []string{
	"name", "value", "attribute_type", "allowable_values", "lower_bound", "max_length", "min_length", "read_only", "reset_required", "unique", "upper_bound",
}

func (c *call) biosView(n string, b *BIOSSetting, fields []string) jumpgate.Object {
	o := jumpgate.Object{{Name: "created_at", Value: shownTime(b.Created)}, {Name: "updated_at", Value: shownTime(b.Updated)}}
	allowed := b.Allowed
	if allowed == nil {
		allowed = []string{}
	}
	values := []any{
		b.Name, b.Value, rest.OrNil(b.Type), allowed, optional(b.Lower), optional(b.MaxLength), optional(b.MinLength), optional(b.ReadOnly),
		optional(b.ResetRequired), optional(b.Unique), optional(b.Upper),
	}
	for i, name := range biosFields {
		if slices.Contains(fields, name) {
			o = append(o, jumpgate.Member{Name: name, Value: values[i]})
		}
	}
	return append(o, jumpgate.Member{Name: "links", Value: c.links("nodes/" + n + "/bios/" + b.Name)})
}

func optional[T any](p *T) any {
	if p == nil {
		return nil
	}
	return *p
}

func (c *call) biosSettings(d BIOSReader) (any, error) {
	args, err := c.arguments("fields", "detail")
	if err != nil {
		return nil, err
	}
	n, err := c.node("bios:get")
	if err != nil {
		return nil, err
	}
	fields := biosFields[:2]
	detail, said, err := args.boolean("detail")
	if err != nil {
		return nil, err
	}
	asked, some, err := args.list("fields")
	switch {
	case err != nil:
		return nil, err
	case (said || some) && c.minor < 74:
		return nil, notAcceptable()
	case some && detail:
		return nil, badRequest("Can not specify ?detail=True and fields in the same request.")
	case some:
		fields = asked
	case detail:
		fields = biosFields
	}
	all, err := d.BIOSSettings(c.Context(), n.UUID)
	if err != nil {
		return nil, err
	}
	views := make([]jumpgate.Object, len(all))
	for i, b := range all {
		views[i] = c.biosView(c.Var("node_id"), b, fields)
	}
	return jumpgate.Object{{Name: "bios", Value: views}}, nil
}

func (c *call) biosSetting(d BIOSReader) (any, error) {
	n, err := c.node("bios:get")
	if err != nil {
		return nil, err
	}
	name, fields := c.Var("bios_setting"), biosFields
	if c.minor < 74 {
		fields = fields[:2]
	}
	all, err := d.BIOSSettings(c.Context(), n.UUID)
	for _, b := range all {
		if b.Name == name {
			return jumpgate.Object{{Name: name, Value: c.biosView(n.UUID, b, fields)}}, nil
		}
	}
	return nil, cmp.Or(err, error(jumpgate.NotFound.New("Node %s doesn't have a BIOS setting '%s'", n.UUID, name)))
}

func (c *call) eventView(n *Node, e *Event, detail bool) jumpgate.Object {
	text := e.Text
	if !detail && len(text) > 255 {
		text = text[:251] + "..."
	}
	o := jumpgate.Object{{Name: "uuid", Value: e.UUID}, {Name: "created_at", Value: shownTime(e.Created)}, {Name: "severity", Value: e.Severity}}
	if detail {
		o = append(o, jumpgate.Member{Name: "event_type", Value: e.Type})
	}
	o = append(o, jumpgate.Member{Name: "event", Value: text})
	if detail {
		o = append(o, jumpgate.Member{Name: "conductor", Value: rest.OrNil(e.Conductor)}, jumpgate.Member{Name: "user", Value: rest.OrNil(e.UserID)})
	}
	return append(o, jumpgate.Member{Name: "links", Value: []jumpgate.Object{link("self", c.url("nodes/"+n.UUID+"/history/"+e.UUID))}})
}

func (c *call) history(d Historian) (any, error) {
	args, err := c.arguments("detail", "marker", "limit")
	if err != nil {
		return nil, err
	}
	detail, _, err := args.boolean("detail")
	if err != nil {
		return nil, err
	}
	marker, _, err := args.uuid("marker")
	if err != nil {
		return nil, err
	}
	limit, limited, err := args.integer("limit")
	if err != nil {
		return nil, err
	}
	n, err := c.node("history:get")
	if err != nil {
		return nil, err
	}
	if limited && limit <= 0 {
		return nil, badRequest("Limit must be positive")
	}
	all, err := d.History(c.Context(), n.UUID)
	if err != nil {
		return nil, err
	}
	all, ok := jumpgate.After(all, marker, func(e *Event) string { return e.UUID })
	if !ok {
		return nil, noEvent(marker)
	}
	if limited && len(all) > limit {
		all = all[:limit]
	}
	views := make([]jumpgate.Object, len(all))
	for i, e := range all {
		views[i] = c.eventView(n, e, detail)
	}
	return jumpgate.Object{{Name: "history", Value: views}}, nil
}

func noEvent(id string) error {
	return jumpgate.NotFound.New("Node history record %s could not be found.", id)
}

func (c *call) historyEvent(d Historian) (any, error) {
	n, err := c.node("history:get")
	if err != nil {
		return nil, err
	}
	id := c.Var("history_event_uuid")
	all, err := d.History(c.Context(), n.UUID)
	for _, e := range all {
		if e.UUID == id {
			return c.eventView(n, e, true), nil
		}
	}
	return nil, cmp.Or(err, noEvent(id))
}

func (c *call) inventory(d Inventorier) (any, error) {
	n, err := c.node("inventory:get")
	if err != nil {
		return nil, err
	}
	inv, err := d.Inventory(c.Context(), n.UUID)
	if e := jumpgate.AsError(err); isNotFound(err) && e.Message == "" {
		return nil, jumpgate.NotFound.New("Node inventory record for node %s could not be found.", n.UUID)
	}
	if err != nil {
		return nil, err
	}
	return jumpgate.Object{{Name: "inventory", Value: resource.JSON(inv.Hardware)}, {Name: "plugin_data", Value: resource.JSON(inv.Plugin)}}, nil
}
