package main

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/servers"
)

// TestControl makes all trouble that there is, and begins anew.
func TestControl(t *testing.T) {
	c := defaultConfig()
	c.useMemory()
	ctl, err := newControl(c, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	services := httptest.NewServer(ctl)
	defer services.Close()
	at, err := listenControl(t.Context(), "127.0.0.1:0", ctl, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	order := func(path, body string, want int) {
		t.Helper()
		resp, err := http.Post(at+path, "application/json", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		if text, _ := io.ReadAll(resp.Body); resp.StatusCode != want {
			t.Errorf("%s %s: %d %s, want %d", path, body, resp.StatusCode, text, want)
		}
	}
	signIn := func() *gophercloud.ServiceClient {
		t.Helper()
		provider, err := openstack.AuthenticatedClient(t.Context(), gophercloud.AuthOptions{
			IdentityEndpoint: services.URL + "/v3", Username: "demo", Password: "secret", TenantName: "demo", DomainName: "Default",
		})
		if err != nil {
			t.Fatal(err)
		}
		nova, err := openstack.NewComputeV2(provider, gophercloud.EndpointOpts{Region: c.region()})
		if err != nil {
			t.Fatal(err)
		}
		return nova
	}
	nova := signIn()
	boot := func() (*servers.Server, error) {
		s, err := servers.Create(t.Context(), nova, servers.CreateOpts{Name: "s", FlavorRef: "42", ImageRef: ctl.cloud.Images()[0].ID}, nil).Extract()
		if err != nil {
			return nil, err
		}
		return servers.Get(t.Context(), nova, s.ID).Extract()
	}

	order("/servers/fail-next", `{"message": "no room"}`, http.StatusNoContent)
	if s, err := boot(); err != nil || s.Status != "ERROR" || s.Fault.Message != "no room" {
		t.Errorf("%+v, %v", s, err)
	}
	order("/servers/build-time", `{"seconds": 3600}`, http.StatusNoContent)
	s, err := boot()
	if err != nil || s.Status != "BUILD" {
		t.Errorf("%+v, %v", s, err)
	}
	order("/servers/fail-deletes", `{"times": 1, "message": "stuck"}`, http.StatusNoContent)
	if err := servers.Delete(t.Context(), nova, s.ID).ExtractErr(); err != nil {
		t.Error(err)
	}
	if s, err := servers.Get(t.Context(), nova, s.ID).Extract(); err != nil || s.Fault.Message != "stuck" {
		t.Errorf("%+v, %v", s, err)
	}
	order("/quota", `{"project": "demo", "quotas": {"instances": 2}}`, http.StatusNoContent)
	if _, err := boot(); !gophercloud.ResponseCodeIs(err, http.StatusForbidden) {
		t.Errorf("a third server of two: %v", err)
	}
	order("/break", `{"endpoint": "v21_server", "method": "GET", "status": 404, "times": 2}`, http.StatusNoContent)
	for range 2 {
		if _, err := servers.Get(t.Context(), nova, s.ID).Extract(); !gophercloud.ResponseCodeIs(err, http.StatusNotFound) {
			t.Errorf("a broken endpoint: %v", err)
		}
	}
	if _, err := servers.Get(t.Context(), nova, s.ID).Extract(); err != nil {
		t.Errorf("a third time: %v", err)
	}
	order("/break", `{"endpoint": "v21_server", "cut_off": true, "times": -1}`, http.StatusNoContent)
	if _, err := servers.Get(t.Context(), nova, s.ID).Extract(); err == nil {
		t.Error("a connection is not cut off")
	}
	order("/mend", ``, http.StatusNoContent)
	if _, err := servers.Get(t.Context(), nova, s.ID).Extract(); err != nil {
		t.Errorf("after mending: %v", err)
	}
	order("/break", `{"endpoint": "nothing"}`, http.StatusBadRequest)
	order("/quota", `{"project": "nobody"}`, http.StatusBadRequest)
	order("/servers/fail-next", `{"massage": "x"}`, http.StatusBadRequest)

	order("/reset", ``, http.StatusNoContent)
	nova = signIn()
	if pages, err := servers.List(nova, nil).AllPages(t.Context()); err != nil {
		t.Error(err)
	} else if empty, err := pages.IsEmpty(); err != nil || !empty {
		t.Errorf("servers survive a reset: %v", err)
	}
	if s, err := boot(); err != nil || s.Status != "ACTIVE" {
		t.Errorf("after a reset: %+v, %v", s, err)
	}
}

// TestControlStaysHome: others must not reach it, and it needs a memory cloud.
func TestControlStaysHome(t *testing.T) {
	if _, err := listenControl(t.Context(), "0.0.0.0:0", &control{}, slog.New(slog.DiscardHandler)); err == nil {
		t.Error("it listens to everybody")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := run(ctx, []string{"-control", "127.0.0.1:0"}, io.Discard, io.Discard); err == nil || !strings.Contains(err.Error(), "-control goes with -driver memory") {
		t.Errorf("without the memory driver: %v", err)
	}
}
