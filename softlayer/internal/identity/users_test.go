package identity_test

import (
	"net/http/httptest"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/identity"
	"github.com/softlayer/jumpgate/softlayer/internal/core"
	users "github.com/softlayer/jumpgate/softlayer/internal/identity"
	"github.com/softlayer/jumpgate/softlayer/simulator"
)

func TestUsers(t *testing.T) {
	sim := simulator.New(simulator.Options{Accounts: []simulator.Account{
		{ID: 1, Company: "One", Users: []simulator.User{
			{ID: 11, Name: "boss", Key: "boss-key", Master: true},
			{ID: 12, Name: "looker", Key: "looker-key"},
		}},
		{ID: 2, Company: "Two", Users: []simulator.User{{ID: 21, Name: "other", Key: "other-key", Master: true}}},
	}})
	server := httptest.NewServer(sim)
	defer server.Close()
	driver := users.New(core.New(core.Config{Endpoint: server.URL + "/rest/v3.1", Timeout: 10 * time.Second, Now: time.Now}))

	for _, c := range []struct {
		name, key string
		id        string
		roles     []string
		sees      []string
	}{
		{"boss", "boss-key", "boss", []string{"member", "reader"}, []string{"boss", "looker"}},
		{"looker", "looker-key", "looker", []string{"reader"}, []string{"boss", "looker"}}, // the simulator enforces no permissions
		{"apikey", "other-key", "other", []string{"member", "reader"}, []string{"other"}},  // an IBM Cloud API key
	} {
		u, err := driver.Authenticate(t.Context(), identity.Credentials{UserName: c.name, Password: jumpgate.Secret(c.key)})
		if err != nil {
			t.Fatal(c.name, err)
		}
		if u.ID != c.id || len(u.Projects) != 1 || !cmp.Equal(u.Projects[0].Roles, c.roles) || !u.Projects[0].Enabled {
			t.Errorf("%s: %+v", c.name, u)
		}
		if c.name != "apikey" {
			if byID, err := driver.Authenticate(t.Context(), identity.Credentials{UserID: c.id, Password: jumpgate.Secret(c.key)}); err != nil || byID.ID != c.id {
				t.Errorf("%s by id: %v", c.name, err)
			}
		}
		ctx := jumpgate.WithPrincipal(t.Context(), &jumpgate.Principal{UserID: u.ID, ProjectID: u.DefaultProjectID, Credential: u.Credential})
		self, err := driver.User(ctx)
		if err != nil || self.ID != c.id || self.DefaultProjectID != u.DefaultProjectID {
			t.Errorf("%s: %+v %v", c.name, self, err)
		}
		var names []string
		for u, err := range driver.ListUsers(ctx, identity.UserQuery{}) {
			if err != nil {
				t.Error(c.name, err)
				break
			}
			names = append(names, u.Name)
		}
		if !cmp.Equal(names, c.sees) {
			t.Errorf("%s sees %v", c.name, names)
		}
	}
	for _, c := range []identity.Credentials{
		{UserName: "boss", Password: "looker-key"}, {UserName: "nobody", Password: "boss-key"}, {UserName: "boss"},
		{UserID: "11", Password: "boss-key"}, {UserID: "looker", Password: "boss-key"}, {UserName: "boss:x", Password: "boss-key"}, {UserName: "bo\x00ss", Password: "boss-key"},
	} {
		if u, err := driver.Authenticate(t.Context(), c); jumpgate.AsError(err).Kind != jumpgate.Unauthorized {
			t.Errorf("%+v: %v %v", c, u, err)
		}
	}
}
