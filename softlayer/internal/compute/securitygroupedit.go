package compute

import (
	"bytes"
	"context"
	"errors"
	"net/netip"
	"strconv"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/internal/fastjson"
	"github.com/softlayer/jumpgate/openstack/compute"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
)

const SecurityGroupService = "Network_SecurityGroup"

// CreateSecurityGroup makes a group. As SoftLayer's new ones let nothing out
// and OpenStack's everything, it takes a second call; if that fails the group
// is deleted again.
func (d *Servers) CreateSecurityGroup(ctx context.Context, name, description string) (*compute.SecurityGroup, error) {
	var made records.SecurityGroup
	_, err := d.API.Do(ctx, upstream.Call{
		Service: SecurityGroupService, Method: "createObject", Args: []any{map[string]any{"name": name, "description": description}},
	}, &made)
	switch {
	case err != nil:
		return nil, overQuota(err, "security_group")
	case made.ID == 0:
		return nil, upstream.Unexpected(SecurityGroupService + "::createObject")
	}
	everything := []records.SecurityRule{{Direction: Egress, Ethertype: "IPv4"}, {Direction: Egress, Ethertype: "IPv6"}}
	if _, err = d.GroupRequest(ctx, made.ID, "addRules", everything); err != nil {
		if d.deleteSecurityGroup(ctx, made.ID) != nil {
			return nil, jumpgate.BadGateway.Wrap(err, "Security group %s was created, but lets nothing out.", keep.IDOf(keep.SecurityGroupKind, made.ID))
		}
		return nil, err
	}
	g := groupOf(ctx, &made)
	return &g, nil
}

// UpdateSecurityGroup renames a group.
func (d *Servers) UpdateSecurityGroup(ctx context.Context, id, name, description string) error {
	number, ok := keep.NumberOf(keep.SecurityGroupKind, id)
	if !ok {
		return jumpgate.NotFound
	}
	return d.API.Order(ctx, upstream.Call{
		Service: SecurityGroupService, ID: strconv.Itoa(number), Method: "editObject",
		Args: []any{map[string]any{"name": name, "description": description}},
	})
}

// DeleteSecurityGroup deletes a group. SoftLayer refuses while guests are
// behind it or rules of others name it, some of which OpenStack does not mind.
func (d *Servers) DeleteSecurityGroup(ctx context.Context, id string) error {
	number, ok := keep.NumberOf(keep.SecurityGroupKind, id)
	if !ok {
		return jumpgate.NotFound
	}
	err := d.deleteSecurityGroup(ctx, number)
	var no *upstream.Refusal
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
const freeMask = "mask[id,rules[" + securityRuleFields + "],networkComponentBindings[id,networkComponent[id,guest[" + records.StateFields + "]]]]"

// freeSecurityGroup takes guests that are deleted, but that SoftLayer has not
// reclaimed yet, from behind a group, and removes the rules that name it. A
// guest that is there is a jumpgate.Conflict.
func (d *Servers) freeSecurityGroup(ctx context.Context, number int) error {
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
			if !c.Guest.Gone() {
				return jumpgate.Conflict
			}
			deleted = append(deleted, c.ID)
		}
	}
	if deleted != nil {
		if _, err := d.GroupRequest(ctx, number, "detachNetworkComponents", deleted); err != nil {
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
			if _, err := d.GroupRequest(ctx, g.ID, "removeRules", naming); err != nil {
				return err
			}
		}
	}
	return nil
}

func (d *Servers) deleteSecurityGroup(ctx context.Context, number int) error {
	return d.API.Order(ctx, upstream.Call{Service: SecurityGroupService, ID: strconv.Itoa(number), Method: "deleteObject"})
}

// AddSecurityGroupRule lets more into a group.
func (d *Servers) AddSecurityGroupRule(ctx context.Context, groupID string, rule compute.SecurityGroupRule) (id string, err error) {
	number, ok := keep.NumberOf(keep.SecurityGroupKind, groupID)
	if !ok {
		return "", jumpgate.NotFound
	}
	wanted := records.SecurityRule{Direction: ingress, Protocol: rule.Protocol, PortMin: rule.PortMin, PortMax: rule.PortMax, RemoteIP: rule.RemoteIP}
	if rule.RemoteGroupID != "" {
		if wanted.RemoteID, ok = keep.NumberOf(keep.SecurityGroupKind, rule.RemoteGroupID); !ok {
			return "", jumpgate.NotFound
		}
	}
	rules, err := d.GroupRequest(ctx, number, "addRules", []records.SecurityRule{wanted})
	if err != nil {
		return "", overQuota(err, "security_group_rule")
	}
	made := latestOf(&wanted, rules)
	if made == 0 { // SoftLayer did not say what it made
		read := upstream.Call{Service: SecurityGroupService, ID: strconv.Itoa(number), Method: "getRules", Mask: "mask[" + securityRuleFields + "]"}
		if _, err := d.API.Do(ctx, read, &rules); err != nil {
			return "", err
		}
		if made = latestOf(&wanted, rules); made == 0 {
			return "", upstream.Unexpected(SecurityGroupService + "::addRules")
		}
	}
	return keep.IDOf(keep.SecurityRuleKind, made), nil
}

// RemoveSecurityGroupRule lets less into a group.
func (d *Servers) RemoveSecurityGroupRule(ctx context.Context, groupID, id string) error {
	group, ok := keep.NumberOf(keep.SecurityGroupKind, groupID)
	rule, known := keep.NumberOf(keep.SecurityRuleKind, id)
	if !ok || !known {
		return jumpgate.NotFound
	}
	_, err := d.GroupRequest(ctx, group, "removeRules", []int{rule})
	return err
}

// latestOf is the id of the latest rule among others that lets in the same; 0:
// none does.
func latestOf(r *records.SecurityRule, others []records.SecurityRule) (id int) {
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

// GroupRequest asks for a change of what list names. SoftLayer takes note of
// it at once, answers with the number of the request, and carries it out.
func (d *Servers) GroupRequest(ctx context.Context, group int, method string, list any) ([]records.SecurityRule, error) {
	var answer struct {
		RequestID string       `json:"requestId"`
		Rules     changedRules `json:"rules"`
	}
	_, err := d.API.Do(ctx, upstream.Call{Service: SecurityGroupService, ID: strconv.Itoa(group), Method: method, Args: []any{list}}, &answer)
	if err == nil && answer.RequestID == "" {
		err = upstream.Unexpected(SecurityGroupService + "::" + method)
	}
	return answer.Rules, err
}

// changedRules are the rules that a request made. Now and then they come as a
// text, which says too little.
type changedRules []records.SecurityRule

func (r *changedRules) UnmarshalJSON(b []byte) error {
	if !bytes.HasPrefix(b, []byte("[")) {
		return nil
	}
	return fastjson.Unmarshal(b, (*[]records.SecurityRule)(r))
}

// overQuota words SoftLayer's no to one more of something.
func overQuota(err error, resource string) error {
	var no *upstream.Refusal
	if errors.As(err, &no) && strings.Contains(no.Text, "limit") {
		return jumpgate.Forbidden.Wrap(err, "Quota exceeded for resources: ['%s'].", resource)
	}
	return err
}
