package baremetal

import "time"

// Chassis is what nodes are built into.
type Chassis struct {
	Record
	Description string
	Extra       map[string]any
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
