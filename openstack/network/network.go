// Package network speaks OpenStack's Networking API (Neutron v2.0) for a
// driver: it reads and checks requests, asks the policy, filters, sorts and
// pages lists, and shows resources as Neutron does. A driver never sees JSON.
//
// Neutron's resources are all alike, so this package has one small set of
// interfaces for things of any kind instead of five for each: Lister, Getter,
// Creator, Updater and Deleter. A driver says which kinds it has by methods
// that return a Lister ("Networks"; see NetworkDriver and its siblings). What
// that value can do besides is found once, when Register runs.
//
// All calls act for jumpgate.PrincipalFrom(ctx). They MUST NOT show what that
// principal may not see: what is its project's, what is shared with it and,
// where AllProjects(ctx) is true, everything. What it may not see does not
// exist to it. An id is whatever the client sent.
package network

import (
	_ "embed"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
)

//go:embed policy.tsv
var policyTable string

// defaultPolicy is policyTable, read once.
var defaultPolicy = sync.OnceValue(func() *jumpgate.Policy { return jumpgate.MustPolicy(policyTable) })

// Options configure the service. The zero value is Neutron's default policy.
type Options struct {
	// Policy replaces rules of the default policy by name:
	// "create_network:shared". See policy.tsv for their names.
	Policy map[string]string
}

// service is what the handlers of one Dispatcher share.
type service struct {
	disp       *jumpgate.Dispatcher
	policy     *jumpgate.Policy
	known      map[string]bool   // the rules that policy has
	tagged     map[string]tagged // by the path's resource type, with "_" for "-"
	resources  []indexed         // in the order of the index
	extensions map[string]bool   // aliases of what is served
	handlers   map[string]jumpgate.Methods
	faults     []error // of the lists that the driver has
}

// indexed is a line of the index of the version.
type indexed struct{ one, many, endpoint string }

// Register gives disp a handler for everything that driver can do and leaves
// the rest unused. A driver with none of the interfaces of this package, or with
// a method that is called as in one of them and has another signature, is an
// error.
func Register(disp *jumpgate.Dispatcher, driver any, opts Options) error {
	if disp.Service() != jumpgate.Network {
		return fmt.Errorf("network: can't serve %s", disp.Service())
	}
	if err := rest.CheckDriver("network", driver, driverInterfaces...); err != nil {
		return err
	}
	policy, err := disp.OverridePolicy(defaultPolicy(), opts.Policy)
	if err != nil {
		return fmt.Errorf("network: %w", err)
	}
	s := &service{
		disp:       disp,
		policy:     policy,
		known:      make(map[string]bool),
		tagged:     make(map[string]tagged),
		extensions: make(map[string]bool),
		handlers:   make(map[string]jumpgate.Methods),
	}
	for rule := range policy.Rules() {
		s.known[rule] = true
	}
	core(s, driver)
	layer3(s, driver)
	security(s, driver)
	addressGroups(s, driver)
	subnetPools(s, driver)
	rbac(s, driver)
	quotas(s, driver)
	trunks(s, driver)
	qos(s, driver)
	underlay(s, driver)
	watching(s, driver)
	if err := errors.Join(s.faults...); err != nil {
		return err
	}
	s.tagEndpoints()
	if err := s.discovery(); err != nil {
		return fmt.Errorf("network: %w", err)
	}
	if err := s.without(); err != nil {
		return fmt.Errorf("network: %w", err)
	}
	disp.SetPolicy(policy.Worded("rule:%s is disallowed by policy"))
	faults := []error{disp.AddRequestHook(answerable)}
	for name, methods := range s.handlers {
		faults = append(faults, disp.SetHandler(name, methods))
	}
	return errors.Join(faults...)
}

// add gives an endpoint methods. Those of an endpoint that has none are left
// out.
func (s *service) add(endpoint string, methods jumpgate.Methods) {
	if len(methods) == 0 {
		return
	}
	if s.handlers[endpoint] == nil {
		s.handlers[endpoint] = jumpgate.Methods{}
	}
	for method, f := range methods {
		s.handlers[endpoint][method] = f
	}
}

// provide serves a kind of resource and notes the extensions that it is part
// of.
func provide[T any](s *service, k *kind[T], lister Lister[T], extensions ...string) *kind[T] {
	k.s = s
	s.faults = append(s.faults, rest.CheckDriver("network", lister, listsOf[T]()...))
	k.serve(lister)
	s.resources = append(s.resources, indexed{k.one, k.many, k.list})
	for _, alias := range extensions {
		s.extensions[alias] = true
	}
	if k.attrs.Named("tags") != nil {
		s.tagged[k.many] = k
	}
	return k
}

// pathVars returns the variables of a request's path as EndpointURL takes
// them.
func pathVars(r *jumpgate.Request) []string {
	var vars []string
	for _, name := range []string{"floatingip_id", "policy_id", "router_id", "port_id"} {
		if strings.Contains(r.Endpoint().Path, "{"+name+"}") {
			vars = append(vars, name, r.Var(name))
		}
	}
	return vars
}
