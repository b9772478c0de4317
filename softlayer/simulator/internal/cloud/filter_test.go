package cloud

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

func zoo(o *Options) {
	o.Accounts = demoAccounts()
	o.Accounts[0].Guests = []Guest{
		{Hostname: "web1", Tags: []string{"prod", "eu"}, Notes: "front", Created: t0.AddDate(0, 0, -10)},
		{Hostname: "web2", Tags: []string{"prod"}, Flavor: "B1_8X32X100", Created: t0.AddDate(0, 0, -2)},
		{Hostname: "DB1", Flavor: "M1_4X32X100", Monthly: true, PrivateOnly: true, Created: t0.AddDate(0, 0, -100)},
		{Hostname: "stage", Domain: "test.example.com", Halted: true, Datacenter: "fra05", Created: t0.AddDate(0, 0, -30)},
	}
}

func hostnames(v any) string {
	var names []string
	for _, g := range v.([]any) {
		names = append(names, str(g, "hostname"))
	}
	return strings.Join(names, " ")
}

func TestFilterOperations(t *testing.T) {
	w := newWorld(t, zoo)
	for filter, want := range map[string]string{
		`{}`:                                            "web1 web2 DB1 stage",
		`{"hostname":{"operation":"web1"}}`:             "web1",
		`{"hostname":{"operation":"WEB1"}}`:             "",
		`{"hostname":{"operation":"_= WEB1"}}`:          "web1",
		`{"hostname":{"operation":"!= web1"}}`:          "web2 DB1 stage",
		`{"hostname":{"operation":"!=web1"}}`:           "web2 DB1 stage",
		`{"hostname":{"operation":"^= web"}}`:           "web1 web2",
		`{"hostname":{"operation":"!^= web"}}`:          "DB1 stage",
		`{"hostname":{"operation":"$= 1"}}`:             "web1 DB1",
		`{"hostname":{"operation":"!$= 1"}}`:            "web2 stage",
		`{"hostname":{"operation":"*= ta"}}`:            "stage",
		`{"hostname":{"operation":"!*= ta"}}`:           "web1 web2 DB1",
		`{"hostname":{"operation":"~ ^(web|DB)1$"}}`:    "web1 DB1",
		`{"hostname":{"operation":"!~ [0-9]"}}`:         "stage",
		`{"maxCpu":{"operation":2}}`:                    "web1 stage",
		`{"maxCpu":{"operation":"2"}}`:                  "web1 stage",
		`{"maxCpu":{"operation":"> 2"}}`:                "web2 DB1",
		`{"maxCpu":{"operation":">= 4"}}`:               "web2 DB1",
		`{"maxCpu":{"operation":"< 4"}}`:                "web1 stage",
		`{"maxCpu":{"operation":"<=4"}}`:                "web1 DB1 stage",
		`{"hourlyBillingFlag":{"operation":false}}`:     "DB1",
		`{"hourlyBillingFlag":{"operation":"1"}}`:       "web1 web2 stage",
		`{"primaryIpAddress":{"operation":"is null"}}`:  "DB1",
		`{"primaryIpAddress":{"operation":"not null"}}`: "web1 web2 stage",
		`{"hostname":{"operation":"in","options":[{"name":"data","value":["web1","stage"]}]}}`:                                                                               "web1 stage",
		`{"hostname":{"operation":"not in","options":[{"name":"data","value":["web1","stage"]}]}}`:                                                                           "web2 DB1",
		`{"hostname":{"operation":"or","options":[{"name":"data","value":["web1","^= st"]}]}}`:                                                                               "web1 stage",
		`{"maxCpu":{"operation":"and","options":[{"name":"data","value":["> 2","< 8"]}]}}`:                                                                                   "DB1",
		`{"createDate":{"operation":">= currentDate - 10"}}`:                                                                                                                 "web1 web2",
		`{"createDate":{"operation":"> sysdate - 30"}}`:                                                                                                                      "web1 web2",
		`{"createDate":{"operation":"lessThanDate","options":[{"name":"date","value":["01/15/2026"]}]}}`:                                                                     "DB1",
		`{"createDate":{"operation":"greaterThanDate","options":[{"name":"date","value":["02/25/2026 00:00:00"]}]}}`:                                                         "web2",
		`{"createDate":{"operation":"isDate","options":[{"name":"date","value":["02/27/2026"]}]}}`:                                                                           "web2",
		`{"createDate":{"operation":"betweenDate","options":[{"name":"startDate","value":["01/15/2026"]},{"name":"endDate","value":["2026-02-20T00:00:00.000000+00:00"]}]}}`: "web1 stage",
		`{"datacenter":{"name":{"operation":"fra05"}}}`:                                                                                                                      "stage",
		`{"tagReferences":{"tag":{"name":{"operation":"eu"}}}}`:                                                                                                              "web1",
		`{"tagReferences":{"tag":{"name":{"operation":"prod"}}},"hostname":{"operation":"$= 2"}}`:                                                                            "web2",
		`{"tagReferences":{"id":{"operation":"is null"}}}`:                                                                                                                   "DB1 stage",
		`{"activeTransaction":{"id":{"operation":"is null"}}}`:                                                                                                               "web1 web2 DB1 stage",
		`{"activeTransaction":{"id":{"operation":"not null"}}}`:                                                                                                              "",
		`{"networkComponents":{"networkVlan":{"networkSpace":{"operation":"PUBLIC"}}}}`:                                                                                      "web1 web2 stage",
		`{"billingItem":{"orderItem":{"preset":{"keyName":{"operation":"M1_4X32X100"}}}}}`:                                                                                   "DB1",
		`{"notes":{"operation":"front"}}`:                                                                                                                                    "web1",
		`{"id":{"operation":"orderBy","options":[{"name":"sort","value":["DESC"]}]}}`:                                                                                        "stage DB1 web2 web1",
		`{"maxMemory":{"operation":"orderBy","options":[{"name":"sort","value":["ASC"]}]},"maxCpu":{"operation":"> 2"}}`:                                                     "web2 DB1",
		`{"createDate":{"operation":"orderBy"}}`:                                                                                                                             "DB1 stage web1 web2",
		`{"maxMemory":{"operation":"orderBy","options":[{"name":"sort","value":["DESC"]},{"name":"sortOrder","value":[1]}]},"createDate":{"operation":"orderBy","options":[{"name":"sort","value":["ASC"]},{"name":"sortOrder","value":[2]}]}}`: "DB1 web2 stage web1",
	} {
		path := "Account/getVirtualGuests.json" + query("mask[hostname]", `{"virtualGuests":`+filter+`}`, "")
		if got := hostnames(w.get(path)); got != want {
			t.Errorf("%s: %q, want %q", filter, got, want)
		}
	}
}

func TestFilterRoots(t *testing.T) {
	w := newWorld(t, zoo)
	f := `{"virtualGuests":{"hostname":{"operation":"web1"}}}`
	for path, want := range map[string]string{
		"Account/getVirtualGuests.json":        "web1",
		"Account/VirtualGuests":                "web1",
		"Account/getHourlyVirtualGuests.json":  "web1",
		"Account/getMonthlyVirtualGuests.json": "",
	} {
		if got := hostnames(w.get(path + query("", f, ""))); got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
	for path, filter := range map[string]string{
		"Account/getPrivateNetworkVlans.json":        `{"networkVlans":{"id":{"operation":1}}}`,
		"Account/getVirtualGuests.json":              `{"hostname":{"operation":"x"}}`,
		"Location_Datacenter/getDatacenters.json":    `{"datacenters":{"name":{"operation":"dal13"}}}`,
		"Virtual_Guest/104500012/getBlockDevices":    `{"device":{"operation":"0"}}`,
		"Product_Package/835/getActivePresets.json":  `{"keyName":{"operation":"x"}}`,
		"Product_Package/getAllObjects.json":         `{"packages":{}}`,
		"Account/getSharedBlockDeviceTemplateGroups": `{"name":{"operation":"x"}}`,
	} {
		w.fails(w.do("GET", path+query("", filter, ""), ""), 500, "Public", "Invalid object filter")
	}
	if n := len(w.get("Location/getDatacenters.json" + query("", `{"name":{"operation":"dal13"}}`, "")).([]any)); n != 1 {
		t.Errorf("%d datacenters", n)
	}
	// One filter may serve several getters.
	f = `{"activePresets":{"keyName":{"operation":"_= b1_2x4x25"}},"accountRestrictedActivePresets":{"keyName":{"operation":"_= b1_2x4x25"}}}`
	if n := len(w.get("Product_Package/835/getActivePresets.json" + query("", f, "")).([]any)); n != 1 {
		t.Errorf("%d presets", n)
	}
}

func TestFilterErrors(t *testing.T) {
	w := newWorld(t, zoo)
	bad := []string{
		`{"virtualGuests":{"bogus":{"operation":1}}}`,
		`{"virtualGuests":{"hostname":{"operation":{}}}}`,
		`{"virtualGuests":{"hostname":{}}}`,
		`{"virtualGuests":{"hostname":"x"}}`,
		`{"virtualGuests":{"hostname":{"operation":"~ ("}}}`,
		`{"virtualGuests":{"hostname":{"operation":"in"}}}`,
		`{"virtualGuests":{"hostname":{"operation":"x","value":1}}}`,
		`{"virtualGuests":{"createDate":{"operation":"isDate","options":[{"name":"date","value":["tomorrow"]}]}}}`,
		`{"virtualGuests":{"fullyQualifiedDomainName":{"operation":"x"}}}`,
		`{"virtualGuests":{"activeTransactionCount":{"operation":1}}}`,
		`{"virtualGuests":{"datacenter":{"operation":"x"}}}`,
		`{`, `[]`, `{} x`,
	}
	for _, filter := range bad {
		w.fails(w.do("GET", "Account/getVirtualGuests.json"+query("", filter, ""), ""), 500, "Public", "Invalid object filter")
	}
	// The cloud ignores what it does not understand and answers everything.
	w = newWorld(t, zoo, lenient)
	for _, filter := range append(bad, `{"hostname":{"operation":"x"}}`) {
		if n := len(w.get("Account/getVirtualGuests.json" + query("", filter, "")).([]any)); n != 4 {
			t.Errorf("%s: %d guests", filter, n)
		}
	}
}

func TestResultLimit(t *testing.T) {
	w := newWorld(t, fleet(25))
	for limit, want := range map[string][2]int{
		"0,10": {10, 12}, "20,10": {5, 52}, "30,10": {0, 0}, "5": {5, 12}, "": {25, 12}, "10,0": {15, 32},
		"0,9223372036854775807": {25, 12}, "9223372036854775807,9223372036854775807": {0, 0},
	} {
		rec := w.do("GET", "Account/getVirtualGuests.json"+query("mask[id]", "", limit), "")
		list := w.decode(rec, 200).([]any)
		if len(list) != want[0] || rec.Header().Get("SoftLayer-Total-Items") != "25" {
			t.Errorf("%s: %d of %s", limit, len(list), rec.Header().Get("SoftLayer-Total-Items"))
		}
		if len(list) > 0 && at(list[0], "id") != float64(104500000+want[1]) {
			t.Errorf("%s starts with %v", limit, at(list[0], "id"))
		}
	}
	for _, limit := range []string{"x", "1,2,3", "-1,2", "0,-5"} {
		w.fails(w.do("GET", "Account/getVirtualGuests.json"+query("", "", limit), ""), 400, "WebService_BadRequest", "limit")
	}
	// The total is counted after the filter.
	rec := w.do("GET", "Account/getVirtualGuests.json"+query("", `{"virtualGuests":{"hostname":{"operation":"^= vs1"}}}`, "0,2"), "")
	if got := rec.Header().Get("SoftLayer-Total-Items"); got != "11" {
		t.Errorf("total %s", got)
	}
}

func TestCompareValues(t *testing.T) {
	ordered := []any{nil, 1, 2, 10}
	if !slices.IsSortedFunc(ordered, compareValues) {
		t.Error("numbers are not sorted as such")
	}
	if compareValues(t0, t0.Add(time.Second)) >= 0 || compareValues(2.5, 10.0) >= 0 {
		t.Error("dates or floats are not sorted as such")
	}
}

func FuzzFilter(f *testing.F) {
	for _, seed := range []string{
		``, `{}`, `{"hostname":{"operation":"^= x"}}`, `{"tagReferences":{"tag":{"name":{"operation":"in","options":[{"name":"data","value":[1,"a",null]}]}}}}`,
		`{"createDate":{"operation":"betweenDate","options":[{"name":"startDate","value":["01/02/2026"]}]}}`, `{"id":{"operation":"orderBy","options":[{}]}}`,
		`{"maxCpu":{"operation":"and","options":[{"name":"data","value":["> 1",["x"]]}]}}`,
	} {
		f.Add(seed)
	}
	sim := New(Options{Accounts: []Account{{Users: []User{{Name: "u", Key: "k"}}, Guests: make([]Guest, 3)}}})
	typ := sim.schema.byName("Virtual_Guest")
	list := nodes(sim.accounts[0].guests)
	f.Fuzz(func(t *testing.T, text string) {
		parsed, err := parseFilter(text)
		if err != nil {
			return
		}
		for _, strict := range []bool{true, false} {
			c := &filterCompiler{strict: strict, now: t0, zone: time.UTC}
			compiled, err := c.compileFilter(parsed, typ, nil, nil)
			if err != nil && !strict {
				t.Errorf("lenient compilation failed: %v", err)
			}
			if n := len(compiled.apply(list)); n > len(list) {
				t.Error(fmt.Sprint("a filter made up objects: ", n))
			}
		}
	})
}
