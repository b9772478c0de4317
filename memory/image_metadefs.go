package memory

import (
	"context"
	"iter"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/image"
)

// metadefs keeps metadata definitions.
type metadefs struct {
	mu         sync.Mutex
	namespaces map[string]*image.MetadefNamespace
	types      []image.MetadefResourceType
}

var _ image.MetadefKeeper = (*metadefs)(nil)

// stockResourceTypes are those that Glance comes with.
var stockResourceTypes = []string{
	"OS::Glance::Image", "OS::Cinder::Volume", "OS::Nova::Server", "OS::Nova::Aggregate", "OS::Nova::Flavor", "OS::Trove::Instance",
}

func newMetadefs(now time.Time) *metadefs {
	m := &metadefs{namespaces: make(map[string]*image.MetadefNamespace)}
	for _, name := range stockResourceTypes {
		m.types = append(m.types, image.MetadefResourceType{Name: name, Created: now})
	}
	return m
}

// ListMetadefNamespaces implements image.MetadefKeeper.
func (m *metadefs) ListMetadefNamespaces(context.Context) iter.Seq2[*image.MetadefNamespace, error] {
	return func(yield func(*image.MetadefNamespace, error) bool) {
		m.mu.Lock()
		list := slices.Collect(maps.Values(m.namespaces))
		m.mu.Unlock()
		yieldAll(list, yield)
	}
}

// MetadefNamespace implements image.MetadefKeeper.
func (m *metadefs) MetadefNamespace(_ context.Context, name string) (*image.MetadefNamespace, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	ns := m.namespaces[name]
	if ns == nil {
		return nil, jumpgate.NotFound
	}
	return ns, nil
}

// CreateMetadefNamespace implements image.MetadefKeeper.
func (m *metadefs) CreateMetadefNamespace(_ context.Context, ns *image.MetadefNamespace) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.namespaces[ns.Name] != nil {
		return jumpgate.Conflict
	}
	m.keep(ns)
	return nil
}

// UpdateMetadefNamespace implements image.MetadefKeeper. What was handed out
// before stays as it is.
func (m *metadefs) UpdateMetadefNamespace(
	_ context.Context, name string, change func(*image.MetadefNamespace) error,
) (*image.MetadefNamespace, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	old := m.namespaces[name]
	if old == nil {
		return nil, jumpgate.NotFound
	}
	ns := *old
	if err := change(&ns); err != nil {
		return nil, err
	}
	if ns.Name != name && m.namespaces[ns.Name] != nil {
		return nil, jumpgate.Conflict
	}
	delete(m.namespaces, name)
	m.keep(&ns)
	return &ns, nil
}

// keep also adds resource types that are new.
func (m *metadefs) keep(ns *image.MetadefNamespace) {
	m.namespaces[ns.Name] = ns
	for _, a := range ns.ResourceTypes {
		if !slices.ContainsFunc(m.types, func(t image.MetadefResourceType) bool { return t.Name == a.Name }) {
			m.types = append(m.types, image.MetadefResourceType{Name: a.Name, Created: a.Created})
		}
	}
}

// DeleteMetadefNamespace implements image.MetadefKeeper.
func (m *metadefs) DeleteMetadefNamespace(_ context.Context, name string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.namespaces[name] == nil {
		return jumpgate.NotFound
	}
	delete(m.namespaces, name)
	return nil
}

// ListMetadefResourceTypes implements image.MetadefKeeper.
func (m *metadefs) ListMetadefResourceTypes(context.Context) iter.Seq2[*image.MetadefResourceType, error] {
	return func(yield func(*image.MetadefResourceType, error) bool) {
		m.mu.Lock()
		list := slices.Clone(m.types)
		m.mu.Unlock()
		for i := range list {
			if !yield(&list[i], nil) {
				return
			}
		}
	}
}
