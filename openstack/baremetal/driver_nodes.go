package baremetal

import "context"

// NodeDriver has nodes. The Lister that it returns may be a Getter, a
// Creator, an Updater or a Deleter as well, and have the interfaces from
// PowerSetter to VendorCaller; Ramdisk is the driver's own.
type NodeDriver interface{ Nodes() Lister[Node] }

// PowerSetter switches nodes. It MUST return NodeLocked for a node that
// something else is done to.
type PowerSetter interface {
	// SetPower begins to switch a node. TargetPower tells when it is done.
	// timeout is in seconds, 0 for the cloud's own, and for soft power off and
	// reboot alone.
	SetPower(ctx context.Context, uuid string, target Power, timeout int) error
}

// Provisioner leads nodes through their states.
type Provisioner interface {
	// Provision begins what p says. The package has checked that the verb is
	// one that Next has for the node's state. When it returns nil the node
	// MUST have its TargetState, or be there.
	Provision(ctx context.Context, uuid string, p Provision) error
}

// Provision is what a client wants of a node.
type Provision struct {
	Verb Verb
	// ConfigDrive, for Activate and Rebuild, is a text (base64 or a URL) or an
	// object that says what is on it.
	ConfigDrive any
	CleanSteps  []map[string]any // for Clean, which has at least one
	DeploySteps []map[string]any // for Activate and Rebuild
	// DisableRamdisk, for Clean, says that no step needs one.
	DisableRamdisk bool
	RescuePassword string // for EnterRescue
}

// BootModeSetter changes how nodes boot.
type BootModeSetter interface {
	SetBootMode(ctx context.Context, uuid string, mode BootMode) error
	SetSecureBoot(ctx context.Context, uuid string, on bool) error
}

// ConsoleKeeper has the consoles of nodes.
type ConsoleKeeper interface {
	// Console returns how to reach the console of a node, nil if it is off.
	Console(ctx context.Context, uuid string) (*Console, error)
	SetConsole(ctx context.Context, uuid string, on bool) error
}

// BootDeviceKeeper chooses what nodes boot from next.
type BootDeviceKeeper interface {
	BootDevice(ctx context.Context, uuid string) (BootDevice, error)
	SupportedBootDevices(ctx context.Context, uuid string) ([]string, error)
	// SetBootDevice MUST return a BadRequest for a device that is not supported.
	SetBootDevice(ctx context.Context, uuid string, d BootDevice) error
}

// Interrupter injects non-maskable interrupts into nodes.
type Interrupter interface {
	InjectNMI(ctx context.Context, uuid string) error
}

// IndicatorKeeper has the lamps of nodes.
type IndicatorKeeper interface {
	Indicators(ctx context.Context, uuid string) ([]Indicator, error)
	IndicatorState(ctx context.Context, uuid, component, name string) (string, error)
	SetIndicatorState(ctx context.Context, uuid, component, name, state string) error
}

// Validator tells which interfaces of nodes could do their work.
type Validator interface {
	Validate(ctx context.Context, uuid string) ([]Validation, error)
}

// VIFKeeper connects nodes to networks.
type VIFKeeper interface {
	VIFs(ctx context.Context, uuid string) ([]string, error)
	// AttachVIF MUST return VIFNotAttachable where it can't.
	AttachVIF(ctx context.Context, uuid string, v VIF) error
	// DetachVIF MUST return VIFNotAttached where it is not.
	DetachVIF(ctx context.Context, uuid, vif string) error
}

// BIOSReader has the settings of firmware, in the order of their names.
type BIOSReader interface {
	BIOSSettings(ctx context.Context, uuid string) ([]*BIOSSetting, error)
}

// Historian has what happened to nodes, oldest first.
type Historian interface {
	History(ctx context.Context, uuid string) ([]*Event, error)
}

// Inventorier has what an inspection found.
type Inventorier interface {
	// Inventory returns it, or a bare NotFound.
	Inventory(ctx context.Context, uuid string) (*Inventory, error)
}

// VendorCaller has methods that OpenStack knows nothing of.
type VendorCaller interface {
	VendorMethods(ctx context.Context, uuid string) ([]VendorMethod, error)
	// CallVendor calls one by an HTTP method that it has. data is what the
	// client sent, as JSON values. What it returns is shown as JSON.
	CallVendor(ctx context.Context, uuid, method, httpMethod string, data any) (any, error)
}

// Ramdisk speaks with the agents that nodes boot while they are worked on.
// Optional: without it no node ever boots one, and agents are told so.
type Ramdisk interface {
	// AgentToken returns the secret that the agent of a node proves itself
	// with. Once an agent has it nobody gets it again: then it is hidden.
	AgentToken(ctx context.Context, uuid string) (string, error)
	// Heartbeat tells that an agent lives. It MUST return a BadRequest for a
	// token that is wrong.
	Heartbeat(ctx context.Context, uuid string, h Heartbeat) error
}
