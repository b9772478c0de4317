package compute

import (
	"context"
	"fmt"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
)

// MinVersion and MaxVersion are the oldest and the newest microversion that can
// be served. The package follows every change that the versions between them
// made to its endpoints.
var (
	MinVersion = jumpgate.Microversion{Major: 2, Minor: 1}
	MaxVersion = jumpgate.Microversion{Major: 2, Minor: 104}
)

// Options configure Register. The zero Options means all microversions and
// Nova's default policy.
type Options struct {
	// MinVersion and MaxVersion narrow the microversions that are served. They
	// must lie within MinVersion and MaxVersion of this package, the defaults.
	MinVersion, MaxVersion jumpgate.Microversion

	// Policy replaces check strings of the default policy; its keys are names
	// of rules, such as "os_compute_api:servers:create". An unknown name is an
	// error.
	Policy map[string]string

	// OwnHosts means that hosts belong to projects: the driver's
	// HypervisorLister, not the policy, decides who sees which.
	OwnHosts bool

	// Now returns the time in the driver's cloud. Default: time.Now.
	Now func() time.Time
}

// withDefaults fills in what opts leaves out, and refuses what can't be.
func (opts Options) withDefaults() (Options, error) {
	none := jumpgate.Microversion{}
	if opts.MinVersion == none {
		opts.MinVersion = MinVersion
	}
	if opts.MaxVersion == none {
		opts.MaxVersion = MaxVersion
	}
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if !opts.MinVersion.AtLeast(MinVersion) || !MaxVersion.AtLeast(opts.MaxVersion) || !opts.MaxVersion.AtLeast(opts.MinVersion) {
		return opts, fmt.Errorf("compute: no range of microversions from %s to %s; there are %s to %s", opts.MinVersion, opts.MaxVersion, MinVersion, MaxVersion)
	}
	return opts, nil
}

// service is what the handlers of one Dispatcher share.
type service struct {
	disp *jumpgate.Dispatcher
	opts Options

	serverLister     ServerLister
	serverGetter     ServerGetter
	serverMarker     func(ctx context.Context, id string) (*Server, error) // nil: none but those listed
	hypervisorLister HypervisorLister
	services         ServiceLister
	flavorLister     FlavorLister
	flavorGetter     FlavorGetter
}

// resources are the parts of the API, each in a file of its own: each looks
// once at what the driver can do and takes the endpoints that follow from it.
var resources = []func(s *service, driver any, t *table){
	versions, servers, actions, flavors, keypairs, zones, limits,
	refused, flavorEdit, flavorAccess, extensions, quotas, topology, volumesBoot,
	metadata, tags, addresses, interfaces, remoteConsoles,
	usage,
	instanceActions, serverGroups, images, networks, securityGroups, securityGroupEdit, floatingIPs, hypervisors,
	serviceEdit, aggregates, hosts, serverAdmin, migrations, externalEvents,
	volumes, volumeAttachments, shares,
}

// Register gives disp a handler for everything that driver can do and leaves
// the other endpoints unused. Version documents are always served. A driver
// with none of the interfaces of this package, or with a method that is called
// as in one of them and has another signature, is an error.
func Register(disp *jumpgate.Dispatcher, driver any, opts Options) error {
	if err := rest.CheckDriver("compute", driver, driverInterfaces...); err != nil {
		return err
	}
	opts, err := opts.withDefaults()
	if err != nil {
		return err
	}
	policy, err := disp.OverridePolicy(defaultPolicy(), opts.Policy)
	if err != nil {
		return fmt.Errorf("compute: %w", err)
	}
	disp.SetPolicy(policy)
	for _, hook := range []jumpgate.RequestHook{jumpgate.Negotiate(opts.MinVersion, opts.MaxVersion), rest.MediaTypes("text/plain", "application/vnd.openstack.compute+json"), noUnknownParams} {
		if err := disp.AddRequestHook(hook); err != nil {
			return err
		}
	}
	s, t := &service{disp: disp, opts: opts}, &table{}
	for _, register := range resources {
		register(s, driver, t)
	}
	s.guardBodies(t, policy)
	return t.Register(disp)
}

type handler = rest.Handler

// table collects the endpoints that are served.
type table struct{ rest.Routes }

// add takes an endpoint in both API versions.
func (t *table) add(method, name string, h handler) {
	t.One(method, "v2_"+name, h)
	t.One(method, "v21_"+name, h)
}

// forbidOne answers an endpoint as Nova's default policy answers anyone but
// an admin. No driver has admins of the cloud.
func (t *table) forbidOne(method, name, rule string) {
	t.One(method, name, func(r *jumpgate.Request) (any, error) { return nil, refusedBy(r, rule) })
	t.Explain(method, name, refusedReasons[jumpgate.Forbidden])
}

// forbid is forbidOne in both API versions.
func (t *table) forbid(method, name, rule string) {
	t.forbidOne(method, "v2_"+name, rule)
	t.forbidOne(method, "v21_"+name, rule)
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

func serverID(r *jumpgate.Request) string {
	if id, ok := r.LookupVar("server_id"); ok {
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
