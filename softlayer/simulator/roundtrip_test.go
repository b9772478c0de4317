package simulator_test

import (
	"context"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/softlayer/jumpgate/softlayer"
	"github.com/softlayer/jumpgate/softlayer/simulator"
)

// A program that has the simulator in itself needs no socket to it.
func ExampleSimulator_RoundTrip() {
	_, err := softlayer.New(softlayer.Options{Endpoint: "http://simulator/rest/v3.1", Transport: simulator.New(simulator.Options{})})
	if err != nil {
		panic(err)
	}
}

// TestRoundTrip: without a socket every answer is as with one.
func TestRoundTrip(t *testing.T) {
	clock := simulator.NewClock(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
	opts := simulator.Options{Now: clock.Now}
	server := httptest.NewServer(simulator.New(opts))
	defer server.Close()
	direct := simulator.New(opts)
	ask := func(transport http.RoundTripper, verb, path, body string) (*http.Response, string) {
		var in io.Reader
		if body != "" {
			in = strings.NewReader(body)
		}
		r, err := http.NewRequest(verb, server.URL+"/rest/v3.1/"+path, in)
		if err != nil {
			t.Fatal(err)
		}
		r.SetBasicAuth(simulator.DemoUser, simulator.DemoKey)
		answer, err := transport.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		text, err := io.ReadAll(answer.Body)
		if err != nil || int64(len(text)) != answer.ContentLength {
			t.Errorf("%s %s: %d bytes of %d, %v", verb, path, len(text), answer.ContentLength, err)
		}
		return answer, string(text)
	}
	for _, c := range [][3]string{
		{"GET", "Account/getVirtualGuests.json?resultLimit=0,1&objectMask=mask[id]"},
		{"POST", "SoftLayer_Virtual_Guest.json", `{"parameters":[{"hostname": "web", "domain": "example.com", "hourlyBillingFlag": true,
			"datacenter": {"name": "dal13"}, "operatingSystemReferenceCode": "DEBIAN_12_64", "supplementalCreateObjectOptions": {"flavorKeyName": "B1_2X4X25"}}]}`},
		{"GET", "Account/getNothing.json"},
		{"GET", "Virtual_Guest/1.json"},
		{"POST", "Virtual_Guest/1/editObject.json", "{"},
	} {
		want, wanted := ask(http.DefaultTransport, c[0], c[1], c[2])
		got, text := ask(direct, c[0], c[1], c[2])
		want.Header.Del("Date")
		if got.Status != want.Status || text != wanted || !maps.EqualFunc(got.Header, want.Header, func(a, b []string) bool { return strings.Join(a, "") == strings.Join(b, "") }) {
			t.Errorf("%s %s: %s %v %s, want %s %v %s", c[0], c[1], got.Status, got.Header, text, want.Status, want.Header, wanted)
		}
	}

	direct.Inject(simulator.Fault{Times: 1, Reset: true})
	r, _ := http.NewRequest("GET", server.URL+"/rest/v3.1/Account.json", http.NoBody)
	r.SetBasicAuth(simulator.DemoUser, simulator.DemoKey)
	if answer, err := direct.RoundTrip(r); err == nil {
		t.Errorf("a connection that breaks: %v", answer)
	}
	direct.Inject(simulator.Fault{Times: 1, Latency: time.Hour})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if answer, err := direct.RoundTrip(r.WithContext(ctx)); !errors.Is(err, context.Canceled) {
		t.Errorf("a client that leaves: %v, %v", answer, err)
	}
}
