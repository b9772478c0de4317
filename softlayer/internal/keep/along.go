package keep

import (
	"strconv"
	"strings"
)

// Along is a volume that is to be made along with a server.
type Along struct {
	Delete   bool   `json:"d,omitempty"` // with the server
	Size     int    `json:"g"`           // GB
	Tag      string `json:"n,omitempty"`
	Snapshot int    `json:"s,omitempty"` // the number of what it is a copy of; 0: it is empty
	Type     string `json:"t"`
}

// What is known of the volumes that are made along with a server, instead of the
// number of the order.
const (
	NotOrdered   = 0
	NeverOrdered = -1 // SoftLayer has refused it
)

// refusedOrder is NeverOrdered in a marker.
const refusedOrder = "x"

// Orders reads a marker's list of n orders. What it lacks is not ordered.
func Orders(marker string, n int) []int {
	list := make([]int, n)
	if marker == "" {
		return list
	}
	for i, part := range strings.Split(marker, ":") {
		if i == n {
			break
		}
		if list[i], _ = strconv.Atoi(part); part == refusedOrder {
			list[i] = NeverOrdered
		}
	}
	return list
}

// OrdersMarker is the inverse of Orders.
func OrdersMarker(orders []int) string {
	parts := make([]string, len(orders))
	for i, n := range orders {
		if parts[i] = strconv.Itoa(n); n == NeverOrdered {
			parts[i] = refusedOrder
		}
	}
	return strings.Join(parts, ":")
}

// SomeRefused tells whether a marker says so of one of its orders.
func SomeRefused(marker string) bool {
	return strings.Contains(marker, refusedOrder)
}

// AllMade is the marker of orders once all of them are made or refused.
func AllMade(marker string) string {
	if SomeRefused(marker) {
		return refusedOrder
	}
	return ""
}

// MakesVolumes tells whether notes may have Along, without reading them.
func MakesVolumes(notes string) bool { return strings.Contains(notes, `"z":[`) }
