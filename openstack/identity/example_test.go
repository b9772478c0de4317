package identity_test

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/identity"
)

// A process that outlives its restarts: neither tokens nor application
// credentials end with it.
func ExampleOpenCredentials() {
	dir, err := os.MkdirTemp("", "")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)

	keys := filepath.Join(dir, "keys")
	if err := identity.RotateKeys(keys, 3); err != nil { // once, and then from time to time
		panic(err)
	}
	ring, err := identity.OpenKeyRing(keys)
	if err != nil {
		panic(err)
	}
	credentials, err := identity.OpenCredentials(filepath.Join(dir, "credentials.json"))
	if err != nil {
		panic(err)
	}
	driver := jumpgate.DriverFunc(func(_ *jumpgate.Gateway, disp *jumpgate.Dispatcher) error {
		return identity.Register(disp, newCloud(), identity.Options{Keys: ring, ApplicationCredentials: credentials})
	})
	gw, err := jumpgate.New(jumpgate.Options{
		Services: map[jumpgate.Service]jumpgate.ServiceOptions{jumpgate.Identity: {Driver: driver}},
	})
	fmt.Println(gw != nil, err)
	// Output: true <nil>
}
