package softlayer

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/simulator"
)

// roundTripper is a function that makes requests.
type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

// newPatientWorld is a world whose clock goes on when somebody waits for an
// address.
func newPatientWorld(t *testing.T) *world {
	var w *world
	w = newWorld(t, setup{driver: Options{Transport: roundTripper(func(req *http.Request) (*http.Response, error) {
		if strings.Contains(req.URL.Path, "getGlobalIpRecords") {
			defer w.clock.Advance(step)
		}
		return http.DefaultTransport.RoundTrip(req)
	})}})
	w.driver.core.API.Pause = time.Millisecond
	return w
}

// globalIP orders an address and waits until it is there.
func (w *world) globalIP() (id, address string) {
	w.Helper()
	price, err := w.driver.network.LoadGlobalPrice(asDemo())
	if err != nil {
		w.Fatal(err)
	}
	if _, err := w.driver.network.OrderGlobalIP(asDemo(), price); err != nil {
		w.Fatal(err)
	}
	w.clock.Advance(step)
	all, err := w.driver.compute.FloatingIPs(asDemo())
	if err != nil || len(all) != 1 {
		w.Fatalf("%v, %v", all, err)
	}
	return all[0].ID, all[0].Address
}

type shownIP struct {
	ID, IP, Pool string
	Fixed        string `json:"fixed_ip"`
	Server       string `json:"instance_id"`
}

func (w *world) floatingIP() shownIP {
	w.Helper()
	var made struct {
		IP shownIP `json:"floating_ip"`
	}
	w.into(w.raw(simulator.DemoUser, "POST", "/compute/v2.1/os-floating-ips", `{"pool":"public"}`), &made)
	return made.IP
}

// TestFloatingIPLife gets an address, moves it from server to server and gives
// it back.
func TestFloatingIPLife(t *testing.T) {
	w := newPatientWorld(t)
	one, two := w.boot(simulator.DemoUser, "one"), w.boot(simulator.DemoUser, "two")
	var ip shownIP
	if n := w.calls(func() { ip = w.floatingIP() }); n != 4 { // the price, the order, two looks
		t.Errorf("an address costs %d calls", n)
	}
	if ip.ID == "" || !strings.HasPrefix(ip.IP, "198.19.") || ip.Pool != "public" || ip.Fixed != "" || ip.Server != "" {
		t.Fatalf("%+v", ip)
	}
	act := func(server, action, rest string) *answer {
		w.clock.Advance(step)
		return w.raw(simulator.DemoUser, "POST", "/compute/v2.1/servers/"+server+"/action", `{"`+action+`":{"address":"`+ip.IP+`"`+rest+`}}`)
	}
	addresses := func(server string) (fixed, floating string) {
		var shown struct {
			Server struct {
				Addresses map[string][]struct {
					Addr string
					Type string `json:"OS-EXT-IPS:type"`
				}
			}
		}
		w.into(w.raw(simulator.DemoUser, "GET", "/compute/v2.1/servers/"+server, ""), &shown)
		for network, list := range shown.Server.Addresses {
			for _, a := range list {
				switch {
				case !strings.Contains(network, ".fcr"):
				case a.Type == "floating":
					floating = a.Addr
				default:
					fixed = a.Addr
				}
			}
		}
		return fixed, floating
	}
	for _, server := range []string{one, two} {
		if a := act(server, "addFloatingIp", ""); a.status != http.StatusAccepted {
			t.Fatalf("%d %s", a.status, a.body)
		}
		w.clock.Advance(step)
		fixed, floating := addresses(server)
		var shown struct {
			IP shownIP `json:"floating_ip"`
		}
		w.into(w.raw(simulator.DemoUser, "GET", "/compute/v2.1/os-floating-ips/"+ip.ID, ""), &shown)
		if floating != ip.IP || shown.IP.Server != server || shown.IP.Fixed != fixed {
			t.Errorf("%s %s, %+v", fixed, floating, shown)
		}
	}
	if _, floating := addresses(one); floating != "" {
		t.Errorf("it is at the first server still: %s", floating)
	}
	act(one, "removeFloatingIp", "").refused(t, 409, "Floating IP "+ip.IP+" is not associated with instance "+one+".")
	act(one, "addFloatingIp", `,"fixed_address":"192.0.2.1"`).refused(t, 400, "Specified fixed address not assigned to instance")
	var ips struct {
		Addresses map[string][]struct{ Addr string }
	}
	w.into(w.raw(simulator.DemoUser, "GET", "/compute/v2.1/servers/"+one+"/ips", ""), &ips)
	private := ""
	for network, list := range ips.Addresses {
		if strings.Contains(network, ".bcr") {
			private = list[0].Addr
		}
	}
	act(one, "addFloatingIp", `,"fixed_address":"`+private+`"`).refused(t, 400, "Unable to associate floating IP "+ip.IP+" to fixed IP "+private+
		" for instance "+one+". Error: this cloud routes floating IPs to the public address of a server alone")
	if a := act(two, "removeFloatingIp", ""); a.status != http.StatusAccepted {
		t.Errorf("%d %s", a.status, a.body)
	}
	_, message := act(one, "addFloatingIp", "").fault()
	if message != "" {
		t.Error(message)
	}

	// A server that is deleted has no address, though SoftLayer still routes it.
	w.clock.Advance(step)
	w.raw(simulator.DemoUser, "DELETE", "/compute/v2.1/servers/"+one, "")
	if a := w.raw(simulator.DemoUser, "GET", "/compute/v2.1/os-floating-ips/"+ip.ID, ""); !strings.Contains(a.body, `"fixed_ip": null, "instance_id": null`) {
		t.Error(a.body)
	}
	one = w.boot(simulator.DemoUser, "one again")

	// SoftLayer changes one route at a time.
	w.clock.Advance(step)
	var wg sync.WaitGroup
	for _, server := range []string{one, two, two} {
		wg.Go(func() {
			a, err := w.try(simulator.DemoUser, "POST", "/compute/v2.1/servers/"+server+"/action", `{"addFloatingIp":{"address":"`+ip.IP+`"}}`)
			if err != nil || a.status != http.StatusAccepted && (a.status != http.StatusBadRequest || !strings.Contains(a.body, "still busy")) {
				t.Errorf("%+v, %v", a, err)
			}
		})
	}
	wg.Wait()

	alt := "/compute/v2.1/os-floating-ips/" + ip.ID
	w.raw(simulator.AltUser, "GET", alt, "").refused(t, 404, "Floating IP not found for ID "+ip.ID)
	w.raw(simulator.AltUser, "DELETE", alt, "").refused(t, 404, "Floating IP not found for ID "+ip.ID)
	for _, id := range []string{"x", keep.IDOf(keep.SecurityGroupKind, 203006), keep.IDOf(keep.FloatingIPKind, 5)} {
		w.raw(simulator.DemoUser, "DELETE", "/compute/v2.1/os-floating-ips/"+id, "").refused(t, 404, "Floating IP not found for ID "+id)
	}
	if a := w.raw(simulator.DemoUser, "DELETE", alt, ""); a.status != http.StatusAccepted {
		t.Errorf("%d %s", a.status, a.body)
	}
	w.raw(simulator.DemoUser, "DELETE", alt, "").refused(t, 404, "Floating IP not found for ID "+ip.ID)
	if a := w.raw(simulator.DemoUser, "GET", "/compute/v2.1/os-floating-ips", ""); a.body != `{"floating_ips": []}` {
		t.Error(a.body)
	}
}

// TestFloatingIPsUnreachable: servers that no address can lead to.
func TestFloatingIPsUnreachable(t *testing.T) {
	w := newPatientWorld(t)
	ip := w.floatingIP()
	add := func(server string) *answer {
		return w.raw(simulator.DemoUser, "POST", "/compute/v2.1/servers/"+server+"/action", `{"addFloatingIp":{"address":"`+ip.IP+`"}}`)
	}
	var made struct{ Server struct{ ID string } }
	w.into(w.raw(simulator.DemoUser, "POST", "/compute/v2.1/servers", order(nil)), &made)
	add(made.Server.ID).refused(t, 400, "Instance network is not ready yet")
	var networks struct{ Networks []struct{ ID, Label string } }
	w.into(w.raw(simulator.DemoUser, "GET", "/compute/v2.1/os-networks", ""), &networks)
	for _, n := range networks.Networks {
		if strings.HasPrefix(n.Label, "dal13.bcr") {
			w.into(w.raw(simulator.DemoUser, "POST", "/compute/v2.1/servers", order(map[string]any{"networks": []any{map[string]any{"uuid": n.ID}}})), &made)
		}
	}
	w.clock.Advance(20 * step)
	if a := add(made.Server.ID); !strings.Contains(a.body, "to the public address of a server alone") {
		t.Errorf("%d %s", a.status, a.body)
	}
	w.raw(simulator.AltUser, "POST", "/compute/v2.1/servers/"+made.Server.ID+"/action", `{"addFloatingIp":{"address":"`+ip.IP+`"}}`).
		refused(t, 404, "Instance "+made.Server.ID+" could not be found.")
}

// TestFloatingIPOrders: an order is placed once, whatever becomes of it.
func TestFloatingIPOrders(t *testing.T) {
	for _, test := range []struct {
		fault   simulator.Fault
		status  int
		message string
	}{
		{simulator.Fault{Method: "placeOrder", Status: 500, Body: `{"error":"You are over the limit of global IP addresses.","code":"SoftLayer_Exception_Public"}`}, 403, "IP allocation over quota in pool public."},
		{simulator.Fault{Method: "placeOrder", Status: 500, Body: `{"error":"None are left.","code":"SoftLayer_Exception_Public"}`}, 404, "No more floating IPs in pool public."},
		{simulator.Fault{Method: "getGlobalIpRecords", Status: 503, Body: simulator.BodyBadGateway}, 502, "The address was ordered, but the cloud did not tell it yet. Please look at the list of floating IPs before trying again."},
	} {
		w := newPatientWorld(t)
		w.token(simulator.DemoUser)
		w.sim.Inject(test.fault)
		w.raw(simulator.DemoUser, "POST", "/compute/v2.1/os-floating-ips", `{"pool":"public"}`).refused(t, test.status, test.message)
		if n := w.sim.Calls()["SoftLayer_Product_Order::placeOrder"]; n != 1 {
			t.Errorf("%d orders", n)
		}
	}
	w := newWorld(t, setup{driver: Options{Timeout: 300 * time.Millisecond}}) // its clock stands still
	if a := w.raw(simulator.DemoUser, "POST", "/compute/v2.1/os-floating-ips", `{"pool":"public"}`); a.status != 502 || !strings.Contains(a.body, "was ordered") {
		t.Errorf("%d %s", a.status, a.body)
	}
	w.clock.Advance(step)
	if a := w.raw(simulator.DemoUser, "GET", "/compute/v2.1/os-floating-ips", ""); !strings.Contains(a.body, `"ip": "198.19.`) {
		t.Errorf("what was ordered is not in the list: %s", a.body)
	}
}
