package baremetal

import (
	"maps"
	"net/http"
	"slices"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

var eventNames = []any{"network.bind_port", "network.unbind_port", "network.delete_port"}

var eventsSchema = &schema.Schema{
	Type: []schema.Type{schema.Map},
	Properties: []schema.Property{{Name: "events", Schema: &schema.Schema{
		Type: []schema.Type{schema.Array}, MinItems: 1,
		Items: &schema.Schema{
			Type: []schema.Type{schema.Map}, Required: []string{"event"}, Open: true,
			Properties: []schema.Property{{Name: "event", Schema: &schema.Schema{Type: []schema.Type{schema.String}, Enum: eventNames}}},
		},
	}}},
	Required: []string{"events"},
}

var eventSchema = func() *schema.Schema {
	must, may := []schema.Type{schema.String}, []schema.Type{schema.String, schema.Null}
	s := &schema.Schema{Type: []schema.Type{schema.Map}, Required: []string{"event", "port_id", "mac_address", "status"}}
	for _, name := range s.Required {
		s.Properties = append(s.Properties, schema.Property{Name: name, Schema: &schema.Schema{Type: must}})
	}
	for _, name := range []string{"device_id", "binding:host_id", "binding:vnic_type"} {
		s.Properties = append(s.Properties, schema.Property{Name: name, Schema: &schema.Schema{Type: may}})
	}
	return s
}()

// serveEvents takes what Neutron says of ports.
func (s *service) serveEvents(d EventTaker) {
	s.endpoint(http.MethodPost, "v1_events", 54, missing, func(c *call) (any, error) {
		body, err := c.body()
		if err != nil {
			return nil, err
		}
		if body == nil {
			return nil, badRequest("Missing mandatory parameter: evts")
		}
		if err := check("evts", eventsSchema, body); err != nil {
			return nil, err
		}
		o, _ := body.(schema.Object)
		var events []NetworkEvent
		for _, item := range o.List("events") {
			if err := check("evts", eventSchema, item); err != nil {
				return nil, err
			}
			e, _ := item.(schema.Object)
			mac, err := toMAC("mac_address", e.String("mac_address"))
			if err != nil {
				return nil, err
			}
			for _, name := range []string{"port_id", "device_id", "binding:host_id"} {
				if v, _ := e.Get(name); v != nil && !schema.UUIDLike(e.String(name)) {
					return nil, badRequest("Expected UUID for %s: %s", name, schema.Str(v))
				}
			}
			events = append(events, NetworkEvent{
				Name: e.String("event"), PortID: e.String("port_id"), MACAddress: mac, Status: e.String("status"),
				DeviceID: e.String("device_id"), HostID: e.String("binding:host_id"), VNICType: e.String("binding:vnic_type"),
			})
		}
		if err := c.permit("baremetal:events:post", nil); err != nil {
			return nil, err
		}
		return nil, d.TakeEvents(c.Context(), events)
	})
}

// serveShards counts the nodes of each shard.
func (s *service) serveShards() {
	s.endpoint(http.MethodGet, "v1_shards", 82, unroutable, func(c *call) (any, error) {
		if err := c.permit("baremetal:shards:get", nil); err != nil {
			return nil, err
		}
		count := make(map[string]int)
		for n, err := range s.nodes.from.List(c.Context(), Query{}) {
			if err != nil {
				return nil, err
			}
			if n.Shard == "" {
				count["None"]++ // as Ironic names those that have none
			} else {
				count[n.Shard]++
			}
		}
		shards := []jumpgate.Object{}
		for _, name := range slices.Sorted(maps.Keys(count)) {
			shards = append(shards, jumpgate.Object{{Name: "name", Value: name}, {Name: "count", Value: count[name]}})
		}
		return jumpgate.Object{{Name: "shards", Value: shards}}, nil
	})
}
