// Package compute speaks Nova's API, versions 2.1 with microversions and 2.0,
// for drivers that only know servers, flavors and key pairs.
//
// Register gives a Dispatcher handlers for everything a driver can do. What
// the driver can do is told by the interfaces it has: ServerLister,
// ServerCreator and so on, one for each operation. The package parses and
// validates requests, filters, sorts and pages lists, shapes answers for the
// microversion asked for, and words faults as Nova does.
//
// Facts come from the Compute API reference, from Nova's code and from
// recordings of a real Nova (Zed, 2.93).
package compute

import (
	"context"
	"net/http"
	"strings"

	"github.com/softlayer/jumpgate"
)

// MinVersion and MaxVersion are the microversions served: all that they
// changed in the endpoints of this package is in.
var (
	MinVersion = jumpgate.Microversion{Major: 2, Minor: 1}
	MaxVersion = jumpgate.Microversion{Major: 2, Minor: 96}
)

// service holds what the driver can do, found once.
type service struct {
	disp *jumpgate.Dispatcher

	serverLister   ServerLister
	serverGetter   ServerGetter
	serverCreator  ServerCreator
	serverUpdater  ServerUpdater
	serverDeleter  ServerDeleter
	actions        map[string]action
	flavorLister   FlavorLister
	flavorGetter   FlavorGetter
	keypairLister  KeypairLister
	keypairCreator KeypairCreator
	keypairDeleter KeypairDeleter
	zoneLister     ZoneLister
	limitsGetter   LimitsGetter
}

// Register gives disp a handler for everything that driver can do and leaves
// the other endpoints unused. Version documents are always served.
func Register(disp *jumpgate.Dispatcher, driver any) error {
	s := &service{disp: disp}
	s.serverLister, _ = driver.(ServerLister)
	s.serverGetter, _ = driver.(ServerGetter)
	s.serverCreator, _ = driver.(ServerCreator)
	s.serverUpdater, _ = driver.(ServerUpdater)
	s.serverDeleter, _ = driver.(ServerDeleter)
	s.flavorLister, _ = driver.(FlavorLister)
	s.flavorGetter, _ = driver.(FlavorGetter)
	s.keypairLister, _ = driver.(KeypairLister)
	s.keypairCreator, _ = driver.(KeypairCreator)
	s.keypairDeleter, _ = driver.(KeypairDeleter)
	s.zoneLister, _ = driver.(ZoneLister)
	s.limitsGetter, _ = driver.(LimitsGetter)
	s.actions = actionsOf(driver)

	for _, hook := range []jumpgate.RequestHook{jumpgate.Negotiate(MinVersion, MaxVersion), knownMediaType, ownProject} {
		if err := disp.AddRequestHook(hook); err != nil {
			return err
		}
	}
	for name, methods := range s.routes() {
		for method, f := range methods {
			if f == nil {
				delete(methods, method)
			}
		}
		if len(methods) == 0 {
			continue
		}
		if err := disp.SetHandler(name, methods); err != nil {
			return err
		}
	}
	return nil
}

type handler = func(*jumpgate.Request) (any, error)

// routes lists the handlers; nil where the driver can't.
func (s *service) routes() map[string]jumpgate.Methods {
	all := map[string]jumpgate.Methods{
		"index":     {http.MethodGet: s.versions},
		"v2_index":  {http.MethodGet: s.version},
		"v21_index": {http.MethodGet: s.version},
	}
	both := func(name string, m func() jumpgate.Methods) {
		all["v2_"+name], all["v21_"+name] = m(), m()
	}
	both("servers", func() jumpgate.Methods {
		return jumpgate.Methods{
			http.MethodGet:  only(s.serverLister != nil, s.listServers),
			http.MethodPost: only(s.serverCreator != nil, s.createServer),
		}
	})
	both("servers_detail", func() jumpgate.Methods {
		return jumpgate.Methods{http.MethodGet: only(s.serverLister != nil, s.listServersDetail)}
	})
	both("server", func() jumpgate.Methods {
		return jumpgate.Methods{
			http.MethodGet:    only(s.serverGetter != nil, s.showServer),
			http.MethodPut:    only(s.serverUpdater != nil, s.updateServer),
			http.MethodDelete: only(s.serverDeleter != nil, s.deleteServer),
		}
	})
	both("server_action", func() jumpgate.Methods {
		return jumpgate.Methods{http.MethodPost: only(len(s.actions) > 0, s.serverAction)}
	})

	flavors := s.flavorLister != nil
	collection := func() jumpgate.Methods {
		return jumpgate.Methods{
			http.MethodGet:  only(flavors, s.listFlavors),
			http.MethodPost: only(flavors, forbidden("os_compute_api:os-flavor-manage:create")),
		}
	}
	detail := func() jumpgate.Methods {
		return jumpgate.Methods{http.MethodGet: only(flavors, s.listFlavorsDetail)}
	}
	one := func() jumpgate.Methods {
		return jumpgate.Methods{
			http.MethodGet:    only(flavors, s.showFlavor),
			http.MethodPut:    only(flavors, forbidden("os_compute_api:os-flavor-manage:update")),
			http.MethodDelete: only(flavors, forbidden("os_compute_api:os-flavor-manage:delete")),
		}
	}
	both("flavors", collection)
	both("flavors_detail", detail)
	both("flavor", one)
	all["v2_tenant_flavors"], all["v2_tenant_flavors_detail"], all["v2_tenant_flavor"] = collection(), detail(), one()
	both("os_extra_specs_flavor", func() jumpgate.Methods {
		return jumpgate.Methods{
			http.MethodGet:  only(flavors, s.listExtraSpecs),
			http.MethodPost: only(flavors, forbidden("os_compute_api:os-flavor-extra-specs:create")),
		}
	})
	both("os_extra_specs_flavor_key", func() jumpgate.Methods {
		return jumpgate.Methods{
			http.MethodGet:    only(flavors, s.showExtraSpec),
			http.MethodPut:    only(flavors, forbidden("os_compute_api:os-flavor-extra-specs:update")),
			http.MethodDelete: only(flavors, forbidden("os_compute_api:os-flavor-extra-specs:delete")),
		}
	})

	both("os_keypairs", func() jumpgate.Methods {
		return jumpgate.Methods{
			http.MethodGet:  only(s.keypairLister != nil, s.listKeypairs),
			http.MethodPost: only(s.keypairCreator != nil, s.createKeypair),
		}
	})
	both("os_keypair", func() jumpgate.Methods {
		return jumpgate.Methods{
			http.MethodGet:    only(s.keypairLister != nil, s.showKeypair),
			http.MethodDelete: only(s.keypairDeleter != nil, s.deleteKeypair),
		}
	})
	both("availability_zone", func() jumpgate.Methods {
		return jumpgate.Methods{http.MethodGet: only(s.zoneLister != nil, s.listZones)}
	})
	both("availability_zone_detail", func() jumpgate.Methods {
		return jumpgate.Methods{http.MethodGet: only(s.zoneLister != nil, forbidden("os_compute_api:os-availability-zone:detail"))}
	})
	both("limits", func() jumpgate.Methods {
		return jumpgate.Methods{http.MethodGet: only(s.limitsGetter != nil, s.limits)}
	})
	return all
}

func only(can bool, h handler) handler {
	if can {
		return h
	}
	return nil
}

// forbidden answers as Nova's default policy does to anyone but an admin. No
// driver has cloud admins.
func forbidden(rule string) handler {
	return func(*jumpgate.Request) (any, error) {
		return nil, jumpgate.Forbidden.New("Policy doesn't allow %s to be performed.", rule)
	}
}

// endpoint returns the name of the endpoint in the API version that r uses.
func endpoint(r *jumpgate.Request, name string) string {
	if r.Endpoint().Version == "v2" {
		return "v2_" + name
	}
	return "v21_" + name
}

// legacy tells whether r came through /v2, which ignores microversions and
// members that it does not know.
func legacy(r *jumpgate.Request) bool { return r.Endpoint().Version == "v2" }

// minor is the microversion of r: 1 for /v2.
func minor(r *jumpgate.Request) int {
	if legacy(r) {
		return 1
	}
	return r.Env.Version.Minor
}

// knownMediaType refuses a request whose body Nova would not read.
func knownMediaType(r *jumpgate.Request) error {
	if r.Endpoint().Name == "" {
		return nil
	}
	media, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	switch strings.ToLower(strings.TrimSpace(media)) {
	case "", "text/plain", "application/json", "application/vnd.openstack.compute+json":
		return nil
	}
	return jumpgate.UnsupportedMedia.New("Unsupported Content-Type")
}

// ownProject holds the project of the path against the one of the token.
func ownProject(r *jumpgate.Request) error {
	project, ok := r.PathProject()
	if !ok || r.Env.Principal == nil || project == r.Env.Principal.ProjectID {
		return nil
	}
	return jumpgate.BadRequest.New("Malformed request URL: URL's project_id '%s' doesn't match Context's project_id '%s'",
		project, r.Env.Principal.ProjectID)
}

func serverID(r *jumpgate.Request) string {
	if id := r.Var("server_id"); id != "" {
		return id
	}
	return r.Var("instance_id")
}

func userID(ctx context.Context) string {
	if p := jumpgate.PrincipalFrom(ctx); p != nil {
		return p.UserID
	}
	return ""
}
