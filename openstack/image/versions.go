package image

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
)

// registerVersions serves the list of versions: with status 200 at /versions
// and 300 at / and where a version is asked for that is not served, as
// version 1, whatever the method (glance/api/middleware/version_negotiation.py).
func (s *service) registerVersions() error {
	list, choices := make(jumpgate.Methods), make(jumpgate.Methods)
	for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"} {
		list[method], choices[method] = s.versions(http.StatusOK), s.versions(http.StatusMultipleChoices)
	}
	faults := []error{s.disp.SetHandler("versions", list), s.disp.SetHandler("versions_index", choices)}
	for e := range s.disp.EachEndpoint() {
		if e.Version == "v1" {
			faults = append(faults, s.disp.SetHandler(e.Name, choices))
		}
	}
	return errors.Join(faults...)
}

// minorVersions are those of version 2, newest first, as a Glance with
// several stores lists them (recorded); 2.14 belongs to the image cache.
var minorVersions = [...]int{15, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0}

// versions answers with the list of versions.
func (s *service) versions(status int) func(*jumpgate.Request) (any, error) {
	return func(r *jumpgate.Request) (any, error) {
		href, err := s.disp.ServiceURL(r)
		if err != nil {
			return nil, err
		}
		href += "/v2/"
		list := make([]jumpgate.Object, 0, len(minorVersions))
		for i, minor := range minorVersions {
			state := "SUPPORTED"
			if i == 0 {
				state = "CURRENT"
			}
			list = append(list, jumpgate.Object{
				{Name: "id", Value: "v2." + strconv.Itoa(minor)},
				{Name: "status", Value: state},
				{Name: "links", Value: []jumpgate.Object{rest.Link("self", href)}},
			})
		}
		// The list is made in front of the middleware that names requests.
		r.ResponseHeader().Del("X-Openstack-Request-Id")
		return &jumpgate.Response{Status: status, Body: jumpgate.Object{{Name: "versions", Value: list}}}, nil
	}
}
