package passthrough_test

import (
	"fmt"
	"log"
	"net/http"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/passthrough"
)

// A driver for three endpoints, and passthrough for the rest.
func Example() {
	mine := jumpgate.DriverFunc(func(_ *jumpgate.Gateway, disp *jumpgate.Dispatcher) error {
		return disp.SetHandler("v21_limits", jumpgate.Methods{"GET": limits}) // and two more
	})
	upstream, err := passthrough.New(passthrough.Options{Endpoints: map[jumpgate.Service]string{
		jumpgate.Identity: "http://controller:5000", jumpgate.Compute: "http://controller:8774",
	}})
	if err != nil {
		log.Fatal(err)
	}
	gw, err := jumpgate.New(jumpgate.Options{Services: map[jumpgate.Service]jumpgate.ServiceOptions{
		jumpgate.Identity: {Driver: upstream},
		jumpgate.Compute:  {Driver: jumpgate.Drivers(mine, upstream)},
	}})
	if err != nil {
		log.Fatal(err)
	}
	http.Handle("/", gw)
	fmt.Println(len(gw.Dispatcher(jumpgate.Compute).UnusedEndpoints()), "endpoints answer 501")
	// Output: 0 endpoints answer 501
}

func limits(*jumpgate.Request) (any, error) { return jumpgate.Object{}, nil }

func ExampleParseModes() {
	modes, err := passthrough.ParseModes(strings.NewReader(`
# Everything of compute is upstream's, except for servers, which are mine,
# and what nobody needs to see.
compute.*                   = pass
compute.v2*_server*         = own
compute.v2*_os_hypervisors* = deny
`))
	fmt.Println(len(modes), err)
	// Output: 3 <nil>
}
