package jumpgate

import (
	"net/http"
	"strings"
)

// outsideProfile is for paths below no mount. Nobody's words fit there.
func outsideProfile() *profile {
	plain := func(status int, text string) fault {
		return fault{status, "text/plain; charset=utf-8", []byte(text + "\n")}
	}
	return &profile{
		alsoOpen: func(*Request) bool { return true },
		fault: func(_ *Request, said *spoken) fault {
			return plain(said.status, said.message)
		},
		noRoute: func(r *Request) fault {
			var places []string
			for _, d := range r.gw.order {
				places = append(places, r.gw.basePath+d.mount+"/")
			}
			return plain(http.StatusNotFound, "404 page not found. OpenStack is served at "+strings.Join(places, " "))
		},
		requestIDs: []string{"X-Openstack-Request-Id"},
	}
}

// warnOfPrefix says, once, that the Gateway is mounted below a path that
// nobody cuts off: without some of its first segments the path that nobody
// knows is an endpoint's.
func (gw *Gateway) warnOfPrefix(asked *Dispatcher, path string) {
	if rest, ok := below(path, gw.basePath); ok && asked != gw.outside {
		path = rest
	}
	for prefix := 0; ; {
		next := strings.IndexByte(path[min(prefix+1, len(path)):], '/')
		if next < 0 {
			return
		}
		prefix += next + 1
		e := gw.endpointAt(path[prefix:])
		if e == nil {
			continue
		}
		gw.warned.Do(func() {
			gw.logger.Warn("nothing is served below the prefix of this path: cut it off with http.StripPrefix around the Gateway, or set Options.BasePath",
				"path", path, "prefix", path[:prefix], "endpoint", e.Name)
		})
		return
	}
}

// endpointAt returns the endpoint of a path below the Gateway, but for the
// document at the root of a service, which is too short to tell anything.
func (gw *Gateway) endpointAt(path string) *Endpoint {
	for _, d := range gw.mounts {
		if rest, ok := below(path, d.mount); ok && rest != "/" {
			return d.Route(rest)
		}
	}
	return nil
}
