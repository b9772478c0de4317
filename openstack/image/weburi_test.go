package image

import "testing"

func TestWebURI(t *testing.T) {
	for uri, want := range map[string]bool{
		"http://example.com/x":          true,
		"https://example.com":           true,
		"http://example.com:80/x":       true,
		"https://example.com:443/x":     true,
		"https://user:pw@example.com/x": true,
		"http://[2001:db8::1]/x":        true,
		"http://[2001:db8::1]:80/x":     true,
		"http://example.com:8080/x":     false,
		"http://user@example.com:22/x":  false,
		"http://[2001:db8::1]:22/x":     false,
		"http://example.com:/x":         false,
		"http://":                       false,
		"http:///x":                     false,
		"ftp://example.com/x":           false,
		"file:///etc/passwd":            false,
		"example.com/x":                 false,
		"":                              false,
	} {
		if webURI(uri) != want {
			t.Errorf("%q: %v", uri, !want)
		}
	}
}
