package softlayer

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/hypervisors"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/services"

	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/simulator"
)

// TestHypervisors: dedicated hosts and their datacenters are for who has some.
func TestHypervisors(t *testing.T) {
	accounts := simulator.DemoAccounts()
	accounts[0].Hosts = []simulator.Host{{Name: "own1"}, {Name: "own2"}, {Name: "far", Datacenter: "fra05"}}
	accounts[0].Guests = []simulator.Guest{{Hostname: "a", Host: "own2"}, {Hostname: "b"}, {Hostname: "c", Host: "own2", Flavor: "B1_4X8X100"}}
	w := newWorld(t, setup{sim: simulator.Options{Accounts: accounts}})
	latest := []string{"OpenStack-API-Version", "compute 2.96"}

	var list struct {
		Hypervisors []struct {
			ID      any
			Name    string `json:"hypervisor_hostname"`
			State   string
			CPUs    int `json:"vcpus"`
			Used    int `json:"vcpus_used"`
			Memory  int `json:"memory_mb_used"`
			Running int `json:"running_vms"`
			Service struct {
				ID   any
				Host string
			}
			Servers []struct{ Name, UUID string }
		}
	}
	w.into(w.raw(simulator.DemoUser, "GET", "/compute/v2.1/os-hypervisors/detail", ""), &list)
	if len(list.Hypervisors) != 3 {
		t.Fatalf("%+v", list)
	}
	if h := list.Hypervisors[1]; h.Name != "own2" || h.State != "up" || h.CPUs != 56 || h.Used != 6 || h.Memory != 12*1024 || h.Running != 2 ||
		h.Service.Host != "dal13" || list.Hypervisors[2].Service.Host != "fra05" {
		t.Errorf("%+v", list)
	}
	w.into(w.raw(simulator.DemoUser, "GET", "/compute/v2.1/os-hypervisors?with_servers=true", "", latest...), &list)
	if h := list.Hypervisors[1]; len(h.Servers) != 2 || h.Servers[0].Name != "a" || !keep.GUID.MatchString(fmt.Sprint(h.ID)) {
		t.Errorf("%+v", list)
	}
	if a := w.raw(simulator.DemoUser, "POST", "/compute/v2.1/servers", order(map[string]any{"name": "d", "hypervisor_hostname": "far", "networks": "auto"}), latest...); a.status != 202 {
		t.Errorf("%d %s", a.status, a.body)
	}
	w.raw(simulator.DemoUser, "POST", "/compute/v2.1/servers", order(map[string]any{"availability_zone": "fra05:own1"})).
		refused(t, 400, "Compute host own1 could not be found.")
	w.into(w.raw(simulator.DemoUser, "GET", "/compute/v2.1/os-hypervisors?with_servers=true", "", latest...), &list)
	if h := list.Hypervisors[2]; len(h.Servers) != 1 || h.Servers[0].Name != "d" {
		t.Errorf("%+v", list)
	}
	w.raw(simulator.DemoUser, "DELETE", "/compute/v2.1/servers/"+list.Hypervisors[1].Servers[0].UUID, "")
	w.into(w.raw(simulator.DemoUser, "GET", "/compute/v2.1/os-hypervisors?with_servers=true", "", latest...), &list)
	if len(list.Hypervisors[1].Servers) != 1 {
		t.Errorf("%+v", list)
	}
	a := w.raw(simulator.DemoUser, "GET", "/compute/v2.1/os-services", "")
	for _, part := range []string{`"host": "dal13"`, `"host": "fra05"`, `"zone": "fra05"`} {
		if strings.Count(a.body, part) != 1 {
			t.Errorf("%s in %s", part, a.body)
		}
	}

	client := w.compute(simulator.DemoUser)
	for _, version := range []string{"2.1", "2.53", "2.87", "2.96"} {
		client.Microversion = version
		pages, err := hypervisors.List(client, nil).AllPages(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if hosts, err := hypervisors.ExtractHypervisors(pages); err != nil || len(hosts) != 3 || hosts[1].HypervisorHostname != "own2" || hosts[1].Service.Host != "dal13" {
			t.Errorf("at %s: %+v, %v", version, hosts, err)
		}
		if pages, err = services.List(client, services.ListOpts{Binary: "nova-compute"}).AllPages(context.Background()); err != nil {
			t.Fatal(err)
		}
		if list, err := services.ExtractServices(pages); err != nil || len(list) != 2 || list[0].State != "up" {
			t.Errorf("at %s: %+v, %v", version, list, err)
		}
	}
	client.Microversion = "2.1"
	if sum, err := hypervisors.GetStatistics(context.Background(), client).Extract(); err != nil || sum.Count != 3 || sum.VCPUs != 3*56 {
		t.Errorf("%+v, %v", sum, err)
	}
	for path, rule := range map[string]string{"os-hypervisors": "os-hypervisors:list", "os-services": "os-services:list"} {
		w.raw(simulator.AltUser, "GET", "/compute/v2.1/"+path, "").refused(t, 403, "Policy doesn't allow os_compute_api:"+rule+" to be performed.")
	}
}
