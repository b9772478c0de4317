package baremetal

import (
	"context"
	"strings"

	"github.com/softlayer/jumpgate/openstack/baremetal"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
)

// Validate implements baremetal.Validator.
func (d nodes) Validate(ctx context.Context, uuid string) ([]baremetal.Validation, error) {
	h, err := d.Server(ctx, uuid)
	if err != nil {
		return nil, err
	}
	var all []baremetal.Validation
	for _, name := range []string{"boot", "console", "deploy", "inspect", "management", "network", "power", "raid", "rescue", "storage", "bios"} {
		v := baremetal.Validation{Interface: name, OK: true}
		switch {
		case name == "raid", name == "inspect", name == "bios":
			v.OK, v.Unknown, v.Reason = false, true, unable(name).Error()
		case (name == "power" || name == "management" || name == "console") && !h.Managed():
			v.OK, v.Reason = false, "The server's management controller can't be reached."
		}
		all = append(all, v)
	}
	return all, nil
}

// Inventory implements baremetal.Inventorier: SoftLayer knows what it has
// built in, in the form in which an inspection would tell it.
func (d nodes) Inventory(ctx context.Context, uuid string) (*baremetal.Inventory, error) {
	h, err := d.Server(ctx, uuid)
	if err != nil {
		return nil, err
	}
	return &baremetal.Inventory{Hardware: inventory(h), Plugin: map[string]any{}}, nil
}

func inventory(h *records.Hardware) map[string]any {
	interfaces, disks := []any{}, []any{}
	for i := range h.Components {
		if c := &h.Components[i]; c.MACAddress != "" {
			interfaces = append(interfaces, map[string]any{
				"name": componentName(c), "mac_address": strings.ToLower(c.MACAddress), "ipv4_address": nullable(c.PrimaryIP), "speed_mbps": c.Speed,
			})
		}
	}
	for i := range h.Drives {
		drive := &h.Drives[i]
		disks = append(disks, map[string]any{
			"size": int64(driveGB(drive)) * 1_000_000_000, "model": nullable(drive.Model.Name), "vendor": nullable(drive.Model.Maker), "serial": nullable(drive.Serial),
		})
	}
	return map[string]any{
		"cpu": map[string]any{"count": int(h.Cores), "architecture": architecture}, "memory": map[string]any{"physical_mb": int(h.Memory) * 1024},
		"interfaces": interfaces, "disks": disks, "bmc_address": nullable(h.ManagementIP),
		"system_vendor": map[string]any{"product_name": nil, "manufacturer": nil, "serial_number": nullable(h.Serial)},
	}
}

func nullable(s string) any {
	if s == "" {
		return nil
	}
	return s
}
