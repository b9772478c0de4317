package jumpgate

import (
	"net/http"
	"strconv"
	"strings"
)

// Microversion is a version of one service's API, such as compute 2.61. The
// zero value stands for none.
type Microversion struct {
	Major, Minor int
}

// ParseMicroversion reads "2.61".
func ParseMicroversion(s string) (Microversion, bool) {
	major, minor, ok := strings.Cut(s, ".")
	number := func(s string) int {
		if s == "" || len(s) > 1 && s[0] == '0' || strings.Trim(s, "0123456789") != "" {
			ok = false
		}
		n, err := strconv.Atoi(s)
		ok = ok && err == nil
		return n
	}
	v := Microversion{number(major), number(minor)}
	if !ok {
		return Microversion{}, false
	}
	return v, true
}

func (v Microversion) String() string {
	return strconv.Itoa(v.Major) + "." + strconv.Itoa(v.Minor)
}

// AtLeast tells whether v is 'other' or later.
func (v Microversion) AtLeast(other Microversion) bool {
	return v.Major > other.Major || v.Major == other.Major && v.Minor >= other.Minor
}

// Negotiate returns a request hook that reads the microversion a client asks
// for, sets Env.Version and the answer's version headers, and refuses what is
// outside of minimum and maximum. It serves compute, volume and baremetal;
// their header names differ (see the OpenStack API SIG's microversion
// specification).
//
// Endpoints outside the API version that has microversions (compute's "/" and
// /v2, volume's /v1 and /v2) pass untouched, as do paths the service does not
// know.
func Negotiate(minimum, maximum Microversion) RequestHook {
	return func(r *Request) error {
		e, has := r.endpoint, r.disp.profile.microversions
		if has == nil || e.Version != has.root {
			return nil
		}
		asked, present := has.asked(r.Header, e.Service)
		v := minimum
		switch {
		case !present:
		case asked == "latest":
			v = maximum
		default:
			var ok bool
			if v, ok = ParseMicroversion(asked); !ok {
				return BadRequest.New("API Version String %s is of invalid format. Must be of format MajorNum.MinorNum.", asked)
			}
		}
		r.Env.Version = v
		has.announce(r.ResponseHeader(), v, minimum, maximum)
		if !v.AtLeast(minimum) || !maximum.AtLeast(v) {
			return NotAcceptable.New("Version %s is not supported by the API. Minimum is %s and maximum is %s.", v, minimum, maximum)
		}
		if e.Since == "" {
			return nil
		}
		if since, ok := ParseMicroversion(e.Since); ok && !v.AtLeast(since) {
			return NotFound
		}
		return nil
	}
}

// microversions says how a service speaks of them.
type microversions struct {
	root     string // the version of the API that has microversions
	header   string // the field that the service had before OpenStack-API-Version; may be empty
	announce func(h http.Header, v, minimum, maximum Microversion)
}

// asked reads OpenStack-API-Version ("compute 2.61, volume 3.50") and
// falls back to the service's own header.
func (m *microversions) asked(h http.Header, s Service) (string, bool) {
	for _, line := range h[versionHeader] {
		for part := range strings.SplitSeq(line, ",") {
			service, version, ok := strings.Cut(strings.TrimSpace(part), " ")
			if ok && strings.EqualFold(service, string(s)) {
				return strings.TrimSpace(version), true
			}
		}
	}
	if m.header != "" {
		if v := h.Get(m.header); v != "" {
			return strings.TrimSpace(v), true
		}
	}
	return "", false
}

// The header fields of microversions, spelt as http.Header keeps them.
const (
	versionHeader = "Openstack-Api-Version"
	novaHeader    = "X-Openstack-Nova-Api-Version"
	ironicHeader  = "X-Openstack-Ironic-Api-"
)

// dropVersionHeaders is for answers that come from below the code that
// negotiates.
func dropVersionHeaders(h http.Header) {
	h.Del(versionHeader)
	h.Del(novaHeader)
	h.Del("Vary")
}
