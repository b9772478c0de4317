package main

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
)

// cloud is what you have already. It knows nothing of OpenStack.
type cloud struct {
	people   map[string]person // by login
	sizes    []size
	systems  map[string]string // names by id
	room     int               // for machines of one customer
	bootTime time.Duration

	mu       sync.Mutex
	machines []machine // newest first
	ordered  int
}

type person struct{ customer, password string }

type size struct {
	name                    string
	cores, megabytes, drive int
}

type machine struct {
	id, name, customer, system string
	size                       size
	ordered, ready             time.Time
}

var (
	errNoMachine = errors.New("no such machine")
	errNoRoom    = errors.New("the customer has no room for another machine")
)

func newCloud() *cloud {
	return &cloud{
		people:   map[string]person{"ada": {"engines", "lovelace"}, "grace": {"compilers", "hopper"}},
		sizes:    []size{{"small", 1, 1024, 10}, {"large", 8, 16384, 100}},
		systems:  map[string]string{"5a7b8a4e-6f3c-4b86-9d0e-0c2f6f1f1c11": "debian"},
		room:     3,
		bootTime: 2 * time.Second,
	}
}

// list returns a customer's machines. The lock is held.
func (c *cloud) list(customer string) []machine {
	return slices.DeleteFunc(slices.Clone(c.machines), func(m machine) bool { return m.customer != customer })
}

func (c *cloud) all(customer string) []machine {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.list(customer)
}

func (c *cloud) find(customer, id string) (machine, error) {
	for _, m := range c.all(customer) {
		if m.id == id {
			return m, nil
		}
	}
	return machine{}, errNoMachine
}

func (c *cloud) boot(customer, name string, s size, system string) (machine, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.list(customer)) >= c.room {
		return machine{}, errNoRoom
	}
	c.ordered++
	now := time.Now()
	m := machine{fmt.Sprintf("m-%04d", c.ordered), name, customer, system, s, now, now.Add(c.bootTime)}
	c.machines = slices.Insert(c.machines, 0, m)
	return m, nil
}

func (c *cloud) scrap(customer, id string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	before := len(c.machines)
	c.machines = slices.DeleteFunc(c.machines, func(m machine) bool { return m.customer == customer && m.id == id })
	if len(c.machines) == before {
		return errNoMachine
	}
	return nil
}
