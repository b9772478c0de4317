package baremetal

import (
	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// serveVolume serves what nodes reach volumes by.
func (s *service) serveVolume(connectors Lister[VolumeConnector], targets Lister[VolumeTarget]) {
	if connectors != nil {
		s.serveConnectors(connectors)
	}
	if targets != nil {
		s.serveTargets(targets)
	}
	show := func(c *call, path string) (any, error) {
		if err := c.permit("baremetal:volume:get", nil); err != nil {
			return nil, err
		}
		return jumpgate.Object{
			{Name: "links", Value: c.links(path)}, {Name: "connectors", Value: c.links(path + "connectors")}, {Name: "targets", Value: c.links(path + "targets")},
		}, nil
	}
	s.endpoint("GET", "v1_volume", 32, missing, func(c *call) (any, error) { return show(c, "volume/") })
	s.endpoint("GET", "v1_node_volume", 32, missing, func(c *call) (any, error) { return show(c, "nodes/"+c.Var("node_id")+"/volume/") })
}

// whileOff refuses what can only be done while the node is off.
func whileOff(c *call, node, action string) error {
	n, err := c.s.nodes.fetch(c.Context(), node)
	switch {
	case isNotFound(err):
		return nil
	case err != nil:
		return err
	case n.Power == "":
		return wrongState(action, node, "None")
	case n.Power != PowerOff:
		return wrongState(action, node, string(n.Power))
	}
	return nil
}

func (s *service) serveConnectors(connectors Lister[VolumeConnector]) {
	type v = VolumeConnector
	node := func(t *v) *string { return &t.NodeUUID }
	attrs := recorded([]attribute[v]{
		{Name: "connector_id", At: func(t *v) any { return &t.ID }, Does: post | put | required | brief},
		{Name: "extra", At: func(t *v) any { return &t.Extra }, Does: post | put},
		{Name: "type", At: func(t *v) any { return &t.Type }, Does: post | put | required | brief},
		itself[v]("volume/connectors"),
		{Name: "node_uuid", At: func(t *v) any { return &t.NodeUUID }, Does: post | put | required | brief, Check: aUUID},
	})
	k := ofNode(s, &kind[v]{
		one: "volume", noun: "connector", many: "connectors", path: "volume/connectors", id: "volume_connector_id", since: 32, attrs: attrs, from: connectors,
		title: "Volume connector",
		changed: func(c *call, old, _ *v, _ []string) error {
			return whileOff(c, old.NodeUUID, "volume connector update")
		},
		leave: func(c *call, t *v) error { return whileOff(c, t.NodeUUID, "volume connector deletion") },
	}, node)
	k.serve("v1_volume_connectors", "v1_volume_connector")
	ofParent(s, k, "v1_node_volume_connectors", 32, false, node)
}

func (s *service) serveTargets(targets Lister[VolumeTarget]) {
	type v = VolumeTarget
	node := func(t *v) *string { return &t.NodeUUID }
	attrs := recorded([]attribute[v]{
		{Name: "boot_index", At: func(t *v) any { return &t.BootIndex }, Does: post | put | required | brief},
		{Name: "extra", At: func(t *v) any { return &t.Extra }, Does: post | put},
		{Name: "properties", At: func(t *v) any { return &t.Properties }, Does: post | put},
		{Name: "volume_id", At: func(t *v) any { return &t.VolumeID }, Does: post | put | required | brief},
		{Name: "volume_type", At: func(t *v) any { return &t.Type }, Does: post | put | required | brief},
		itself[v]("volume/targets"),
		{Name: "node_uuid", At: func(t *v) any { return &t.NodeUUID }, Does: post | put | required | brief, Check: aUUID},
	})
	k := ofNode(s, &kind[v]{
		one: "volume", noun: "target", many: "targets", path: "volume/targets", id: "volume_target_id", since: 32, attrs: attrs, from: targets,
		title:    "Volume target",
		changed:  func(c *call, old, _ *v, _ []string) error { return whileOff(c, old.NodeUUID, "volume target update") },
		leave:    func(c *call, t *v) error { return whileOff(c, t.NodeUUID, "volume target deletion") },
		create:   func(*call, *v, schema.Object) error { return nil },
		sanitize: sanitizeTarget,
	}, node)
	k.serve("v1_volume_targets", "v1_volume_target")
	ofParent(s, k, "v1_node_volume_targets", 32, false, node)
}

// sanitizeTarget hides how a volume is reached.
func sanitizeTarget(c *call, _ *VolumeTarget, m *jumpgate.Member) {
	switch {
	case m.Name != "properties":
	case c.allows("baremetal:volume:view_target_properties", nil):
		masked(m.Value)
	default:
		m.Value = jumpgate.Object{{Name: "redacted_contents", Value: "** Value redacted: Requires permission " +
			"baremetal:volume:view_target_properties access. Permission denied. **"}}
	}
}
