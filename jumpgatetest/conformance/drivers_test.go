package conformance_test

import (
	"net/http/httptest"
	"testing"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/jumpgatetest"
	"github.com/softlayer/jumpgate/jumpgatetest/conformance"
	"github.com/softlayer/jumpgate/passthrough"
)

// serve returns where users sign in to a Gateway with one driver for all.
func serve(t *testing.T, d jumpgate.Driver) string {
	t.Helper()
	gw, err := jumpgate.New(jumpgate.Options{Services: map[jumpgate.Service]jumpgate.ServiceOptions{
		jumpgate.Identity: {Driver: d}, jumpgate.Compute: {Driver: d}, jumpgate.Image: {Driver: d},
	}})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(gw)
	t.Cleanup(server.Close)
	return server.URL + "/v3"
}

func TestPassthrough(t *testing.T) {
	c := jumpgatetest.New(t, jumpgatetest.Options{})
	base := c.AuthURL[:len(c.AuthURL)-len("/v3")]
	driver, err := passthrough.New(passthrough.Options{Endpoints: map[jumpgate.Service]string{
		jumpgate.Identity: base, jumpgate.Compute: base + "/compute", jumpgate.Image: base + "/image",
	}})
	if err != nil {
		t.Fatal(err)
	}
	demo, alt := c.User("demo"), c.User("alt_demo")
	conformance.Run(t, conformance.Harness{
		AuthURL: serve(t, driver),
		Users: [2]conformance.User{
			{Name: demo.Name, Password: demo.Password, ProjectID: demo.ProjectID}, {Name: alt.Name, Password: alt.Password, ProjectID: alt.ProjectID},
		},
		FlavorID: c.Flavors[0].ID, ImageID: c.Images[0].ID,
	})
}
