package baremetal

import "time"

// Console is how to reach a console.
type Console struct {
	Type string // "socat", "shellinabox"
	URL  string
}

// BootDevice is what a node boots from next: "pxe", "disk", "cdrom", "bios",
// "safe".
type BootDevice struct {
	Name       string // empty: nobody knows
	Persistent bool   // also after the next boot
}

// Indicator is a lamp of a part of a node.
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

// VIF is a network's port that a node is to be connected to.
type VIF struct {
	ID                      string
	PortUUID, PortgroupUUID string // which of the node's; empty: any
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
	// What is known of the setting; empty and nil: nothing.
	Type                               string
	Allowed                            []string
	Lower, Upper, MinLength, MaxLength *int
	ReadOnly, ResetRequired, Unique    *bool
}

// Inventory is what an inspection found.
type Inventory struct {
	Hardware map[string]any // cpu, memory, interfaces, disks, bmc_address, system_vendor, boot
	Plugin   map[string]any // what the way of inspection found besides
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

// Heartbeat is what an agent says.
type Heartbeat struct {
	CallbackURL, AgentVersion, Token, VerifyCA string
	Status, Message                            string // start, end or error
}
