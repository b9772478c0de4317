package memory

import (
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/baremetal"
)

// metal has the machines of a cloud, all of hardware that does what it is told
// (Ironic's fake-hardware).
type metal struct {
	now   func() time.Time
	takes time.Duration // what is done to a machine
	born  time.Time

	mu      sync.Mutex // guards what follows
	records []*machine // in the order in which they were made
	numbers int        // that machines were given

	ports       *metalTable[baremetal.Port]
	groups      *metalTable[baremetal.Portgroup]
	chassis     *metalTable[baremetal.Chassis]
	connectors  *metalTable[baremetal.VolumeConnector]
	targets     *metalTable[baremetal.VolumeTarget]
	templates   *metalTable[baremetal.DeployTemplate]
	allocations *metalTable[baremetal.Allocation]
}

// machine is a node with what is going on with it.
type machine struct {
	baremetal.Node
	number int       // in Ironic's database
	due    time.Time // when the work is done; zero: there is none
	done   func()    // and what comes of it

	bios    []*baremetal.BIOSSetting
	history []*baremetal.Event
	vifs    []string
	agent   string // the secret of the agent on it
}

// conductor is the only one.
const conductor = "localhost"

// hardwareType is the only driver.
const hardwareType = "fake-hardware"

func newMetal(now func() time.Time, takes time.Duration) *metal {
	m := &metal{now: now, takes: takes}
	m.born = m.moment()
	m.tables()
	return m
}

// stockMachines are those of the small OpenStack that the recordings are of:
// one of each project, one that a project leases, and one of nobody.
func (m *metal) stockMachines(demo, alt string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for i, n := range []baremetal.Node{{Name: "bm-demo", Owner: demo}, {Name: "bm-alt", Owner: alt}, {Name: "bm-leased", Lessee: demo}, {Name: "bm-free"}} {
		n.UUID = stableUUID("node", n.Name)
		n.Created, n.ProvisionUpdated = m.moment(), m.moment()
		n.Driver, n.State, n.ResourceClass, n.Conductor = hardwareType, baremetal.Available, "baremetal", conductor
		n.Interfaces = fakeInterfaces
		n.Properties = map[string]any{"cpus": "8", "memory_mb": "16384", "local_gb": "400", "cpu_arch": "x86_64"}
		m.add(&machine{Node: n})
		m.ports.rows = append(m.ports.rows, &baremetal.Port{
			Record:   baremetal.Record{UUID: stableUUID("bare metal port", n.Name), Created: m.moment()},
			NodeUUID: n.UUID, Address: fmt.Sprintf("52:54:00:00:00:%02x", 16+i), PXE: true,
		})
	}
}

// add numbers a machine that is new. The lock is held.
func (m *metal) add(r *machine) {
	m.numbers++
	r.number = m.numbers
	m.records = append(m.records, r)
}

// moment is the time, as Ironic keeps it.
func (m *metal) moment() time.Time { return m.now().UTC().Truncate(time.Second) }

// lock locks m and finishes what is due.
func (m *metal) lock() {
	m.mu.Lock()
	for _, r := range m.records {
		for !r.due.IsZero() && !m.now().Before(r.due) {
			done := r.done
			r.due, r.done, r.Reservation = time.Time{}, nil, ""
			done()
		}
	}
	m.allocate()
}

// find returns the machine with a UUID or name.
func (m *metal) find(ident string) (*machine, error) {
	i := slices.IndexFunc(m.records, func(r *machine) bool { return r.UUID == ident || r.Name == ident && ident != "" })
	if i < 0 {
		return nil, jumpgate.NotFound
	}
	return m.records[i], nil
}

// free returns the machine with a UUID if nothing is done to it.
func (m *metal) free(uuid string) (*machine, error) {
	r, err := m.find(uuid)
	if err == nil && r.Reservation != "" {
		return nil, baremetal.NodeLocked(uuid, r.Reservation)
	}
	return r, err
}

// work locks a machine for a while, after which done happens.
func (m *metal) work(r *machine, done func()) {
	r.Reservation, r.due, r.done = conductor, m.now().Add(m.takes), done
}

func copyNode(n *baremetal.Node) *baremetal.Node {
	c := *n
	for _, d := range []*map[string]any{
		&c.DriverInfo, &c.DriverInternalInfo, &c.Properties, &c.InstanceInfo, &c.Extra, &c.NetworkData, &c.RAID, &c.TargetRAID, &c.CleanStep, &c.DeployStep,
	} {
		*d = maps.Clone(*d)
	}
	c.Traits = slices.Clone(c.Traits)
	return &c
}
