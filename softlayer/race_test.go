package softlayer

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/softlayer/jumpgate/softlayer/simulator"
)

// TestTwoUsersAtOnce mixes the requests of two accounts over one driver and
// checks that no answer goes astray. It is most telling under -race.
func TestTwoUsersAtOnce(t *testing.T) {
	accounts := simulator.DemoAccounts()
	for i := range accounts {
		for range 20 {
			accounts[i].Guests = append(accounts[i].Guests, simulator.Guest{Hostname: "of-" + accounts[i].Users[0].Name, Notes: accounts[i].Users[0].Name})
		}
	}
	w := newWorld(t, setup{sim: simulator.Options{Accounts: accounts}, realNow: true})
	var wg sync.WaitGroup
	for user, other := range map[string]string{simulator.DemoUser: simulator.AltUser, simulator.AltUser: simulator.DemoUser} {
		var list struct{ Servers []struct{ ID string } }
		w.into(w.raw(user, "GET", "/compute/v2.1/servers", ""), &list)
		for worker := range 4 {
			id := list.Servers[worker].ID
			wg.Go(func() {
				for i := range 5 {
					for _, r := range []struct{ method, path, body string }{
						{"GET", "/compute/v2.1/servers/detail", ""},
						{"GET", "/compute/v2.1/servers?limit=3", ""},
						{"GET", "/compute/v2.1/servers/" + id, ""},
						{"PUT", "/compute/v2.1/servers/" + id, fmt.Sprintf(`{"server":{"name":"Näme of-%s %d"}}`, user, i)},
						{"POST", "/compute/v2.1/servers/" + id + "/action", `{"reboot":{"type":"HARD"}}`},
						{"POST", "/compute/v2.1/servers", order(map[string]any{"name": "made of-" + user})},
						{"GET", "/compute/v2.1/os-keypairs", ""},
						{"GET", "/compute/v2.1/flavors/detail", ""},
						{"GET", "/compute/v2.1/limits", ""},
						{"GET", "/image/v2/images", ""},
						{"GET", "/v3/auth/projects", ""},
					} {
						if i%3 == worker%3 && strings.Contains(r.path, "flavors") {
							w.driver.flavors.mu.Lock()
							w.driver.flavors.entries = nil
							w.driver.flavors.mu.Unlock()
						}
						a, err := w.try(user, r.method, r.path, r.body)
						if err != nil || a.status >= 300 {
							t.Errorf("%s %s: %+v, %v", r.method, r.path, a, err)
							continue
						}
						for _, foreign := range []string{"of-" + other, map[string]string{simulator.DemoUser: "307002", simulator.AltUser: "307001"}[user],
							map[string]string{simulator.DemoUser: "alt golden", simulator.AltUser: "demo web"}[user]} {
							if strings.Contains(a.body, foreign) {
								t.Errorf("%s: %s %s shows %s", user, r.method, r.path, foreign)
							}
						}
					}
				}
			})
		}
	}
	wg.Wait()
}
