package main

import (
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
	"github.com/softlayer/jumpgate/softlayer/simulator"
)

// TestFacts: facts are numbered once each and name files that are there.
func TestFacts(t *testing.T) {
	for i, f := range facts() {
		if f.number != i+1 {
			t.Errorf("fact %d comes as number %d", f.number, i+1)
		}
		if f.sure != "documented" && f.sure != "observed" && f.sure != "believed" {
			t.Errorf("fact %d: how sure is %q?", f.number, f.sure)
		}
		for _, file := range []string{filepath.Join("..", f.inDriver), filepath.Join("../simulator/internal/cloud", f.intoSimulator)} {
			if _, err := os.Stat(file); err != nil {
				t.Errorf("fact %d: %v", f.number, err)
			}
		}
	}
	for n := range probes {
		if n > len(facts()) {
			t.Errorf("a probe of fact %d, which is none", n)
		}
	}
}

// TestSimulator: all that can be asked holds of the simulator.
func TestSimulator(t *testing.T) {
	accounts := simulator.DemoAccounts()
	accounts[0].Guests = []simulator.Guest{{Hostname: "web"}, {Hostname: "db", UserData: "x"}}
	server := httptest.NewServer(simulator.New(simulator.Options{Accounts: accounts, Lenient: true}))
	defer server.Close()
	var out strings.Builder
	cred := upstream.Credential{User: accounts[0].Users[0].Name, Key: accounts[0].Users[0].Key}
	if !probe(t.Context(), &out, server.URL+"/rest/v3.1", cred) || strings.Contains(out.String(), "can't tell") {
		t.Errorf("\n%s", &out)
	}
	if n := strings.Count(out.String(), "[holds]"); n != len(probes) {
		t.Errorf("%d facts hold, %d can be asked\n%s", n, len(probes), &out)
	}
	if probe(t.Context(), &out, server.URL+"/rest/v3.1", upstream.Credential{User: cred.User, Key: "wrong"}) {
		t.Error("all holds for somebody who may not look")
	}
}
