package baremetal

import (
	"net/http"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// management serves what reaches a node's management controller.
func (s *service) management(nodes Lister[Node]) {
	if d, ok := nodes.(BootDeviceKeeper); ok {
		s.get("v1_node_management_boot_device", func(c *call) (any, error) { return c.bootDevice(d) })
		s.put("v1_node_management_boot_device", func(c *call) (any, error) { return c.setBootDevice(d) })
		s.get("v1_node_management_boot_device_supported", func(c *call) (any, error) { return c.bootDevices(d) })
	}
	if d, ok := nodes.(Interrupter); ok {
		s.endpoint(http.MethodPut, "v1_node_management_inject_nmi", 29, missing, func(c *call) (any, error) {
			n, err := c.node("inject_nmi")
			if err != nil {
				return nil, err
			}
			return nil, d.InjectNMI(c.Context(), n.UUID)
		})
	}
	if d, ok := nodes.(IndicatorKeeper); ok {
		s.get("v1_node_management_indicators", func(c *call) (any, error) { return c.indicators(d) })
		s.get("v1_node_management_indicator", func(c *call) (any, error) { return c.indicator(d) })
		s.put("v1_node_management_indicator", func(c *call) (any, error) { return c.setIndicator(d) })
	}
	if d, ok := nodes.(ConsoleKeeper); ok {
		s.get("v1_node_states_console", func(c *call) (any, error) { return c.console(d) })
		s.put("v1_node_states_console", func(c *call) (any, error) { return c.setConsole(d) })
	}
	if d, ok := nodes.(BootModeSetter); ok {
		s.put("v1_node_states_boot_mode", func(c *call) (any, error) { return c.setBootMode(d) })
		s.put("v1_node_states_secure_boot", func(c *call) (any, error) { return c.setSecureBoot(d) })
	}
}

func (c *call) bootDevice(d BootDeviceKeeper) (any, error) {
	n, err := c.node("get_boot_device")
	if err != nil {
		return nil, err
	}
	device, err := d.BootDevice(c.Context(), n.UUID)
	if err != nil {
		return nil, err
	}
	o := jumpgate.Object{{Name: "boot_device", Value: device.Name}, {Name: "persistent", Value: device.Persistent}}
	if device.Name == "" {
		o[0].Value, o[1].Value = nil, nil
	}
	return o, nil
}

func (c *call) bootDevices(d BootDeviceKeeper) (any, error) {
	n, err := c.node("get_boot_device")
	if err != nil {
		return nil, err
	}
	all, err := d.SupportedBootDevices(c.Context(), n.UUID)
	return jumpgate.Object{{Name: "supported_boot_devices", Value: all}}, err
}

func (c *call) setBootDevice(d BootDeviceKeeper) (any, error) {
	args, err := c.arguments("boot_device", "persistent")
	if err != nil {
		return nil, err
	}
	if err := args.must("boot_device"); err != nil {
		return nil, err
	}
	var device BootDevice
	if device.Name, _, err = args.text("boot_device"); err != nil {
		return nil, err
	}
	if device.Persistent, _, err = args.boolean("persistent"); err != nil {
		return nil, err
	}
	n, err := c.node("set_boot_device")
	if err != nil {
		return nil, err
	}
	return nil, d.SetBootDevice(c.Context(), n.UUID, device)
}

func (c *call) indicators(d IndicatorKeeper) (any, error) {
	n, err := c.node("get_indicator_state")
	if err != nil {
		return nil, err
	}
	all, err := d.Indicators(c.Context(), n.UUID)
	if err != nil {
		return nil, err
	}
	views := make([]jumpgate.Object, len(all))
	for i, in := range all {
		name := in.Name + "@" + in.Component
		views[i] = jumpgate.Object{
			{Name: "name", Value: name}, {Name: "component", Value: in.Component}, {Name: "readonly", Value: in.ReadOnly},
			{Name: "states", Value: in.States}, {Name: "links", Value: c.links("nodes/" + n.UUID + "/management/indicators/" + name)},
		}
	}
	return jumpgate.Object{{Name: "indicators", Value: views}}, nil
}

// lamp splits "led@system".
func lamp(text string) (component, name string, err error) {
	name, component, ok := strings.Cut(text, "@")
	if !ok {
		return "", "", badRequest("Malformed indicator name \"%s\"", text)
	}
	return component, name, nil
}

func (c *call) indicator(d IndicatorKeeper) (any, error) {
	n, err := c.node("get_indicator_state")
	if err != nil {
		return nil, err
	}
	component, name, err := lamp(c.Var("indicator"))
	if err != nil {
		return nil, err
	}
	state, err := d.IndicatorState(c.Context(), n.UUID, component, name)
	return jumpgate.Object{{Name: "state", Value: state}}, err
}

func (c *call) setIndicator(d IndicatorKeeper) (any, error) {
	args, err := c.arguments("state")
	if err != nil {
		return nil, err
	}
	state, err := args.mustText("state")
	if err != nil {
		return nil, err
	}
	n, err := c.node("set_indicator_state")
	if err != nil {
		return nil, err
	}
	component, name, err := lamp(c.Var("indicator"))
	if err != nil {
		return nil, err
	}
	return nil, d.SetIndicatorState(c.Context(), n.UUID, component, name, state)
}

func (c *call) console(d ConsoleKeeper) (any, error) {
	n, err := c.node("get_console")
	if err != nil {
		return nil, err
	}
	console, err := d.Console(c.Context(), n.UUID)
	if err != nil {
		return nil, err
	}
	var info any
	if console != nil {
		info = jumpgate.Object{{Name: "type", Value: console.Type}, {Name: "url", Value: console.URL}}
	}
	return jumpgate.Object{{Name: "console_enabled", Value: console != nil}, {Name: "console_info", Value: info}}, nil
}

func (c *call) setConsole(d ConsoleKeeper) (any, error) {
	args, err := c.arguments("enabled")
	if err != nil {
		return nil, err
	}
	if err := args.must("enabled"); err != nil {
		return nil, err
	}
	on, _, err := args.boolean("enabled")
	if err != nil {
		return nil, err
	}
	n, err := c.node("set_console_state")
	if err != nil {
		return nil, err
	}
	if err := d.SetConsole(c.Context(), n.UUID, on); err != nil {
		return nil, err
	}
	return c.accepted("nodes/" + c.Var("node_id") + "/states/console"), nil
}

// changing is for what can't be done while a node is on its way.
func changing(n *Node) error {
	if !n.State.unstable() {
		return nil
	}
	return jumpgate.Conflict.New("Node is in %s state. Since node is transitioning, the boot mode will not be set as this may interfere with "+
		"ongoing changes and result in erroneous modification. Try again later.", n.State)
}

func sinceBootMode(c *call) error {
	if c.minor < 76 {
		return jumpgate.NotFound.New("This endpoint is supported starting with the API version 1.76")
	}
	return nil
}

func (c *call) setBootMode(d BootModeSetter) (any, error) {
	args, err := c.arguments("target")
	if err != nil {
		return nil, err
	}
	target, err := args.mustText("target")
	if err != nil {
		return nil, err
	}
	n, err := c.node("set_boot_mode")
	if err != nil {
		return nil, err
	}
	if err := sinceBootMode(c); err != nil {
		return nil, err
	}
	if mode := BootMode(target); mode != BIOS && mode != UEFI {
		return nil, badRequest("Invalid boot mode %s requested for node. Allowed boot modes are: bios, uefi", target)
	}
	if err := changing(n); err != nil {
		return nil, err
	}
	if err := d.SetBootMode(c.Context(), n.UUID, BootMode(target)); err != nil {
		return nil, err
	}
	return c.accepted("nodes/" + c.Var("node_id") + "/states"), nil
}

func (c *call) setSecureBoot(d BootModeSetter) (any, error) {
	args, err := c.arguments("target")
	if err != nil {
		return nil, err
	}
	if err := args.must("target"); err != nil {
		return nil, err
	}
	on, said, err := args.boolean("target")
	if err != nil {
		return nil, err
	}
	n, err := c.node("set_secure_boot")
	if err != nil {
		return nil, err
	}
	if err := sinceBootMode(c); err != nil {
		return nil, err
	}
	if !said {
		return nil, badRequest("Invalid secure_boot %s requested for node. Allowed secure_boot states are: True, False) ", schema.Str(args["target"]))
	}
	if err := changing(n); err != nil {
		return nil, err
	}
	if err := d.SetSecureBoot(c.Context(), n.UUID, on); err != nil {
		return nil, err
	}
	return c.accepted("nodes/" + c.Var("node_id") + "/states"), nil
}
