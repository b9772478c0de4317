package memory

import (
	"context"
	"slices"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/baremetal"
)

// on runs do on a machine that nothing is done to.
func (m *metal) on(uuid string, do func(*machine) error) error {
	m.lock()
	defer m.mu.Unlock()
	r, err := m.free(uuid)
	if err != nil {
		return err
	}
	return do(r)
}

// look runs do on a machine, whatever is done to it.
func (m *metal) look(uuid string, do func(*machine)) error {
	m.lock()
	defer m.mu.Unlock()
	r, err := m.find(uuid)
	if err != nil {
		return err
	}
	do(r)
	return nil
}

// SetBootMode implements baremetal.BootModeSetter.
func (m metalNodes) SetBootMode(_ context.Context, uuid string, mode baremetal.BootMode) error {
	return m.on(uuid, func(r *machine) error {
		m.work(r, func() { r.BootMode = mode })
		return nil
	})
}

// SetSecureBoot implements baremetal.BootModeSetter.
func (m metalNodes) SetSecureBoot(_ context.Context, uuid string, on bool) error {
	return m.on(uuid, func(r *machine) error {
		m.work(r, func() { r.SecureBoot = &on })
		return nil
	})
}

// Console implements baremetal.ConsoleKeeper. A fake console leads nowhere.
func (m metalNodes) Console(_ context.Context, uuid string) (c *baremetal.Console, err error) {
	unable := false
	err = m.look(uuid, func(r *machine) {
		unable = r.Interfaces.Console == "no-console"
		if r.ConsoleEnabled {
			c = &baremetal.Console{}
		}
	})
	if unable {
		return nil, baremetal.Unsupported(hardwareType, "get_console")
	}
	return c, err
}

// SetConsole implements baremetal.ConsoleKeeper.
func (m metalNodes) SetConsole(_ context.Context, uuid string, on bool) error {
	return m.on(uuid, func(r *machine) error {
		if r.Interfaces.Console == "no-console" {
			return baremetal.Unsupported(hardwareType, "set_console_state")
		}
		m.work(r, func() { r.ConsoleEnabled = on })
		return nil
	})
}

// BootDevice implements baremetal.BootDeviceKeeper.
func (m metalNodes) BootDevice(_ context.Context, uuid string) (d baremetal.BootDevice, err error) {
	err = m.look(uuid, func(*machine) { d.Name = "pxe" })
	return d, err
}

// SupportedBootDevices implements baremetal.BootDeviceKeeper.
func (m metalNodes) SupportedBootDevices(context.Context, string) ([]string, error) {
	return []string{"pxe"}, nil
}

// SetBootDevice implements baremetal.BootDeviceKeeper.
func (m metalNodes) SetBootDevice(_ context.Context, uuid string, d baremetal.BootDevice) error {
	return m.on(uuid, func(*machine) error {
		if d.Name != "pxe" {
			return jumpgate.BadRequest.New("Invalid boot device %s specified.", d.Name)
		}
		return nil
	})
}

// InjectNMI implements baremetal.Interrupter, which this hardware does not do.
func (m metalNodes) InjectNMI(_ context.Context, uuid string) error {
	return m.on(uuid, func(*machine) error { return baremetal.Unsupported(hardwareType, "inject_nmi") })
}

// lamps are those of every machine.
var lamps = []baremetal.Indicator{
	{Component: "chassis", Name: "led-0", ReadOnly: true, States: []string{"off", "on"}},
	{Component: "system", Name: "led", States: []string{"blinking", "off", "on"}},
}

// Indicators implements baremetal.IndicatorKeeper.
func (m metalNodes) Indicators(context.Context, string) ([]baremetal.Indicator, error) {
	return slices.Clone(lamps), nil
}

// IndicatorState implements baremetal.IndicatorKeeper.
func (m metalNodes) IndicatorState(_ context.Context, uuid, component, name string) (string, error) {
	if !slices.ContainsFunc(lamps, func(i baremetal.Indicator) bool { return i.Component == component && i.Name == name }) {
		return "", jumpgate.BadRequest.New("Unknown component %s or indicator %s.", component, name)
	}
	return "on", m.look(uuid, func(*machine) {})
}

// SetIndicatorState implements baremetal.IndicatorKeeper, which this hardware
// does not do.
func (m metalNodes) SetIndicatorState(_ context.Context, uuid, _, _, _ string) error {
	return m.on(uuid, func(*machine) error { return baremetal.Unsupported(hardwareType, "set_indicator_state") })
}

// Validate implements baremetal.Validator.
func (m metalNodes) Validate(_ context.Context, uuid string) (all []baremetal.Validation, err error) {
	err = m.look(uuid, func(r *machine) {
		i := r.Interfaces
		for _, one := range [][2]string{
			{"boot", i.Boot}, {"deploy", i.Deploy}, {"management", i.Management}, {"network", i.Network}, {"power", i.Power}, {"bios", i.BIOS},
			{"console", i.Console}, {"inspect", i.Inspect}, {"raid", i.RAID}, {"rescue", i.Rescue}, {"storage", i.Storage},
		} {
			v := baremetal.Validation{Interface: one[0], OK: true}
			if one[1] == "no-"+one[0] {
				v.OK, v.Reason = false, "Driver "+hardwareType+" does not support "+one[0]+" (disabled or not implemented)."
			}
			all = append(all, v)
		}
	})
	return all, err
}

// BIOSSettings implements baremetal.BIOSReader.
func (m metalNodes) BIOSSettings(_ context.Context, uuid string) (all []*baremetal.BIOSSetting, err error) {
	err = m.look(uuid, func(r *machine) {
		for _, b := range r.bios {
			c := *b
			all = append(all, &c)
		}
	})
	return all, err
}

// History implements baremetal.Historian.
func (m metalNodes) History(_ context.Context, uuid string) (all []*baremetal.Event, err error) {
	err = m.look(uuid, func(r *machine) { all = slices.Clone(r.history) })
	return all, err
}

// Inventory implements baremetal.Inventorier. The inspection of this hardware
// finds nothing.
func (m metalNodes) Inventory(_ context.Context, uuid string) (*baremetal.Inventory, error) {
	number := 0
	if err := m.look(uuid, func(r *machine) { number = r.number }); err != nil {
		return nil, err
	}
	return nil, jumpgate.NotFound.New("Node inventory record for node %d could not be found.", number)
}
