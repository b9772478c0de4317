package simulator_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/softlayer/jumpgate/softlayer/simulator"
)

// A test steps through the life of a server without waiting for it.
func Example() {
	clock := simulator.NewClock(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
	sim := simulator.New(simulator.Options{Now: clock.Now, Step: time.Minute})
	server := httptest.NewServer(sim)
	defer server.Close()

	call := func(verb, path, body string) string {
		req, err := http.NewRequest(verb, server.URL+"/rest/v3.1/"+path, strings.NewReader(body))
		if err != nil {
			return err.Error()
		}
		req.SetBasicAuth(simulator.DemoUser, simulator.DemoKey)
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			return err.Error()
		}
		defer res.Body.Close()
		text, err := io.ReadAll(res.Body)
		if err != nil {
			return err.Error()
		}
		return string(text)
	}

	call("POST", "SoftLayer_Virtual_Guest.json", `{"parameters":[{
		"hostname": "web", "domain": "example.com", "hourlyBillingFlag": true, "datacenter": {"name": "dal13"},
		"operatingSystemReferenceCode": "DEBIAN_12_64",
		"supplementalCreateObjectOptions": {"flavorKeyName": "B1_2X4X25"}
	}]}`)
	const list = "SoftLayer_Account/getVirtualGuests.json?objectMask=mask[hostname,primaryIpAddress,activeTransaction.transactionStatus[name]]"
	fmt.Println(call("GET", list, ""))
	clock.Advance(time.Hour)
	fmt.Println(call("GET", list, ""))
	fmt.Println(sim.Calls())
	// Output:
	// [{"hostname":"web","activeTransaction":{"createDate":"2026-03-01T06:00:00-06:00","elapsedSeconds":0,"guestId":104500012,"hardwareId":null,"id":238400010,"modifyDate":"2026-03-01T06:00:00-06:00","statusChangeDate":"2026-03-01T06:00:00-06:00","transactionStatus":{"name":"ASSIGN_HOST"}}}]
	// [{"hostname":"web","primaryIpAddress":"198.18.0.2"}]
	// map[SoftLayer_Account::getVirtualGuests:2 SoftLayer_Virtual_Guest::createObject:1]
}

// The next server is ordered, but the answer gets lost on the way.
func ExampleSimulator_Inject() {
	sim := simulator.New(simulator.Options{})
	sim.Inject(simulator.Fault{
		Service: "SoftLayer_Virtual_Guest", Method: "createObject", Times: 1, Reset: true, AfterEffect: true,
	})
	// From now on every list takes a while.
	remove := sim.Inject(simulator.Fault{Service: "SoftLayer_Account", Latency: 200 * time.Millisecond})
	remove()
}
