package baremetal_test

import (
	"testing"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/baremetal"
	"github.com/softlayer/jumpgate/openstack/internal/resttest"
)

// TestDriverInterfaces: what Register looks for, it checks.
func TestDriverInterfaces(t *testing.T) { resttest.DriverInterfaces(t) }

// TestNoDriver: a driver that would be ignored is told so.
func TestNoDriver(t *testing.T) {
	resttest.NoDriver(t, jumpgate.Baremetal, func(disp *jumpgate.Dispatcher, driver any) error {
		return baremetal.Register(disp, driver, baremetal.Options{})
	})
}
