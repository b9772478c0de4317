package softlayer

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// kind tells what an id made by idOf names. What the kinds are must never
// change: clients keep ids.
type kind int

// The kinds of things that SoftLayer numbers and OpenStack names with UUIDs.
const (
	networkKind kind = 1 + iota // a VLAN
	subnetKind
	portKind        // a network component of a guest
	serverGroupKind // a placement group
	securityGroupKind
	securityRuleKind
	floatingIPKind // a global IP address
)

// idOf makes a UUID of a number, one of version 8 (RFC 9562), which nothing
// that SoftLayer names itself has:
//
//	6a670103-0000-8000-8000-000000123456
//
// It needs no table and is the same in every replica.
func idOf(k kind, n int) string { return fmt.Sprintf("6a6701%02x-0000-8000-8000-%012d", int(k), n) }

var numberedID = regexp.MustCompile(`^6a6701([0-9a-f]{2})-0000-8000-8000-([0-9]{12})$`)

// numberOf returns the number in an id, if that is of the kind.
func numberOf(k kind, id string) (int, bool) {
	m := numberedID.FindStringSubmatch(strings.ToLower(id))
	if m == nil || m[1] != fmt.Sprintf("%02x", int(k)) {
		return 0, false
	}
	n, err := strconv.Atoi(m[2])
	return n, err == nil && n > 0
}
