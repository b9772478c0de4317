package baremetal

import "time"

// Record holds what all resources have. UUID MUST be set; Updated is zero if
// the resource never changed.
type Record struct {
	UUID             string
	Created, Updated time.Time
}

// Node is a machine.
type Node struct {
	Record
	Name string // optional, unique

	// State is the node's provision state, TargetState the state it is moving
	// to; empty: none. ProvisionUpdated is when either last changed.
	State, TargetState State
	ProvisionUpdated   time.Time

	// Power is PowerOn, PowerOff, or empty for unknown. TargetPower is the
	// state that a change under way ends in.
	Power, TargetPower Power

	// Reservation is the name of the conductor that has locked the node to work
	// on it; empty: the node is not locked.
	Reservation string

	LastError string
	Fault     string // why the node is in maintenance: one of Faults; empty: none of them

	Driver     string // MUST be set: "fake-hardware"
	Interfaces Interfaces
	Conductor  string // the name of the conductor that manages the node

	// DriverInfo is what the driver needs, such as the address and password of
	// a management controller. Clients never see members whose names mark them
	// as secret.
	DriverInfo, DriverInternalInfo map[string]any
	Properties                     map[string]any // cpus, memory_mb, local_gb, cpu_arch, capabilities
	InstanceInfo                   map[string]any // what is deployed; configdrive is never shown
	InstanceUUID                   string
	Extra                          map[string]any
	NetworkData                    map[string]any
	RAID, TargetRAID               map[string]any
	CleanStep, DeployStep          map[string]any
	Traits                         []string

	ResourceClass, Description string
	Owner, Lessee              string // projects
	ChassisUUID                string
	AllocationUUID             string
	ConductorGroup, Shard      string

	Maintenance       bool
	MaintenanceReason string
	Protected         bool
	ProtectedReason   string
	Retired           bool
	RetiredReason     string
	AutomatedClean    *bool // nil: as the cloud does
	ConsoleEnabled    bool
	BootMode          BootMode
	SecureBoot        *bool // nil: unknown

	InspectionStarted, InspectionFinished time.Time
}

// Interfaces are the implementations that a node uses for each part of its
// driver: "fake", "no-console", "ipmitool".
type Interfaces struct {
	BIOS, Boot, Console, Deploy, Inspect, Management, Network, Power, RAID, Rescue, Storage, Vendor string
}

// Power is a power state, or a change of it that a client asks for.
type Power string

// The power states, and the other changes that a client may ask for.
const (
	PowerOn      Power = "power on"
	PowerOff     Power = "power off"
	Reboot       Power = "rebooting"
	SoftReboot   Power = "soft rebooting"
	SoftPowerOff Power = "soft power off"
)

// BootMode is how the firmware boots.
type BootMode string

// The modes.
const (
	BIOS BootMode = "bios"
	UEFI BootMode = "uefi"
)

// Faults returns the values that Node.Fault may have.
func Faults() []string { return []string{"power failure", "clean failure", "rescue abort failure"} }
