package passthrough

import (
	"net/http"
	"strings"
)

// stripIdentity takes away the header fields in which OpenStack's own
// middleware tells services who asks: who sends them would be whom they name
// (OSSA-2026-001). The spellings that a server may take for the same go as
// well. Tokens stay; services validate those themselves.
func stripIdentity(h http.Header) {
	for name := range h {
		if isIdentity(name) {
			delete(h, name)
		}
	}
}

func isIdentity(name string) bool {
	if strings.Contains(name, "_") {
		name = http.CanonicalHeaderKey(strings.ReplaceAll(name, "_", "-"))
		// WSGI reads X_Auth_Token as X-Auth-Token, and nobody here has looked
		// at that one; Transfer_Encoding changes where the body ends.
		if name == "X-Auth-Token" || name == "X-Service-Token" || isHop(name) {
			return true
		}
	}
	if !strings.HasPrefix(name, "X-") && !strings.HasPrefix(name, "Openstack-") {
		return false
	}
	switch name {
	case "X-Auth-Token", "X-Service-Token":
		return false
	case "X-Roles", "X-Role", "X-User", "X-Identity-Status", "X-Is-Admin-Project", "Openstack-System-Scope":
		return true
	}
	for _, prefix := range [...]string{"X-User-", "X-Project-", "X-Domain-", "X-Tenant", "X-Service-", "X-Auth-"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}

// isForwarding tells whether in a header field clients say which way they
// came. oslo's http_proxy_to_wsgi makes links from such fields, which then are
// no links to upstream that could be rewritten.
func isForwarding(name string) bool {
	if strings.Contains(name, "_") {
		name = http.CanonicalHeaderKey(strings.ReplaceAll(name, "_", "-"))
	}
	return name == "Forwarded" || name == "X-Real-Ip" || strings.HasPrefix(name, "X-Forwarded-")
}

// isHop tells whether a header field is about one connection only (RFC 9110,
// section 7.6.1). Without Upgrade there are no upgrades: the field is ignored,
// as OpenStack does.
func isHop(name string) bool {
	switch name {
	case "Connection", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization", "Proxy-Connection",
		"Te", "Trailer", "Transfer-Encoding", "Upgrade":
		return true
	}
	return false
}

// deleteNamed deletes the fields that a Connection field names.
func deleteNamed(h http.Header, connection []string) {
	for _, line := range connection {
		for name := range strings.SplitSeq(line, ",") {
			h.Del(strings.TrimSpace(name))
		}
	}
}

// knownCodings reduces an Accept-Encoding to the codings in which links can be
// rewritten; "identity" where nothing is left of it.
func knownCodings(lines []string) []string {
	if len(lines) == 0 {
		return nil
	}
	var kept []string
	for part := range strings.SplitSeq(strings.Join(lines, ","), ",") {
		part = strings.TrimSpace(part)
		coding, _, _ := strings.Cut(part, ";")
		switch strings.ToLower(strings.TrimSpace(coding)) {
		case "gzip", "x-gzip", "deflate", "identity":
			kept = append(kept, part)
		}
	}
	if kept == nil {
		kept = []string{"identity"}
	}
	return []string{strings.Join(kept, ", ")}
}
