package main

import (
	"testing"
	"time"

	"github.com/softlayer/jumpgate/jumpgatetest/conformance"
)

// TestConformance holds the driver against what every OpenStack must stand.
func TestConformance(t *testing.T) {
	c := newCloud()
	c.bootTime = 10 * time.Millisecond
	conformance.Run(t, conformance.Harness{
		AuthURL:  serve(t, c) + "/v3",
		Users:    [2]conformance.User{{Name: "ada", Password: "lovelace"}, {Name: "grace", Password: "hopper"}},
		FlavorID: "small", ImageID: "5a7b8a4e-6f3c-4b86-9d0e-0c2f6f1f1c11", Pause: 5 * time.Millisecond,
	})
}
