package jumpgate

import (
	"net/http"
	"strings"
)

// networkProfile is Neutron's.
func networkProfile() *profile {
	return &profile{
		service: Network,
		mount:   "/network",
		catalog: []catalogShape{{"network", "neutron", ""}},

		clean:       neutronPath,
		suffixes:    []string{".json"}, // Pecan's guess_content_type_from_ext
		rootSlash:   true,
		headLikeGet: true,
		health:      []string{"OK"},

		open:         map[string]string{"versions": http.MethodGet, "healthcheck": everyMethod},
		needsProject: true,
		wrongProject: malformedURL,

		requestIDs: []string{"X-Openstack-Request-Id"},
		identifies: belowVersions,

		middleware: true,
		usual: map[Kind]string{
			Internal: "Request Failed: internal server error while processing your request.",
		},
		fault: func(r *Request, said *spoken) fault {
			if said.Detail != "" { // from below Neutron's own code
				return r.webobFault(said.status, noRoute.Message, said.Detail)
			}
			if said.Kind == NotImplemented {
				return jsonFault(said.status, Object{{"NotImplementedError", Object{
					{"type", "NotImplementedError"}, {"message", said.message}, {"detail", ""},
				}}})
			}
			return neutronFault(said.status, said.Type, said.message)
		},
		noRoute: neutronNoRoute,
		wrongMethod: func(r *Request, allow []string, h http.Header) fault {
			if r.Method == http.MethodPut { // taken for an update of nothing
				return neutronNoRoute(r)
			}
			h.Set("Allow", strings.Join(allow, ", "))
			return neutronFault(http.StatusMethodNotAllowed, "", malformed)
		},
	}
}

// neutronPath collapses slashes and takes the one at the end, without which
// the document of the version is no path of Neutron's.
func neutronPath(path string) string {
	path = collapsed(path)
	if path == "/v2.0" {
		return ""
	}
	return withoutEnd(path)
}

func neutronNoRoute(*Request) fault { return neutronFault(http.StatusNotFound, "", noRoute.Message) }

// neutronTypes are the exception names of Neutron faults without their own.
var neutronTypes = map[int]string{
	400: "HTTPBadRequest",
	403: "PolicyNotAuthorized",
	404: "HTTPNotFound",
	405: "HTTPMethodNotAllowed",
	406: "HTTPNotAcceptable",
	409: "Conflict",
	412: "RevisionNumberConstraintFailed",
	429: "HTTPTooManyRequests",
	500: "HTTPInternalServerError",
	503: "HTTPServiceUnavailable",
}

func neutronFault(status int, exception, message string) fault {
	if exception == "" {
		exception = neutronTypes[status]
	}
	if exception == "" {
		exception = "HTTP" + strings.ReplaceAll(http.StatusText(status), " ", "")
	}
	return jsonFault(status, Object{{"NeutronError", Object{{"type", exception}, {"message", message}, {"detail", ""}}}})
}
