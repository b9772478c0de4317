package jumpgate

import (
	"net/http"
	"strings"
)

// imageProfile is Glance's.
func imageProfile() *profile {
	return &profile{
		service: Image,
		mount:   "/image",
		catalog: []catalogShape{{"image", "glance", ""}},

		clean:     glancePath,
		elsewhere: "versions_index", // glance.api.middleware.version_negotiation
		versions:  []string{"v2"},
		health:    []string{"OK"},

		open:         map[string]string{"versions_index": everyMethod, "versions": everyMethod, "healthcheck": everyMethod},
		needsProject: true,
		wrongProject: malformedURL,

		requestIDs: []string{"X-Openstack-Request-Id"},
		identifies: belowVersions,

		usual: map[Kind]string{
			Unauthorized: "This server could not verify that you are authorized to access the document you requested. Either you supplied the wrong credentials (e.g., bad password), or your browser does not understand how to supply the credentials required.",
		},
		fault: func(r *Request, said *spoken) fault {
			switch said.Kind { // two errors have words of WebOb's before the service's
			case BadRange:
				return r.webobFault(said.status, "The Range requested is not available.", said.Message)
			case UnsupportedMedia:
				return r.webob(said.status, func(escape func(string) string) string {
					return "The request media type " + escape(r.Header.Get("Content-Type")) +
						" is not supported by this server.\n<br /><br />\n" + escape(said.Message)
				})
			}
			return r.webobFault(said.status, said.message, said.Detail)
		},
		noRoute: webobNoRoute,
		wrongMethod: func(r *Request, allow []string, h http.Header) fault {
			h.Set("Allow", strings.Join(allow, ", "))
			return r.webob(http.StatusMethodNotAllowed, func(escape func(string) string) string {
				return "The method " + escape(r.Method) + " is not allowed for this resource. <br /><br />\n"
			})
		},
	}
}

// glancePath collapses slashes. Every minor version of the API is a name of
// the newest.
func glancePath(path string) string {
	path = collapsed(path)
	rest, ok := strings.CutPrefix(path, "/v2.")
	if !ok {
		return path
	}
	minor, rest, _ := strings.Cut(rest, "/")
	if v, ok := ParseMicroversion("2." + minor); !ok || v.Minor > 17 {
		return path
	}
	return "/v2/" + rest
}
