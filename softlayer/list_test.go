package softlayer

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	slcompute "github.com/softlayer/jumpgate/softlayer/internal/compute"
	"github.com/softlayer/jumpgate/softlayer/simulator"
)

// follow lists servers page by page, and returns their ids in the order seen.
// Between pages it calls between.
func (w *world) follow(limit int, between func(page int)) (ids []string) {
	w.Helper()
	path := fmt.Sprintf("/compute/v2.1/servers?limit=%d", limit)
	for page := 1; path != ""; page++ {
		var list struct {
			Servers []struct{ ID string }
			Links   []struct{ Href string } `json:"servers_links"`
		}
		a := w.raw(simulator.DemoUser, "GET", path, "")
		if a.status != http.StatusOK {
			w.Fatalf("page %d: %d %s", page, a.status, a.body)
		}
		w.into(a, &list)
		for _, s := range list.Servers {
			ids = append(ids, s.ID)
		}
		if path = ""; len(list.Links) > 0 {
			path = strings.TrimPrefix(list.Links[0].Href, w.url)
		}
		if between != nil {
			between(page)
		}
	}
	return ids
}

func TestPages(t *testing.T) {
	w := newWorld(t, setup{sim: guests(1203)})
	all := w.follow(1000, nil)
	if len(all) != 1203 {
		t.Fatalf("%d servers", len(all))
	}
	for _, limit := range []int{1, 2, 50, 401, 1202, 1203} {
		n := limit
		if limit < 50 { // a few pages will do
			w.sim.ResetCalls()
			if got := w.raw(simulator.DemoUser, "GET", fmt.Sprintf("/compute/v2.1/servers?limit=%d&marker=%s", limit, all[7]), "").body; strings.Count(got, `"self"`) != limit ||
				!strings.Contains(got, all[8]) {
				t.Errorf("limit %d: %s", limit, got)
			}
			continue
		}
		w.sim.ResetCalls()
		if got := w.follow(limit, nil); !slices.Equal(got, all) {
			t.Errorf("limit %d: %d servers, or in another order", limit, len(got))
		}
		if n = min(n, 1000); w.sim.TotalCalls() != 1203/n+1 {
			t.Errorf("limit %d: %v", limit, w.sim.Calls())
		}
	}
	// Another process knows no places.
	w.forgetPlaces()
	w.sim.ResetCalls()
	rest := w.raw(simulator.DemoUser, "GET", "/compute/v2.1/servers?limit=50&marker="+strings.ToUpper(all[99]), "").body
	if strings.Count(rest, `"self"`) != 50 || !strings.Contains(rest, all[100]) || !strings.Contains(rest, all[149]) || w.sim.TotalCalls() != 3 {
		t.Errorf("%v %s", w.sim.Calls(), rest)
	}
	if a := w.raw(simulator.DemoUser, "GET", "/compute/v2.1/servers?marker=00000000-dead-4bad-8bad-000000000000", ""); a.status != http.StatusBadRequest ||
		!strings.Contains(a.body, "marker [00000000-dead-4bad-8bad-000000000000] not found") {
		t.Errorf("%d %s", a.status, a.body)
	}
}

// TestPagesOfTenThousand checks that one page is fetched, not all.
func TestPagesOfTenThousand(t *testing.T) {
	w := newWorld(t, setup{sim: guests(10000)})
	if a := w.raw(simulator.DemoUser, "GET", "/compute/v2.1/servers/detail?limit=50", ""); strings.Count(a.body, `"self"`) != 50 || w.sim.Calls()["SoftLayer_Account::getVirtualGuests"] != 1 {
		t.Errorf("%v %d %.300s", w.sim.Calls(), a.status, a.body)
	}
	w.sim.ResetCalls()
	if got := w.follow(1000, nil); len(got) != 10000 || w.sim.TotalCalls() > 11 {
		t.Errorf("%d servers for %v", len(got), w.sim.Calls())
	}
}

// TestDeletedMarker asks for what comes after a server that was the last of a
// list and is deleted since: novaclient does to find the end of a list, and
// Horizon, which has an order of its own, after each deletion.
func TestDeletedMarker(t *testing.T) {
	w := newWorld(t, setup{})
	id := w.boot(simulator.DemoUser, "only")
	for _, path := range []string{"/compute/v2.1/servers/detail", "/compute/v2.1/servers?limit=1000"} {
		if a := w.raw(simulator.DemoUser, "GET", path, ""); !strings.Contains(a.body, id) {
			t.Fatalf("%s: %d %s", path, a.status, a.body)
		}
	}
	w.raw(simulator.DemoUser, "DELETE", "/compute/v2.1/servers/"+id, "")
	const horizon = "?sort_key=created_at&sort_dir=desc&sort_key=display_name&sort_dir=desc&sort_key=uuid&sort_dir=desc&limit=21&marker="
	if a := w.raw(simulator.DemoUser, "GET", "/compute/v2.1/servers/detail"+horizon+id, ""); a.status != http.StatusOK {
		t.Errorf("in Horizon's order after a deleted server: %d %s", a.status, a.body)
	}
	w.clock.Advance(time.Hour) // until SoftLayer knows it no more
	if a := w.raw(simulator.DemoUser, "GET", "/compute/v2.1/servers/detail?marker="+id, ""); a.status != http.StatusOK {
		t.Errorf("after a deleted server: %d %s", a.status, a.body)
	}
}

// TestPagesInMotion follows markers while servers come and go, the marker
// itself among them, and a replica without memory takes over at times.
func TestPagesInMotion(t *testing.T) {
	for _, reclaim := range []int{-1, 0} { // gone soon, or still to be seen
		t.Run(fmt.Sprint(reclaim), func(t *testing.T) {
			sim := guests(300)
			sim.ReclaimWait = step * 1000
			if reclaim < 0 {
				sim.ReclaimWait = -1
			}
			w := newWorld(t, setup{sim: sim})
			all := w.follow(1000, nil)
			deleted := make(map[string]bool)
			remove := func(id string) {
				if deleted[id] {
					return
				}
				if a := w.raw(simulator.DemoUser, "DELETE", "/compute/v2.1/servers/"+id, ""); a.status != http.StatusNoContent {
					t.Fatalf("%d %s", a.status, a.body)
				}
				deleted[id] = true
			}
			got := w.follow(17, func(page int) {
				at := min(page*17, 299)
				for i := range 3 {
					w.raw(simulator.DemoUser, "POST", "/compute/v2.1/servers", order(nil))
					remove(all[(page*31+i)%300])
				}
				switch page % 4 {
				case 0: // all before the marker
					for i := range 12 {
						remove(all[max(at-1-i, 0)])
					}
				case 1: // the marker
					remove(all[at-1])
				}
				w.clock.Advance(5 * step)
				if page%3 == 0 && reclaim == 0 {
					w.forgetPlaces()
				}
			})
			seen := make(map[string]int)
			for _, id := range got {
				seen[id]++
			}
			for _, id := range all {
				if seen[id] > 1 || seen[id] == 0 && !deleted[id] {
					t.Errorf("%s, deleted: %v, was seen %d times", id, deleted[id], seen[id])
				}
			}
			if len(seen) != len(got) {
				t.Errorf("%d of %d servers were seen twice", len(got)-len(seen), len(got))
			}
		})
	}
}

// TestPagesInParallel is the same with a crowd that creates and deletes.
func TestPagesInParallel(t *testing.T) {
	w := newWorld(t, setup{sim: guests(200), realNow: true})
	all := w.follow(1000, nil)
	stop := make(chan struct{})
	var wg sync.WaitGroup
	defer wg.Wait()
	defer close(stop)
	for i := range 2 {
		wg.Go(func() {
			for n := i; n < len(all); n += 4 {
				select {
				case <-stop:
					return
				default:
				}
				if _, err := w.try(simulator.DemoUser, "DELETE", "/compute/v2.1/servers/"+all[len(all)-1-n], ""); err != nil {
					t.Error(err)
				}
				if _, err := w.try(simulator.DemoUser, "POST", "/compute/v2.1/servers", order(nil)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for range 3 {
		got := w.follow(23, nil)
		seen := make(map[string]bool)
		for _, id := range got {
			if seen[id] {
				t.Fatalf("%s was seen twice", id)
			}
			seen[id] = true
		}
		for n := 2; n < len(all); n += 4 {
			for _, i := range []int{n, n + 1} {
				if id := all[len(all)-1-i]; !seen[id] {
					t.Fatalf("%s was not seen", id)
				}
			}
		}
	}
}

// TestFilterIgnored checks that a count which counts all, as SoftLayer's does
// where it can't read a filter, costs calls but no servers.
func TestFilterIgnored(t *testing.T) {
	w := newWorld(t, setup{sim: guests(120)})
	all := w.follow(1000, nil)
	for _, wrong := range []int{0, 1, 5, 119, 120, 100000} {
		from, err := w.driver.compute.Place(asDemo(), nil, all[49])
		if err != nil || from.Offset != 50 {
			t.Fatalf("%+v, %v", from, err)
		}
		from.Offset = wrong
		n := 50
		for g, err := range w.driver.compute.Guests(asDemo(), slcompute.Search{First: 20, Further: 20}, &from) {
			if err != nil {
				t.Fatal(err)
			}
			if wrong == 100000 && n == 50 {
				t.Log(w.sim.TotalCalls(), "calls")
			}
			if g.GlobalIdentifier != all[n] {
				t.Fatalf("offset %d: server %d is %s, want %s", wrong, n, g.GlobalIdentifier, all[n])
			}
			n++
		}
		if n != 120 {
			t.Errorf("offset %d: ended at %d", wrong, n)
		}
	}
}
