package identity

import (
	"regexp"
	"testing"
	"unicode/utf8"
)

// asRegexp is a pattern of access rules as keystonemiddleware compiles it.
func asRegexp(pattern string) *regexp.Regexp {
	text := "^"
	for pattern != "" {
		at := wildcards.FindStringIndex(pattern)
		if at == nil {
			at = []int{len(pattern), len(pattern)}
		}
		text += regexp.QuoteMeta(pattern[:at[0]])
		switch pattern[at[0]:at[1]] {
		case "":
		case "**":
			text += ".*"
		default:
			text += "[^/]+"
		}
		pattern = pattern[at[1]:]
	}
	return regexp.MustCompile(text + "$")
}

func FuzzMatchPath(f *testing.F) {
	for _, pattern := range []string{"", "/", "/v2.1/servers", "/v2.1/servers/{id}", "/v2.1/*/x", "/v2.1/**", "**", "*", "/a**b", "/**/c*", "***", "/{a}{b}", "/a*a*a"} {
		for _, path := range []string{"", "/", "/v2.1/servers", "/v2.1/servers/7", "/v2.1/servers/7/action", "/v2.1/y/x", "/v2.1//x", "/v2.1/", "/aXb", "/a/b", "/ab", "/x/y/cd", "/aaa", "/abaca"} {
			f.Add(pattern, path)
		}
	}
	f.Fuzz(func(t *testing.T, pattern, path string) {
		if !utf8.ValidString(pattern) || !utf8.ValidString(path) {
			t.Skip()
		}
		if got, want := matchPath(pattern, path), asRegexp(pattern).MatchString(path); got != want {
			t.Errorf("%q, %q: %t, want %t", pattern, path, got, want)
		}
	})
}
