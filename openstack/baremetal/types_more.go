package baremetal

// Chassis is what nodes are built into.
type Chassis struct {
	Record
	Description string
	Extra       map[string]any
}
