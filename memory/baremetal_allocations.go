package memory

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/baremetal"
)

// Allocations implements baremetal.AllocationDriver.
func (m *metal) Allocations() baremetal.Lister[baremetal.Allocation] { return m.allocations }

func (m *metal) tableAllocations() {
	m.allocations = &metalTable[baremetal.Allocation]{
		metal: m, record: func(a *baremetal.Allocation) *baremetal.Record { return &a.Record }, name: func(a *baremetal.Allocation) string { return a.Name },
		clone: func(a *baremetal.Allocation) *baremetal.Allocation {
			c := *a
			c.Extra, c.Traits, c.Candidates = maps.Clone(a.Extra), slices.Clone(a.Traits), slices.Clone(a.Candidates)
			return &c
		},
		fits: func(a *baremetal.Allocation) error {
			if a.Name != "" && m.allocations.other(a, func(o *baremetal.Allocation) bool { return o.Name == a.Name }) {
				return baremetal.NameTaken("allocation", a.Name) // "A", where Ironic says "An"
			}
			if err := m.new(m.allocations.find(a.UUID), a.Created.IsZero(), "allocation", a.UUID); err != nil {
				return err
			}
			if a.State == "" {
				return m.claim(a)
			}
			return nil
		},
		gone: func(a *baremetal.Allocation) {
			if r, err := m.find(a.NodeUUID); err == nil && r.AllocationUUID == a.UUID {
				r.InstanceUUID, r.AllocationUUID = "", ""
			}
		},
	}
}

// claim begins an allocation. One for a certain node, which is in use already,
// is settled at once.
func (m *metal) claim(a *baremetal.Allocation) error {
	a.State = "allocating"
	if a.NodeUUID == "" {
		return nil
	}
	r, err := m.find(a.NodeUUID)
	if err != nil {
		return err
	}
	if r.InstanceUUID != "" && r.InstanceUUID != a.UUID {
		return jumpgate.Conflict.New("Node %s is associated with instance %s.", r.UUID, r.InstanceUUID)
	}
	if why := misfit(&r.Node, a); why != "" {
		return jumpgate.Internal.New("Failed to process allocation %s: Cannot backfill an allocation for node %s: %s.", a.UUID, r.UUID, why)
	}
	m.occupy(r, a)
	return nil
}

// misfit says why a node in use can't be an allocation's, or "".
func misfit(n *baremetal.Node, a *baremetal.Allocation) string {
	switch {
	case n.State != baremetal.Active:
		return fmt.Sprintf("Node must be in the \"active\" state, but the current state is \"%s\"", n.State)
	case n.ResourceClass != a.ResourceClass:
		return fmt.Sprintf("Resource class %s does not match the requested resource class %s", n.ResourceClass, a.ResourceClass)
	case !hasTraits(n, a.Traits):
		return "the node lacks requested traits"
	}
	return ""
}

func hasTraits(n *baremetal.Node, traits []string) bool {
	return !slices.ContainsFunc(traits, func(t string) bool { return !slices.Contains(n.Traits, t) })
}

func (m *metal) occupy(r *machine, a *baremetal.Allocation) {
	a.NodeUUID, a.State = r.UUID, "active"
	r.InstanceUUID, r.AllocationUUID = a.UUID, a.UUID
	r.InstanceInfo = maps.Clone(r.InstanceInfo)
	if r.InstanceInfo == nil {
		r.InstanceInfo = map[string]any{}
	}
	traits := make([]any, len(a.Traits))
	for i, t := range a.Traits {
		traits[i] = t
	}
	r.InstanceInfo["traits"] = traits
}

// allocate settles the allocations that wait. The lock is held.
func (m *metal) allocate() {
	for _, a := range m.allocations.rows {
		if a.State != "allocating" {
			continue
		}
		a.Updated = m.moment()
		r, why := m.candidate(a)
		if r == nil {
			a.State, a.LastError = "error", fmt.Sprintf("Failed to process allocation %s: %s.", a.UUID, why)
			continue
		}
		m.occupy(r, a)
	}
}

// candidate returns a machine for an allocation, or why there is none.
func (m *metal) candidate(a *baremetal.Allocation) (*machine, string) {
	var fit []*machine
	for _, r := range m.records {
		switch {
		case r.ResourceClass != a.ResourceClass, r.State != baremetal.Available, r.InstanceUUID != "", r.Power == "", r.Maintenance:
		case len(a.Candidates) > 0 && !slices.Contains(a.Candidates, r.UUID):
		case a.Owner != "" && r.Owner != a.Owner && r.Lessee != a.Owner:
		default:
			fit = append(fit, r)
		}
	}
	switch {
	case len(fit) == 0 && len(a.Candidates) > 0:
		return nil, "none of the requested nodes are available and match the resource class " + a.ResourceClass
	case len(fit) == 0:
		return nil, "no available nodes match the resource class " + a.ResourceClass
	}
	fit = slices.DeleteFunc(fit, func(r *machine) bool { return !hasTraits(&r.Node, a.Traits) })
	if len(fit) == 0 {
		return nil, "no suitable nodes have the requested traits " + strings.Join(a.Traits, ", ")
	}
	for _, r := range fit {
		if r.Reservation == "" {
			return r, ""
		}
	}
	return nil, fmt.Sprintf("could not reserve any of %d suitable nodes", len(fit))
}
