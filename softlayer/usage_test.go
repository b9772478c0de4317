package softlayer

import (
	"testing"
	"time"

	"github.com/softlayer/jumpgate/softlayer/simulator"
)

// TestUsage counts the hours of servers on a stepped clock.
func TestUsage(t *testing.T) {
	w := newWorld(t, setup{clockNow: true})
	clock := w.clock
	id := w.boot(simulator.DemoUser, "web")
	var server struct {
		Server struct {
			Launched string `json:"OS-SRV-USG:launched_at"`
		}
	}
	w.into(w.raw(simulator.DemoUser, "GET", "/compute/v2.1/servers/"+id, ""), &server)
	launched, err := time.Parse("2006-01-02T15:04:05.000000", server.Server.Launched)
	if err != nil {
		t.Fatal(err)
	}
	w.clock.Advance(3 * time.Hour)
	want := clock.Now().Sub(launched).Hours()

	var body struct {
		Usage struct {
			Hours   float64 `json:"total_hours"`
			CPUs    float64 `json:"total_vcpus_usage"`
			Memory  float64 `json:"total_memory_mb_usage"`
			Disk    float64 `json:"total_local_gb_usage"`
			Servers []struct {
				ID     string `json:"instance_id"`
				Flavor string
				Uptime int
				State  string
			} `json:"server_usages"`
		} `json:"tenant_usage"`
	}
	const path = "/compute/v2.1/os-simple-tenant-usage/"
	w.token(simulator.DemoUser) // three hours are more than one lasts
	if n := w.calls(func() {
		w.into(w.raw(simulator.DemoUser, "GET", path+"307001?start=2026-03-01T00:00:00", ""), &body)
	}); n != 1 {
		t.Errorf("%d calls", n)
	}
	u := body.Usage
	near := func(a, b float64) bool { return a == b }
	if !near(u.Hours, want) || !near(u.CPUs, 2*want) || !near(u.Memory, 4096*want) || !near(u.Disk, 25*want) {
		t.Errorf("%+v, want %v hours", u, want)
	}
	if len(u.Servers) != 1 || u.Servers[0].ID != id || u.Servers[0].Flavor != flavor || u.Servers[0].State != "active" ||
		!near(float64(u.Servers[0].Uptime), want*3600) {
		t.Errorf("%+v", u.Servers)
	}
	for target, status := range map[string]int{"": 404, "307002": 403, "307001?end=2026-03-01T00:00:00": 400, "307001?start=2030-01-01T00:00:00": 400} {
		if a := w.raw(simulator.DemoUser, "GET", path+target, ""); a.status != status {
			t.Errorf("%s: %d %s", target, a.status, a.body)
		}
	}
}
