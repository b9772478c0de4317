package identity_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/identity"
	"github.com/softlayer/jumpgate/openstack/identity/identitytest"
)

func TestMemoryCredentials(t *testing.T) {
	m := new(identity.MemoryCredentials)
	identitytest.ApplicationCredentials(t, func() identity.ApplicationCredentials { return m })
}

func TestOpenCredentials(t *testing.T) {
	file := filepath.Join(t.TempDir(), "credentials.json")
	identitytest.ApplicationCredentials(t, func() identity.ApplicationCredentials {
		m, err := identity.OpenCredentials(file)
		if err != nil {
			t.Fatal(err)
		}
		return m
	})
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	if err := os.WriteFile(file, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := identity.OpenCredentials(file); err == nil {
		t.Error("half a file was opened")
	}
}

func TestStoredCredentials(t *testing.T) {
	store := jumpgate.NewMemoryStore(jumpgate.StoreOptions{})
	identitytest.ApplicationCredentials(t, func() identity.ApplicationCredentials { return identity.StoredCredentials(store) })
}

// TestTakeOver: an application credential of a file signs in from the store,
// with its access rules, and so it does when the file is taken over twice.
func TestTakeOver(t *testing.T) {
	file := filepath.Join(t.TempDir(), "credentials.json")
	old, err := identity.OpenCredentials(file)
	if err != nil {
		t.Fatal(err)
	}
	gw := newGateway(t, newCloud(), identity.Options{ApplicationCredentials: old})
	id, secret := newCredential(t, gw, signIn(t, gw, "demo", ""), `{"name": "robot", "access_rules": [{"service": "identity", "method": "GET", "path": "/v3/regions"}]}`)
	store := jumpgate.NewMemoryStore(jumpgate.StoreOptions{})
	gw = newGateway(t, newCloud(), identity.Options{Store: store})
	check(t, do(gw, "POST", "/v3/auth/tokens", credentialBody(`{"id": "`+id+`", "secret": "`+secret+`"}`)), 404, "")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []int{1, 0} {
		if n, err := identity.TakeOverFile(t.Context(), store, file); n != want || err != nil {
			t.Errorf("took over %d, want %d: %v", n, want, err)
		}
		if _, err := os.Stat(file); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("the file is there still: %v", err)
		}
		if err := os.WriteFile(file, text, 0o600); err != nil { // as if the rename had been lost
			t.Fatal(err)
		}
	}
	token := post(t, gw, credentialBody(`{"id": "`+id+`", "secret": "`+secret+`"}`))
	post(t, gw, credentialBody(`{"name": "robot", "user": {"name": "demo", "domain": {"id": "default"}}, "secret": "`+secret+`"}`))
	check(t, do(gw, "GET", "/v3/regions", "", "X-Auth-Token", token), 200, "")
	check(t, do(gw, "GET", "/v3/auth/projects", "", "X-Auth-Token", token), 401, "")
	check(t, do(gw, "GET", "/v3/users/"+demoID+"/access_rules", "", "X-Auth-Token", signIn(t, gw, "demo", "")), 200, "/v3/regions")
	for r, err := range store.List(t.Context(), "user:"+demoID, "application_credential") {
		if err != nil || strings.Contains(string(r.Value), secret) || strings.Contains(string(r.Value), "demo:secret") {
			t.Errorf("%v, or a secret is kept in the clear", err)
		}
	}
	if n, err := identity.TakeOverFile(t.Context(), store, filepath.Join(t.TempDir(), "none")); n != 0 || err != nil {
		t.Errorf("no file: %d %v", n, err)
	}
}

// TestCredentialsOutlive: an application credential signs in after a restart,
// and what can't be kept is not given out.
func TestCredentialsOutlive(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "folder")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	start := func() *jumpgate.Gateway {
		m, err := identity.OpenCredentials(filepath.Join(folder, "credentials.json"))
		if err != nil {
			t.Fatal(err)
		}
		return newGateway(t, newCloud(), identity.Options{ApplicationCredentials: m})
	}
	gw := start()
	token := signIn(t, gw, "demo", "")
	id, secret := newCredential(t, gw, token, `{"name": "robot"}`)
	text, err := os.ReadFile(filepath.Join(folder, "credentials.json"))
	if err != nil || strings.Contains(string(text), secret) || strings.Contains(string(text), "demo:secret") {
		t.Errorf("%v, or the file has a secret", err)
	}
	gw = start()
	post(t, gw, credentialBody(`{"id": "`+id+`", "secret": "`+secret+`"}`))

	if err := os.RemoveAll(folder); err != nil {
		t.Fatal(err)
	}
	path := "/v3/users/" + demoID + "/application_credentials"
	token = signIn(t, gw, "demo", "")
	check(t, do(gw, "POST", path, `{"application_credential": {"name": "lost"}}`, "X-Auth-Token", token), 503, "")
	check(t, do(gw, "DELETE", path+"/"+id, "", "X-Auth-Token", token), 503, "")
	if w := do(gw, "GET", path, "", "X-Auth-Token", token); strings.Contains(w.Body.String(), "lost") || !strings.Contains(w.Body.String(), "robot") {
		t.Error(w.Body)
	}
	if _, err := os.Stat(folder); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
}
