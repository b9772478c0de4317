package jumpgate_test

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/softlayer/jumpgate"
)

// TestRegistryPinned fails when a named endpoint comes, goes or changes. That
// may be meant: drivers out there use the names, so say it in the change log
// and put the new figures here.
func TestRegistryPinned(t *testing.T) {
	counts := map[string]int{}
	names := map[string]bool{}
	var original []string
	hash := sha256.New()
	for _, s := range jumpgate.Services() {
		for _, e := range jumpgate.Endpoints(s) {
			counts[strings.TrimSpace(string(s)+" "+e.Version)]++
			counts["all"]++
			fmt.Fprintln(hash, s, e.Version, e.Name, strings.Join(e.Methods, ","), e.Path, e.Since)
			if e.Origin == "jumpgate" {
				original = append(original, fmt.Sprint(s, " ", e.Name, " ", e.Path))
			}
			if e.Service != s {
				t.Errorf("%s is listed under %s but belongs to %s", e.Name, s, e.Service)
			}
			if id := string(s) + " " + e.Name; names[id] {
				t.Errorf("two endpoints are called %s", id)
			} else {
				names[id] = true
			}
		}
	}
	want := map[string]int{
		"all":      991,
		"identity": 2, "identity v2.0": 34, "identity v3": 129,
		"compute": 1, "compute v1": 2, "compute v2": 133, "compute v2.1": 137, "compute v3": 1,
		"image": 3, "image v1": 6, "image v2": 52,
		"volume": 2, "volume v1": 45, "volume v2": 69, "volume v3": 115,
		"network": 2, "network v2.0": 169,
		"baremetal": 1, "baremetal v1": 88,
	}
	if diff := cmp.Diff(want, counts); diff != "" {
		t.Errorf("endpoints per service and version (-want +got):\n%s", diff)
	}
	if got, want := fmt.Sprintf("%x", hash.Sum(nil)), "7fe2ee9891e2a33a126228f288a22d262a4e8000d53eb7116ebfe37c403e9d85"; got != want {
		t.Errorf("the registry's hash is %s, want %s", got, want)
	}

	// The names of the original Jumpgate, with their paths, are a promise.
	slices.Sort(original)
	sum := fmt.Sprintf("%x", sha256.Sum256([]byte(strings.Join(original, "\n"))))
	if want := "9433cdfcb013473795be976cf3d72c693987f41fbc2cefe3fd8366d03ffa2313"; len(original) != 167 || sum != want {
		t.Errorf("%d names of the original with hash %s, want 167 with %s", len(original), sum, want)
	}
}

func TestRegistryIsWellFormed(t *testing.T) {
	name := regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
	segment := regexp.MustCompile(`^([A-Za-z0-9_.:@%-]+|[a-z]*=?\{[a-z_]+\})$`)
	since := regexp.MustCompile(`^([123]\.[1-9][0-9]*)?$`)
	methods := []string{"DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"}
	origins := []string{"jumpgate", "api-ref", "code"}
	for _, s := range jumpgate.Services() {
		for _, e := range jumpgate.Endpoints(s) {
			if !name.MatchString(e.Name) {
				t.Errorf("%s: bad name %q", s, e.Name)
			}
			if e.Path != "/" {
				parts := strings.Split(e.Path, "/")
				if e.Version != "" && parts[1] != e.Version {
					t.Errorf("%s %s: path %s is not below its version %s", s, e.Name, e.Path, e.Version)
				}
				vars := map[string]bool{}
				for _, p := range parts[1:] {
					if !segment.MatchString(p) {
						t.Errorf("%s %s: bad segment %q in %s", s, e.Name, p, e.Path)
					}
					if strings.Contains(p, "{") {
						if vars[p] {
							t.Errorf("%s %s: %s has %s twice", s, e.Name, e.Path, p)
						}
						vars[p] = true
					}
				}
			}
			if len(e.Methods) == 0 {
				t.Errorf("%s %s has no method", s, e.Name)
			}
			for i, m := range e.Methods {
				if !slices.Contains(methods, m) || slices.Contains(e.Methods[:i], m) {
					t.Errorf("%s %s: bad methods %v", s, e.Name, e.Methods)
				}
			}
			if !since.MatchString(e.Since) {
				t.Errorf("%s %s: bad microversion %q", s, e.Name, e.Since)
			}
			if !slices.Contains(origins, e.Origin) {
				t.Errorf("%s %s: bad origin %q", s, e.Name, e.Origin)
			}
		}
	}
}

func TestEndpointsBelongToTheCaller(t *testing.T) {
	list := jumpgate.Endpoints(jumpgate.Compute)
	list[0].Name, list[0].Methods[0] = "mine", "BREW"
	again := jumpgate.Endpoints(jumpgate.Compute)
	if again[0].Name == "mine" || again[0].Methods[0] == "BREW" {
		t.Error("a change to the list that Endpoints returned changed the registry")
	}
	if got := jumpgate.Endpoints("object-store"); len(got) != 0 {
		t.Errorf("Endpoints of an unknown service = %v", got)
	}
}

func TestUnknownEndpointNamesTheNearest(t *testing.T) {
	gw := newGateway(t, only(jumpgate.Compute))
	d := gw.Dispatcher(jumpgate.Compute)
	_, urlErr := d.EndpointURL(nil, "v21_server_details")
	for what, err := range map[string]error{
		"SetHandler":      d.SetHandler("v21_server_details", http.NotFoundHandler()),
		"EndpointURL":     urlErr,
		"AddRequestHook":  d.AddRequestHook(func(*jumpgate.Request) error { return nil }, "v21_servers", "v21_server_details"),
		"AddResponseHook": d.AddResponseHook(func(*jumpgate.Request, jumpgate.Outcome) {}, "v21_server_details"),
	} {
		var unknown *jumpgate.UnknownEndpointError
		if !errors.As(err, &unknown) {
			t.Errorf("%s: error %v, want an UnknownEndpointError", what, err)
			continue
		}
		want := &jumpgate.UnknownEndpointError{
			Service: jumpgate.Compute,
			Name:    "v21_server_details",
			Near:    []string{"v21_servers_detail", "v2_servers_detail", "v21_server_tags"},
		}
		if diff := cmp.Diff(want, unknown); diff != "" {
			t.Errorf("%s (-want +got):\n%s", what, diff)
		}
		if !strings.Contains(err.Error(), "v21_servers_detail") {
			t.Errorf("%s: the message %q does not suggest v21_servers_detail", what, err)
		}
	}
}
