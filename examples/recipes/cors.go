package recipes

import (
	"net/http"
	"slices"
	"strings"
)

// cors lets pages of the origins call a Gateway, as oslo.middleware does:
// next answers all that is no preflight, and the header fields of OpenStack may be
// sent and read. It stands outside of the Gateway, for a preflight brings no
// token.
func cors(next http.Handler, origins ...string) http.Handler {
	const (
		methods = "GET,PUT,POST,DELETE,PATCH"
		sent    = "X-Auth-Token,X-Identity-Status,X-Roles,X-Service-Catalog,X-User-Id,X-Tenant-Id,X-OpenStack-Nova-API-Version,OpenStack-API-Version"
		read    = "X-Auth-Token,X-Subject-Token,X-Service-Token,X-OpenStack-Nova-API-Version,OpenStack-API-Version,X-OpenStack-Request-ID"
	)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		origin := r.Header.Get("Origin")
		h := w.Header()
		h.Add("Vary", "Origin")
		if !slices.Contains(origins, origin) {
			next.ServeHTTP(w, r)
			return
		}
		h.Set("Access-Control-Allow-Origin", origin)
		wanted := r.Header.Get("Access-Control-Request-Method")
		if r.Method != http.MethodOptions || wanted == "" {
			h.Set("Access-Control-Expose-Headers", read)
			next.ServeHTTP(w, r)
			return
		}
		if slices.Contains(strings.Split(methods, ","), wanted) {
			h.Set("Access-Control-Max-Age", "3600")
			h.Set("Access-Control-Allow-Methods", methods)
			h.Set("Access-Control-Allow-Headers", sent)
		} else {
			h.Del("Access-Control-Allow-Origin")
		}
		w.WriteHeader(http.StatusOK)
	})
}
