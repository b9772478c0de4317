package baremetal

import "context"

// NodeDriver has nodes. Its Lister may also implement Getter, Creator, Updater,
// Deleter and the interfaces from PowerSetter to VendorCaller. The driver
// itself implements Ramdisk.
type NodeDriver interface{ Nodes() Lister[Node] }

// PowerSetter switches nodes on and off. It MUST return NodeLocked for a locked
// node.
type PowerSetter interface {
	// SetPower begins to change a node's power; the node's TargetPower is empty
	// when it is done. timeout is in seconds; 0: the cloud's default. Only soft
	// power off and soft reboot have one.
	SetPower(ctx context.Context, uuid string, target Power, timeout int) error
}

// Provisioner leads nodes through their states.
type Provisioner interface {
	// Provision begins p. The package has checked with Next that the node's
	// state allows p.Verb. When Provision returns nil the node MUST have its
	// TargetState or have reached it.
	Provision(ctx context.Context, uuid string, p Provision) error
}

// Provision is a change of a node's provision state that a client asks for.
type Provision struct {
	Verb Verb
	// ConfigDrive, for Activate and Rebuild, is a string (base64 or a URL) or
	// an object that describes its content.
	ConfigDrive any
	CleanSteps  []map[string]any // for Clean: at least one
	DeploySteps []map[string]any // for Activate and Rebuild
	// DisableRamdisk, for Clean, says that no step needs the ramdisk.
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
	// AttachVIF MUST return VIFNotAttachable if it can't attach v.
	AttachVIF(ctx context.Context, uuid string, v VIF) error
	// DetachVIF MUST return VIFNotAttached if vif is not attached.
	DetachVIF(ctx context.Context, uuid, vif string) error
}

// BIOSReader reads the BIOS settings of nodes, ordered by name.
type BIOSReader interface {
	BIOSSettings(ctx context.Context, uuid string) ([]*BIOSSetting, error)
}

// Historian has the history of nodes, oldest event first.
type Historian interface {
	History(ctx context.Context, uuid string) ([]*Event, error)
}

// Inventorier has the inventories of nodes.
type Inventorier interface {
	// Inventory returns what the last inspection found, or a bare
	// jumpgate.NotFound.
	Inventory(ctx context.Context, uuid string) (*Inventory, error)
}

// VendorCaller has vendors' own methods of nodes.
type VendorCaller interface {
	VendorMethods(ctx context.Context, uuid string) ([]VendorMethod, error)
	// CallVendor calls a method with one of its HTTP methods. data is the
	// client's body as encoding/json decodes it. The result is sent as JSON.
	CallVendor(ctx context.Context, uuid, method, httpMethod string, data any) (any, error)
}

// Ramdisk talks to the agents that nodes boot for cleaning, deploying and the
// like. It is optional, for clouds whose nodes never boot an agent.
type Ramdisk interface {
	// AgentToken returns the secret that authenticates the agent of a node.
	// After the first call for a boot it MUST NOT return the secret again but a
	// text that hides it, such as "******".
	AgentToken(ctx context.Context, uuid string) (string, error)
	// Heartbeat reports that an agent is alive. It MUST return a BadRequest for
	// a wrong token.
	Heartbeat(ctx context.Context, uuid string, h Heartbeat) error
}
