package compute_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/softlayer/jumpgate/openstack/compute"
)

// fixed yields the same servers to everybody.
type fixed []*compute.Server

func (f fixed) ListServers(context.Context, compute.ServerQuery) iter.Seq2[*compute.Server, error] {
	return func(yield func(*compute.Server, error) bool) {
		for _, s := range f {
			if !yield(s, nil) {
				return
			}
		}
	}
}

func manyServers(n int) fixed {
	var list fixed
	when := date("2026-11-23T16:07:52Z")
	for i := range n {
		list = append(list, &compute.Server{
			ID: fmt.Sprintf("c414f770-12ac-41ee-bd16-%012d", i), Name: fmt.Sprintf("server %d", i), ProjectID: project, UserID: user,
			Status: "ACTIVE", VMState: "active", PowerState: compute.PowerRunning, Created: when, Updated: when, Launched: when,
			HostID: "161dd124b37c9aed4c4b78bf1960a25a1c5c6c15accc4c507d78bc16", AvailabilityZone: "nova", ImageID: image,
			Flavor: compute.Flavor{ID: "42", Name: "m1.nano"}, KeyName: "key", SecurityGroups: []string{"default"},
			Metadata: map[string]string{"k": "v"},
			Networks: []compute.NetworkAddresses{{Name: "private", Addresses: []compute.Address{
				{Version: 4, Addr: "10.11.12.42", MAC: "fa:16:3e:8a:1b:ff"},
				{Version: 4, Addr: "192.0.2.42", MAC: "fa:16:3e:8a:1b:ff", Floating: true},
			}}},
		})
	}
	return list
}

// The control: the same answer as structs for encoding/json, made from the
// same servers.
type (
	plainLink struct {
		Rel  string `json:"rel"`
		Href string `json:"href"`
	}
	plainRef struct {
		ID    string      `json:"id"`
		Links []plainLink `json:"links"`
	}
	plainAddress struct {
		Version int    `json:"version"`
		Addr    string `json:"addr"`
		Type    string `json:"OS-EXT-IPS:type"`
		MAC     string `json:"OS-EXT-IPS-MAC:mac_addr"`
	}
	plainServer struct {
		ID          string                    `json:"id"`
		Name        string                    `json:"name"`
		Status      string                    `json:"status"`
		ProjectID   string                    `json:"tenant_id"`
		UserID      string                    `json:"user_id"`
		Metadata    map[string]string         `json:"metadata"`
		HostID      string                    `json:"hostId"`
		Image       plainRef                  `json:"image"`
		Flavor      plainRef                  `json:"flavor"`
		Created     time.Time                 `json:"created"`
		Updated     time.Time                 `json:"updated"`
		Addresses   map[string][]plainAddress `json:"addresses"`
		AccessIPv4  string                    `json:"accessIPv4"`
		AccessIPv6  string                    `json:"accessIPv6"`
		Links       []plainLink               `json:"links"`
		DiskConfig  string                    `json:"OS-DCF:diskConfig"`
		Progress    int                       `json:"progress"`
		Zone        string                    `json:"OS-EXT-AZ:availability_zone"`
		ConfigDrive string                    `json:"config_drive"`
		KeyName     string                    `json:"key_name"`
		Launched    string                    `json:"OS-SRV-USG:launched_at"`
		Terminated  *string                   `json:"OS-SRV-USG:terminated_at"`
		Groups      []map[string]string       `json:"security_groups"`
		TaskState   *string                   `json:"OS-EXT-STS:task_state"`
		VMState     string                    `json:"OS-EXT-STS:vm_state"`
		PowerState  int                       `json:"OS-EXT-STS:power_state"`
		Volumes     []string                  `json:"os-extended-volumes:volumes_attached"`
	}
)

func plain(s *compute.Server) plainServer {
	const base = "http://127.0.0.1:18774"
	p := plainServer{
		ID: s.ID, Name: s.Name, Status: s.Status, ProjectID: s.ProjectID, UserID: s.UserID, Metadata: s.Metadata, HostID: s.HostID,
		Image:   plainRef{s.ImageID, []plainLink{{"bookmark", base + "/images/" + s.ImageID}}},
		Flavor:  plainRef{s.Flavor.ID, []plainLink{{"bookmark", base + "/flavors/" + s.Flavor.ID}}},
		Created: s.Created, Updated: s.Updated, Addresses: make(map[string][]plainAddress),
		Links:      []plainLink{{"self", base + "/v2.1/servers/" + s.ID}, {"bookmark", base + "/servers/" + s.ID}},
		DiskConfig: "MANUAL", Zone: s.AvailabilityZone, KeyName: s.KeyName, Launched: s.Launched.Format("2006-01-02T15:04:05.000000"),
		VMState: s.VMState, PowerState: int(s.PowerState), Volumes: []string{},
	}
	for _, n := range s.Networks {
		for _, a := range n.Addresses {
			kind := "fixed"
			if a.Floating {
				kind = "floating"
			}
			p.Addresses[n.Name] = append(p.Addresses[n.Name], plainAddress{a.Version, a.Addr, kind, a.MAC})
		}
	}
	for _, g := range s.SecurityGroups {
		p.Groups = append(p.Groups, map[string]string{"name": g})
	}
	return p
}

// discard is a ResponseWriter that counts.
type discard struct {
	header http.Header
	n      int
}

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) WriteHeader(int)             {}
func (d *discard) Write(p []byte) (int, error) { d.n += len(p); return len(p), nil }

// BenchmarkServersDetail lists 1,000 servers in detail. "x/control" is the
// time relative to that of encoding/json for structs of the same content.
func BenchmarkServersDetail(b *testing.B) {
	servers := manyServers(1000)
	gw := newGateway(b, servers)
	req := httptest.NewRequest("GET", "/v2.1/servers/detail", nil)
	req.Header.Set("X-Auth-Token", "demo")
	served := func() int {
		w := &discard{header: http.Header{}}
		gw.ServeHTTP(w, req)
		return w.n
	}
	control := func() int {
		w := &discard{header: http.Header{}}
		list := make([]plainServer, len(servers))
		for i, s := range servers {
			list[i] = plain(s)
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"servers": list})
		return w.n
	}
	if n, m := served(), control(); n < m || n > m*12/10 {
		b.Fatalf("%d bytes, the control has %d", n, m)
	}
	var ours, theirs time.Duration
	b.ReportAllocs()
	for b.Loop() {
		start := time.Now()
		served()
		ours += time.Since(start)
		b.StopTimer() // the allocations reported are ours alone
		start = time.Now()
		control()
		theirs += time.Since(start)
		b.StartTimer()
	}
	b.ReportMetric(float64(ours)/float64(theirs), "x/control")
	b.ReportMetric(float64(ours.Nanoseconds())/float64(b.N)/1000, "ns/server")
}

// TestControl: the benchmark's control says the same as the answer.
func TestControl(t *testing.T) {
	servers := manyServers(1)
	var ours, control struct{ Servers []map[string]any }
	w := get(newGateway(t, servers), "/v2.1/servers/detail")
	text, err := json.Marshal(map[string]any{"servers": []plainServer{plain(servers[0])}})
	if err != nil {
		t.Fatal(err)
	}
	for into, from := range map[any]io.Reader{&ours: w.Body, &control: bytes.NewReader(text)} {
		if err := json.NewDecoder(from).Decode(into); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(control, ours); diff != "" {
		t.Errorf("(-control +ours):\n%s", diff)
	}
}
