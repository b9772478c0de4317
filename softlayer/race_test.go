package softlayer

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/softlayer/jumpgate/softlayer/internal/keep"
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
							w.forget()
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

// TestTwoUsersOnOneServer: what two users of an account do to one server at
// the same time is all done, though SoftLayer replaces notes and tags as a
// whole, and slowly.
func TestTwoUsersOnOneServer(t *testing.T) {
	accounts := simulator.DemoAccounts()
	accounts[0].Users = append(accounts[0].Users, simulator.User{Name: "second", Key: "second-key", Master: true})
	accounts[0].Guests = []simulator.Guest{{Hostname: "web", Notes: "Ann's\n--os: not ours", Tags: []string{"theirs"}}}
	w := newWorld(t, setup{sim: simulator.Options{Accounts: accounts}})
	id := w.follow(10, nil)[0]
	server := "/compute/v2.1/servers/" + id
	tokens := []string{w.token(simulator.DemoUser), w.raw("", "POST", "/v3/auth/tokens", signIn("second", "second-key")).header.Get("X-Subject-Token")}
	w.sim.Inject(simulator.Fault{Latency: 2 * time.Millisecond})

	const value = "<&>\u2028\n--os:{}"
	var wg sync.WaitGroup
	tags, metadata := []string{"theirs"}, make(map[string]string)
	for i := range 8 {
		tag, key := fmt.Sprint("tag", i), fmt.Sprint("key", i)
		tags, metadata[key] = append(tags, tag), value
		body, _ := json.Marshal(map[string]any{"metadata": map[string]string{key: value}})
		for n, r := range []struct{ method, path, body string }{{"PUT", "/tags/" + tag, ""}, {"POST", "/metadata", string(body)}} {
			wg.Go(func() {
				a, err := w.try("", r.method, server+r.path, r.body, "X-Auth-Token", tokens[(i+n)%2], "OpenStack-API-Version", "compute 2.96")
				if err != nil || a.status >= 300 {
					t.Errorf("%s %s: %+v, %v", r.method, r.path, a, err)
				}
			})
		}
	}
	wg.Wait()
	s, err := w.driver.compute.Server(asDemo(), id)
	if err != nil {
		t.Fatal(err)
	}
	if slices.Sort(s.Tags); !slices.Equal(s.Tags, append(tags[1:], "theirs")) || !maps.Equal(s.Metadata, metadata) {
		t.Errorf("tags %v, metadata %v", s.Tags, s.Metadata)
	}
	g := w.stored(id)
	if text, _ := keep.Split(g.Notes); text != "Ann's\n--os: not ours" {
		t.Errorf("notes %q", g.Notes)
	}
}
