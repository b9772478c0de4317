package jumpgate

import (
	"encoding/json"
	"net/http"
	"strings"
)

// healthEndpoint is the name of the endpoint that oslo.middleware's
// healthcheck answers in front of a service.
const healthEndpoint = "healthcheck"

// own returns the handler that the library has for the endpoint called name
// where no driver has one, or nil.
func (p *profile) own(name string) http.Handler {
	if name == healthEndpoint && p.health != nil {
		return allMethods(p.healthy)
	}
	return nil
}

// allMethods serves every method with one function.
func allMethods(f func(*Request) (any, error)) Methods {
	m := make(Methods)
	for _, method := range [...]string{
		http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions,
	} {
		m[method] = f
	}
	return m
}

// healthy answers a load balancer. The Gateway answers, so it is well: what
// stands behind is not asked.
func (p *profile) healthy(r *Request) (any, error) {
	if r.Method == http.MethodHead {
		return &Response{Status: http.StatusNoContent}, nil
	}
	if preferred(r.Header, "text/plain", "application/json") != "application/json" {
		return healthAnswer("text/plain; charset=UTF-8", strings.Join(p.health, "\n")), nil
	}
	doc, err := json.MarshalIndent(struct {
		Detailed bool     `json:"detailed"`
		Reasons  []string `json:"reasons"`
	}{false, p.health}, "", "    ")
	return healthAnswer("application/json", string(doc)), err
}

func healthAnswer(media, body string) *Response {
	return &Response{Header: http.Header{"Content-Type": {media}}, Body: []byte(body)}
}
