package keep

import (
	"crypto/sha1"
	"encoding/hex"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Kind tells what an id made by idOf names. What the kinds are must never
// change: clients keep ids.
type Kind int

// The kinds of things that SoftLayer numbers and OpenStack names with UUIDs.
const (
	NetworkKind Kind = 1 + iota // a VLAN
	SubnetKind
	PortKind        // a network component of a guest
	ServerGroupKind // a placement group
	SecurityGroupKind
	SecurityRuleKind
	FloatingIPKind // a global IP address
	HostKind       // a dedicated host
	DatacenterKind
	HardwarePortKind // a network component of a bare metal server
)

// The kinds of volumes and snapshots; see volumeID.
const (
	StorageKind      Kind = 0x10 + iota // a Network_Storage
	StorageOrderKind                    // the order of one
	DiskKind                            // a portable Virtual_Disk_Image
	DiskOrderKind                       // the order of one
	SnapshotKind                        // a Network_Storage that is a snapshot
	BootDiskKind                        // the disk that a guest boots from, by the guest
)

// The kinds of what Neutron has and SoftLayer does not number.
const (
	GatewayKind      Kind = 0x20 + iota // a network gateway
	BackboneKind                        // the router that an account has without a gateway, by the account
	RouterPortKind                      // the gateway of a subnet, by the subnet
	GlobalPoolKind                      // where global IP addresses come from, by the account
	DefaultGroupKind                    // the group "default", by the account
	DefaultRuleKind                     // a rule of it, by account and place
)

// IDOf makes a UUID of a number. It has the form of one of version 4, for some
// clients take no other, and a beginning that tells it from SoftLayer's own:
//
//	6a670103-0000-4000-8000-000000123456
//
// It needs no table and is the same in every replica.
func IDOf(k Kind, n int) string { return fmt.Sprintf("6a6701%02x-0000-4000-8000-%012d", int(k), n) }

// numberedID takes ids of version 8, too, which were given out before.
var numberedID = regexp.MustCompile(`^6a6701([0-9a-f]{2})-0000-[48]000-8000-([0-9]{12})$`)

// Canonical is an id as answers show it: in lower case and, if IDOf has made
// it, in its form of today.
func Canonical(id string) string {
	id = strings.ToLower(id)
	if numberedID.MatchString(id) {
		return id[:14] + "4" + id[15:]
	}
	return id
}

// CurrentIDs is text with the ids in it that were given out before in their
// form of today.
func CurrentIDs(text string) string {
	if !strings.Contains(text, formerPart) {
		return text
	}
	return formerID.ReplaceAllString(text, "${1}-0000-4000-8000-${2}")
}

const formerPart = "-0000-8000-8000-"

var formerID = regexp.MustCompile(`(?i)\b(6a6701[0-9a-f]{2})` + formerPart + `([0-9]{12})\b`)

// NumberOf returns the number in an id, if that is of the kind.
func NumberOf(k Kind, id string) (int, bool) {
	m := numberedID.FindStringSubmatch(strings.ToLower(id))
	if m == nil || m[1] != fmt.Sprintf("%02x", int(k)) {
		return 0, false
	}
	n, err := strconv.Atoi(m[2])
	return n, err == nil && n > 0
}

// NameID makes a UUID of a name: one of version 5, so that every replica has
// the same.
func NameID(name string) string {
	// The namespace is a random UUID of this driver's own.
	named := append(make([]byte, 0, 64), 0x3c, 0x9d, 0x1f, 0x0a, 0x52, 0x7e, 0x4b, 0x41, 0x9a, 0x6d, 0xc4, 0x8e, 0x21, 0xb7, 0x05, 0xfa)
	sum := sha1.Sum(append(named, name...))
	b := sum[:16]
	b[6] = b[6]&0x0f | 0x50
	b[8] = b[8]&0x3f | 0x80
	text := make([]byte, 0, 36)
	for i, part := range [...][]byte{b[:4], b[4:6], b[6:8], b[8:10], b[10:]} {
		if i > 0 {
			text = append(text, '-')
		}
		text = hex.AppendEncode(text, part)
	}
	return string(text)
}

// GUID is the form of a globalIdentifier. Nothing else may become part of a
// URL upstream.
var GUID = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)
