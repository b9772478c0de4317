package volume_test

import (
	"context"
	"fmt"
	"iter"
	"log"
	"net/http/httptest"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/volume"
)

// shelf has one disk.
type shelf struct{}

func (shelf) ListVolumes(context.Context) iter.Seq2[*volume.Volume, error] {
	return func(yield func(*volume.Volume, error) bool) {
		yield(&volume.Volume{
			ID: "8b2459a3-0b1e-4d8c-9d3f-2f6a4f0c7a11", Name: "db", ProjectID: "p1", Size: 10, Status: "available",
			Created: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
		}, nil)
	}
}

// A driver with one method has lists of volumes, in all versions of Cinder's API.
func Example() {
	gw, err := jumpgate.New(jumpgate.Options{Services: map[jumpgate.Service]jumpgate.ServiceOptions{
		jumpgate.Volume: {Driver: jumpgate.DriverFunc(func(_ *jumpgate.Gateway, disp *jumpgate.Dispatcher) error {
			return volume.Register(disp, shelf{}, volume.Options{})
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
	gw.ServeHTTP(w, httptest.NewRequest("GET", "http://cloud/volume/v3/p1/volumes", nil))
	fmt.Println(w.Code, w.Body)
	// Output:
	// 200 {"volumes": [{"id": "8b2459a3-0b1e-4d8c-9d3f-2f6a4f0c7a11", "name": "db", "links": [{"rel": "self", "href": "http://cloud/volume/v3/p1/volumes/8b2459a3-0b1e-4d8c-9d3f-2f6a4f0c7a11"}, {"rel": "bookmark", "href": "http://cloud/volume/p1/volumes/8b2459a3-0b1e-4d8c-9d3f-2f6a4f0c7a11"}]}]}
}
