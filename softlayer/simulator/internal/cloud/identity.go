package cloud

import (
	"fmt"
	"math/rand/v2"
	"sync"
)

// inventor makes up what the cloud would assign: numbers, GUIDs, passwords. It is shared by the accounts, because
// the numbers of the cloud are unique across all of them.
type inventor struct {
	mu   sync.Mutex
	rng  *rand.Rand
	next map[string]int
}

// firstIDs are the numbers objects start from: recognizable, and as long as those of the cloud.
var firstIDs = map[string]int{
	"placementGroup": 50201, "host": 80501, "hardware": 2900002, "securityGroup": 60301, "securityRule": 70401,
	"account": 307100, "user": 411100, "guest": 104500012, "vlan": 2110004, "subnet": 1730008, "address": 91200016,
	"image": 3330002, "key": 1450006, "component": 60100008, "disk": 77200004, "blockDevice": 88300002,
	"transaction": 238400010, "order": 71000004, "orderItem": 640000012, "billing": 590000006, "tag": 520002,
	"gateway": 330002, "gatewayVlan": 440002, "globalIp": 203006, "storage": 60500002, "credential": 5100002, "allowedHost": 1890002,
	"tagReference": 86000008, "software": 43000002, "password": 44000004,
}

func newInventor(seed uint64) *inventor {
	next := make(map[string]int, len(firstIDs))
	for kind, id := range firstIDs {
		next[kind] = id
	}
	return &inventor{rng: rand.New(rand.NewPCG(seed, 0x6a67)), next: next}
}

// id returns a new number for an object of a kind.
func (v *inventor) id(kind string) int {
	v.mu.Lock()
	defer v.mu.Unlock()
	id := v.next[kind]
	v.next[kind] = id + 2 // with gaps: nobody may count on neighbours
	return id
}

// guid returns a random GUID shaped like a version 4 UUID, the only shape slcli accepts as an identifier.
func (v *inventor) guid() string {
	v.mu.Lock()
	defer v.mu.Unlock()
	a, b := v.rng.Uint64(), v.rng.Uint64()
	return fmt.Sprintf("%08x-%04x-4%03x-%04x-%012x", uint32(a), uint16(a>>32), uint16(a>>48)&0xfff,
		uint16(b)&0x3fff|0x8000, b>>16)
}

func (v *inventor) password() string {
	const letters = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
	v.mu.Lock()
	defer v.mu.Unlock()
	p := make([]byte, 10)
	for i := range p {
		p[i] = letters[v.rng.IntN(len(letters))]
	}
	return string(p)
}
