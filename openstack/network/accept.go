package network

import (
	"mime"
	"net/http"
	"strings"

	"github.com/softlayer/jumpgate"
)

// answerable refuses requests of clients that take no JSON, as Pecan does.
func answerable(r *jumpgate.Request) error {
	if e := r.Endpoint(); e == nil || e.Version == "" || takesJSON(r.Header) {
		return nil
	}
	return jumpgate.NotAcceptable.New("The server could not comply with the request since it is either malformed or otherwise incorrect.")
}

func takesJSON(h http.Header) bool {
	accept := strings.Join(h["Accept"], ",")
	if strings.TrimSpace(accept) == "" {
		return true
	}
	for part := range strings.SplitSeq(accept, ",") {
		media, params, err := mime.ParseMediaType(part)
		if err == nil && (media == "application/json" || media == "application/*" || media == "*/*") && params["q"] != "0" {
			return true
		}
	}
	return false
}
