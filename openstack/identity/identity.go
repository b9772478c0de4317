// Package identity speaks Keystone's protocol, v3 and v2.0, for a driver that
// can check a password.
//
// Register gives a Gateway's identity service its endpoints, and all of the
// Gateway's services the hook that checks tokens. Tokens are sealed, not
// stored: any replica with the same KeyRing validates them without a call.
//
// What this package says about Keystone's answers was recorded from Keystone 22
// (Zed), see testdata/golden, or read in its code, which the comment then
// names.
package identity

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
)

// Options configure the identity service. The zero value works.
type Options struct {
	// Keys seal the tokens. Nil: a random key, so that tokens end with the
	// process and other replicas refuse them.
	Keys *KeyRing

	// Expiry is how long a token is valid. Default: one hour, as in Keystone.
	Expiry time.Duration

	// AllowExpiredWindow is how long after its expiry a token can still be
	// validated with allow_expired, by its owner. Default: 48 hours, as in
	// Keystone; negative: never.
	AllowExpiredWindow time.Duration

	// Revocations remembers revoked tokens. Nil: in memory; other replicas
	// don't see them and a restart forgets them. If you set Keys, set a
	// Revocations that lives as long; Gateways of one process with the same
	// Keys can share a MemoryRevocations.
	Revocations Revocations

	// Store keeps what the cloud has no place for: application credentials,
	// credentials and EC2 access keys, trusts, and what operators add to the
	// catalog. Nil: nobody can create any of these; users get a 403, operators
	// a 501.
	Store jumpgate.Store

	// ApplicationCredentials keeps application credentials elsewhere than in
	// the Store. Nil: in the Store.
	ApplicationCredentials ApplicationCredentials

	// Policy replaces check strings of Keystone's policy; its keys are names of
	// rules. An unknown name is an error.
	Policy map[string]string

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
	credentials ApplicationCredentials // nil: there are none
	store       jumpgate.Store         // nil: there is none
	now         func() time.Time

	keepers
	keycreds  owned[credential]
	trusts    owned[trust]
	resources resources

	throttle *throttle
	flights  *flights
}

// New returns a driver of the identity service only, for a program that chooses
// its own Options. driver is the cloud's, which by itself serves identity with
// the zero Options.
func New(driver Driver, opts Options) jumpgate.DriverFunc {
	return func(_ *jumpgate.Gateway, disp *jumpgate.Dispatcher) error { return Register(disp, driver, opts) }
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
	if err := rest.CheckDriver("identity", driver, driverInterfaces...); err != nil {
		return err
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
		store:       opts.Store,
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
	if s.credentials == nil && s.store != nil {
		s.credentials = newCredentialStore(s.store)
	}
	var err error
	if s.keepers, err = keepersOf(driver); err != nil {
		return err
	}
	s.keycreds, s.trusts = newOwned[credential](s.store, "credential"), newOwned[trust](s.store, "trust")
	s.resources = resources{
		regions: s.newRegions(), services: s.newServices(), endpoints: s.newEndpoints(),
		policies: s.newPolicies(), endpointGroups: s.newEndpointGroups(), consumers: s.newConsumers(),
		limits: s.newLimits(), registeredLimits: s.newRegisteredLimits(),
	}
	policy, err := disp.OverridePolicy(defaultPolicy(), opts.Policy)
	if err != nil {
		return fmt.Errorf("identity: %w", err)
	}
	disp.SetPolicy(policy.Worded("You are not authorized to perform the requested action: %s."))
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

// mayAll tells whether p runs the cloud.
func (s *service) mayAll(p *jumpgate.Principal) bool {
	return s.disp.Policy().Allows(p, "admin_required", jumpgate.Target{})
}
