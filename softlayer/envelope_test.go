package softlayer

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/softlayer/jumpgate/openstack/compute"
	slcompute "github.com/softlayer/jumpgate/softlayer/internal/compute"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
	"github.com/softlayer/jumpgate/softlayer/simulator"
)

// written are notes that people, other tools or other versions may have written.
var written = []string{
	"", "db master, ask Ann", "two\nlines", "ends in a newline\n", "\n", "\n\n", "\r\n", "dos\r\nlines\r\n", "dos\r", " spaces ",
	"--os:", "--os:{}", "--os:{}\n", "a\n--os:{}", "--os:{\"n\":5}", "--os:{\"n\":null}", "--os:{\"n\": \"spaced\"}", "--os:{\"color\":\"red\"}",
	"--os:{\"n\":\"x\",\"n\":\"y\"}", "--os:{\"N\":\"x\"}", "--os:[1]", "--os:{\"m\":{}}", "--os:{\"n\":\"x\"} trailing", "x--os:{\"n\":\"x\"}",
	"--os:{\"d\":\"old\"}", "--os:{\"d\":\"old\"}\n--os:{\"d\":\"older\"}", "--os:{\"d\":\"old\"}\nand then somebody wrote this",
	"before\n--os:{\"d\":\"old\"}\nafter", "--os:{\"d\":\"old\"}\r\nafter", "日本語 🙂 \u2028", "<b>&amp;</b>", "\x00\x7f", "a\n\n\n",
}

// TestNotesAreKept renames a server with somebody's notes, and one that was
// renamed in SoftLayer.
func TestNotesAreKept(t *testing.T) {
	for _, text := range written {
		accounts := simulator.DemoAccounts()
		accounts[0].Guests = []simulator.Guest{{Hostname: "old", Notes: text}}
		w := newWorld(t, setup{sim: simulator.Options{Accounts: accounts}})
		id := w.follow(10, nil)[0]
		rename := func(name string) {
			b, _ := json.Marshal(map[string]any{"server": map[string]any{"name": name}})
			if a := w.raw(simulator.DemoUser, "PUT", "/compute/v2.1/servers/"+id, string(b)); a.status != 200 {
				t.Fatalf("%q: %d %s", text, a.status, a.body)
			}
		}
		notes := func() string {
			return w.stored(id).Notes
		}
		want, _ := keep.Split(text)
		rename("Ünïque name")
		rename("plain")
		rename("Ünïque, again")
		if got, e := keep.Split(notes()); got != want || e.Name != "Ünïque, again" {
			t.Errorf("%q became %q with %+v", text, got, e)
		}
		// SoftLayer's portal knows no envelope.
		if err := w.driver.core.API.Order(asDemo(), upstream.Call{Service: "Virtual_Guest", ID: id, Method: "editObject", Args: []any{map[string]string{"hostname": "portal"}}}); err != nil {
			t.Fatal(err)
		}
		if s, err := w.driver.compute.Server(asDemo(), id); err != nil || s.Name != "portal" {
			t.Errorf("renamed in SoftLayer: %+v, %v", s, err)
		}
	}
}

func TestNotesTooLong(t *testing.T) {
	accounts := simulator.DemoAccounts()
	accounts[0].Guests = []simulator.Guest{{Hostname: "old", Notes: strings.Repeat("x", 1500)}}
	w := newWorld(t, setup{sim: simulator.Options{Accounts: accounts}})
	id := w.follow(10, nil)[0]
	if a := w.raw(simulator.DemoUser, "PUT", "/compute/v2.1/servers/"+id, `{"server":{"name":"plain"}}`); a.status != 200 {
		t.Errorf("a name that needs no notes: %d %s", a.status, a.body)
	}
	if a := w.raw(simulator.DemoUser, "PUT", "/compute/v2.1/servers/"+id, `{"server":{"name":"Ünïque"}}`); a.status != 403 || !strings.Contains(a.body, "Quota exceeded") {
		t.Errorf("a name that does: %d %s", a.status, a.body)
	}
}

// TestTwoWriters renames a server from two replicas at once, while two others
// change its description.
func TestTwoWriters(t *testing.T) {
	accounts := simulator.DemoAccounts()
	accounts[0].Guests = []simulator.Guest{{Hostname: "old", Notes: "Ann's\n" + `--os:{"m":{"role":"db"}}`}}
	w := newWorld(t, setup{sim: simulator.Options{Accounts: accounts}})
	id := w.follow(10, nil)[0]
	other, err := New(Options{Endpoint: w.upstream.URL + "/rest/v3.1"})
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	names := map[string]bool{"old": true}
	for i := range 4 {
		name := fmt.Sprintf("Näme %d", i)
		names[name], names[slcompute.HostnameFor(name)] = true, true
		d := []*Driver{w.driver, other}[i%2]
		wg.Go(func() {
			for n := range 20 {
				description := fmt.Sprint(n)
				if _, err := d.compute.UpdateServer(asDemo(), id, change(&name, &description, i > 1)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	s, err := w.driver.compute.Server(asDemo(), id)
	if err != nil || !names[s.Name] || s.Metadata["role"] != "db" {
		t.Errorf("%+v, %v", s, err)
	}
	g := w.stored(id)
	if text, e := keep.Split(g.Notes); text != "Ann's" || e.Empty() || strings.Count(g.Notes, keep.EnvelopeMark) != 1 {
		t.Errorf("%q", g.Notes)
	}
}

// TestOneWriterEach: changes through one process don't undo each other.
func TestOneWriterEach(t *testing.T) {
	accounts := simulator.DemoAccounts()
	accounts[0].Guests = []simulator.Guest{{Hostname: "old"}}
	w := newWorld(t, setup{sim: simulator.Options{Accounts: accounts}})
	id := w.follow(10, nil)[0]
	name, description := "Näme", "what it is for"
	for range 10 {
		var wg sync.WaitGroup
		for _, u := range []bool{true, false} {
			wg.Go(func() {
				if _, err := w.driver.compute.UpdateServer(asDemo(), id, change(&name, &description, u)); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if s, err := w.driver.compute.Server(asDemo(), id); err != nil || s.Name != name || s.Description != description {
			t.Fatalf("%+v, %v", s, err)
		}
		name, description = name+"x", description+"x"
	}
}

// change is a new name or a new description.
func change(name, description *string, rename bool) compute.ServerUpdate {
	if rename {
		return compute.ServerUpdate{Name: name}
	}
	return compute.ServerUpdate{Description: description}
}
