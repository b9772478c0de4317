package memory

import (
	"context"
	"maps"
	"slices"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
)

var (
	_ compute.FlavorLister       = machines{}
	_ compute.FlavorGetter       = machines{}
	_ compute.FlavorEditor       = machines{}
	_ compute.FlavorAccessKeeper = machines{}
)

// flavor is a size of servers and who may see it.
type flavor struct {
	compute.Flavor
	access []string // ids of projects, of a private one
}

// seen is a flavor as a project sees it.
func (f *flavor) seen(projectID string) *compute.Flavor {
	shown := f.Flavor
	shown.ExtraSpecs = maps.Clone(f.ExtraSpecs)
	shown.Foreign = f.Private && !slices.Contains(f.access, projectID)
	return &shown
}

// Flavors implements compute.FlavorLister.
func (m machines) Flavors(ctx context.Context) ([]*compute.Flavor, error) {
	m.c.mu.Lock()
	defer m.c.mu.Unlock()
	list := make([]*compute.Flavor, len(m.c.flavors))
	for i, f := range m.c.flavors {
		list[i] = f.seen(caller(ctx).ProjectID)
	}
	return list, nil
}

// Flavor implements compute.FlavorGetter.
func (m machines) Flavor(ctx context.Context, id string) (*compute.Flavor, error) {
	m.c.mu.Lock()
	defer m.c.mu.Unlock()
	f := m.c.flavor(id)
	if f == nil {
		return nil, jumpgate.NotFound
	}
	return f.seen(caller(ctx).ProjectID), nil
}

// flavor finds a flavor by its id. The lock is held.
func (c *Cloud) flavor(id string) *flavor {
	i := slices.IndexFunc(c.flavors, func(f *flavor) bool { return f.ID == id })
	if i < 0 {
		return nil
	}
	return c.flavors[i]
}

// usable finds a flavor that the principal may order. The lock is held.
func (c *Cloud) usable(ctx context.Context, id string) *flavor {
	f, who := c.flavor(id), caller(ctx)
	if f == nil || f.Private && !slices.Contains(f.access, who.ProjectID) && !who.HasRole("admin") {
		return nil
	}
	return f
}

// addFlavor takes a flavor into the cloud. The lock is held.
func (c *Cloud) addFlavor(f compute.Flavor) *flavor {
	c.serial++
	f.Number = c.serial
	made := &flavor{Flavor: f}
	c.flavors = append(c.flavors, made)
	return made
}

// CreateFlavor implements compute.FlavorEditor.
func (m machines) CreateFlavor(ctx context.Context, f compute.Flavor) (*compute.Flavor, error) {
	m.c.mu.Lock()
	defer m.c.mu.Unlock()
	if f.ID == "" {
		f.ID = jumpgate.NewUUID()
	}
	switch {
	case slices.ContainsFunc(m.c.flavors, func(other *flavor) bool { return other.Name == f.Name }):
		return nil, compute.FlavorExists(f.Name)
	case m.c.flavor(f.ID) != nil:
		return nil, compute.FlavorIDExists(f.ID)
	}
	return m.c.addFlavor(f).seen(caller(ctx).ProjectID), nil
}

// DescribeFlavor implements compute.FlavorEditor.
func (m machines) DescribeFlavor(ctx context.Context, id, description string) (*compute.Flavor, error) {
	m.c.mu.Lock()
	defer m.c.mu.Unlock()
	f := m.c.flavor(id)
	if f == nil {
		return nil, jumpgate.NotFound
	}
	f.Description = description
	return f.seen(caller(ctx).ProjectID), nil
}

// DeleteFlavor implements compute.FlavorEditor.
func (m machines) DeleteFlavor(_ context.Context, id string) error {
	m.c.mu.Lock()
	defer m.c.mu.Unlock()
	if m.c.flavor(id) == nil {
		return jumpgate.NotFound
	}
	m.c.flavors = slices.DeleteFunc(m.c.flavors, func(f *flavor) bool { return f.ID == id })
	return nil
}

// ChangeFlavorSpecs implements compute.FlavorEditor.
func (m machines) ChangeFlavorSpecs(_ context.Context, id string, change func(map[string]string) (map[string]string, error)) error {
	m.c.mu.Lock()
	defer m.c.mu.Unlock()
	f := m.c.flavor(id)
	if f == nil {
		return jumpgate.NotFound
	}
	specs, err := change(maps.Clone(f.ExtraSpecs))
	if err == nil {
		f.ExtraSpecs = specs
	}
	return err
}

// FlavorAccess implements compute.FlavorAccessKeeper.
func (m machines) FlavorAccess(_ context.Context, id string) ([]string, error) {
	m.c.mu.Lock()
	defer m.c.mu.Unlock()
	f := m.c.flavor(id)
	if f == nil {
		return nil, jumpgate.NotFound
	}
	return slices.Clone(f.access), nil
}

// AddFlavorAccess implements compute.FlavorAccessKeeper.
func (m machines) AddFlavorAccess(_ context.Context, id, projectID string) error {
	m.c.mu.Lock()
	defer m.c.mu.Unlock()
	f := m.c.flavor(id)
	switch {
	case f == nil:
		return jumpgate.NotFound
	case !m.c.isProject(projectID):
		return compute.ProjectNotFound(projectID)
	case slices.Contains(f.access, projectID):
		return jumpgate.Conflict
	}
	f.access = append(f.access, projectID)
	return nil
}

// RemoveFlavorAccess implements compute.FlavorAccessKeeper.
func (m machines) RemoveFlavorAccess(_ context.Context, id, projectID string) error {
	m.c.mu.Lock()
	defer m.c.mu.Unlock()
	f := m.c.flavor(id)
	switch {
	case f == nil:
		return jumpgate.NotFound
	case !slices.Contains(f.access, projectID):
		return compute.FlavorAccessNotFound(id, projectID)
	}
	f.access = slices.DeleteFunc(f.access, func(other string) bool { return other == projectID })
	return nil
}
