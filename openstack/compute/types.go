package compute

import "time"

// Server is a server as Nova knows it. A field's zero value means that the
// server has no such thing.
type Server struct {
	ID, Name          string
	ProjectID, UserID string

	// Status is what clients wait for: BUILD, ACTIVE, SHUTOFF, REBOOT,
	// HARD_REBOOT, REBUILD, RESIZE, VERIFY_RESIZE, PAUSED, SUSPENDED, RESCUE,
	// ERROR, DELETED or UNKNOWN. VMState, TaskState (may be empty) and
	// PowerState are the details behind it.
	Status     string
	VMState    string
	TaskState  string
	PowerState PowerState
	Progress   int // percent
	Fault      *Fault

	Created, Updated     time.Time
	Launched, Terminated time.Time // zero: not yet

	HostID           string
	Hostname         string // as the guest sees it
	AvailabilityZone string
	ImageID          string // empty: booted from a volume
	Flavor           Flavor
	KeyName          string
	SecurityGroups   []string
	Networks         []NetworkAddresses
	AccessIPv4       string
	AccessIPv6       string
	Volumes          []AttachedVolume
	ConfigDrive      bool
	Metadata         map[string]string
	Tags             []string
	Description      string
	Locked           bool
	LockedReason     string
	ServerGroups     []string
	// ImageProperties are the properties of the image that Nova knows, as they
	// were when the server was built. SchedulerHints are the hints of its
	// order. PinnedZone is the zone that the order asked for; empty: any.
	ImageProperties map[string]string
	SchedulerHints  map[string]any
	PinnedZone      string
	ReservationID   string // of the server's order, if it had one
	AutoDisk        bool   // OS-DCF:diskConfig is AUTO, not MANUAL

	// Policy shows these to admins only. HostStatus is UP, DOWN, MAINTENANCE or
	// UNKNOWN; empty: the server has no host.
	Host, Hypervisor, HostStatus string
	InstanceName, RootDevice     string // as the hypervisor calls them
	LaunchIndex                  int    // among the servers of one order, from 0

	// What CreateServers and RebuildServer return may also have:
	AdminPassword string // as it was set; empty: not shown
	UserData      []byte // RebuildServer, and to admins
}

// PowerState is what the hypervisor reports.
type PowerState int

// The power states; Nova has no others (nova/compute/power_state.py).
const (
	PowerUnknown   PowerState = 0
	PowerRunning   PowerState = 1
	PowerPaused    PowerState = 3
	PowerShutdown  PowerState = 4
	PowerCrashed   PowerState = 6
	PowerSuspended PowerState = 7
)

// Fault says why a server is in ERROR.
type Fault struct {
	Code    int
	Message string
	Created time.Time
}

// NetworkAddresses are a server's addresses in one network.
type NetworkAddresses struct {
	Name      string // letters, digits, "-", "_" and "."
	Addresses []Address
}

// Address is an address of a server.
type Address struct {
	Version  int // 4 or 6
	Addr     string
	MAC      string
	Floating bool
}

// AttachedVolume is a volume attached to a server.
type AttachedVolume struct {
	ID                  string
	DeleteOnTermination bool
}

// Flavor is a size of servers.
type Flavor struct {
	ID, Name    string
	Description string
	VCPUs       int
	RAM         int // MiB
	Disk        int // GiB
	Ephemeral   int // GiB
	Swap        int // MiB
	Private     bool
	Disabled    bool
	ExtraSpecs  map[string]string
	Foreign     bool    // private, and the principal's project has no access: only admins see it in lists
	Number      int     // Nova's internal number; 0: none, which changes nothing for clients
	RxTxFactor  float64 // 0: 1
}

// Keypair is a public key under a name.
type Keypair struct {
	ID        int
	Name      string
	UserID    string // empty: the principal's
	PublicKey string // an SSH key, or a certificate in PEM; as it was sent, to the last newline
	Created   time.Time
}

// Zone is an availability zone.
type Zone struct {
	Name      string
	Available bool
}

// Limits are quotas and usage. A maximum of -1 means unlimited.
type Limits struct {
	MaxInstances, Instances       int
	MaxCores, Cores               int
	MaxRAM, RAM                   int // MiB
	MaxKeypairs                   int
	MaxServerGroups, ServerGroups int
	MaxServerGroupMembers         int
	MaxMetadata                   int

	// Kept are the quotas whose usage Nova does not count, by the names that
	// clients use: injected_files, floating_ips and so on; see SetQuota. A
	// missing quota of injected files is 0, one of a proxy's resource -1.
	Kept map[string]int
}

// ServerCreate is an order for servers, validated as far as Nova's schema goes.
type ServerCreate struct {
	Name             string
	Hostname         string // empty: made from Name
	Description      string
	ImageRef         string // empty only with a boot volume in BlockDevices
	FlavorRef        string
	KeyName          string
	AvailabilityZone string
	Hypervisor       string // the id of a host that HypervisorLister shows, in AvailabilityZone; empty: any
	Metadata         map[string]string
	Tags             []string
	UserData         []byte
	ConfigDrive      bool
	AutoDisk         bool
	AdminPassword    string   // a wish, which some of Nova's hypervisors ignore too; empty: the cloud chooses
	SecurityGroups   []string // names or ids
	Networks         []NetworkRequest
	NoNetwork        bool // "none" was asked for; nothing at all means the cloud chooses
	AutoNetwork      bool // "auto" was asked for: a project without a network gets one
	BlockDevices     []BlockDevice
	Files            []File // see CheckFiles
	AccessIPv4       string
	AccessIPv6       string
	ServerGroup      string         // from the scheduler hint "group"
	SchedulerHints   map[string]any // all of them, to be shown; nil: none
	MinCount         int
	MaxCount         int
	ReservationID    string // lists can be filtered by it; empty: none
	Multiattach      bool   // see VolumeAttach
}

// NetworkRequest asks for an interface.
type NetworkRequest struct {
	NetworkID string
	PortID    string
	FixedIP   string
	Tag       string // the guest finds the device by it
}

// BlockDevice asks for a disk (block_device_mapping_v2).
type BlockDevice struct {
	Source      string // volume, image, snapshot or blank
	Destination string // volume or local
	UUID        string
	BootIndex   int // 0: boots from it; negative: never
	Size        int // GiB
	VolumeType  string
	Delete      bool   // with the server
	Tag         string // see NetworkRequest
	Swap        bool   // a blank local disk is swap space
}

// ServerUpdate is a change of a server; nil fields stay.
type ServerUpdate struct {
	Name                   *string
	Description            *string
	AccessIPv4, AccessIPv6 *string
	Hostname               *string
	AutoDisk               *bool
	// PinnedZone pins the server to the zone that it is in, or with "" unpins
	// it. The package has checked that the zone is right.
	PinnedZone *string
}
