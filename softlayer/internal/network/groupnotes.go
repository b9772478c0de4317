package network

import (
	"context"
	"errors"
	"strconv"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/network"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
)

// groupNote is what SoftLayer has no place for of a group and its rules. The
// store has it under the group's number.
type groupNote struct {
	Tags  []string         `json:",omitempty"`
	Rules map[int]ruleNote `json:",omitempty"` // by their numbers
}

// ruleNote is how a client wrote a rule, where SoftLayer keeps the same in
// other words.
type ruleNote struct {
	Description string `json:",omitempty"`
	Protocol    string `json:",omitempty"`
	RemoteIP    string `json:",omitempty"`
}

func (d *Networks) groupNotes() *drawer[groupNote] {
	return &drawer[groupNote]{store: d.Opts.Store, kind: "softlayer_network_group", quota: "security_group"}
}

// noted adds to groups what the store has of them.
func (d *Networks) noted(ctx context.Context, list []*network.SecurityGroup, numbers []int) error {
	notes, err := d.groupNotes().all(ctx)
	if err != nil {
		return err
	}
	for i, g := range list {
		if n := notes[strconv.Itoa(numbers[i])]; n != nil {
			n.tell(g)
		}
	}
	return nil
}

// notedOne is the same of one group.
func (d *Networks) notedOne(ctx context.Context, g *network.SecurityGroup, number int) error {
	n, err := d.groupNotes().get(ctx, strconv.Itoa(number))
	if errors.Is(err, jumpgate.NotFound) {
		return nil
	}
	if err == nil {
		n.tell(g)
	}
	return err
}

// tell writes a note to the group that it is about.
func (n *groupNote) tell(g *network.SecurityGroup) {
	if n.Tags != nil {
		g.Tags = n.Tags
		g.Revision = revision(g.Revision, n.Tags)
	}
	for i := range g.Rules {
		r := &g.Rules[i]
		number, ok := keep.NumberOf(keep.SecurityRuleKind, r.ID)
		note, noted := n.Rules[number]
		if !ok || !noted {
			continue
		}
		r.Description = note.Description
		if note.Protocol != "" && wireProtocols[protocolOf(note.Protocol)] == wireProtocols[protocolOf(r.Protocol)] { // nobody has changed it since
			r.Protocol = note.Protocol
		}
		if note.RemoteIP != "" && cidr(note.RemoteIP) == cidr(r.RemoteIP) {
			r.RemoteIP = note.RemoteIP
		}
	}
}

// empty tells whether there is nothing to keep.
func (n *ruleNote) empty() bool { return *n == ruleNote{} }

// protocolOf is a protocol as its number; 0, which is no rule's, for any.
func protocolOf(name string) int {
	if name == "" {
		return 0
	}
	return network.ProtocolNumber(name)
}
