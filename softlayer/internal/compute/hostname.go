package compute

import (
	"strings"

	"github.com/softlayer/jumpgate"
)

// maxLabel is the length of a host name or another label of a domain name.
const maxLabel = 63

// HostnameFor maps a server's name to a host name that SoftLayer takes: up to
// 63 letters, digits and hyphens, with no hyphen at either end. A name that is
// one stays as it is.
func HostnameFor(name string) string {
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

// host is a host name as SoftLayer keeps it.
type host struct{ name, domain string }

// text is the host name, with the domain unless that is everybody's.
func (h host) text(everybodys string) string {
	if h.domain == "" || h.domain == everybodys {
		return h.name
	}
	return h.name + "." + h.domain
}

// hostOf is the host for a name that a user chose, which from Nova's 2.94 on may
// have a domain. For none it is one without a name.
func (d *Servers) hostOf(hostname string) (host, error) {
	name, domain, ok := strings.Cut(hostname, ".")
	if !ok {
		domain = d.Opts.Domain
	}
	if hostname != "" && name != HostnameFor(name) || !ValidDomain(domain) {
		return host{}, jumpgate.BadRequest.New("Hostname %s can't be had: a host name of this cloud, and each of the two or more parts of a domain, "+
			"is up to %d letters, digits and hyphens, with no hyphen at either end.", hostname, maxLabel)
	}
	return host{name, domain}, nil
}

// ValidDomain tells whether s is made of at least two labels and leaves room
// for a host name before it.
func ValidDomain(s string) bool {
	labels := strings.Split(s, ".")
	for _, label := range labels {
		if label != HostnameFor(label) {
			return false
		}
	}
	top := labels[len(labels)-1]
	return len(labels) > 1 && len(s) <= 253-1-maxLabel && strings.Trim(top[:1], "0123456789") != ""
}
