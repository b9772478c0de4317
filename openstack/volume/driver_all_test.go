package volume_test

import (
	"testing"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/resttest"
	"github.com/softlayer/jumpgate/openstack/volume"
)

// TestDriverInterfaces: what Register looks for, it checks.
func TestDriverInterfaces(t *testing.T) { resttest.DriverInterfaces(t) }

// TestNoDriver: a driver that would be ignored is told so.
func TestNoDriver(t *testing.T) {
	resttest.NoDriver(t, jumpgate.Volume, func(disp *jumpgate.Dispatcher, driver any) error {
		return volume.Register(disp, driver, volume.Options{})
	})
}
