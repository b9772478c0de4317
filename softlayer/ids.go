package softlayer

import "fmt"

// kind tells what an id made by idOf names.
type kind int

// The kinds of things that SoftLayer numbers and OpenStack names with UUIDs.
const (
	networkKind kind = 1 + iota // a VLAN
	subnetKind
	portKind // a network component of a guest
)

// idOf makes a UUID of a number, one of version 8 (RFC 9562), which nothing
// that SoftLayer names itself has:
//
//	6a670103-0000-8000-8000-000000123456
func idOf(k kind, n int) string { return fmt.Sprintf("6a6701%02x-0000-8000-8000-%012d", int(k), n) }
