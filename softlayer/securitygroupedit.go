package softlayer

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/netip"
	"strconv"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
)

const securityGroupService = "Network_SecurityGroup"

// CreateSecurityGroup makes a group. As SoftLayer's new ones let nothing out
// and OpenStack's everything, it takes a second call; if that fails the group
// is deleted again.
func (d *Driver) CreateSecurityGroup(ctx context.Context, name, description string) (*compute.SecurityGroup, error) {
	var made securityGroup
	_, err := d.api.do(ctx, call{
		service: securityGroupService, method: "createObject", args: []any{map[string]any{"name": name, "description": description}},
	}, &made)
	switch {
	case err != nil:
		return nil, overQuota(err, "security_group")
	case made.ID == 0:
		return nil, unexpected(securityGroupService + "::createObject")
	}
	everything := []securityRule{{Direction: egress, Ethertype: "IPv4"}, {Direction: egress, Ethertype: "IPv6"}}
	if _, err = d.groupRequest(ctx, made.ID, "addRules", everything); err != nil {
		if d.deleteSecurityGroup(ctx, made.ID) != nil {
			return nil, jumpgate.BadGateway.Wrap(err, "Security group %s was created, but lets nothing out.", idOf(securityGroupKind, made.ID))
		}
		return nil, err
	}
	g := made.group(ctx)
	return &g, nil
}

// UpdateSecurityGroup renames a group.
func (d *Driver) UpdateSecurityGroup(ctx context.Context, id, name, description string) error {
	number, ok := numberOf(securityGroupKind, id)
	if !ok {
		return jumpgate.NotFound
	}
	return d.api.order(ctx, call{
		service: securityGroupService, id: strconv.Itoa(number), method: "editObject",
		args: []any{map[string]any{"name": name, "description": description}},
	})
}

// DeleteSecurityGroup deletes a group. SoftLayer refuses while guests are
// behind it or rules of others name it, some of which OpenStack does not mind.
func (d *Driver) DeleteSecurityGroup(ctx context.Context, id string) error {
	number, ok := numberOf(securityGroupKind, id)
	if !ok {
		return jumpgate.NotFound
	}
	err := d.deleteSecurityGroup(ctx, number)
	var no *refusal
	if !errors.As(err, &no) {
		return err
	}
	if err := d.freeSecurityGroup(ctx, number); err != nil {
		return err
	}
	if err = d.deleteSecurityGroup(ctx, number); errors.As(err, &no) {
		return jumpgate.Conflict.Wrap(err, "")
	}
	return err
}

// freeMask is for all that holds on to security groups.
const freeMask = "mask[id,rules[" + securityRuleFields + "],networkComponentBindings[id,networkComponent[id,guest[" + stateFields + "]]]]"

// freeSecurityGroup takes guests that are deleted, but that SoftLayer has not
// reclaimed yet, from behind a group, and removes the rules that name it. A
// guest that is there is a jumpgate.Conflict.
func (d *Driver) freeSecurityGroup(ctx context.Context, number int) error {
	all, err := d.securityGroups(ctx, freeMask)
	if err != nil {
		return err
	}
	var deleted []int
	for i := range all {
		if all[i].ID != number {
			continue
		}
		for j := range all[i].Bindings {
			c := &all[i].Bindings[j].Component
			if !c.Guest.state().gone {
				return jumpgate.Conflict
			}
			deleted = append(deleted, c.ID)
		}
	}
	if deleted != nil {
		if _, err := d.groupRequest(ctx, number, "detachNetworkComponents", deleted); err != nil {
			return err
		}
	}
	for _, g := range all {
		var naming []int
		for _, r := range g.Rules {
			if r.RemoteID == number && g.ID != number {
				naming = append(naming, r.ID)
			}
		}
		if naming != nil {
			if _, err := d.groupRequest(ctx, g.ID, "removeRules", naming); err != nil {
				return err
			}
		}
	}
	return nil
}

func (d *Driver) deleteSecurityGroup(ctx context.Context, number int) error {
	return d.api.order(ctx, call{service: securityGroupService, id: strconv.Itoa(number), method: "deleteObject"})
}

// AddSecurityGroupRule lets more into a group.
func (d *Driver) AddSecurityGroupRule(ctx context.Context, groupID string, rule compute.SecurityGroupRule) (id string, err error) {
	number, ok := numberOf(securityGroupKind, groupID)
	if !ok {
		return "", jumpgate.NotFound
	}
	wanted := securityRule{Direction: ingress, Protocol: rule.Protocol, PortMin: rule.PortMin, PortMax: rule.PortMax, RemoteIP: rule.RemoteIP}
	if rule.RemoteGroupID != "" {
		if wanted.RemoteID, ok = numberOf(securityGroupKind, rule.RemoteGroupID); !ok {
			return "", jumpgate.NotFound
		}
	}
	rules, err := d.groupRequest(ctx, number, "addRules", []securityRule{wanted})
	if err != nil {
		return "", overQuota(err, "security_group_rule")
	}
	made := wanted.among(rules)
	if made == 0 { // SoftLayer did not say what it made
		read := call{service: securityGroupService, id: strconv.Itoa(number), method: "getRules", mask: "mask[" + securityRuleFields + "]"}
		if _, err := d.api.do(ctx, read, &rules); err != nil {
			return "", err
		}
		if made = wanted.among(rules); made == 0 {
			return "", unexpected(securityGroupService + "::addRules")
		}
	}
	return idOf(securityRuleKind, made), nil
}

// RemoveSecurityGroupRule lets less into a group.
func (d *Driver) RemoveSecurityGroupRule(ctx context.Context, groupID, id string) error {
	group, ok := numberOf(securityGroupKind, groupID)
	rule, known := numberOf(securityRuleKind, id)
	if !ok || !known {
		return jumpgate.NotFound
	}
	_, err := d.groupRequest(ctx, group, "removeRules", []int{rule})
	return err
}

// among is the id of the latest rule among others that lets in the same; 0:
// none does.
func (r *securityRule) among(others []securityRule) (id int) {
	for i := range others {
		o := &others[i]
		if o.Direction == r.Direction && strings.EqualFold(o.Protocol, r.Protocol) && sameNetwork(o.RemoteIP, r.RemoteIP) && o.RemoteID == r.RemoteID &&
			same(o.PortMin, r.PortMin) && same(o.PortMax, r.PortMax) {
			id = max(id, o.ID)
		}
	}
	return id
}

// sameNetwork compares networks: SoftLayer may spell them as it likes.
func sameNetwork(a, b string) bool {
	p, err := netip.ParsePrefix(a)
	q, otherErr := netip.ParsePrefix(b)
	return a == b || err == nil && otherErr == nil && p.Masked() == q.Masked()
}

func same(a, b *int) bool { return a == b || a != nil && b != nil && *a == *b }

// groupRequest asks for a change of what list names. SoftLayer takes note of
// it at once, answers with the number of the request, and carries it out.
func (d *Driver) groupRequest(ctx context.Context, group int, method string, list any) ([]securityRule, error) {
	var answer struct {
		RequestID string       `json:"requestId"`
		Rules     changedRules `json:"rules"`
	}
	_, err := d.api.do(ctx, call{service: securityGroupService, id: strconv.Itoa(group), method: method, args: []any{list}}, &answer)
	if err == nil && answer.RequestID == "" {
		err = unexpected(securityGroupService + "::" + method)
	}
	return answer.Rules, err
}

// changedRules are the rules that a request made. Now and then they come as a
// text, which says too little.
type changedRules []securityRule

func (r *changedRules) UnmarshalJSON(b []byte) error {
	if !bytes.HasPrefix(b, []byte("[")) {
		return nil
	}
	return json.Unmarshal(b, (*[]securityRule)(r))
}

// overQuota words SoftLayer's no to one more of something.
func overQuota(err error, resource string) error {
	var no *refusal
	if errors.As(err, &no) && strings.Contains(no.text, "limit") {
		return jumpgate.Forbidden.Wrap(err, "Quota exceeded for resources: ['%s'].", resource)
	}
	return err
}
