package baremetal

import "context"

// NodeDriver has nodes. The Lister that it returns may have the other
// interfaces of this file.
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
