package jumpgate

import "net/http"

// volumeProfile is Cinder's.
func volumeProfile() *profile {
	return &profile{
		service: Volume,
		mount:   "/volume",
		catalog: []catalogShape{
			{"volumev3", "cinderv3", "/v3/$(project_id)s"},
			{"block-storage", "cinder", "/v3/$(project_id)s"},
		},

		clean:     exactly,
		suffixes:  []string{".json", ".xml"}, // cinder.api.openstack's APIMapper: Routes' "formatted_" twins
		bothForms: map[string]bool{"v3": true},
		projects:  true,
		health:    []string{"OK"},

		open:         map[string]string{"versions": http.MethodGet, "healthcheck": everyMethod},
		needsProject: true,
		wrongProject: func(string, string) *Error { return BadRequest.New("Malformed request url") }, // recording volume/008

		requestIDs: []string{"X-Openstack-Request-Id", "X-Compute-Request-Id"},
		identifies: func(e *Endpoint) bool { return e.Name != "healthcheck" },
		microversions: &microversions{
			root: "v3",
			announce: func(h http.Header, v, _, _ Microversion) {
				h.Set(versionHeader, "volume "+v.String())
				h.Add("Vary", "OpenStack-API-Version")
			},
		},

		middleware:  true,
		retryFull:   true,
		fault:       func(_ *Request, said *spoken) fault { return novaFault(said) },
		noRoute:     webobNoRoute,
		wrongMethod: novaWrongMethod,
	}
}
