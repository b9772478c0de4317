package softlayer

import (
	"testing"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/identity"
	"github.com/softlayer/jumpgate/softlayer/simulator"
)

func TestPortalPasswords(t *testing.T) {
	accounts := []simulator.Account{{ID: 1, Company: "One", Users: []simulator.User{
		{ID: 11, Name: "boss", Key: "boss-key", Password: "boss-password", Master: true},
		{ID: 12, Name: "keyonly", Key: "other-key"},
	}}}
	sign := func(w *world, name, password string) (*identity.User, error) {
		w.sim.ResetCalls()
		return w.driver.identity.Authenticate(t.Context(), identity.Credentials{UserName: name, Password: jumpgate.Secret(password)})
	}

	w := newWorld(t, setup{sim: simulator.Options{Accounts: accounts}, driver: Options{PortalPasswords: true}})
	u, err := sign(w, "boss", "boss-password")
	if err != nil || u.Name != "boss" || u.DefaultProjectID != "1" || w.sim.TotalCalls() != 2 { // the key's refusal is not counted as a call
		t.Fatalf("%+v %v, %v", u, err, w.sim.Calls())
	}
	ctx := jumpgate.WithPrincipal(t.Context(), &jumpgate.Principal{UserID: u.ID, ProjectID: "1", Credential: u.Credential})
	if list, err := w.driver.identity.Projects(ctx); err != nil || len(list) != 1 {
		t.Errorf("the token does not work: %v %v", list, err)
	}
	if _, err := sign(w, "boss", "boss-key"); err != nil || w.sim.TotalCalls() != 1 {
		t.Errorf("with the key: %v, %v", err, w.sim.Calls())
	}
	for _, c := range [][2]string{{"boss", "wrong"}, {"keyonly", ""}, {"keyonly", "boss-password"}, {"nobody", "boss-password"}, {"11", "boss-password"}} {
		if _, err := sign(w, c[0], c[1]); jumpgate.AsError(err).Kind != jumpgate.Unauthorized {
			t.Errorf("%v: %v", c, err)
		}
	}

	w = newWorld(t, setup{sim: simulator.Options{Accounts: accounts}})
	if _, err := sign(w, "boss", "boss-password"); jumpgate.AsError(err).Kind != jumpgate.Unauthorized {
		t.Errorf("without the option: %v", err)
	}
}
