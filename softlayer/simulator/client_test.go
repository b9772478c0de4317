package simulator_test

import (
	"errors"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/softlayer/jumpgate/softlayer/simulator"
	"github.com/softlayer/softlayer-go/datatypes"
	"github.com/softlayer/softlayer-go/session"
	"github.com/softlayer/softlayer-go/sl"
)

// TestSoftLayerGo drives the simulator by SoftLayer's own client library. It calls DoRequest, on which the generated
// services are a typed layer, to spare compiling them.
func TestSoftLayerGo(t *testing.T) {
	clock := simulator.NewClock(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
	sim := simulator.New(simulator.Options{Now: clock.Now, Step: time.Minute})
	server := httptest.NewServer(sim)
	defer server.Close()
	do := func(service, method string, args []any, opts *sl.Options, result any) error {
		if opts == nil {
			opts = &sl.Options{}
		}
		s := session.Session{ // a literal: session.New would look for the credentials of whoever runs the test
			UserName: simulator.DemoUser, APIKey: simulator.DemoKey, Endpoint: server.URL + "/rest/v3.1", Timeout: 10 * time.Second,
		}
		return s.DoRequest(service, method, args, opts, result)
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}

	var none []datatypes.Virtual_Guest
	must(do("SoftLayer_Account", "getVirtualGuests", nil, nil, &none))
	if len(none) != 0 {
		t.Errorf("%d guests", len(none))
	}

	var guest datatypes.Virtual_Guest
	must(do("SoftLayer_Virtual_Guest", "createObject", []any{&datatypes.Virtual_Guest{
		Hostname: sl.String("web"), Domain: sl.String("example.com"), HourlyBillingFlag: sl.Bool(true),
		Datacenter: &datatypes.Location{Name: sl.String("dal13")}, OperatingSystemReferenceCode: sl.String("UBUNTU_LATEST"),
		SupplementalCreateObjectOptions: &datatypes.Virtual_Guest_SupplementalCreateObjectOptions{FlavorKeyName: sl.String("C1_1X1X25")},
	}}, nil, &guest))
	if guest.Id == nil || guest.ProvisionDate != nil || sl.Get(guest.GlobalIdentifier, "").(string) == "" {
		t.Fatalf("%+v", guest)
	}
	id := &sl.Options{Id: guest.Id}
	var ok bool
	err := do("SoftLayer_Virtual_Guest", "deleteObject", nil, id, &ok)
	var failure sl.Error
	if !errors.As(err, &failure) || failure.StatusCode != 500 || failure.Exception != "SoftLayer_Exception_Public" {
		t.Errorf("deleting while provisioning: %v", err)
	}

	clock.Advance(time.Hour)
	must(do("SoftLayer_Virtual_Guest", "editObject", []any{&datatypes.Virtual_Guest{Hostname: sl.String("renamed")}}, id, &ok))
	must(do("SoftLayer_Virtual_Guest/"+*guest.GlobalIdentifier, "getObject", nil,
		&sl.Options{Mask: "mask[hostname,provisionDate,powerState[keyName]]"}, &guest))
	if *guest.Hostname != "renamed" || guest.ProvisionDate == nil || *guest.PowerState.KeyName != "RUNNING" {
		t.Errorf("%+v", guest)
	}

	var guests []datatypes.Virtual_Guest
	opts := &sl.Options{
		Mask: "mask[id,createDate]", Filter: `{"virtualGuests":{"hostname":{"operation":"^= ren"}}}`, Limit: sl.Int(10), Offset: sl.Int(0),
	}
	must(do("SoftLayer_Account", "getVirtualGuests", nil, opts, &guests))
	if len(guests) != 1 || opts.TotalItems != 1 || !guests[0].CreateDate.Equal(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)) {
		t.Errorf("%+v of %d", guests, opts.TotalItems)
	}

	must(do("SoftLayer_Virtual_Guest", "powerOffSoft", nil, id, &ok))
	must(do("SoftLayer_Virtual_Guest", "setTags", []any{"a,b"}, id, &ok))
	must(do("SoftLayer_Virtual_Guest", "setUserMetadata", []any{[]string{"x"}}, id, &ok))
	must(do("SoftLayer_Virtual_Guest", "deleteObject", nil, id, &ok))
	clock.Advance(time.Hour)
	err = do("SoftLayer_Virtual_Guest", "getObject", nil, id, &guest)
	if !errors.As(err, &failure) || failure.StatusCode != 404 || failure.Exception != "SoftLayer_Exception_ObjectNotFound" {
		t.Errorf("after the end: %v", err)
	}

	sim.Inject(simulator.Fault{Status: 502, Body: simulator.BodyBadGateway, Times: 1})
	if err := do("SoftLayer_Account", "getObject", nil, nil, new(datatypes.Account)); !errors.As(err, &failure) || failure.StatusCode != 502 {
		t.Errorf("a broken proxy: %v", err)
	}
}
