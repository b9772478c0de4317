package cloud

import (
	"net/http/httptest"
	"strings"
	"testing"
)

func TestBothDialects(t *testing.T) {
	w := newWorld(t, oneGuest)
	guid := str(w.get("Virtual_Guest/104500012.json"), "globalIdentifier")
	for _, path := range []string{
		"Virtual_Guest/104500012.json", "Virtual_Guest/104500012/getObject.json", "Virtual_Guest/104500012/getObject",
		"Virtual_Guest/104500012/getObject.txt", "Virtual_Guest/" + guid + ".json", "Virtual_Guest/" + strings.ToUpper(guid) + "/getObject.json",
	} {
		if got := str(w.get(path), "hostname"); got != "web" {
			t.Errorf("%s: %q", path, got)
		}
	}

	// Edit and delete: by verb, and as slcli does by POST and GET of the method's name.
	edit := func(verb, path, name string) {
		t.Helper()
		if rec := w.do(verb, path, parameters(t, map[string]any{"hostname": name})); rec.Body.String() != "true" {
			t.Errorf("%s %s: %s", verb, path, rec.Body)
		}
		if got := str(w.get("Virtual_Guest/104500012.json"), "hostname"); got != name {
			t.Errorf("%s %s: hostname %s", verb, path, got)
		}
	}
	edit("PUT", "Virtual_Guest/104500012.json", "a")
	edit("POST", "Virtual_Guest/104500012/editObject.json", "b")
	edit("PUT", "Virtual_Guest/"+guid+"/editObject.json", "c")

	for _, verb := range []string{"GET", "DELETE"} {
		w := newWorld(t, oneGuest)
		path := "Virtual_Guest/104500012.json"
		if verb == "GET" {
			path = "Virtual_Guest/104500012/deleteObject.json"
		}
		if rec := w.do(verb, path, ""); rec.Body.String() != "true" {
			t.Errorf("%s: %s", verb, rec.Body)
		}
		if n := w.sim.Calls()["SoftLayer_Virtual_Guest::deleteObject"]; n != 1 {
			t.Errorf("%s counted %d times", verb, n)
		}
	}
}

func TestCreateObjectAnswersCreated(t *testing.T) {
	w := newWorld(t)
	rec := w.do("POST", "Virtual_Guest.json", parameters(t, template(nil)))
	id := textOf(int(at(w.decode(rec, 201), "id").(float64)))
	if got, want := rec.Header().Get("Location"), "http://example.com/rest/v3.1/SoftLayer_Virtual_Guest/"+id+"/getObject"; got != want {
		t.Errorf("Location %q, want %q", got, want)
	}
	if got := rec.Header().Get("Content-Type"); got != "application/json" {
		t.Error(got)
	}
}

func TestPropertyGetters(t *testing.T) {
	w := newWorld(t, oneGuest)
	for path, want := range map[string]string{
		"Account/CompanyName.json":                                        `"Demo"`,
		"Account/getCompanyName":                                          `"Demo"`,
		"Account/getVirtualGuestCount.json":                               `1`,
		"Account/getHardware.json?objectMask=mask[hostname]":              `[{"hostname":"bm-demo"},{"hostname":"bm-big"}]`,
		"Account/getDomains.json":                                         `[]`,
		"Account/getSecurityGroups.json":                                  `[]`,
		"Account/getPlacementGroups.json":                                 `[]`,
		"Account/getSharedBlockDeviceTemplateGroups.json":                 `[]`,
		"Virtual_Guest/104500012/getActiveTransaction.json":               `null`,
		"Virtual_Guest/104500012/getBandwidthAllotmentDetail.json":        `null`,
		"Virtual_Guest/104500012/getReverseDomainRecords.json":            `[]`,
		"Virtual_Guest/104500012/getPrimaryIpAddress":                     `"198.18.0.2"`,
		"Virtual_Guest/104500012/getDatacenter.json?objectMask=mask.name": `{"name":"dal13"}`,
		"Virtual_Guest/104500012/powerOff.json":                           `true`,
	} {
		if got := w.text(path); got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
}

func TestAuthentication(t *testing.T) {
	w := newWorld(t)
	r := httptest.NewRequest("GET", "/rest/v3.1/SoftLayer_Account.json", nil)
	rec := httptest.NewRecorder()
	w.sim.ServeHTTP(rec, r)
	w.fails(rec, 401, "InvalidLegacyToken", "authentication headers")
	for _, c := range [][2]string{{"demo", "wrong"}, {"demo", ""}, {"demo", altKey}, {"nobody", demoKey}, {"apikey", "wrong"}, {"", ""}} {
		rec := w.as(c[0], c[1]).do("GET", "Account.json", "")
		w.fails(rec, 401, "Public", "Invalid API token")
		if strings.Contains(rec.Body.String(), "demo") {
			t.Error("the error repeats credentials")
		}
	}
	if got := str(w.as("apikey", altKey).get("Account/getCurrentUser.json"), "username"); got != altUser {
		t.Errorf("apikey signed in as %q", got)
	}
	if n := w.sim.TotalCalls(); n != 1 {
		t.Errorf("%d calls counted", n)
	}
	w.sim.ResetCalls()
	if n := w.sim.TotalCalls(); n != 0 {
		t.Errorf("%d calls after the reset", n)
	}
}

func TestBadRequests(t *testing.T) {
	w := newWorld(t, oneGuest)
	w.fails(w.do("GET", "Nothing/getObject.json", ""), 404, "Public", "Service does not exist")
	w.fails(w.do("GET", "Account/getNothing.json", ""), 500, "Public", `Function ("getNothing") is not a valid method for this service.`)
	w.fails(w.do("GET", "Product_Order/getLocation.json", ""), 500, "Public", "is not a valid method")
	w.fails(w.do("PATCH", "Account.json", ""), 400, "WebService_BadRequest", "Bad request")
	w.fails(w.do("GET", "Virtual_Guest/1.json", ""), 404, "ObjectNotFound", "Unable to find object with id of '1'.")
	w.fails(w.do("GET", "Virtual_Guest/junk/getObject.json", ""), 404, "ObjectNotFound", "unknown identifier of 'junk'")
	w.fails(w.do("GET", "Virtual_Guest/getObject.json", ""), 404, "ObjectNotFound", "")
	w.fails(w.do("GET", "Account/1.json", ""), 404, "ObjectNotFound", "")
	for _, body := range []string{"{", "[]", `{"parameters":{}}`, `"x"`, `{"parameters":[]} x`} {
		w.fails(w.do("POST", "Virtual_Guest.json", body), 400, "WebService_BadRequest", "request body")
	}
	w.fails(w.do("POST", "Virtual_Guest.json", `{"parameters":["`+strings.Repeat("x", maxBody)+`"]}`), 413, "WebService_BadRequest", "too large")
	w.fails(w.do("POST", "Virtual_Guest.json", ""), 400, "WebService_BadRequest", "object")
	for _, path := range []string{"/", "/rest/", "/rest/v3.1", "/rest/v2/SoftLayer_Account.json", "/xmlrpc/v3.1/SoftLayer_Account"} {
		r := httptest.NewRequest("GET", path, nil)
		rec := httptest.NewRecorder()
		w.sim.ServeHTTP(rec, r)
		w.fails(rec, 404, "Public", "Service does not exist")
	}
	if n := len(w.get("Account/getVirtualGuests.json").([]any)); n != 1 {
		t.Errorf("bad requests made %d servers", n-1)
	}
}

func TestArgumentsInPath(t *testing.T) {
	w := newWorld(t, oneGuest)
	w.text("Virtual_Guest/104500012/setTags/green.json")
	if got := w.text("Virtual_Guest/104500012/getTagReferences.json?objectMask=mask.tag.name"); !strings.Contains(got, "green") {
		t.Error(got)
	}
}
