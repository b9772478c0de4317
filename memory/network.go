package memory

import (
	"context"
	"sync"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/network"
)

// nets is the driver of the network service: networks and what belongs to
// them. Servers have no network data of their own: their interfaces are the
// ports that name them.
//
// Whoever holds the lock of a Cloud may take this one, not the other way
// round.
type nets struct {
	now  func() time.Time
	wake func() // has the compute service do what is due, which may free ports; nil: there is none

	mu       sync.Mutex // guards what follows
	networks *shelf[network.Network]
	subnets  *shelf[network.Subnet]
	ports    *ports
	routers  *routers
	floating *floatingIPs
	groups   *shelf[network.SecurityGroup]
	rules    *shelf[network.SecurityGroupRule]
	rbac     *shelf[network.RBACPolicy]

	pools     *subnetPools
	scopes    *shelf[network.AddressScope]
	addresses *shelf[network.AddressGroup]
	trunks    *trunks
	policies  *shelf[network.QoSPolicy]
	agents    *agents
	labels    *shelf[network.MeteringLabel]
	meters    *shelf[network.MeteringRule]
	segments  *shelf[network.Segment]
	logs      *shelf[network.Log]
	templates *shelf[network.DefaultRule]

	topologies map[string]string                // the networks that were made by themselves, by project
	hosted     map[string]bool                  // what was said of agents and what they have, by both ids
	waiting    map[string][]network.Binding     // bindings of ports that are not active
	limits     map[string]map[string]int        // by project and resource, where they were changed
	books      map[string]*book                 // of addresses, by subnet
	devices    map[string][]*network.Port       // by the device that has them, oldest first
	shares     map[string][]*network.RBACPolicy // by the thing that is shared
	macs       map[string]string                // the port that has an address, by network and address
	members    map[string][]string              // the rules of a group, oldest first
	changes    int                              // goes up with each
	serial     int                              // of MAC addresses and segments
}

// lock takes the lock for a request of the network service.
func (n *nets) lock() {
	if n.wake != nil {
		n.wake()
	}
	n.mu.Lock()
}

func newNets(now func() time.Time) *nets {
	n := &nets{
		now:     now,
		limits:  make(map[string]map[string]int),
		books:   make(map[string]*book),
		devices: make(map[string][]*network.Port),
		shares:  make(map[string][]*network.RBACPolicy),
		macs:    make(map[string]string),
		members: make(map[string][]string),

		topologies: make(map[string]string),
		hosted:     make(map[string]bool),
		waiting:    make(map[string][]network.Binding),
	}
	n.networks = n.networkShelf()
	n.subnets = n.subnetShelf()
	n.ports = &ports{n.portShelf()}
	n.routers = &routers{n.routerShelf()}
	n.floating = &floatingIPs{n.floatingIPShelf()}
	n.groups = n.groupShelf()
	n.rules = n.ruleShelf()
	n.rbac = n.rbacShelf()
	n.pools = &subnetPools{n.poolShelf()}
	n.scopes = n.scopeShelf()
	n.addresses = n.addressGroupShelf()
	n.trunks = &trunks{n.trunkShelf()}
	n.policies = n.policyShelf()
	n.agents = &agents{n.agentShelf()}
	n.labels = n.labelShelf()
	n.meters = n.meterShelf()
	n.segments = n.segmentShelf()
	n.logs = n.logShelf()
	n.templates = n.templateShelf()
	return n
}

var (
	_ network.NetworkDriver           = (*nets)(nil)
	_ network.SubnetDriver            = (*nets)(nil)
	_ network.PortDriver              = (*nets)(nil)
	_ network.RouterDriver            = (*nets)(nil)
	_ network.FloatingIPDriver        = (*nets)(nil)
	_ network.SecurityGroupDriver     = (*nets)(nil)
	_ network.SecurityGroupRuleDriver = (*nets)(nil)
	_ network.RBACDriver              = (*nets)(nil)
	_ network.SubnetPoolDriver        = (*nets)(nil)
	_ network.AddressScopeDriver      = (*nets)(nil)
	_ network.AddressGroupDriver      = (*nets)(nil)
	_ network.TrunkDriver             = (*nets)(nil)
)

// Networks implements network.NetworkDriver.
func (n *nets) Networks() network.Lister[network.Network] { return n.networks }

// Subnets implements network.SubnetDriver.
func (n *nets) Subnets() network.Lister[network.Subnet] { return n.subnets }

// Ports implements network.PortDriver.
func (n *nets) Ports() network.Lister[network.Port] { return n.ports }

// Routers implements network.RouterDriver.
func (n *nets) Routers() network.Lister[network.Router] { return n.routers }

// FloatingIPs implements network.FloatingIPDriver.
func (n *nets) FloatingIPs() network.Lister[network.FloatingIP] { return n.floating }

// SecurityGroups implements network.SecurityGroupDriver.
func (n *nets) SecurityGroups() network.Lister[network.SecurityGroup] { return n.groups }

// SecurityGroupRules implements network.SecurityGroupRuleDriver.
func (n *nets) SecurityGroupRules() network.Lister[network.SecurityGroupRule] { return n.rules }

// RBACPolicies implements network.RBACDriver.
func (n *nets) RBACPolicies() network.Lister[network.RBACPolicy] { return n.rbac }

// SubnetPools implements network.SubnetPoolDriver.
func (n *nets) SubnetPools() network.Lister[network.SubnetPool] { return n.pools }

// AddressScopes implements network.AddressScopeDriver.
func (n *nets) AddressScopes() network.Lister[network.AddressScope] { return n.scopes }

// AddressGroups implements network.AddressGroupDriver.
func (n *nets) AddressGroups() network.Lister[network.AddressGroup] { return n.addresses }

// Trunks implements network.TrunkDriver.
func (n *nets) Trunks() network.Lister[network.Trunk] { return n.trunks }

// greet gives the project of a caller what every project has.
func (n *nets) greet(ctx context.Context) {
	if p := jumpgate.PrincipalFrom(ctx); p != nil && p.ProjectID != "" {
		n.defaultGroup(p.ProjectID)
	}
}
