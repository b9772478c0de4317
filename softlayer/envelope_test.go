package softlayer

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
	"github.com/softlayer/jumpgate/softlayer/simulator"
)

// texts are notes that people, other tools or other versions may have written.
var texts = []string{
	"", "db master, ask Ann", "two\nlines", "ends in a newline\n", "\n", "\n\n", "\r\n", "dos\r\nlines\r\n", "dos\r", " spaces ",
	"--os:", "--os:{}", "--os:{}\n", "a\n--os:{}", "--os:{\"n\":5}", "--os:{\"n\":null}", "--os:{\"n\": \"spaced\"}", "--os:{\"color\":\"red\"}",
	"--os:{\"n\":\"x\",\"n\":\"y\"}", "--os:{\"N\":\"x\"}", "--os:[1]", "--os:{\"m\":{}}", "--os:{\"n\":\"x\"} trailing", "x--os:{\"n\":\"x\"}",
	"--os:{\"d\":\"old\"}", "--os:{\"d\":\"old\"}\n--os:{\"d\":\"older\"}", "--os:{\"d\":\"old\"}\nand then somebody wrote this",
	"before\n--os:{\"d\":\"old\"}\nafter", "--os:{\"d\":\"old\"}\r\nafter", "日本語 🙂 \u2028", "<b>&amp;</b>", "\x00\x7f", "a\n\n\n",
}

var envelopes = []envelope{
	{}, {more: map[string]json.RawMessage{"z": json.RawMessage(`[1,{"a":null}]`)}},
	{known: known{Name: "Wéb", Hostname: "W-b"}}, {known: known{Description: "--os:{\"n\":\"x\"}"}}, {known: known{Description: "a\nb"}},
	{known: known{Metadata: map[string]string{"k": "<&>", "--os:": "\u2028"}}},
	{known: known{AccessIPv4: "1.2.3.4", AccessIPv6: "::1", AutoDisk: true}}, {known: known{Flavor: flavor, System: osCode, Request: "3ed3b33c", Reservation: "r-8iamfq8z"}},
	{known: known{Name: "x", Volumes: []string{"d77200004", "s60500002"}}},
	{known: known{Name: "x", Hostname: "y"}, more: map[string]json.RawMessage{"c": json.RawMessage(`1`), "z": json.RawMessage(`"\u0041"`)}},
}

func TestEnvelope(t *testing.T) {
	for _, text := range texts {
		for _, e := range envelopes {
			roundTrip(t, text, e)
		}
		// What is there keeps all its words through any change.
		kept, e := splitNotes(text)
		e.Description = "new"
		notes, err := joinNotes(kept, e)
		if err != nil {
			t.Fatal(err)
		}
		if words, rest := strings.Fields(kept), strings.Fields(notes); len(rest) < len(words) || !reflect.DeepEqual(rest[:len(words)], words) {
			t.Errorf("%q became %q", text, notes)
		}
		if kept, e := splitNotes(notes); e.Description != "new" {
			t.Errorf("%q in %q", kept, notes)
		}
	}
	for text, want := range map[string]string{ // foreign to the last byte
		"--os:{\"color\":\"red\"}": "", "--os:{\"n\":5}": "--os:{\"n\":5}", "--os:{}": "--os:{}", "--os:{\"n\": \"x\"}": "--os:{\"n\": \"x\"}",
		"before\n--os:{\"d\":\"old\"}\nafter": "before\nafter", "a\n--os:{\"d\":\"x\"}\n": "a", "a\r\n--os:{\"d\":\"x\"}\r\n": "a\r",
	} {
		if got, e := splitNotes(text); got != want {
			t.Errorf("%q: text %q, %+v", text, got, e)
		}
	}
	// A member of a later version stays.
	_, e := splitNotes(`--os:{"d":"x","lock":{"by":"admin"}}`)
	e.Description = ""
	if notes, _ := joinNotes("", e); notes != `--os:{"lock":{"by":"admin"}}` {
		t.Error(notes)
	}
}

func roundTrip(t *testing.T, text string, e envelope) {
	t.Helper()
	notes, err := joinNotes(text, e)
	if errors.Is(err, jumpgate.Forbidden) {
		if n := utf8.RuneCountInString(text) + len(e.encode()) + 10; n < maxNotes {
			t.Errorf("%d characters refused", n)
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	if e.empty() && !hasEnvelope(text) && notes != text {
		t.Errorf("%q became %q for nothing", text, notes)
	}
	if n := utf8.RuneCountInString(notes); notes != text && n > maxNotes {
		t.Errorf("%d characters", n)
	}
	gotText, got := splitNotes(notes)
	if e.empty() && notes == text {
		return
	}
	if gotText != text || string(got.encode()) != string(e.encode()) {
		t.Errorf("%q and %s became %q, read as %q and %s", text, e.encode(), notes, gotText, got.encode())
	}
}

func FuzzEnvelope(f *testing.F) {
	for i, text := range texts {
		f.Add(text, "name", "host", fmt.Sprint(i), "value")
	}
	f.Fuzz(func(t *testing.T, text, name, hostname, key, value string) {
		for _, s := range []string{text, name, hostname, key, value} {
			if !utf8.ValidString(s) { // JSON carries no other
				return
			}
		}
		e := envelope{known: known{Name: name, Hostname: hostname, Metadata: map[string]string{key: value}}}
		roundTrip(t, text, e)
		roundTrip(t, text, envelope{})
		kept, _ := splitNotes(text)
		if !strings.HasPrefix(text, kept) && !strings.Contains(text, envelopeMark) {
			t.Errorf("%q became %q", text, kept)
		}
		if notes, err := joinNotes(kept, e); err == nil && len(strings.Fields(notes)) < len(strings.Fields(kept)) {
			t.Errorf("%q lost words in %q", kept, notes)
		}
	})
}

// FuzzPlainEnvelope: the quick way to read an envelope and the long one agree.
func FuzzPlainEnvelope(f *testing.F) {
	for _, e := range envelopes {
		f.Add(string(e.encode()))
	}
	for _, text := range append([]string{
		"}", "{", "{}", `{"n":""}`, `{"n":"x"`, `{"n":"x"}}`, `{"n":"x",}`, `{"n":"x" }`, `{"d":"x","n":"y"}`, `{"n":"y","d":"x"}`, `{"n":"x","n":"y"}`,
		`{"m":{}}`, `{"m":{"":""}}`, `{"m":{"a":"","b":"1"}}`, `{"m":{"b":"","a":"1"}}`, `{"m":"x"}`, `{"a":true}`, `{"a":false}`, `{"n":{"a":"b"}}`, `{"m":{"a":"b"},"z":"1"}`, `{"n":"\u0041"}`,
	}, texts...) {
		f.Add(strings.TrimPrefix(text, envelopeMark))
	}
	f.Fuzz(func(t *testing.T, text string) {
		var plain, e known
		ok := plain.readPlain(text)
		long := json.Unmarshal([]byte(text), &e) == nil && string(encode(&e)) == text
		if ok && (!long || !reflect.DeepEqual(plain, e)) {
			t.Errorf("%q is %+v, %v, and %+v, %v", text, plain, ok, e, long)
		}
		simple := !strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r > '~' || r == '\\' }) && !strings.Contains(text, `""`)
		if long && simple && text != "{}" && e.Volumes == nil && !ok {
			t.Errorf("%q is not plain", text)
		}
	})
}

// TestNotesAreKept renames a server with somebody's notes, and one that was
// renamed in SoftLayer.
func TestNotesAreKept(t *testing.T) {
	for _, text := range texts {
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
			g, err := w.driver.guest(asDemo(), id, guestMask)
			if err != nil {
				t.Fatal(err)
			}
			return g.Notes
		}
		want, _ := splitNotes(text)
		rename("Ünïque name")
		rename("plain")
		rename("Ünïque, again")
		if got, e := splitNotes(notes()); got != want || e.Name != "Ünïque, again" {
			t.Errorf("%q became %q with %+v", text, got, e)
		}
		// SoftLayer's portal knows no envelope.
		if err := w.driver.api.order(asDemo(), call{service: "Virtual_Guest", id: id, method: "editObject", args: []any{map[string]string{"hostname": "portal"}}}); err != nil {
			t.Fatal(err)
		}
		if s, err := w.driver.Server(asDemo(), id); err != nil || s.Name != "portal" {
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
		names[name], names[hostnameFor(name)] = true, true
		d := []*Driver{w.driver, other}[i%2]
		wg.Go(func() {
			for n := range 20 {
				description := fmt.Sprint(n)
				if _, err := d.UpdateServer(asDemo(), id, change(&name, &description, i > 1)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	s, err := w.driver.Server(asDemo(), id)
	if err != nil || !names[s.Name] || s.Metadata["role"] != "db" {
		t.Errorf("%+v, %v", s, err)
	}
	g, err := w.driver.guest(asDemo(), id, guestMask)
	if err != nil {
		t.Fatal(err)
	}
	if text, e := splitNotes(g.Notes); text != "Ann's" || e.empty() || strings.Count(g.Notes, envelopeMark) != 1 {
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
				if _, err := w.driver.UpdateServer(asDemo(), id, change(&name, &description, u)); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if s, err := w.driver.Server(asDemo(), id); err != nil || s.Name != name || s.Description != description {
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

func TestHostnameFor(t *testing.T) {
	for name, want := range map[string]string{
		"web": "web", "Web-01": "Web-01", "a--b": "a--b", "web_1.example": "web-1-example", "": "server", "日本": "server", "---": "server",
		"-x-": "x", "a  b": "a-b", "é": "server", "#1": "1", strings.Repeat("a", 62) + "-b": strings.Repeat("a", 62), strings.Repeat("é", 300) + "z": "z",
	} {
		if got := hostnameFor(name); got != want {
			t.Errorf("%q is %q, want %q", name, got, want)
		}
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range 20000 {
		var b []rune
		for range r.IntN(100) {
			b = append(b, []rune("aZ9-_. é日\x00\n")[r.IntN(11)])
		}
		checkHostname(t, string(b))
	}
}

func FuzzHostname(f *testing.F) {
	f.Add("Wéb server #1")
	f.Fuzz(checkHostname)
}

func checkHostname(t *testing.T, name string) {
	got := hostnameFor(name)
	if got == "" || len(got) > 63 || strings.Trim(got, "-") != got || strings.Trim(got, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") != "" {
		t.Errorf("%q became %q", name, got)
	}
	if again := hostnameFor(got); again != got {
		t.Errorf("%q became %q, and that %q", name, got, again)
	}
	var e envelope
	if e.setName(name, got); name != "" && e.name(got) != name || e.name("other") != "other" {
		t.Errorf("%q is called %q", name, e.name(got))
	}
}

func TestDomain(t *testing.T) {
	for domain, want := range map[string]bool{
		"jumpgate.local": true, "xn--bcher-kva.example": true, "local": false, "": false, "a..b": false, "-a.b": false, "a_b.c": false, "10.0": false,
		strings.Repeat("a.", 94) + "b": true, strings.Repeat("a.", 95) + "b": false,
	} {
		if got := validDomain(domain); got != want {
			t.Errorf("%q: %v", domain, got)
		}
	}
}

// TestRequestGivesWay: what nobody would miss goes first when notes are full.
func TestRequestGivesWay(t *testing.T) {
	e := envelope{known: known{Description: strings.Repeat("d", maxNotes-len(`--os:{"d":""}`)), Request: "3ed3b33c"}}
	notes, err := joinNotes("", e)
	if _, kept := splitNotes(notes); err != nil || kept.Request != "" || kept.Description != e.Description {
		t.Errorf("%v, %+v", err, kept)
	}
	e.Description += "d"
	if _, err := joinNotes("", e); !errors.Is(err, jumpgate.Forbidden) {
		t.Error(err)
	}
}
