package compute

import (
	"regexp"
	"strings"
	"testing"
)

// TestLenientBase64 holds against Python's base64.b64decode.
func TestLenientBase64(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "%%%": "", "=": "", "==": "", "ab==": "i", "abc=": "i\xb7", "abcd": "i\xb7\x1d", "abcd=": "i\xb7\x1d", "ab==c": "i",
		"ab==xx": "i", "a=b=c=d=": "i\xb7", "ab=c=": "i\xb7", "YWJj\nZGVm": "abcdef", "Y W-J_j!": "abc",
	} {
		if got, err := lenientBase64(text); err != nil || string(got) != want {
			t.Errorf("%q: %q, %v, want %q", text, got, err, want)
		}
	}
	for _, text := range []string{"a", "ab", "ab=", "abc", "ab=c", "=ab=", "a=", "a=b", "abcde", "é", "YQ==é"} {
		if got, err := lenientBase64(text); err == nil {
			t.Errorf("%q: %q, want an error", text, got)
		}
	}
}

func TestFingerprint(t *testing.T) {
	const ed25519 = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGPKSUTyz1HwHReFVvD5obVsALAgJRNarH4TRpNePnAS"
	if got, err := fingerprintOf(ed25519 + " me@here"); err != nil || got != "16:87:69:3f:34:e0:a5:14:2e:51:4a:aa:40:fa:f0:cb" {
		t.Errorf("%s, %v", got, err)
	}
	for range 3 {
		public, private, err := generateKey()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := fingerprintOf(public); err != nil || !strings.HasPrefix(private, "-----BEGIN RSA PRIVATE KEY-----\n") {
			t.Errorf("%s: %v", public, err)
		}
	}
	for _, key := range []string{
		"", "x", "ssh-rsa", "ssh-rsa !", "ssh-rsa AAAA", "ssh-dss " + strings.Fields(ed25519)[1], "none " + strings.Fields(ed25519)[1],
		ed25519[:len(ed25519)-4], "ssh-rsa AAAAB3NzaC1yc2E=", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAAWM=", "ssh-rsa /////w==",
	} {
		if got, err := fingerprintOf(key); err == nil {
			t.Errorf("%q has the fingerprint %s", key, got)
		}
	}
}

func TestContained(t *testing.T) {
	for pattern, want := range map[string]string{
		"web": "WEB", "^web-01$": "WEB-01", "web.example": "EXAMPLE", `web\.example`: "WEB.EXAMPLE", "web server": "SERVER",
		"(web)+x": "WEB", "web|db": "", "web?": "WE", "w*": "", "[a-z]+": "", ".*": "", "a{2,3}bc": "BC", "": "", "wéb-1": "B-1", `"x"`: "X", "^(?:ab)c$": "ABC",
	} {
		re, err := regexp.Compile("(?i)" + pattern)
		if err != nil {
			t.Fatal(err)
		}
		if got := Contained(re); got != want {
			t.Errorf("%s: %q, want %q", pattern, got, want)
		}
	}
	if got := Contained(nil); got != "" {
		t.Errorf("%q", got)
	}
}

// TestCheckLocalDisks holds disks against flavors.
func TestCheckLocalDisks(t *testing.T) {
	disk := func(size int, swap bool) BlockDevice {
		return BlockDevice{Source: "blank", Destination: "local", Size: size, Swap: swap}
	}
	none, some := &Flavor{}, &Flavor{Ephemeral: 10, Swap: 2}
	for _, c := range []struct {
		flavor  *Flavor
		devices []BlockDevice
		want    string // how the fault begins; empty: none
	}{
		{none, nil, ""},
		{none, []BlockDevice{disk(0, false), disk(0, true)}, ""},
		{none, []BlockDevice{{Source: "blank", Destination: "volume", Size: 99}, {Source: "image", Size: 99}}, ""},
		{none, []BlockDevice{disk(1, false)}, "Ephemeral disks requested are larger"},
		{none, []BlockDevice{disk(1, true)}, "Swap drive requested is larger"},
		{some, []BlockDevice{disk(4, false), disk(6, false), disk(2, true)}, ""},
		{some, []BlockDevice{disk(0, false), disk(1, false)}, "Ephemeral disks requested are larger"},
		{some, []BlockDevice{disk(3, true)}, "Swap drive requested is larger"},
		{some, []BlockDevice{disk(1, true), disk(1, true)}, "Block Device Mapping is Invalid: More than one swap drive requested."},
	} {
		got := ""
		if err := CheckLocalDisks(c.devices, c.flavor); err != nil {
			got = err.Error()
		}
		if (got == "") != (c.want == "") || !strings.HasPrefix(got, c.want) {
			t.Errorf("%+v of %+v: %q, want %q", c.devices, c.flavor, got, c.want)
		}
	}
}
