package baremetal

import (
	"net/http"
	"slices"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/resource"
)

// serveDrivers serves types of hardware.
func (s *service) serveDrivers(d DriverLister) {
	s.get("v1_drivers", func(c *call) (any, error) { return c.drivers(d) })
	s.get("v1_driver", func(c *call) (any, error) {
		args, err := c.arguments("fields")
		if err != nil {
			return nil, err
		}
		fields, err := c.driverFields(args)
		if err != nil {
			return nil, err
		}
		driver, err := c.driver(d, "get")
		if err != nil {
			return nil, err
		}
		return c.driverView(driver, true, fields)
	})
	s.get("v1_driver_properties", func(c *call) (any, error) {
		driver, err := c.driver(d, "get_properties")
		if err != nil {
			return nil, err
		}
		return inOrder(driver.Properties), nil
	})
	s.endpoint(http.MethodGet, "v1_driver_raid_logical_disk_properties", 12, unacceptable, func(c *call) (any, error) {
		driver, err := c.driver(d, "get_raid_logical_disk_properties")
		if err != nil {
			return nil, err
		}
		if driver.RAIDProperties == nil {
			return nil, jumpgate.NotFound.New("Driver %s does not support get_raid_logical_disk_properties (disabled or not implemented).", driver.Name)
		}
		return inOrder(driver.RAIDProperties), nil
	})
	if v, ok := d.(DriverVendorCaller); ok {
		s.serveDriverVendor(d, v)
	}
}

func inOrder(m map[string]string) jumpgate.Object {
	all := make(map[string]any, len(m))
	for name, v := range m {
		all[name] = v
	}
	o, _ := resource.JSON(all).(jumpgate.Object)
	return o
}

func (c *call) driverFields(args arguments) ([]string, error) {
	fields, some, err := args.list("fields")
	if some && c.minor < 77 {
		return nil, notAcceptable()
	}
	return fields, err
}

func (c *call) drivers(d DriverLister) (any, error) {
	args, err := c.arguments("type", "detail", "fields")
	if err != nil {
		return nil, err
	}
	kind, typed, err := args.text("type")
	if err != nil {
		return nil, err
	}
	detail, said, err := args.boolean("detail")
	if err != nil {
		return nil, err
	}
	fields, some, err := args.list("fields")
	switch {
	case err != nil:
		return nil, err
	case some && detail:
		return nil, badRequest("Can not specify ?detail=True and fields in the same request.")
	}
	if err := c.permit("baremetal:driver:get", nil); err != nil {
		return nil, err
	}
	if (said || typed) && c.minor < 30 {
		return nil, needs(30)
	}
	if _, err := c.driverFields(args); err != nil {
		return nil, err
	}
	if typed && kind != "classic" && kind != "dynamic" {
		return nil, badRequest("\"type\" filter must be one of \"classic\" or \"dynamic\", if specified.")
	}
	views := []any{}
	if kind != "classic" {
		all, err := d.Drivers(c.Context())
		if err != nil {
			return nil, err
		}
		for _, driver := range all {
			view, err := c.driverView(driver, detail, fields)
			if err != nil {
				return nil, err
			}
			views = append(views, view)
		}
	}
	return jumpgate.Object{{Name: "drivers", Value: views}}, nil
}

// driver gets the driver of the path, for what rule guards.
func (c *call) driver(d DriverLister, rule string) (*Driver, error) {
	if err := c.permit("baremetal:driver:"+rule, nil); err != nil {
		return nil, err
	}
	name := c.Var("driver_id")
	all, err := d.Drivers(c.Context())
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(all, func(d *Driver) bool { return d.Name == name })
	if i < 0 {
		return nil, jumpgate.NotFound.New("Could not find the following driver(s) or hardware type(s): %s.", name)
	}
	return all[i], nil
}

// hardwareParts are the parts of drivers, with the versions that brought them.
var hardwareParts = []struct {
	name  string
	since int
}{
	{"bios", 40}, {"boot", 30}, {"console", 30}, {"deploy", 30}, {"inspect", 30}, {"management", 30}, {"network", 30}, {"power", 30}, {"raid", 30},
	{"rescue", 38}, {"storage", 33}, {"vendor", 30},
}

func (c *call) driverView(d *Driver, detail bool, fields []string) (jumpgate.Object, error) {
	o := jumpgate.Object{{Name: "name", Value: d.Name}, {Name: "hosts", Value: d.Hosts}, {Name: "links", Value: c.links("drivers/" + d.Name)}}
	if c.minor >= 14 {
		o = append(o, jumpgate.Member{Name: "properties", Value: c.links("drivers/" + d.Name + "/properties")})
	}
	if c.minor >= 30 {
		o = append(o, jumpgate.Member{Name: "type", Value: "dynamic"})
	}
	for _, part := range hardwareParts {
		if !detail || c.minor < part.since {
			continue
		}
		enabled := d.Interfaces[part.name]
		var first any
		if len(enabled) > 0 {
			first = enabled[0]
		}
		o = append(o, jumpgate.Member{Name: "default_" + part.name + "_interface", Value: first},
			jumpgate.Member{Name: "enabled_" + part.name + "_interfaces", Value: enabled})
	}
	if fields == nil {
		return o, nil
	}
	for _, name := range fields {
		if !slices.ContainsFunc(o, func(m jumpgate.Member) bool { return m.Name == name }) {
			return nil, badRequest("Field(s) \"%s\" are not valid", name)
		}
	}
	return slices.DeleteFunc(o, func(m jumpgate.Member) bool { return m.Name != "links" && !slices.Contains(fields, m.Name) }), nil
}

func (s *service) serveDriverVendor(d DriverLister, v DriverVendorCaller) {
	s.get("v1_driver_vendor_passthru_methods", func(c *call) (any, error) {
		driver, err := c.driver(d, "vendor_passthru")
		if err != nil {
			return nil, err
		}
		all, err := v.DriverVendorMethods(c.Context(), driver.Name)
		return vendorView(all), err
	})
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete} {
		call := func(c *call) (any, error) {
			driver, err := c.driver(d, "vendor_passthru")
			if err != nil {
				return nil, err
			}
			name, err := c.vendorMethod("method_name")
			if err != nil {
				return nil, err
			}
			all, err := v.DriverVendorMethods(c.Context(), driver.Name)
			if err != nil {
				return nil, err
			}
			return c.vendor(all, name, func(name, method string, data any) (any, error) {
				return v.CallDriverVendor(c.Context(), driver.Name, name, method, data)
			})
		}
		s.endpoint(method, "v1_driver_vendor_passthru", 0, missing, call)
		s.endpoint(method, "v1_driver_vendor_passthru_single", 0, missing, call)
	}
}
