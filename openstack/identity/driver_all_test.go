package identity_test

import (
	"testing"

	"github.com/softlayer/jumpgate/openstack/internal/resttest"
)

// TestDriverInterfaces: what Register looks for, it checks.
func TestDriverInterfaces(t *testing.T) { resttest.DriverInterfaces(t) }
