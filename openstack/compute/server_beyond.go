package compute

import "slices"

// Beyond returns the members of the request body that an order uses and a
// driver does not know, in Nova's order. known are the members that the driver
// knows besides name, imageRef, flavorRef, min_count and max_count, which every
// driver must know. If the result is not empty the driver SHOULD refuse the
// order with a jumpgate.BadRequest that names them.
//
// It leaves out members that change nothing: the image as a local disk, the security group
// "default", AutoNetwork, a host name or (as before 2.19) a description equal to the
// server's name, the disk configuration, a password (a wish, see AdminPassword), hints other
// than for a group.
func (c *ServerCreate) Beyond(known ...string) []string {
	var beyond []string
	for _, m := range []struct {
		name  string
		asked bool
	}{
		{"hostname", c.Hostname != "" && c.Hostname != c.Name},
		{"description", c.Description != "" && c.Description != c.Name},
		{"key_name", c.KeyName != ""},
		{"availability_zone", c.AvailabilityZone != ""},
		{"host", c.Hypervisor != ""},
		{"metadata", len(c.Metadata) > 0},
		{"tags", len(c.Tags) > 0},
		{"user_data", len(c.UserData) > 0},
		{"config_drive", c.ConfigDrive},
		{"security_groups", slices.ContainsFunc(c.SecurityGroups, func(name string) bool { return name != "default" })},
		{"networks", c.NoNetwork || len(c.Networks) > 0},
		{"block_device_mapping_v2", slices.ContainsFunc(c.BlockDevices, func(d BlockDevice) bool { return !c.isImage(d) })},
		{"personality", len(c.Files) > 0},
		{"accessIPv4", c.AccessIPv4 != ""},
		{"accessIPv6", c.AccessIPv6 != ""},
		{"os:scheduler_hints", c.ServerGroup != ""},
	} {
		if m.asked && !slices.Contains(known, m.name) {
			beyond = append(beyond, m.name)
		}
	}
	return beyond
}

// isImage tells whether a device is the disk that the image becomes anyway.
func (c *ServerCreate) isImage(d BlockDevice) bool {
	return d.Source == "image" && d.Destination != "volume" && d.UUID == c.ImageRef && d.BootIndex == 0
}
