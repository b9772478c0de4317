package softlayer

import (
	"strings"

	"github.com/softlayer/jumpgate"
)

// maxLabel is the length of a host name or another label of a domain name.
const maxLabel = 63

// hostnameFor maps a server's name to a host name that SoftLayer takes: up to
// 63 letters, digits and hyphens, with no hyphen at either end. A name that is
// one stays as it is.
func hostnameFor(name string) string {
	var b []byte
	replaced := false
	for _, r := range name {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '-':
			b, replaced = append(b, byte(r)), false
		case !replaced: // one hyphen for all in a row that don't fit
			b, replaced = append(b, '-'), true
		}
	}
	hostname := strings.TrimLeft(string(b), "-")
	hostname = strings.TrimRight(hostname[:min(len(hostname), maxLabel)], "-")
	if hostname == "" {
		return "server"
	}
	return hostname
}

// takesHostname refuses a host name that a user chose and SoftLayer has not: the
// domain is a matter of its own there.
func takesHostname(name string) error {
	if name == "" || name == hostnameFor(name) {
		return nil
	}
	return jumpgate.BadRequest.New("Hostname %s can't be had: host names of this cloud are up to %d letters, digits and hyphens, with no hyphen at either end.", name, maxLabel)
}

// validDomain tells whether s is made of at least two labels and leaves room
// for a host name before it.
func validDomain(s string) bool {
	labels := strings.Split(s, ".")
	for _, label := range labels {
		if label != hostnameFor(label) {
			return false
		}
	}
	top := labels[len(labels)-1]
	return len(labels) > 1 && len(s) <= 253-1-maxLabel && strings.Trim(top[:1], "0123456789") != ""
}
