// Package identity speaks Keystone's protocol, v3 and v2.0, for a driver that
// can check a password.
//
// Register gives a Gateway's identity service its endpoints, and all of the
// Gateway's services the hook that checks tokens. Tokens are sealed, not
// stored: any replica with the same KeyRing validates them without a call.
//
// Where this package says how Keystone answers, it is because that was
// recorded from Keystone 22 (Zed), see testdata/golden, or read in its code,
// which is named then.
package identity

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/softlayer/jumpgate"
)

// Options configure the identity service. The zero value works.
type Options struct {
	// Keys seal the tokens. Nil: a random key, so that tokens end with the
	// process and other replicas refuse them.
	Keys *KeyRing

	// Expiry is how long a token is valid. Default one hour, as Keystone's.
	Expiry time.Duration

	// AllowExpiredWindow is how long after its expiry a token can still be
	// looked at with allow_expired, by its owner. Default 48 hours, as
	// Keystone's; negative: not at all.
	AllowExpiredWindow time.Duration

	// Revocations remembers revoked tokens. Nil: in memory, so that other
	// replicas don't know of them and a restart forgets them. With Keys of
	// your own give a store that lives as long; Gateways of one process that
	// have the same Keys can share a MemoryRevocations.
	Revocations Revocations

	// ApplicationCredentials keeps application credentials: see OpenCredentials
	// and package redisstore. Nil: nobody can make one, which is answered with
	// 403.
	ApplicationCredentials ApplicationCredentials

	// Now is the clock. Nil: time.Now.
	Now func() time.Time
}

// service is the identity service of one Gateway.
type service struct {
	disp        *jumpgate.Dispatcher
	driver      Driver
	keys        *KeyRing
	expiry      time.Duration
	window      time.Duration
	revocations Revocations
	credentials ApplicationCredentials
	now         func() time.Time

	throttle *throttle
	flights  *flights
}

// Register serves disp, the dispatcher of an identity service, with driver,
// and makes every service of disp's Gateway ask for a token.
//
// It adds a request hook to the Gateway, which sets Env.Principal and
// Env.ProjectID; hooks added later find them set.
func Register(disp *jumpgate.Dispatcher, driver Driver, opts Options) error {
	if disp.Service() != jumpgate.Identity {
		return fmt.Errorf("identity: can't serve %s", disp.Service())
	}
	if driver == nil {
		return errors.New("identity: no driver")
	}
	if opts.Expiry < 0 {
		return errors.New("identity: Expiry is negative")
	}
	s := &service{
		disp:        disp,
		driver:      driver,
		keys:        opts.Keys,
		expiry:      opts.Expiry,
		window:      opts.AllowExpiredWindow,
		revocations: opts.Revocations,
		credentials: opts.ApplicationCredentials,
		now:         opts.Now,
	}
	if s.keys == nil {
		s.keys = newRandomKeyRing()
	}
	if s.expiry == 0 {
		s.expiry = time.Hour
	}
	if s.window == 0 {
		s.window = 48 * time.Hour
	}
	if s.now == nil {
		s.now = time.Now
	}
	s.throttle, s.flights = newThrottle(s.now), newFlights()
	if s.revocations == nil {
		s.revocations = NewMemoryRevocations(s.now)
	}
	if err := s.serve(); err != nil {
		return err
	}
	disp.Gateway().AddRequestHook(s.authenticated)
	return nil
}

// serve sets the handlers.
func (s *service) serve() error {
	faults := []error{
		s.set("versions", jumpgate.Methods{http.MethodGet: s.versions}),
		s.set("v2_auth_index", jumpgate.Methods{http.MethodGet: s.v2Index}),
	}
	faults = append(faults, s.serveV3()...)
	faults = append(faults, s.serveV2()...)
	return errors.Join(faults...)
}

// set serves an endpoint, with an answer to OPTIONS beside (recording 101).
func (s *service) set(name string, m jumpgate.Methods) error {
	m[http.MethodOptions] = options
	return s.disp.SetHandler(name, m)
}

func options(r *jumpgate.Request) (any, error) {
	allow := []string{http.MethodOptions}
	if m := r.Endpoint().Methods; slices.Contains(m, http.MethodGet) && !slices.Contains(m, http.MethodHead) {
		allow = append(allow, http.MethodHead)
	}
	return &jumpgate.Response{
		Status: http.StatusOK,
		Header: http.Header{
			"Content-Type": {"text/html; charset=utf-8"},
			"Allow":        {strings.Join(append(allow, r.Endpoint().Methods...), ", ")},
		},
	}, nil
}

// forbidden is how Keystone refuses an action of its policy.
func forbidden(action string) error {
	return jumpgate.Forbidden.New("You are not authorized to perform the requested action: identity:%s.", action)
}

// operator tells whether p runs the cloud: Keystone's rule admin_required.
func operator(p *jumpgate.Principal) bool { return p.HasRole("admin") }
