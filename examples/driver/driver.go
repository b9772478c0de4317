package main

import (
	"cmp"
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
	"github.com/softlayer/jumpgate/openstack/identity"
	"github.com/softlayer/jumpgate/openstack/image"
)

// driver makes a cloud speak OpenStack.
type driver struct{ cloud *cloud }

// Package compute looks for these. Without this list a method that is not
// quite right would only be an endpoint that answers 501.
var _ interface {
	compute.FlavorLister
	compute.ServerLister
	compute.ServerGetter
	compute.ServerCreator
	compute.ServerDeleter
} = (*driver)(nil)

func (d *driver) SetupRoutes(_ *jumpgate.Gateway, disp *jumpgate.Dispatcher) error {
	switch s := disp.Service(); s {
	case jumpgate.Identity:
		return identity.Register(disp, d, identity.Options{})
	case jumpgate.Compute:
		firewall := jumpgate.Methods{"GET": d.firewall}
		return errors.Join(
			compute.Register(disp, d, compute.Options{}),
			disp.SetHandler("v2_os_server_security_groups", firewall),
			disp.SetHandler("v21_os_server_security_groups", firewall),
		)
	case jumpgate.Image:
		return image.Register(disp, d, image.Options{})
	default:
		return fmt.Errorf("no driver for %s", s)
	}
}

func (d *driver) Authenticate(_ context.Context, c identity.Credentials) (*identity.User, error) {
	login := cmp.Or(c.UserName, c.UserID) // a login is both here
	p, known := d.cloud.people[login]
	if subtle.ConstantTimeCompare([]byte(c.Password), []byte(p.password)) != 1 || !known {
		return nil, jumpgate.Unauthorized
	}
	return &identity.User{ID: login, Name: login, DefaultProjectID: p.customer}, nil
}

func (d *driver) Projects(ctx context.Context) ([]identity.Project, error) {
	p, known := d.cloud.people[jumpgate.PrincipalFrom(ctx).UserID]
	if !known {
		return nil, nil
	}
	project := identity.Project{ID: p.customer, Name: p.customer, Enabled: true, Roles: []string{"member", "reader"}}
	return []identity.Project{project}, nil
}

func (d *driver) Flavors(context.Context) ([]*compute.Flavor, error) {
	var list []*compute.Flavor
	for _, s := range d.cloud.sizes {
		list = append(list, flavor(s))
	}
	return list, nil
}

func flavor(s size) *compute.Flavor {
	return &compute.Flavor{ID: s.name, Name: s.name, VCPUs: s.cores, RAM: s.megabytes, Disk: s.drive}
}

func server(m machine) *compute.Server {
	s := &compute.Server{
		ID: m.id, Name: m.name, ProjectID: m.customer, ImageID: m.system, Flavor: *flavor(m.size),
		Status: "ACTIVE", VMState: "active", PowerState: compute.PowerRunning,
		Created: m.ordered, Updated: m.ready, Launched: m.ready,
	}
	if time.Now().Before(m.ready) {
		s.Status, s.VMState, s.TaskState, s.PowerState = "BUILD", "building", "spawning", compute.PowerUnknown
		s.Updated, s.Launched = m.ordered, time.Time{}
	}
	return s
}

func (d *driver) ListServers(ctx context.Context, q compute.ServerQuery) iter.Seq2[*compute.Server, error] {
	return func(yield func(*compute.Server, error) bool) {
		list := d.cloud.all(customer(ctx))
		if q.Marker != "" {
			i := slices.IndexFunc(list, func(m machine) bool { return m.id == q.Marker })
			if i < 0 {
				yield(nil, jumpgate.NotFound)
				return
			}
			list = list[i+1:]
		}
		for _, m := range list {
			if !yield(server(m), nil) {
				return
			}
		}
	}
}

func (d *driver) Server(ctx context.Context, id string) (*compute.Server, error) {
	m, err := d.cloud.find(customer(ctx), id)
	if err != nil {
		return nil, fault(err)
	}
	return server(m), nil
}

func (d *driver) CreateServers(ctx context.Context, c compute.ServerCreate) ([]*compute.Server, error) {
	i := slices.IndexFunc(d.cloud.sizes, func(s size) bool { return s.name == c.FlavorRef })
	if i < 0 {
		return nil, compute.FlavorNotFound(c.FlavorRef)
	}
	if d.cloud.systems[c.ImageRef] == "" {
		return nil, compute.ImageNotFound()
	}
	// What this cloud can't do would be lost without a word.
	beyond := c.Beyond()
	if c.MinCount > 1 {
		beyond = append(beyond, "min_count")
	}
	if beyond != nil {
		return nil, jumpgate.BadRequest.New("Servers have a name, a flavor and an image here, and nothing else: %s.", strings.Join(beyond, ", "))
	}
	m, err := d.cloud.boot(customer(ctx), c.Name, d.cloud.sizes[i], c.ImageRef)
	if err != nil {
		return nil, fault(err)
	}
	return []*compute.Server{server(m)}, nil
}

func (d *driver) DeleteServer(ctx context.Context, id string) error {
	return fault(d.cloud.scrap(customer(ctx), id))
}

// firewall serves an endpoint by hand. It stands before all machines alike.
func (d *driver) firewall(r *jumpgate.Request) (any, error) {
	id := r.Var("instance_id") // as the endpoint's Path spells it
	m, err := d.cloud.find(customer(r.Context()), id)
	if err != nil {
		return nil, jumpgate.NotFound.Wrap(err, "Instance %s could not be found.", id)
	}
	group := map[string]any{
		"id": "1", "name": "default", "description": "Nothing comes in.", "tenant_id": m.customer, "rules": []any{},
	}
	return map[string]any{"security_groups": []any{group}}, nil
}

func (d *driver) ListImages(ctx context.Context, _ image.Query) iter.Seq2[*image.Image, error] {
	return func(yield func(*image.Image, error) bool) {
		// All were built at once: then the id decides which is newer.
		for _, id := range slices.Backward(slices.Sorted(maps.Keys(d.cloud.systems))) {
			if !yield(d.Image(ctx, id)) {
				return
			}
		}
	}
}

func (d *driver) Image(_ context.Context, id string) (*image.Image, error) {
	name, known := d.cloud.systems[id]
	if !known {
		return nil, jumpgate.NotFound
	}
	built := time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)
	return &image.Image{ID: id, Name: name, Status: "active", Visibility: "public", Created: built}, nil
}

// customer says for whom a call acts.
func customer(ctx context.Context) string { return jumpgate.PrincipalFrom(ctx).ProjectID }

// fault says the cloud's errors in terms that OpenStack has.
func fault(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, errNoMachine):
		return jumpgate.NotFound // package compute has the words
	case errors.Is(err, errNoRoom):
		return jumpgate.Forbidden.Wrap(err, "Quota exceeded for instances.")
	}
	return jumpgate.Unavailable.Wrap(err, "")
}
