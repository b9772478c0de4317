package softlayer

import (
	"testing"
	"time"

	"github.com/softlayer/jumpgate/jumpgatetest/conformance"
	"github.com/softlayer/jumpgate/softlayer/simulator"
)

// TestConformance holds the driver against what every OpenStack must stand.
// What SoftLayer does not offer is a skipped test, with the reason.
func TestConformance(t *testing.T) {
	w := newWorld(t, setup{clockNow: true, driver: Options{SnapshotSpace: true}})
	conformance.Run(t, conformance.Harness{
		AuthURL: w.url + "/v3",
		Users: [2]conformance.User{
			{Name: simulator.DemoUser, Password: simulator.DemoKey}, {Name: simulator.AltUser, Password: simulator.AltKey},
		},
		VolumeSize: 20, // GiB, the smallest
		Pause:      time.Millisecond,
		Advance:    w.clock.Advance,
	})
}
