package memory

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
)

// Aggregates implements compute.AggregateKeeper.
func (m machines) Aggregates(context.Context) ([]compute.Aggregate, error) {
	m.c.mu.Lock()
	defer m.c.mu.Unlock()
	list := make([]compute.Aggregate, len(m.c.aggregates))
	for i, a := range m.c.aggregates {
		list[i] = copyAggregate(a)
	}
	return list, nil
}

func copyAggregate(a *compute.Aggregate) compute.Aggregate {
	c := *a
	c.Hosts, c.Metadata = slices.Clone(a.Hosts), maps.Clone(a.Metadata)
	return c
}

// CreateAggregate implements compute.AggregateKeeper.
func (m machines) CreateAggregate(_ context.Context, name, zone string) (*compute.Aggregate, error) {
	m.c.mu.Lock()
	defer m.c.mu.Unlock()
	if m.c.aggregateCalled(name) != nil {
		return nil, jumpgate.Conflict
	}
	m.c.serial++
	a := &compute.Aggregate{ID: m.c.serial, UUID: jumpgate.NewUUID(), Name: name, Metadata: make(map[string]string), Created: m.c.now().UTC().Truncate(time.Second)}
	if zone != "" {
		a.Metadata["availability_zone"] = zone
	}
	m.c.aggregates = append(m.c.aggregates, a)
	made := copyAggregate(a)
	return &made, nil
}

func (c *Cloud) aggregateCalled(name string) *compute.Aggregate {
	i := slices.IndexFunc(c.aggregates, func(a *compute.Aggregate) bool { return a.Name == name })
	if i < 0 {
		return nil
	}
	return c.aggregates[i]
}

// ChangeAggregate implements compute.AggregateKeeper.
func (m machines) ChangeAggregate(_ context.Context, id int, change func(*compute.Aggregate) error) (*compute.Aggregate, error) {
	m.c.mu.Lock()
	defer m.c.mu.Unlock()
	i := slices.IndexFunc(m.c.aggregates, func(a *compute.Aggregate) bool { return a.ID == id })
	if i < 0 {
		return nil, jumpgate.NotFound
	}
	a := m.c.aggregates[i]
	changed := copyAggregate(a)
	if err := change(&changed); err != nil {
		return nil, err
	}
	if other := m.c.aggregateCalled(changed.Name); other != nil && other != a {
		return nil, jumpgate.Conflict
	}
	a.Name, a.Hosts, a.Metadata, a.Updated = changed.Name, changed.Hosts, changed.Metadata, m.c.now().UTC().Truncate(time.Second)
	m.c.tellServers()
	shown := copyAggregate(a)
	return &shown, nil
}

// DeleteAggregate implements compute.AggregateKeeper.
func (m machines) DeleteAggregate(_ context.Context, id int) error {
	m.c.mu.Lock()
	defer m.c.mu.Unlock()
	n := len(m.c.aggregates)
	m.c.aggregates = slices.DeleteFunc(m.c.aggregates, func(a *compute.Aggregate) bool { return a.ID == id })
	if len(m.c.aggregates) == n {
		return jumpgate.NotFound
	}
	return nil
}
