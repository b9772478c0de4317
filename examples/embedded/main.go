// Command embedded is a company's API that has OpenStack under a path of its
// own, with middleware around both and a rule about the size of servers.
// Behind it is a simulated SoftLayer.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net/http"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
	"github.com/softlayer/jumpgate/softlayer"
	"github.com/softlayer/jumpgate/softlayer/simulator"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:5000", "`address` to serve on")
	strip := flag.Bool("strip", false, "mount with http.StripPrefix in place of Options.BasePath")
	flag.Parse()
	api, err := newAPI("http://"+*listen+"/softlayer/rest/v3.1", *strip)
	if err != nil {
		log.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/", api)
	mux.Handle("/softlayer/", http.StripPrefix("/softlayer", simulator.New(simulator.Options{})))
	fmt.Printf("Serving on http://%[1]s; OpenStack's address is http://%[1]s/openstack/v3\n", *listen)
	server := &http.Server{Addr: *listen, Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	log.Fatal(server.ListenAndServe())
}

// newAPI is the company's API: its own routes, OpenStack beside them and
// middleware around all.
func newAPI(endpoint string, strip bool) (http.Handler, error) {
	driver, err := softlayer.New(softlayer.Options{Endpoint: endpoint, Ordering: softlayer.Ordering{Server: planned}})
	if err != nil {
		return nil, err
	}
	opts := jumpgate.Options{
		Services: map[jumpgate.Service]jumpgate.ServiceOptions{
			jumpgate.Identity: {Driver: driver},
			jumpgate.Compute:  {Driver: driver},
			jumpgate.Image:    {Driver: driver},
		},
		Logger: slog.Default(),
	}
	if !strip {
		opts.BasePath = "/openstack"
	}
	gw, err := jumpgate.New(opts)
	if err != nil {
		return nil, err
	}
	gw.AddRequestHook(plan)

	mux := http.NewServeMux()
	mux.HandleFunc("GET /status", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "fine\n") })
	if strip {
		mux.Handle("/openstack/", http.StripPrefix("/openstack", gw))
	} else {
		mux.Handle("/openstack/", gw)
	}
	return middleware(mux), nil
}

// middleware is the program's own. It knows nothing of OpenStack.
func middleware(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		w.Header().Set("Strict-Transport-Security", "max-age=31536000")
		next.ServeHTTP(w, req)
	})
}

// paid is how many cores the servers of a customer, by account, may have.
var paid = map[string]int{"307001": 2} // the simulator's first account

// maxCoresKey is where plan leaves how many that are.
type maxCoresKey struct{}

// plan is a request hook: it looks up what the customer has paid for. Hooks
// added after New run after identity's, so the principal is known; requests
// that need no token have none.
func plan(r *jumpgate.Request) error {
	if r.Env.Principal == nil || r.Endpoint().Service != jumpgate.Compute {
		return nil
	}
	cores := paid[r.Env.ProjectID]
	if cores == 0 && r.Method != http.MethodGet && r.Method != http.MethodHead {
		return jumpgate.Forbidden.New("Without a plan one may look and not touch.")
	}
	r.Env.Set(maxCoresKey{}, cores)
	return nil
}

// planned is the rule about orders of servers. It is no hook, because a hook
// would have to read the body as compute does: a reader that takes another one
// of two members for the flavor can be led past the rule.
func planned(ctx context.Context, _ *compute.ServerCreate, flavor compute.Flavor) error {
	most, _ := jumpgate.RequestFrom(ctx).Env.Value(maxCoresKey{}).(int)
	if flavor.VCPUs > most {
		return jumpgate.Forbidden.New("Servers have at most %d cores here.", most)
	}
	return nil
}
