package baremetal

import "time"

// Chassis is a housing of nodes.
type Chassis struct {
	Record
	Description string
	Extra       map[string]any
}

// Port is a network interface of a node.
type Port struct {
	Record
	NodeUUID      string // MUST be set
	PortgroupUUID string
	Address       string // MAC address in lower case; MUST be set, unique

	Extra, InternalInfo map[string]any
	// LocalLink is the switch's port: switch_id, port_id, switch_info.
	LocalLink       map[string]any
	PhysicalNetwork string
	PXE             bool // the node may boot from it
	SmartNIC        bool
}

// Portgroup is a bond of ports.
type Portgroup struct {
	Record
	NodeUUID string // MUST be set
	Name     string // optional, unique
	Address  string // MAC address, optional, unique

	Mode                            string // "active-backup", "802.3ad"
	Properties, Extra, InternalInfo map[string]any
	Standalone                      bool // its ports may be used on their own
}

// VolumeConnector says how a node reaches volumes.
type VolumeConnector struct {
	Record
	NodeUUID string // MUST be set
	Type, ID string // "iqn", and the initiator's name
	Extra    map[string]any
}

// VolumeTarget is a volume that a node boots from or uses.
type VolumeTarget struct {
	Record
	NodeUUID          string // MUST be set
	Type, VolumeID    string // "iscsi"
	BootIndex         int
	Properties, Extra map[string]any
}

// Allocation is a claim on a node of a class.
type Allocation struct {
	Record
	Name          string // optional, unique
	State         string // allocating, active, error
	LastError     string
	ResourceClass string
	Owner         string   // a project
	Traits        []string // that the node must have
	Candidates    []string // UUIDs of nodes; empty: any
	NodeUUID      string   // the allocated node; in a new allocation the only node that will do
	Extra         map[string]any
}

// DeployTemplate is a list of deploy steps. Its name is a trait: instances that
// ask for the trait get the steps.
type DeployTemplate struct {
	Record
	Name  string // MUST be set, unique
	Steps []map[string]any
	Extra map[string]any
}

// Conductor is a process that works on nodes.
type Conductor struct {
	Hostname, Group  string
	Drivers          []string
	Alive            bool
	Created, Updated time.Time
}

// Driver is a hardware type that conductors support.
type Driver struct {
	Name  string
	Hosts []string // names of conductors
	// Interfaces are the names of the driver's implementations by type of
	// interface ("power"), the default first.
	Interfaces map[string][]string
	// Properties describes the members of driver_info, by their names.
	Properties map[string]string
	// RAIDProperties describes the properties of a logical disk, by their
	// names; nil: the driver has no RAID.
	RAIDProperties map[string]string
}
