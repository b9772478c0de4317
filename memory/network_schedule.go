package memory

import (
	"context"
	"slices"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/network"
)

// agents are the shelf of agents. Each network and router is one's of the
// agents that can have it, until somebody says otherwise.
type agents struct{ *shelf[network.Agent] }

var _ network.AgentScheduler = (*agents)(nil)

const (
	dhcpAgent = "DHCP agent"
	l3Agent   = "L3 agent"
)

// has tells whether an agent of a kind has a thing.
func (s *agents) has(a *network.Agent, kind, id string) bool {
	if a.Type != kind {
		return false
	}
	said, ok := s.n.hosted[a.ID+id]
	return said || !ok
}

// hosted returns what an agent of a kind has of a shelf.
func hosted[T any](ctx context.Context, s *agents, of *shelf[T], kind, agentID string) ([]*T, error) {
	s.n.mu.Lock()
	defer s.n.mu.Unlock()
	a := s.visible(ctx, agentID)
	if a == nil {
		return nil, jumpgate.NotFound
	}
	var all []*T
	for id, t := range of.items {
		if s.has(a, kind, id) {
			all = append(all, of.shown(ctx, t))
		}
	}
	return all, nil
}

// hosting returns the agents of a kind that have a thing of a shelf.
func hosting[T any](ctx context.Context, s *agents, of *shelf[T], kind, id string) ([]*network.Agent, error) {
	s.n.mu.Lock()
	defer s.n.mu.Unlock()
	if of.visible(ctx, id) == nil {
		return nil, jumpgate.NotFound
	}
	var all []*network.Agent
	for _, a := range s.items {
		if s.has(a, kind, id) {
			all = append(all, s.shown(ctx, a))
		}
	}
	slices.SortFunc(all, func(a, b *network.Agent) int { return slices.Compare([]byte(a.ID), []byte(b.ID)) })
	return all, nil
}

// host gives a thing to an agent of a kind, or takes it away.
func (s *agents) host(ctx context.Context, agentID, kind, id string, exists, host bool, missing, wrong, have, lacks error) error {
	a := s.visible(ctx, agentID)
	switch {
	case a == nil:
		return jumpgate.NotFound
	case !exists:
		return missing
	case a.Type != kind:
		return wrong
	case host && s.has(a, kind, id):
		return have
	case !host && !s.has(a, kind, id):
		return lacks
	}
	s.n.hosted[agentID+id] = host
	return nil
}

// HostedNetworks implements network.AgentScheduler.
func (s *agents) HostedNetworks(ctx context.Context, agentID string) ([]*network.Network, error) {
	return hosted(ctx, s, s.n.networks, dhcpAgent, agentID)
}

// HostingNetwork implements network.AgentScheduler.
func (s *agents) HostingNetwork(ctx context.Context, networkID string) ([]*network.Agent, error) {
	return hosting(ctx, s, s.n.networks, dhcpAgent, networkID)
}

// HostNetwork implements network.AgentScheduler.
func (s *agents) HostNetwork(ctx context.Context, agentID, networkID string, host bool) error {
	s.n.mu.Lock()
	defer s.n.mu.Unlock()
	return s.host(ctx, agentID, dhcpAgent, networkID, s.n.networks.visible(ctx, networkID) != nil, host,
		network.NetworkNotFound(networkID),
		network.Fault(jumpgate.NotFound, "InvalidDHCPAgent", "Agent %s is not a valid DHCP Agent or has been disabled", agentID),
		network.Fault(jumpgate.Conflict, "NetworkHostedByDHCPAgent", "The network %s has been already hosted by the DHCP Agent %s.", networkID, agentID),
		network.Fault(jumpgate.Conflict, "NetworkNotHostedByDhcpAgent", "The network %s is not hosted by the DHCP agent %s.", networkID, agentID))
}

// HostedRouters implements network.AgentScheduler.
func (s *agents) HostedRouters(ctx context.Context, agentID string) ([]*network.Router, error) {
	return hosted(ctx, s, s.n.routers.shelf, l3Agent, agentID)
}

// HostingRouter implements network.AgentScheduler.
func (s *agents) HostingRouter(ctx context.Context, routerID string) ([]*network.Agent, error) {
	return hosting(ctx, s, s.n.routers.shelf, l3Agent, routerID)
}

// HostRouter implements network.AgentScheduler.
func (s *agents) HostRouter(ctx context.Context, agentID, routerID string, host bool) error {
	s.n.mu.Lock()
	defer s.n.mu.Unlock()
	return s.host(ctx, agentID, l3Agent, routerID, s.n.routers.visible(ctx, routerID) != nil, host,
		network.RouterNotFound(routerID),
		network.Fault(jumpgate.NotFound, "InvalidL3Agent", "Agent %s is not a L3 Agent or has been disabled", agentID),
		network.Fault(jumpgate.Conflict, "RouterHostedByL3Agent", "The router %s has been already hosted by the L3 Agent %s.", routerID, agentID),
		network.Fault(jumpgate.Conflict, "RouterNotHostedByL3Agent", "The router %s is not hosted by L3 agent %s.", routerID, agentID))
}
