package baremetal

import "time"

// Console says how to reach a node's console.
type Console struct {
	Type string // "socat", "shellinabox"
	URL  string
}

// BootDevice is what a node boots from next: "pxe", "disk", "cdrom", "bios",
// "safe".
type BootDevice struct {
	Name       string // empty: unknown
	Persistent bool   // it stays after the next boot
}

// Indicator is a lamp of a node's component.
type Indicator struct {
	Component, Name string // "system", "led"
	ReadOnly        bool
	States          []string // "on", "off", "blinking"
}

// Validation says whether an interface of a node could do its work.
type Validation struct {
	Interface string // "power"
	OK        bool
	Reason    string // why not
	Unknown   bool   // the node has no such interface
}

// VIF is a port of the network service to attach to a node.
type VIF struct {
	ID                      string
	PortUUID, PortgroupUUID string // the node's port or port group to use; empty: any
}

// Event is an entry of a node's history.
type Event struct {
	Record
	Severity  string // ERROR, INFO
	Type      string // "cleaning"
	Text      string
	Conductor string
	UserID    string
}

// BIOSSetting is a setting of a node's firmware.
type BIOSSetting struct {
	Name, Value      string
	Created, Updated time.Time
	// What the driver knows about the setting; empty and nil: unknown.
	Type                               string
	Allowed                            []string
	Lower, Upper, MinLength, MaxLength *int
	ReadOnly, ResetRequired, Unique    *bool
}

// Inventory is what an inspection found.
type Inventory struct {
	Hardware map[string]any // cpu, memory, interfaces, disks, bmc_address, system_vendor, boot
	Plugin   map[string]any // what the inspect interface found besides
}

// VendorMethod is a method of VendorCaller.
type VendorMethod struct {
	Name        string
	HTTPMethods []string
	Async       bool // the client gets a 202
	Description string
	Attach      bool // the answer is a file
	Exclusive   bool // it locks the node
}

// Heartbeat is what an agent reports.
type Heartbeat struct {
	CallbackURL, AgentVersion, Token, VerifyCA string
	Status, Message                            string // start, end or error
}
