package baremetal

import (
	"regexp"
	"slices"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/resource"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// provisioning serves the states of nodes.
func (s *service) provisioning(nodes Lister[Node]) {
	s.get("v1_node_states", s.showStates)
	if p, ok := nodes.(Provisioner); ok {
		s.put("v1_node_states_provision", func(c *call) (any, error) { return c.provision(p) })
	}
	if p, ok := nodes.(PowerSetter); ok {
		s.put("v1_node_states_power", func(c *call) (any, error) { return c.power(p) })
	}
}

// stateFields are what the document of a node's states has.
var stateFields = []struct {
	name  string
	since int
}{
	{"console_enabled", 0}, {"last_error", 0}, {"power_state", 0}, {"provision_state", 0}, {"target_power_state", 0},
	{"target_provision_state", 0}, {"provision_updated_at", 0}, {"raid_config", 12}, {"target_raid_config", 12}, {"boot_mode", 75}, {"secure_boot", 75},
}

func (s *service) showStates(c *call) (any, error) {
	n, err := c.node("get_states")
	if err != nil {
		return nil, err
	}
	var o jumpgate.Object
	for _, f := range stateFields {
		if c.minor < f.since {
			continue
		}
		v := resource.JSON(s.nodes.attrs.Named(f.name).Get(n))
		if f.name == "provision_state" {
			v = shownState(c, v)
		}
		o = append(o, jumpgate.Member{Name: f.name, Value: v})
	}
	return o, nil
}

// power switches a node.
func (c *call) power(p PowerSetter) (any, error) {
	args, err := c.arguments("target", "timeout")
	if err != nil {
		return nil, err
	}
	target, err := args.mustText("target")
	if err != nil {
		return nil, err
	}
	timeout, timed, err := args.integer("timeout")
	if err != nil {
		return nil, err
	}
	n, err := c.node("set_power_state")
	if err != nil {
		return nil, err
	}
	to := Power(target)
	soft := to == SoftReboot || to == SoftPowerOff
	refused := func(state string) error {
		if state == "" {
			state = "None"
		}
		return wrongState(target, c.Var("node_id"), state)
	}
	switch {
	case (soft || timeout != 0) && c.minor < 27:
		return nil, notAcceptable()
	case timed && timeout < 1:
		return nil, badRequest("timeout has to be positive integer")
	case !soft && to != PowerOn && to != PowerOff && to != Reboot:
		return nil, refused(string(n.Power))
	case n.State == CleanWait, n.State == Cleaning:
		return nil, refused(string(n.State))
	}
	if err := p.SetPower(c.Context(), n.UUID, to, timeout); err != nil {
		return nil, c.s.nodes.word(err, n.UUID)
	}
	return c.accepted("nodes/" + c.Var("node_id") + "/states"), nil
}

func wrongState(action, node, state string) error {
	return badRequest("The requested action \"%s\" can not be performed on node \"%s\" while it is in state \"%s\".", action, node, state)
}

func inMaintenance(op, node string) error {
	return badRequest("The %s operation can't be performed on node %s because it's in maintenance mode.", op, node)
}

// NodeProtected is for a protected node that a client wants to rebuild,
// undeploy or delete.
func NodeProtected(id string) error {
	return jumpgate.Forbidden.New("Node %s is protected and cannot be undeployed, rebuilt or deleted", id)
}

// provision leads a node to another state.
func (c *call) provision(p Provisioner) (any, error) {
	args, err := c.arguments("target", "configdrive", "clean_steps", "deploy_steps", "rescue_password", "disable_ramdisk")
	if err != nil {
		return nil, err
	}
	target, err := args.mustText("target")
	if err != nil {
		return nil, err
	}
	do := Provision{Verb: Verb(target)}
	if err := do.read(args); err != nil {
		return nil, err
	}
	n, err := c.node("set_provision_state")
	if err != nil {
		return nil, err
	}
	if c.minor < verbSince[do.Verb] {
		return nil, notAcceptable()
	}
	if (do.Verb == Activate || do.Verb == Rebuild) && n.Maintenance {
		return nil, inMaintenance("provisioning", n.UUID)
	}
	if _, ok := Next(n.State, do.Verb); !ok {
		if n.Reservation != "" {
			return nil, NodeLocked(n.UUID, n.Reservation)
		}
		return nil, wrongState(target, n.UUID, string(n.State))
	}
	if err := do.check(c, args); err != nil {
		return nil, err
	}
	if n.State == InspectWait && do.Verb == Abort && c.minor < 41 {
		return nil, notAcceptable()
	}
	if err := do.ready(n); err != nil {
		return nil, err
	}
	switch do.Verb { // newer names of the same
	case Deploy:
		do.Verb = Activate
	case Undeploy:
		do.Verb = Delete
	}
	if err := p.Provision(c.Context(), n.UUID, do); err != nil {
		return nil, c.s.nodes.word(err, n.UUID)
	}
	return c.accepted("nodes/" + c.Var("node_id") + "/states"), nil
}

// read takes what comes with a verb.
func (p *Provision) read(args arguments) error {
	switch v := args["configdrive"].(type) {
	case nil, string, schema.Object:
		p.ConfigDrive = schema.Plain(v)
	default:
		return badRequest("Expected types <class 'NoneType'>, <class 'dict'>, <class 'str'> for configdrive: %s", schema.Str(v))
	}
	for name, to := range map[string]*[]map[string]any{"clean_steps": &p.CleanSteps, "deploy_steps": &p.DeploySteps} {
		switch v := args[name].(type) {
		case nil:
		case []any:
			for _, item := range v {
				step, _ := schema.Plain(item).(map[string]any)
				*to = append(*to, step)
			}
		default:
			return badRequest("Expected types <class 'NoneType'>, <class 'list'> for %s: %s", name, schema.Str(v))
		}
	}
	var err error
	if p.RescuePassword, _, err = args.text("rescue_password"); err != nil {
		return err
	}
	p.DisableRamdisk, _, err = args.boolean("disable_ramdisk")
	return err
}

var base64Text = regexp.MustCompile(`^[A-Za-z0-9+/=\s]*$`)

// check holds what comes with a verb against the verb and the version.
func (p *Provision) check(c *call, args arguments) error {
	deploys := p.Verb == Activate || p.Verb == Rebuild
	if p.ConfigDrive != nil && p.ConfigDrive != "" {
		if p.Verb != Activate && (p.Verb != Rebuild || c.minor < 35) {
			allowed := "active"
			if c.minor >= 35 {
				allowed = "active, rebuild"
			}
			return badRequest("Adding a config drive is only supported when setting provision state to %s", allowed)
		}
		if err := p.checkDrive(c); err != nil {
			return err
		}
	}
	switch {
	case args["disable_ramdisk"] != nil && c.minor < 70:
		return jumpgate.NotAcceptable.New("disable_ramdisk is not acceptable in this API version")
	case args["disable_ramdisk"] != nil && p.Verb != Clean:
		return badRequest("disable_ramdisk is supported only with manual cleaning")
	case len(p.CleanSteps) > 0 && p.Verb != Clean:
		return badRequest("\"clean_steps\" is only valid when setting target provision state to clean")
	case len(p.DeploySteps) > 0 && c.minor < 69:
		return needs(69)
	case len(p.DeploySteps) > 0 && !deploys:
		return badRequest("\"deploy_steps\" is only valid when setting target provision state to active or rebuild")
	case args["rescue_password"] != nil && p.Verb != EnterRescue:
		return badRequest("\"rescue_password\" is only valid when setting target provision state to rescue")
	case p.Verb == EnterRescue && strings.TrimSpace(p.RescuePassword) == "":
		return badRequest("A non-empty \"rescue_password\" is required when setting target provision state to rescue")
	case p.Verb == Clean && len(p.CleanSteps) == 0:
		return badRequest("\"clean_steps\" is required when setting target provision state to clean")
	}
	if err := checkSteps("clean", cleanSteps, args["clean_steps"]); err != nil {
		return err
	}
	return checkSteps("deploy", deploySteps, args["deploy_steps"])
}

func (p *Provision) checkDrive(c *call) error {
	switch drive := p.ConfigDrive.(type) {
	case map[string]any:
		for name := range drive {
			if !slices.Contains([]string{"meta_data", "network_data", "user_data", "vendor_data"}, name) {
				return badRequest("Invalid configdrive format: Additional properties are not allowed ('%s' was unexpected)", name)
			}
		}
		if c.minor < 56 {
			return badRequest("Providing a JSON object for configdrive is only supported starting with API version 1.56")
		}
		if _, ok := drive["vendor_data"]; ok && c.minor < 59 {
			return badRequest("Providing vendor_data in configdrive is only supported starting with API version 1.59")
		}
	case string:
		if !strings.Contains(drive, "://") && !base64Text.MatchString(drive) {
			return badRequest("Invalid configdrive format: it is neither a JSON, nor a URL, nor a base64 string")
		}
	}
	return nil
}

// ready refuses what a node's maintenance or protection forbids.
func (p *Provision) ready(n *Node) error {
	if n.Protected && (p.Verb == Delete || p.Verb == Undeploy || p.Verb == Rebuild) {
		return NodeProtected(n.UUID)
	}
	op, ok := map[Verb]string{Deploy: "provisioning", EnterRescue: "rescuing", Unrescue: "unrescuing", Clean: "cleaning", Provide: "providing"}[p.Verb]
	if ok && n.Maintenance {
		return inMaintenance(op, n.UUID)
	}
	return nil
}
