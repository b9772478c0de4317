package compute

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/softlayer/jumpgate/softlayer/internal/keep"
)

func TestHostnameFor(t *testing.T) {
	for name, want := range map[string]string{
		"web": "web", "Web-01": "Web-01", "a--b": "a--b", "web_1.example": "web-1-example", "": "server", "日本": "server", "---": "server",
		"-x-": "x", "a  b": "a-b", "é": "server", "#1": "1", strings.Repeat("a", 62) + "-b": strings.Repeat("a", 62), strings.Repeat("é", 300) + "z": "z",
	} {
		if got := HostnameFor(name); got != want {
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
	got := HostnameFor(name)
	if got == "" || len(got) > 63 || strings.Trim(got, "-") != got || strings.Trim(got, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") != "" {
		t.Errorf("%q became %q", name, got)
	}
	if again := HostnameFor(got); again != got {
		t.Errorf("%q became %q, and that %q", name, got, again)
	}
	var e keep.Envelope
	if e.SetName(name, got); name != "" && e.NameFor(got) != name || e.NameFor("other") != "other" {
		t.Errorf("%q is called %q", name, e.NameFor(got))
	}
}

func TestDomain(t *testing.T) {
	for domain, want := range map[string]bool{
		"jumpgate.local": true, "xn--bcher-kva.example": true, "local": false, "": false, "a..b": false, "-a.b": false, "a_b.c": false, "10.0": false,
		strings.Repeat("a.", 94) + "b": true, strings.Repeat("a.", 95) + "b": false,
	} {
		if got := ValidDomain(domain); got != want {
			t.Errorf("%q: %v", domain, got)
		}
	}
}
