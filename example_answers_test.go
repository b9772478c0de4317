package jumpgate_test

import (
	"errors"
	"fmt"
	"iter"
	"log"
	"log/slog"
	"net/http/httptest"
	"time"

	"github.com/softlayer/jumpgate"
)

// answers serves one endpoint of the volume service by f, to anybody.
func answers(name string, f func(*jumpgate.Request) (any, error)) *jumpgate.Gateway {
	gw, err := jumpgate.New(jumpgate.Options{
		Logger: slog.New(slog.DiscardHandler),
		Services: map[jumpgate.Service]jumpgate.ServiceOptions{jumpgate.Volume: {
			Open: true,
			Driver: jumpgate.DriverFunc(func(_ *jumpgate.Gateway, disp *jumpgate.Dispatcher) error {
				return disp.SetHandler(name, jumpgate.Methods{"GET": f})
			}),
		}},
	})
	if err != nil {
		log.Fatal(err)
	}
	return gw
}

// printGet prints the answer to a GET with header fields.
func printGet(gw *jumpgate.Gateway, path string, header ...string) {
	r := httptest.NewRequest("GET", "http://cloud"+path, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	gw.ServeHTTP(w, r)
	fmt.Println(w.Code, w.Body)
}

// A long list is written while it is read from the cloud.
func ExampleList() {
	disks := func(yield func(any, error) bool) {
		for _, name := range []string{"db", "logs"} {
			if !yield(jumpgate.Object{{Name: "name", Value: name}}, nil) {
				return
			}
		}
	}
	gw := answers("v3_volumes", func(*jumpgate.Request) (any, error) {
		return &jumpgate.Response{Body: &jumpgate.List{Key: "volumes", Items: iter.Seq2[any, error](disks)}}, nil
	})
	printGet(gw, "/volume/v3/p/volumes")
	// Output:
	// 200 {"volumes": [{"name": "db"}, {"name": "logs"}]}
}

// disk writes its own JSON, so that a list of thousands copies nothing.
type disk struct{ name string }

func (d *disk) AppendJSON(b []byte) ([]byte, error) {
	b, err := jumpgate.AppendMember(append(b, '{'), "name", &d.name)
	return append(b, '}'), err
}

func ExampleAppender() {
	gw := answers("v3_volume", func(r *jumpgate.Request) (any, error) {
		return jumpgate.Object{{Name: "volume", Value: &disk{"db"}}}, nil
	})
	printGet(gw, "/volume/v3/p/volumes/1")
	// Output:
	// 200 {"volume": {"name": "db"}}
}

// The client reads the message in the form of the service. The cause reaches the
// log alone.
func ExampleError() {
	gw := answers("v3_volume", func(r *jumpgate.Request) (any, error) {
		if r.Var("volume_id") == "busy" {
			return nil, &jumpgate.Error{Kind: jumpgate.Unavailable, Message: "Back in a minute.", RetryAfter: time.Minute}
		}
		return nil, jumpgate.NotFound.Wrap(errors.New("no row in table disks"), "Volume %s could not be found.", r.Var("volume_id"))
	})
	printGet(gw, "/volume/v3/p/volumes/1")
	printGet(gw, "/volume/v3/p/volumes/busy")
	// Output:
	// 404 {"itemNotFound": {"code": 404, "message": "Volume 1 could not be found."}}
	// 503 {"serviceUnavailable": {"code": 503, "message": "Back in a minute."}}
}

// A handler made by hand asks which microversion was agreed on.
func ExampleNegotiate() {
	gw := answers("v3_volume", func(r *jumpgate.Request) (any, error) {
		o := jumpgate.Object{{Name: "name", Value: "db"}}
		if r.Env.Version.AtLeast(jumpgate.Microversion{Major: 3, Minor: 13}) {
			o = append(o, jumpgate.Member{Name: "group_id", Value: nil})
		}
		return o, nil
	})
	hook := jumpgate.Negotiate(jumpgate.Microversion{Major: 3}, jumpgate.Microversion{Major: 3, Minor: 20})
	if err := gw.Dispatcher(jumpgate.Volume).AddRequestHook(hook); err != nil {
		log.Fatal(err)
	}
	printGet(gw, "/volume/v3/p/volumes/1")
	printGet(gw, "/volume/v3/p/volumes/1", "OpenStack-API-Version", "volume 3.13")
	printGet(gw, "/volume/v3/p/volumes/1", "OpenStack-API-Version", "volume 3.99")
	// Output:
	// 200 {"name": "db"}
	// 200 {"name": "db", "group_id": null}
	// 406 {"computeFault": {"code": 406, "message": "Version 3.99 is not supported by the API. Minimum is 3.0 and maximum is 3.20."}}
}

// A driver for some endpoints goes before one for the rest.
func ExampleDrivers() {
	mine := jumpgate.DriverFunc(func(_ *jumpgate.Gateway, disp *jumpgate.Dispatcher) error {
		return disp.SetHandler("v3_volume", jumpgate.Methods{"GET": func(*jumpgate.Request) (any, error) { return "mine", nil }})
	})
	theirs := jumpgate.DriverFunc(func(_ *jumpgate.Gateway, disp *jumpgate.Dispatcher) error {
		h := jumpgate.Methods{"GET": func(*jumpgate.Request) (any, error) { return "theirs", nil }}
		return errors.Join(disp.SetHandler("v3_volume", h), disp.SetHandler("v3_snapshot", h))
	})
	gw, err := jumpgate.New(jumpgate.Options{Services: map[jumpgate.Service]jumpgate.ServiceOptions{
		jumpgate.Volume: {Driver: jumpgate.Drivers(mine, theirs), Open: true},
	}})
	if err != nil {
		log.Fatal(err)
	}
	printGet(gw, "/volume/v3/p/volumes/1")
	printGet(gw, "/volume/v3/p/snapshots/1")
	// Output:
	// 200 "mine"
	// 200 "theirs"
}

// A response hook sees how each request ended.
func ExampleGateway_AddResponseHook() {
	gw := answers("v3_volume", func(*jumpgate.Request) (any, error) { return nil, jumpgate.NotFound })
	gw.AddResponseHook(func(r *jumpgate.Request, o jumpgate.Outcome) {
		fmt.Println(r.Method, r.Endpoint().Name, o.Status)
	})
	gw.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/volume/v3/p/volumes/1", nil))
	// Output:
	// GET v3_volume 404
}

// The names of all endpoints are data.
func ExampleEndpoints() {
	for _, e := range jumpgate.Endpoints(jumpgate.Compute) {
		if e.Version == "v2.1" && e.Since >= "2.9" {
			fmt.Println(e.Name, e.Methods, e.Path, e.Since)
		}
	}
	// Output:
	// v21_server_shares [GET POST] /v2.1/servers/{server_id}/shares 2.97
	// v21_server_share [GET DELETE] /v2.1/servers/{server_id}/shares/{share_id} 2.97
}
