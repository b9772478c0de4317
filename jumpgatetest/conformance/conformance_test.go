package conformance_test

import (
	"testing"
	"time"

	"github.com/softlayer/jumpgate/jumpgatetest"
	"github.com/softlayer/jumpgate/jumpgatetest/conformance"
)

func TestMemory(t *testing.T) {
	c := jumpgatetest.New(t, jumpgatetest.Options{BuildTime: 20 * time.Millisecond, ActionTime: 20 * time.Millisecond})
	user := func(name string) conformance.User {
		u := c.User(name)
		return conformance.User{Name: u.Name, Password: u.Password, ProjectID: u.ProjectID}
	}
	conformance.Run(t, conformance.Harness{
		AuthURL: c.AuthURL, Users: [2]conformance.User{user("demo"), user("alt_demo")},
		FlavorID: c.Flavors[0].ID, ImageID: c.Images[0].ID, Pause: 5 * time.Millisecond, Advance: c.Clock.Advance,
	})
}
