package jumpgate

import "net/http"

// computeProfile is Nova's.
func computeProfile() *profile {
	return &profile{
		service: Compute,
		mount:   "/compute",
		catalog: []catalogShape{{"compute", "nova", "/v2.1"}},

		clean:     exactly,
		bothForms: map[string]bool{"v2": true, "v2.1": false}, // nova.api.openstack's ProjectMapper
		projects:  true,
		elsewhere: "v3_index",
		versions:  []string{"v2", "v2.1"},

		open:         map[string]string{"index": everyMethod, "v2_index": everyMethod, "v21_index": everyMethod, "v3_index": everyMethod},
		needsProject: true,
		wrongProject: malformedURL,

		requestIDs: []string{"X-Openstack-Request-Id", "X-Compute-Request-Id"},
		identifies: belowVersions,
		microversions: &microversions{
			root:   "v2.1",
			header: novaHeader,
			announce: func(h http.Header, v, _, _ Microversion) {
				h.Set(versionHeader, "compute "+v.String())
				h.Set(novaHeader, v.String())
				h["Vary"] = append(h["Vary"], "OpenStack-API-Version", "X-OpenStack-Nova-API-Version")
			},
		},

		middleware: true,
		usual: map[Kind]string{
			Internal: "Unexpected API Error. Please report this to the operator of this API with the request id.",
		},
		fault: func(_ *Request, said *spoken) fault {
			f := novaFault(said)
			f.contentType = "application/json; charset=UTF-8"
			return f
		},
		noRoute:     webobNoRoute,
		wrongMethod: novaWrongMethod,
	}
}

// novaFaults are Nova's and Cinder's fault names (nova.api.openstack.wsgi.Fault).
var novaFaults = map[Kind]string{
	BadRequest:       "badRequest",
	Unauthorized:     "unauthorized",
	Forbidden:        "forbidden",
	NotFound:         "itemNotFound",
	MethodNotAllowed: "badMethod",
	Conflict:         "conflictingRequest",
	TooLarge:         "overLimit",
	OverLimit:        "overLimit",
	UnsupportedMedia: "badMediaType",
	NotImplemented:   "notImplemented",
	Unavailable:      "serviceUnavailable",
}

// novaFault is how Nova and Cinder word an error.
func novaFault(said *spoken) fault {
	key, ok := novaFaults[said.Kind]
	if !ok {
		key = "computeFault"
	}
	body := Object{{"code", said.status}, {"message", said.message}}
	if said.retryAfter != "" && (said.Kind == OverLimit || said.Kind == TooLarge) {
		body = append(body, Member{"retryAfter", said.retryAfter})
	}
	return jsonFault(said.status, Object{{key, body}})
}

// novaWrongMethod: Nova and Cinder route by path and method together, so a
// wrong method is an unknown path to them (recorded: PATCH and HEAD of a
// server, PUT of the collection).
func novaWrongMethod(r *Request, _ []string, h http.Header) fault {
	dropVersionHeaders(h)
	return webobNoRoute(r)
}
