package network

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/internal/fastjson"
	"github.com/softlayer/jumpgate/openstack/network"
	"github.com/softlayer/jumpgate/softlayer/internal/core"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
)

// Everything is what new groups let out: SoftLayer's let nothing, OpenStack's
// all.
var everything = []records.SecurityRule{{Direction: "egress", Ethertype: "IPv4"}, {Direction: "egress", Ethertype: "IPv6"}}

// MakeFirewall makes a group. As SoftLayer's new ones let nothing out and
// OpenStack's everything, it takes a second call; if that fails the group is
// deleted again. SoftLayer's no is an upstream.Refusal.
func (d *Networks) MakeFirewall(ctx context.Context, name, description string) (*records.SecurityGroup, error) {
	made := new(records.SecurityGroup)
	number, err := d.Once(ctx, "security group", func() (int, error) {
		head, err := groupHeadForm.One(ctx, d.API, upstream.Call{
			Service: GroupService, Method: "createObject", Args: []any{map[string]any{"name": name, "description": description}},
		})
		made.GroupHead = *head
		return head.ID, err
	}, func(ctx context.Context) ([]core.Candidate, error) {
		all, err := d.Firewalls(ctx, name)
		var list []core.Candidate
		for _, g := range all {
			if len(g.Rules) == 0 && g.Description == description { // nobody has gone on with it
				made.GroupHead = g.GroupHead
				list = append(list, core.Candidate{Number: g.ID, Created: g.Created.Time})
			}
		}
		return list, err
	})
	if err != nil {
		return nil, err
	}
	made.ID = number
	made.Rules, err = d.GroupRequest(ctx, made.ID, "addRules", everything)
	if err != nil {
		if d.deleteFirewall(ctx, made.ID) != nil {
			return nil, jumpgate.BadGateway.Wrap(err, "Security group %s was created, but lets nothing out.", keep.IDOf(keep.SecurityGroupKind, made.ID))
		}
		return nil, err
	}
	return made, nil
}

// EditFirewall renames a group.
func (d *Networks) EditFirewall(ctx context.Context, number int, name, description string) error {
	return d.API.Order(ctx, upstream.Call{
		Service: GroupService, ID: strconv.Itoa(number), Method: "editObject",
		Args: []any{map[string]any{"name": name, "description": description}}, Again: true,
	})
}

// RemoveFirewall deletes a group. SoftLayer refuses while guests are behind it
// or rules of others name it, some of which OpenStack does not mind. One in
// use is a bare jumpgate.Conflict.
func (d *Networks) RemoveFirewall(ctx context.Context, number int) error {
	err := d.deleteFirewall(ctx, number)
	var no *upstream.Refusal
	if !errors.As(err, &no) {
		return err
	}
	if err := d.freeFirewall(ctx, number); err != nil {
		return err
	}
	if err = d.deleteFirewall(ctx, number); errors.As(err, &no) {
		return jumpgate.Conflict.Wrap(err, "")
	}
	return err
}

var groupHeadForm = records.FormOf[records.GroupHead]()

// heldGroup is a security group with all that may hold on to it: guests, and
// rules of other groups.
type heldGroup struct {
	ID    int `json:"id"`
	Rules []struct {
		ID       int `json:"id"`
		RemoteID int `json:"remoteGroupId"`
	} `json:"rules"`
	Bindings []struct {
		Component struct {
			ID    int              `json:"id"`
			Guest records.Presence `json:"guest"`
		} `json:"networkComponent"`
	} `json:"networkComponentBindings"`
}

var heldGroupForm = records.FormOf[heldGroup]()

// freeFirewall takes guests that are deleted, but that SoftLayer has not
// reclaimed yet, from behind a group, and removes the rules that name it. A
// guest that is there is a jumpgate.Conflict.
func (d *Networks) freeFirewall(ctx context.Context, number int) error {
	all, err := firewalls(ctx, d, heldGroupForm, func(g *heldGroup) int { return g.ID })
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

func (d *Networks) deleteFirewall(ctx context.Context, number int) error {
	err := d.API.Order(ctx, upstream.Call{Service: GroupService, ID: strconv.Itoa(number), Method: "deleteObject"})
	return d.Gone(ctx, err, func(ctx context.Context) error {
		_, err := groupHeadForm.Get(ctx, d.API, GroupService, strconv.Itoa(number))
		return err
	})
}

// AddRule adds a rule to a group and returns its number.
func (d *Networks) AddRule(ctx context.Context, group int, wanted records.SecurityRule) (int, error) {
	rules, err := d.GroupRequest(ctx, group, "addRules", []records.SecurityRule{wanted})
	var no *upstream.Refusal
	if errors.As(err, &no) { // as it is if somebody made the same one a moment ago
		if rules, oneErr := d.rulesOf(ctx, group); oneErr == nil {
			if same := latestOf(&wanted, rules); same != 0 {
				return 0, fmt.Errorf("%w: %w", network.RuleExists(keep.IDOf(keep.SecurityRuleKind, same)), err)
			}
		}
	}
	if err != nil {
		return 0, err
	}
	made := latestOf(&wanted, rules)
	if made == 0 { // SoftLayer did not say what it made
		if rules, err = d.rulesOf(ctx, group); err != nil {
			return 0, err
		}
		if made = latestOf(&wanted, rules); made == 0 {
			return 0, upstream.Unexpected(GroupService + "::addRules")
		}
	}
	return made, nil
}

// rulesOf are the rules of a group.
func (d *Networks) rulesOf(ctx context.Context, group int) ([]records.SecurityRule, error) {
	return ruleForm.All(ctx, d.API, upstream.Call{Service: GroupService, ID: strconv.Itoa(group), Method: "getRules"})
}

// RemoveRule removes a rule from a group.
func (d *Networks) RemoveRule(ctx context.Context, groupID, id string) error {
	rule, numbered := keep.NumberOf(keep.SecurityRuleKind, id)
	place, open := keep.NumberOf(keep.DefaultRuleKind, id)
	if !numbered && !open {
		return jumpgate.NotFound
	}
	group, err := d.Changeable(ctx, groupID)
	if err != nil {
		return err
	}
	if open { // of the "default" that SoftLayer did not know until now
		if rule, err = d.bornRule(ctx, group, place-len(bornWith)*accountNumber(ctx)); err != nil {
			return err
		}
	}
	_, err = d.GroupRequest(ctx, group, "removeRules", []int{rule})
	return err
}

// bornRule is the number of the rule of a group that is the one at a place of
// bornWith.
func (d *Networks) bornRule(ctx context.Context, group, place int) (int, error) {
	if place < 0 || place >= len(bornWith) {
		return 0, jumpgate.NotFound
	}
	rules, err := d.rulesOf(ctx, group)
	if err != nil {
		return 0, err
	}
	born := records.SecurityRule{Direction: string(bornWith[place].Direction), Ethertype: string(bornWith[place].EtherType)}
	if number := latestOf(&born, rules); number != 0 {
		return number, nil
	}
	return 0, jumpgate.NotFound
}

// RemoteFirewall is the number of a group that a rule is to name. SoftLayer
// knows no "default" that servers are in without being in any.
func (d *Networks) RemoteFirewall(ctx context.Context, id string) (int, error) {
	if number, ok := keep.NumberOf(keep.SecurityGroupKind, id); ok {
		return number, nil
	}
	if id != DefaultGroupID(ctx) {
		return 0, jumpgate.NotFound
	}
	own, err := d.OwnDefault(ctx)
	if err == nil && own == 0 {
		err = jumpgate.BadRequest.New("A rule can't name security group default: servers of this cloud are in it by being in no other.")
	}
	return own, err
}

// latestOf is the id of the latest rule among others that lets in the same; 0:
// none does.
func latestOf(r *records.SecurityRule, others []records.SecurityRule) (id int) {
	for i := range others {
		o := &others[i]
		if o.Direction == r.Direction && strings.EqualFold(o.Protocol, r.Protocol) && cidr(o.RemoteIP) == cidr(r.RemoteIP) && o.RemoteID == r.RemoteID &&
			o.Ether() == r.Ether() && same(o.PortMin, r.PortMin) && same(o.PortMax, r.PortMax) {
			id = max(id, o.ID)
		}
	}
	return id
}

func same(a, b *int) bool { return a == b || a != nil && b != nil && *a == *b }

// GroupRequest asks for a change of what list names. SoftLayer takes note of
// it at once, answers with the number of the request, and carries it out.
func (d *Networks) GroupRequest(ctx context.Context, group int, method string, list any) ([]records.SecurityRule, error) {
	var answer struct {
		RequestID string       `json:"requestId"`
		Rules     changedRules `json:"rules"`
	}
	_, err := d.API.Do(ctx, upstream.Call{Service: GroupService, ID: strconv.Itoa(group), Method: method, Args: []any{list}}, &answer)
	if err == nil && answer.RequestID == "" {
		err = upstream.NotTold(upstream.Unexpected(GroupService + "::" + method))
	}
	var unsure *upstream.Unsure
	if errors.As(err, &unsure) {
		if rules, done := d.tookPlace(context.WithoutCancel(ctx), group, method, list); done {
			return rules, nil
		}
	}
	return answer.Rules, err
}

// tookPlace tells whether SoftLayer shows what a request was to change, and the
// rules if those were. It may do so only later.
func (d *Networks) tookPlace(ctx context.Context, group int, method string, list any) (rules []records.SecurityRule, done bool) {
	switch method {
	case "addRules":
		wanted, _ := list.([]records.SecurityRule)
		rules, err := d.rulesOf(ctx, group)
		missing := func(r records.SecurityRule) bool { return latestOf(&r, rules) == 0 }
		return rules, err == nil && !slices.ContainsFunc(wanted, missing)
	case "removeRules":
		rules, err := d.rulesOf(ctx, group)
		numbers, _ := list.([]int)
		return nil, err == nil && !slices.ContainsFunc(rules, func(r records.SecurityRule) bool { return slices.Contains(numbers, r.ID) })
	}
	numbers, _ := list.([]int)
	g, err := heldGroupForm.Get(ctx, d.API, GroupService, strconv.Itoa(group))
	held := 0
	for i := range g.Bindings {
		if slices.Contains(numbers, g.Bindings[i].Component.ID) {
			held++
		}
	}
	return nil, err == nil && (method == "attachNetworkComponents" && held == len(numbers) || method == "detachNetworkComponents" && held == 0)
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

// OverLimit tells whether SoftLayer refused one more of something.
func OverLimit(err error) bool {
	var no *upstream.Refusal
	return errors.As(err, &no) && strings.Contains(no.Text, "limit")
}

// NamedFirewall finds a group by its id or else its name, and tells how many
// there are of that name.
func (d *Networks) NamedFirewall(ctx context.Context, all []records.GroupName, nameOrID string) (g *records.GroupName, matches int) {
	number, isID := keep.NumberOf(keep.SecurityGroupKind, nameOrID)
	if nameOrID == DefaultGroupID(ctx) {
		number, isID = d.ownAmong(all), true
	}
	for i := range all {
		switch {
		case isID && all[i].ID == number:
			return &all[i], 1
		case all[i].Name == nameOrID:
			g, matches = &all[i], matches+1
		}
	}
	return g, matches
}
