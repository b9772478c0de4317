// Command driver serves a home-made cloud as OpenStack. It is the example of
// docs/guide.md.
package main

import (
	"flag"
	"fmt"
	"log"
	"log/slog"
	"net/http"
	"time"

	"github.com/softlayer/jumpgate"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:5000", "`address` to serve on")
	flag.Parse()
	gw, err := newGateway(newCloud())
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("Serving on http://%s/v3; ada's password is lovelace\n", *listen)
	server := &http.Server{Addr: *listen, Handler: gw, ReadHeaderTimeout: 10 * time.Second}
	log.Fatal(server.ListenAndServe())
}

func newGateway(c *cloud) (*jumpgate.Gateway, error) {
	d := &driver{cloud: c}
	return jumpgate.New(jumpgate.Options{
		Services: map[jumpgate.Service]jumpgate.ServiceOptions{
			jumpgate.Identity: {Driver: d}, // at /
			jumpgate.Compute:  {Driver: d}, // at /compute
			jumpgate.Image:    {Driver: d}, // at /image
		},
		Logger: slog.Default(),
	})
}
