package compute

import "github.com/softlayer/jumpgate"

// CheckLocalDisks tells whether a flavor has the swap space and the ephemeral
// disks that devices ask for. A driver asks before it orders a server.
func CheckLocalDisks(devices []BlockDevice, f *Flavor) error {
	ephemeral, swaps := 0, 0
	for _, d := range devices {
		switch {
		case d.Source != "blank" || d.Destination == "volume":
		case d.Swap && d.Size > f.Swap:
			return jumpgate.BadRequest.New("Swap drive requested is larger than instance type allows.")
		case d.Swap:
			swaps++
		case d.Size == 0:
			ephemeral += f.Ephemeral
		default:
			ephemeral += d.Size
		}
	}
	switch {
	case ephemeral > f.Ephemeral:
		return jumpgate.BadRequest.New("Ephemeral disks requested are larger than the instance type allows. " +
			"If no size is given in one block device mapping, flavor ephemeral size will be used.")
	case swaps > 1:
		return InvalidDevice("More than one swap drive requested.")
	}
	return nil
}

// InvalidDevice is for a block device that an order must not ask for.
func InvalidDevice(details string) error {
	return jumpgate.BadRequest.New("Block Device Mapping is Invalid: %s", details)
}

// NotBootable is for a volume, or a snapshot of a volume, that a server can't
// boot from.
func NotBootable(id string) error {
	return jumpgate.BadRequest.New("Block Device %s is not bootable.", id)
}
