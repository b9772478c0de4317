package compute_test

import (
	"context"
	"fmt"
	"iter"
	"net/http/httptest"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
)

// shelf is a cloud of two sizes and two servers.
type shelf struct{}

func (shelf) Flavors(context.Context) ([]*compute.Flavor, error) {
	return []*compute.Flavor{
		{ID: "small", Name: "Small", VCPUs: 1, RAM: 1024, Disk: 25},
		{ID: "large", Name: "Large", VCPUs: 8, RAM: 16384, Disk: 100},
	}, nil
}

func (shelf) ListServers(_ context.Context, q compute.ServerQuery) iter.Seq2[*compute.Server, error] {
	return func(yield func(*compute.Server, error) bool) {
		for _, id := range []string{"a1", "b2"} {
			if q.Marker != "" { // begin after it
				if q.Marker == id {
					q.Marker = ""
				}
				continue
			}
			if !yield(&compute.Server{ID: id, Name: "server " + id, Status: "ACTIVE"}, nil) {
				return
			}
		}
		if q.Marker != "" {
			yield(nil, jumpgate.NotFound)
		}
	}
}

// A driver has the methods for what its cloud can do; all else answers 501.
func Example() {
	gw, err := jumpgate.New(jumpgate.Options{
		PublicURL: "https://cloud.example",
		Services: map[jumpgate.Service]jumpgate.ServiceOptions{
			jumpgate.Compute: {Open: true, Driver: jumpgate.DriverFunc(func(_ *jumpgate.Gateway, disp *jumpgate.Dispatcher) error {
				return compute.Register(disp, shelf{}, compute.Options{})
			})},
		},
	})
	if err != nil {
		panic(err)
	}
	for _, path := range []string{"/flavors?minRam=2048", "/servers?limit=1", "/servers?marker=c3", "/limits"} {
		w := httptest.NewRecorder()
		gw.ServeHTTP(w, httptest.NewRequest("GET", "/compute/v2.1"+path, nil))
		fmt.Println(w.Code, w.Body)
	}
	// Output:
	// 200 {"flavors": [{"id": "large", "name": "Large", "links": [{"rel": "self", "href": "https://cloud.example/compute/v2.1/flavors/large"}, {"rel": "bookmark", "href": "https://cloud.example/compute/flavors/large"}]}]}
	// 200 {"servers": [{"id": "a1", "name": "server a1", "links": [{"rel": "self", "href": "https://cloud.example/compute/v2.1/servers/a1"}, {"rel": "bookmark", "href": "https://cloud.example/compute/servers/a1"}]}], "servers_links": [{"rel": "next", "href": "https://cloud.example/compute/v2.1/servers?limit=1&marker=a1"}]}
	// 400 {"badRequest": {"code": 400, "message": "marker [c3] not found"}}
	// 501 {"notImplemented": {"code": 501, "message": "Endpoint v21_limits of compute is not implemented here."}}
}
