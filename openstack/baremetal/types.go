package baremetal

import "time"

// Record is what all things have. UUID MUST be set; Updated is zero for what
// was never changed.
type Record struct {
	UUID             string
	Created, Updated time.Time
}

// Node is a machine.
type Node struct {
	Record
	Name string // optional, unique

	// State is where the node is in its life, and TargetState where it is
	// going; empty when it rests. ProvisionUpdated is the time of the last
	// change of both.
	State, TargetState State
	ProvisionUpdated   time.Time

	// Power is PowerOn, PowerOff, or empty if nobody knows; TargetPower is
	// what it will be.
	Power, TargetPower Power

	// Reservation is the name of the conductor that does something to the node
	// at the moment; empty: it is not locked.
	Reservation string

	LastError string
	Fault     string // one of Faults, where the node is in maintenance because of it

	Driver     string // MUST be set: "fake-hardware"
	Interfaces Interfaces
	Conductor  string // the name of the conductor that has the node

	// DriverInfo is what the driver needs, such as the address and password of
	// a management controller; what is a secret by its name is never shown.
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
	SecureBoot        *bool // nil: nobody knows

	InspectionStarted, InspectionFinished time.Time
}

// Interfaces are the ways in which a driver does a part of its work: "fake",
// "no-console", "ipmitool".
type Interfaces struct {
	BIOS, Boot, Console, Deploy, Inspect, Management, Network, Power, RAID, Rescue, Storage, Vendor string
}

// Power is a state of power, or what a client wants of it.
type Power string

// The states, and what else a client may want.
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

// Faults are why a node may be in maintenance.
func Faults() []string { return []string{"power failure", "clean failure", "rescue abort failure"} }
