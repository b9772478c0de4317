package network

import (
	"context"
	"net/http"

	"github.com/softlayer/jumpgate"
)

// schedules serves what agents have.
func schedules(k *kind[Agent], driver any, all Lister[Agent]) {
	d, ok := all.(AgentScheduler)
	if !ok {
		return
	}
	if n, ok := driver.(NetworkDriver); ok {
		k.s.extensions["dhcp_agent_scheduler"] = true
		hosted(k, hosting[Network]{
			networkKind(), n.Networks(), "dhcp-network", "v2_agent_dhcp_network", "v2_network_dhcp_agents", "dhcp-agents", "network_id",
			d.HostedNetworks, d.HostingNetwork, d.HostNetwork,
		})
	}
	if r, ok := driver.(RouterDriver); ok {
		k.s.extensions["l3_agent_scheduler"] = true
		hosted(k, hosting[Router]{
			routerKind(), r.Routers(), "l3-router", "v2_agent_l3_router", "v2_router_l3_agents", "l3-agents", "router_id",
			d.HostedRouters, d.HostingRouter, d.HostRouter,
		})
	}
}

// hosting is how agents have things of one kind.
type hosting[T any] struct {
	things *kind[T]
	lister Lister[T]
	rule   string // as rules name what an agent has
	one    string // the endpoint of one thing of an agent; that of all has an "s" more
	agents string // the endpoint of the agents of a thing
	by     string // as rules name those
	id     string // the variable and the member that hold a thing's id

	hosted func(ctx context.Context, agentID string) ([]*T, error)
	where  func(ctx context.Context, id string) ([]*Agent, error)
	host   func(ctx context.Context, agentID, id string, host bool) error
}

func hosted[T any](agents *kind[Agent], h hosting[T]) {
	s := agents.s
	h.things.s, h.things.rule = s, h.things.one
	ask := func(r *jumpgate.Request, rule string) (context.Context, error) {
		ctx := s.context(r)
		return ctx, s.need(ctx, rule, target{})
	}
	s.add(h.one+"s", jumpgate.Methods{
		http.MethodGet: func(r *jumpgate.Request) (any, error) {
			ctx, err := ask(r, "get_"+h.rule+"s")
			if err != nil {
				return nil, err
			}
			all, err := h.hosted(ctx, r.Var("agent_id"))
			if err != nil {
				return nil, agents.found(err, r.Var("agent_id"))
			}
			views := make([]jumpgate.Object, len(all))
			for i, t := range all {
				views[i] = h.things.view(t)
			}
			return jumpgate.Object{{Name: h.things.many, Value: views}}, nil
		},
		http.MethodPost: func(r *jumpgate.Request) (any, error) {
			ctx, err := ask(r, "create_"+h.rule)
			if err != nil {
				return nil, err
			}
			body, err := readBody(r)
			if err != nil {
				return nil, err
			}
			id, ok := body[h.id].(string)
			if !ok {
				return nil, badRequest("Failed to parse request. Required attribute '%s' not specified", h.id)
			}
			if err := h.host(ctx, r.Var("agent_id"), id, true); err != nil {
				return nil, agents.found(err, r.Var("agent_id"))
			}
			return &jumpgate.Response{Status: http.StatusCreated, Body: nil}, nil
		},
	})
	s.add(h.one, jumpgate.Methods{http.MethodDelete: func(r *jumpgate.Request) (any, error) {
		ctx, err := ask(r, "delete_"+h.rule)
		if err != nil {
			return nil, err
		}
		return nil, agents.found(h.host(ctx, r.Var("agent_id"), r.Var(h.id), false), r.Var("agent_id"))
	}})
	s.add(h.agents, jumpgate.Methods{http.MethodGet: func(r *jumpgate.Request) (any, error) {
		ctx, err := ask(r, "get_"+h.by)
		if err != nil {
			return nil, err
		}
		all, err := h.where(ctx, r.Var(h.id))
		if err != nil {
			return nil, h.things.found(err, r.Var(h.id))
		}
		views := make([]jumpgate.Object, len(all))
		for i, a := range all {
			views[i] = agents.view(a)
		}
		return jumpgate.Object{{Name: "agents", Value: views}}, nil
	}})
}
