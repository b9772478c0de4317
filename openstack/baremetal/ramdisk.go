package baremetal

import (
	"net/http"
	"slices"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/resource"
)

// serveRamdisk serves the agents that nodes boot while they are worked on,
// which have no token. Without d no node ever boots one.
func (s *service) serveRamdisk(d Ramdisk) {
	s.endpoint(http.MethodGet, "v1_lookup", 22, missing, func(c *call) (any, error) { return c.lookup(d) })
	s.endpoint(http.MethodPost, "v1_heartbeat", 22, missing, func(c *call) (any, error) { return c.heartbeat(d) })
}

// lookup tells an agent which node it runs on.
func (c *call) lookup(d Ramdisk) (any, error) {
	if err := c.permitAgent("baremetal:driver:ipa_lookup"); err != nil {
		return nil, err
	}
	args, err := c.arguments("addresses", "node_uuid")
	if err != nil {
		return nil, err
	}
	addresses, _, err := args.list("addresses")
	if err != nil {
		return nil, err
	}
	addresses = slices.DeleteFunc(addresses, func(a string) bool { return !macAddress.MatchString(a) })
	id, byID, err := args.uuid("node_uuid")
	if err != nil {
		return nil, err
	}
	if !byID && len(addresses) == 0 {
		return nil, badRequest("At least one of 'addresses' and 'node_uuid' parameters is required")
	}
	if !byID && d != nil {
		if id, err = c.nodeByAddress(addresses); err != nil {
			return nil, err
		}
	}
	unknown := jumpgate.NotFound.New("Resource could not be found.")
	if id == "" || d == nil {
		return nil, unknown
	}
	n, err := c.s.nodes.fetch(c.Context(), canonical(id))
	if isNotFound(err) {
		return nil, unknown
	}
	if err != nil {
		return nil, err
	}
	if !slices.Contains([]State{Deploying, DeployWait, Cleaning, CleanWait, Inspecting, InspectWait, Rescuing, RescueWait}, n.State) {
		return nil, unknown // no other words: nobody may learn which nodes there are
	}
	token, err := d.AgentToken(c.Context(), n.UUID)
	if err != nil {
		return nil, err
	}
	view := jumpgate.Object{
		{Name: "uuid", Value: n.UUID}, {Name: "properties", Value: resource.JSON(n.Properties)}, {Name: "instance_info", Value: masked(resource.JSON(n.InstanceInfo), "configdrive")},
		{Name: "driver_internal_info", Value: jumpgate.Object{}}, {Name: "links", Value: c.links("nodes/" + n.UUID)},
	}
	return jumpgate.Object{{Name: "node", Value: view}, {Name: "config", Value: jumpgate.Object{
		{Name: "metrics", Value: jumpgate.Object{
			{Name: "backend", Value: "noop"}, {Name: "prepend_host", Value: false}, {Name: "prepend_uuid", Value: false},
			{Name: "prepend_host_reverse", Value: true}, {Name: "global_prefix", Value: nil},
		}},
		{Name: "metrics_statsd", Value: jumpgate.Object{{Name: "statsd_host", Value: "localhost"}, {Name: "statsd_port", Value: 8125}}},
		{Name: "heartbeat_timeout", Value: 300},
		{Name: "agent_token", Value: token},
		{Name: "agent_token_required", Value: true},
	}}}, nil
}

// nodeByAddress is the node that has ports with these addresses, if it is one.
func (c *call) nodeByAddress(addresses []string) (string, error) {
	if c.s.ports == nil {
		return "", nil
	}
	node := ""
	for p, err := range c.s.ports.from.List(c.Context(), Query{}) {
		if err != nil {
			return "", err
		}
		if !slices.Contains(addresses, p.Address) {
			continue
		}
		if node != "" && node != p.NodeUUID {
			return "", nil
		}
		node = p.NodeUUID
	}
	return node, nil
}

// permitAgent is permit for agents, who are nobody.
func (c *call) permitAgent(rule string) error {
	if c.Env.Principal == nil {
		c.Env.Principal = new(jumpgate.Principal)
		defer func() { c.Env.Principal = nil }()
	}
	return c.permit(rule, nil)
}

// heartbeat is told that an agent lives.
func (c *call) heartbeat(d Ramdisk) (any, error) {
	args, err := c.arguments("callback_url", "agent_version", "agent_token", "agent_verify_ca", "agent_status", "agent_status_message")
	if err != nil {
		return nil, err
	}
	if err := args.must("callback_url"); err != nil {
		return nil, err
	}
	if err := c.permitAgent("baremetal:node:ipa_heartbeat"); err != nil {
		return nil, err
	}
	var h Heartbeat
	for name, at := range map[string]*string{
		"callback_url": &h.CallbackURL, "agent_version": &h.AgentVersion, "agent_token": &h.Token, "agent_verify_ca": &h.VerifyCA,
		"agent_status": &h.Status, "agent_status_message": &h.Message,
	} {
		if *at, _, err = args.text(name); err != nil {
			return nil, err
		}
	}
	switch {
	case h.AgentVersion != "" && c.minor < 36:
		return nil, badRequest("Field \"agent_version\" not recognised")
	case h.Status+h.Message != "" && c.minor < 72:
		return nil, badRequest("Fields \"agent_status\" and \"agent_status_message\" not recognised.")
	case h.VerifyCA != "" && c.minor < 68:
		return nil, badRequest("Field \"agent_verify_ca\" not recognised in this version")
	}
	if d == nil {
		return nil, c.s.nodes.notFound(c.Var("node_id"))
	}
	n, err := c.s.nodes.find(c, c.Var("node_id"))
	if err != nil {
		return nil, err
	}
	states := []string{"start", "end", "error"}
	switch {
	case h.Token == "":
		return nil, badRequest("Agent token is required for heartbeat processing.")
	case h.Status != "" && !slices.Contains(states, h.Status):
		return nil, badRequest("Agent status is invalid. Valid states are %s.", strings.Join(states, ","))
	}
	if err := d.Heartbeat(c.Context(), n.UUID, h); err != nil {
		return nil, err
	}
	return &jumpgate.Response{Status: http.StatusAccepted}, nil
}
