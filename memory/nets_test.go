package memory

import (
	"testing"

	"github.com/softlayer/jumpgate/openstack/compute"
)

// TestConnectTakesBack: an order that fails keeps no address.
func TestConnectTakesBack(t *testing.T) {
	n := newNets()
	good := compute.NetworkRequest{NetworkID: private.id, FixedIP: "10.10.0.50"}
	if err := n.connect(&server{}, []compute.NetworkRequest{good, {NetworkID: "elsewhere"}}); err == nil {
		t.Fatal("an unknown network is known")
	}
	if err := n.connect(&server{}, []compute.NetworkRequest{good}); err != nil {
		t.Errorf("the address is taken: %v", err)
	}
}
