package jumpgate

import (
	"bytes"
	"net/http"
	"strings"
)

// baremetalProfile is Ironic's. Up to microversion 1.90 it cuts ".json" off
// names of things; the package that serves them does so where there is
// nothing with the whole name, for no router can know.
func baremetalProfile() *profile {
	return &profile{
		service: Baremetal,
		mount:   "/baremetal",
		catalog: []catalogShape{{"baremetal", "ironic", ""}},

		clean:       withoutEnd, // ironic.api.middleware's JsonExtensionMiddleware
		headLikeGet: true,

		open:         map[string]string{"versions_index": http.MethodGet, "v1_index": http.MethodGet},
		needsProject: true,
		system:       true, // Ironic's policy is made for system readers, members and admins
		wrongProject: malformedURL,

		requestIDs: []string{"X-Openstack-Request-Id"},
		microversions: &microversions{
			root:   "v1",
			header: ironicHeader + "Version",
			announce: func(h http.Header, v, minimum, maximum Microversion) {
				h.Set(ironicHeader+"Version", v.String())
				h.Set(ironicHeader+"Minimum-Version", minimum.String())
				h.Set(ironicHeader+"Maximum-Version", maximum.String())
			},
		},

		middleware: true,
		fault: func(_ *Request, said *spoken) fault {
			side := "Client"
			if said.status >= 500 {
				side = "Server"
			}
			return ironicFault(said.status, side, said.message)
		},
		noRoute: func(*Request) fault { return ironicFault(http.StatusNotFound, "Client", noRoute.Message) },
		wrongMethod: func(_ *Request, allow []string, h http.Header) fault {
			h.Set("Allow", strings.Join(allow, ", "))
			return ironicFault(http.StatusMethodNotAllowed, "Client", malformed)
		},
	}
}

// ironicFault is JSON in a JSON string: ironicclient decodes it twice.
func ironicFault(status int, side, message string) fault {
	var inner bytes.Buffer
	_ = EncodeJSON(&inner, Object{{"faultcode", side}, {"faultstring", message}, {"debuginfo", nil}})
	return jsonFault(status, Object{{"error_message", inner.String()}})
}
