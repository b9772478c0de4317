package network_test

import (
	"context"
	"fmt"
	"iter"
	"log"
	"net/http/httptest"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/network"
)

// wires are networks that nobody can change.
type wires struct{}

// Networks implements network.NetworkDriver.
func (w wires) Networks() network.Lister[network.Network] { return w }

func (wires) List(context.Context, network.Query) iter.Seq2[*network.Network, error] {
	return func(yield func(*network.Network, error) bool) {
		for i, name := range []string{"front", "back"} {
			n := &network.Network{Name: name}
			n.ID, n.ProjectID = fmt.Sprintf("00000000-0000-4000-8000-00000000000%d", i), "p1"
			if !yield(n, nil) {
				return
			}
		}
	}
}

// The package filters, sorts, pages and shows what a driver yields.
func Example() {
	gw, err := jumpgate.New(jumpgate.Options{Services: map[jumpgate.Service]jumpgate.ServiceOptions{
		jumpgate.Network: {Driver: jumpgate.DriverFunc(func(_ *jumpgate.Gateway, disp *jumpgate.Dispatcher) error {
			return network.Register(disp, wires{}, network.Options{})
		})},
	}})
	if err != nil {
		log.Fatal(err)
	}
	gw.AddRequestHook(func(r *jumpgate.Request) error { // a program's own way to know who asks
		r.Env.ProjectID = "p1"
		r.Env.Principal = &jumpgate.Principal{UserID: "ann", ProjectID: "p1", Roles: []string{"reader"}}
		return nil
	})
	w := httptest.NewRecorder()
	gw.ServeHTTP(w, httptest.NewRequest("GET", "http://cloud/network/v2.0/networks?name=back&fields=name&fields=id", nil))
	fmt.Println(w.Code, w.Body)
	// Output:
	// 200 {"networks": [{"id": "00000000-0000-4000-8000-000000000001", "name": "back"}]}
}
