package jumpgate

import (
	"net/url"
	"strings"
)

// properSegment refuses what no OpenStack service has in a path and what could
// mislead a driver that builds upstream URLs from ids: empty and dot segments
// and control characters.
func properSegment(s string) bool {
	if s == "" || s == "." || s == ".." {
		return false
	}
	for i := range len(s) {
		if b := s[i]; b < ' ' || b == 0x7f {
			return false
		}
	}
	return true
}

// wellFormed tells whether path has proper segments alone.
func wellFormed(path string) bool {
	rest, ok := strings.CutPrefix(path, "/")
	if !ok {
		return false
	}
	for segment := range strings.SplitSeq(rest, "/") {
		if !properSegment(segment) {
			return false
		}
	}
	return true
}

const jsonSuffix = ".json"

// routePath is what of a request path takes part in routing: the decoded
// path, and whether its last segment was written without escapes, so that its
// end may be a suffix. An encoded dot keeps a name that really ends in ".json"
// whole. It is not safe to route with an encoded slash in the path, which
// would turn one id into two segments.
func routePath(u *url.URL) (path string, plain, safe bool) {
	if u.RawPath == "" {
		return u.Path, true, true
	}
	dot := strings.LastIndexByte(u.RawPath, '.')
	return u.Path, dot >= 0 && strings.HasSuffix(u.Path, u.RawPath[dot:]), !encodedSlash(u.RawPath)
}

// cutSuffix takes suffix off the last segment of path, if it leaves one.
func cutSuffix(path, suffix string) (string, bool) {
	stem, ok := strings.CutSuffix(path, suffix)
	return stem, ok && stem != "" && stem[len(stem)-1] != '/'
}

func encodedSlash(raw string) bool {
	return strings.Contains(raw, "%2F") || strings.Contains(raw, "%2f")
}

// below returns what follows prefix in path, beginning with a slash.
func below(path, prefix string) (string, bool) {
	rest, ok := strings.CutPrefix(path, prefix)
	switch {
	case !ok:
		return "", false
	case rest == "":
		return "/", true
	}
	return rest, rest[0] == '/'
}
