package rest

import (
	"net/http"
	"strings"
)

// TakesJSON tells whether a client takes answers in JSON: one says so, or
// nothing at all, in its Accept fields.
func TakesJSON(h http.Header) bool {
	accept := strings.Join(h["Accept"], ",")
	if strings.TrimSpace(accept) == "" {
		return true
	}
	for part := range strings.SplitSeq(accept, ",") {
		media, params, _ := strings.Cut(strings.ToLower(strings.ReplaceAll(part, " ", "")), ";")
		if (media == "application/json" || media == "application/*" || media == "*/*") && !strings.Contains(params+";", "q=0;") {
			return true
		}
	}
	return false
}
