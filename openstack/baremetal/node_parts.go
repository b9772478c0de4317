package baremetal

import (
	"net/http"
	"regexp"
	"slices"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// parts serves what is a part of a node's record but has paths of its own.
func (s *service) parts(nodes Lister[Node]) {
	s.endpoint(http.MethodGet, "v1_node_traits", 37, unacceptable, s.showTraits)
	u, ok := nodes.(Updater[Node])
	if !ok {
		return
	}
	change := func(c *call, n *Node, apply func(*Node), field string) error {
		_, err := u.Update(c.Context(), n.UUID, NewUpdate(apply, field))
		return s.nodes.word(err, n.UUID)
	}
	s.put("v1_node_maintenance", func(c *call) (any, error) { return c.setMaintenance(change) })
	s.endpoint(http.MethodDelete, "v1_node_maintenance", 0, missing, func(c *call) (any, error) { return c.endMaintenance(change) })
	s.put("v1_node_states_raid", func(c *call) (any, error) { return c.setRAID(change) })
	s.endpoint(http.MethodPut, "v1_node_traits", 37, disallowed, func(c *call) (any, error) { return c.setTraits(change) })
	s.endpoint(http.MethodDelete, "v1_node_traits", 37, missing, func(c *call) (any, error) { return c.clearTraits(change) })
	s.endpoint(http.MethodPut, "v1_node_trait", 37, disallowed, func(c *call) (any, error) { return c.addTrait(change) })
	s.endpoint(http.MethodDelete, "v1_node_trait", 37, missing, func(c *call) (any, error) { return c.removeTrait(change) })
}

// changer changes a field of a node.
type changer func(c *call, n *Node, apply func(*Node), field string) error

func (c *call) setMaintenance(change changer) (any, error) {
	args, err := c.arguments("reason")
	if err != nil {
		return nil, err
	}
	reason, _, err := args.text("reason")
	if err != nil {
		return nil, err
	}
	n, err := c.node("set_maintenance")
	if err != nil {
		return nil, err
	}
	if err := change(c, n, func(n *Node) { n.Maintenance, n.MaintenanceReason = true, reason }, "maintenance"); err != nil {
		return nil, err
	}
	return &jumpgate.Response{Status: http.StatusAccepted}, nil
}

func (c *call) endMaintenance(change changer) (any, error) {
	n, err := c.node("clear_maintenance")
	if err != nil {
		return nil, err
	}
	if err := change(c, n, func(n *Node) { n.Maintenance, n.MaintenanceReason = false, "" }, "maintenance"); err != nil {
		return nil, err
	}
	return &jumpgate.Response{Status: http.StatusAccepted}, nil
}

func (c *call) setRAID(change changer) (any, error) {
	body, err := c.body()
	if err != nil {
		return nil, err
	}
	config, ok := body.(schema.Object)
	if !ok {
		return nil, badRequest("Expected types <class 'dict'> for target_raid_config: %s", schema.Str(body))
	}
	n, err := c.node("set_raid_state")
	if err != nil {
		return nil, err
	}
	if c.minor < 12 {
		return nil, notAcceptable()
	}
	if n.Interfaces.RAID == "no-raid" {
		return nil, jumpgate.NotFound.New("Driver %s does not support set_target_raid_config (disabled or not implemented).", n.Driver)
	}
	if len(config) > 0 {
		if f := raidSchema.Check(config); f != nil {
			return nil, badRequest("RAID config validation error: %s", f.Message)
		}
	}
	target, _ := schema.Plain(config).(map[string]any)
	return nil, change(c, n, func(n *Node) { n.TargetRAID = target }, "target_raid_config")
}

// raidSchema is that of Ironic's raid_config_schema.json.
var raidSchema = func() *schema.Schema {
	one := func(t schema.Type) *schema.Schema { return &schema.Schema{Type: []schema.Type{t}} }
	among := func(values ...any) *schema.Schema {
		return &schema.Schema{Type: []schema.Type{schema.String}, Enum: values}
	}
	disk := &schema.Schema{
		Type: []schema.Type{schema.Map},
		Properties: []schema.Property{
			{Name: "raid_level", Schema: among("JBOD", "0", "1", "2", "5", "6", "1+0", "5+0", "6+0")},
			{Name: "size_gb", Schema: &schema.Schema{AnyOf: []*schema.Schema{{Type: []schema.Type{schema.Integer}, Minimum: new(int)}, among("MAX")}}},
			{Name: "volume_name", Schema: one(schema.String)},
			{Name: "is_root_volume", Schema: one(schema.Boolean)},
			{Name: "share_physical_disks", Schema: one(schema.Boolean)},
			{Name: "disk_type", Schema: among("hdd", "ssd")},
			{Name: "interface_type", Schema: among("sata", "scsi", "sas")},
			{Name: "number_of_physical_disks", Schema: &schema.Schema{Type: []schema.Type{schema.Integer}, Minimum: schema.Ptr(1)}},
			{Name: "controller", Schema: one(schema.String)},
			{Name: "physical_disks", Schema: one(schema.Array)},
		},
	}
	whole := &schema.Schema{Open: true, Required: []string{"raid_level", "size_gb"}} // what is missing comes first
	return &schema.Schema{
		Type: []schema.Type{schema.Map},
		Properties: []schema.Property{{Name: "logical_disks", Schema: &schema.Schema{
			Type: []schema.Type{schema.Array}, Items: &schema.Schema{AllOf: []*schema.Schema{whole, disk}, Open: true},
		}}},
		Required: []string{"logical_disks"},
	}
}()

func (s *service) showTraits(c *call) (any, error) {
	n, err := c.node("traits:list")
	if err != nil {
		return nil, err
	}
	return jumpgate.Object{{Name: "traits", Value: n.Traits}}, nil
}

var customTrait = regexp.MustCompile(`^CUSTOM_[A-Z0-9_]+$`)

// goodTrait refuses what is neither a custom trait nor one of os-traits' forms.
func goodTrait(name string, v any) error {
	s, ok := v.(string)
	switch {
	case !ok:
		return badRequest("Schema error for %s: %s is not of type 'string'", name, schema.Repr(v))
	case s == "" || len(s) > 255 || !customTrait.MatchString(s) && !standardTrait.MatchString(s):
		return badRequest("Schema error for %s: %s is not valid under any of the given schemas", name, schema.Repr(v))
	}
	return nil
}

// standardTrait has the namespaces of os-traits.
var standardTrait = regexp.MustCompile(`^(COMPUTE|HW|MISC|STORAGE|OWNER|POWER)_[A-Z0-9_]+$`)

func (c *call) setTraits(change changer) (any, error) {
	body, err := c.body()
	if err != nil {
		return nil, err
	}
	n, err := c.node("traits:set")
	if err != nil {
		return nil, err
	}
	o, _ := body.(schema.Object)
	for _, m := range o {
		if m.Name != "traits" {
			return nil, badRequest("Schema error for body: Additional properties are not allowed (%s was unexpected)", schema.Repr(m.Name))
		}
	}
	list, ok := o.List("traits"), o.Has("traits")
	if !ok {
		return nil, badRequest("A single node trait may be added via PUT /v1/nodes/<node identifier>/traits/<trait> with no body, or all node traits may " +
			"be replaced via PUT /v1/nodes/<node identifier>/traits with the list of traits specified in the request body.")
	}
	traits := make([]string, 0, len(list))
	for _, v := range list {
		if err := goodTrait("body", v); err != nil {
			return nil, err
		}
		traits = append(traits, v.(string))
	}
	return nil, c.replaceTraits(change, n, traits)
}

// maxTraits is how many a node may have.
const maxTraits = 50

func (c *call) replaceTraits(change changer, n *Node, traits []string) error {
	slices.Sort(traits)
	traits = slices.Compact(traits)
	if len(traits) > maxTraits {
		return badRequest("A node cannot have more than %d traits", maxTraits)
	}
	return change(c, n, func(n *Node) { n.Traits = traits }, "traits")
}

func (c *call) addTrait(change changer) (any, error) {
	trait := c.Var("trait")
	if err := goodTrait("trait", trait); err != nil {
		return nil, err
	}
	n, err := c.node("traits:set")
	if err != nil {
		return nil, err
	}
	if err := c.replaceTraits(change, n, append(slices.Clone(n.Traits), trait)); err != nil {
		return nil, err
	}
	where := http.Header{"Location": {c.url("nodes/" + c.Var("node_id") + "/traits/" + trait)}}
	return &jumpgate.Response{Status: http.StatusNoContent, Header: where}, nil
}

func (c *call) removeTrait(change changer) (any, error) {
	n, err := c.node("traits:delete")
	if err != nil {
		return nil, err
	}
	i := slices.Index(n.Traits, c.Var("trait"))
	if i < 0 {
		return nil, jumpgate.NotFound.New("Node %s doesn't have a trait '%s'", n.UUID, c.Var("trait"))
	}
	return nil, c.replaceTraits(change, n, slices.Delete(slices.Clone(n.Traits), i, i+1))
}

func (c *call) clearTraits(change changer) (any, error) {
	n, err := c.node("traits:delete")
	if err != nil {
		return nil, err
	}
	return nil, c.replaceTraits(change, n, []string{})
}
