// Package cloud is the inside of the simulator: accounts, what is in them, what is sold, and the REST API to it.
package cloud

import (
	"maps"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Cloud is a SoftLayer in memory, served over HTTP. It is safe for concurrent use.
type Cloud struct {
	opts      Options
	epoch     time.Time // when the simulator started
	schema    *schema
	catalog   *catalog
	inv       *inventor
	addresses addressPlan
	services  map[string]*service
	users     map[string]*user
	accounts  []*account
	plans     planCache

	mu     sync.Mutex
	calls  map[string]int
	faults []*fault

	shared  map[int][]*record // templates of others, by the account that sees them
	exports []string
}

var _ http.Handler = (*Cloud)(nil)

// New makes a cloud. It panics when the options contradict themselves: two users of one name, two accounts with one ID,
// or a [Guest] made of something that is not in the catalogue.
func New(opts Options) *Cloud {
	opts = opts.withDefaults()
	sim := &Cloud{
		opts: opts, epoch: opts.Now(), schema: newSchema(), inv: newInventor(opts.Seed),
		services: newServices(), users: map[string]*user{}, calls: map[string]int{},
	}
	sim.catalog = newCatalog(sim.inv, sim.epoch)
	ids := map[int]bool{}
	for _, a := range opts.Accounts {
		acct := sim.newAccount(a)
		if ids[acct.id()] {
			panic("simulator: two accounts have the same ID")
		}
		ids[acct.id()] = true
		sim.accounts = append(sim.accounts, acct)
		for _, u := range acct.users {
			if sim.users[u.name] != nil || u.name == "" {
				panic("simulator: the name of a user is empty or not unique: " + u.name)
			}
			sim.users[u.name] = u
		}
	}
	return sim
}

// Calls returns how often each method was called, by names such as "SoftLayer_Virtual_Guest::getObject". Calls that
// failed count, too; those that named no existing service or did not sign in do not.
func (sim *Cloud) Calls() map[string]int {
	sim.mu.Lock()
	defer sim.mu.Unlock()
	return maps.Clone(sim.calls)
}

// TotalCalls returns the number of all calls [Cloud.Calls] counts.
func (sim *Cloud) TotalCalls() int {
	total := 0
	for _, n := range sim.Calls() {
		total += n
	}
	return total
}

// ResetCalls starts counting anew.
func (sim *Cloud) ResetCalls() {
	sim.mu.Lock()
	defer sim.mu.Unlock()
	clear(sim.calls)
}

func (sim *Cloud) count(service, method string) {
	sim.mu.Lock()
	defer sim.mu.Unlock()
	sim.calls[servicePrefix+service+"::"+method]++
}

// servicePrefix starts the name of every service and type.
const servicePrefix = "SoftLayer_"

// planCache remembers compiled masks: a client asks with the same few over and over.
type planCache struct {
	mu    sync.Mutex
	plans map[planKey]*plan
}

type planKey struct {
	typ  *schemaType
	mask string
}

// maxPlans bounds the cache. Beyond it everything is forgotten, which is simple and costs little.
const maxPlans = 256

// plan compiles an object mask for results of typ, which is nil for results without properties.
func (sim *Cloud) plan(text string, typ *schemaType) (*plan, error) {
	if strings.TrimSpace(text) == "" || typ == nil {
		return nil, nil
	}
	key := planKey{typ, text}
	c := &sim.plans
	c.mu.Lock()
	p, ok := c.plans[key]
	c.mu.Unlock()
	if ok {
		return p, nil
	}
	m, err := parseMask(text)
	if err != nil {
		if sim.opts.Lenient {
			return nil, nil
		}
		return nil, err
	}
	p, err = sim.schema.compileMask(m, typ, !sim.opts.Lenient)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.plans) >= maxPlans || c.plans == nil {
		c.plans = map[planKey]*plan{}
	}
	c.plans[key] = p
	return p, nil
}
