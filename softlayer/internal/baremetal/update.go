package baremetal

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/baremetal"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
)

// fixed are the attributes that nobody can change here, for there is one kind
// of hardware and its account has it.
var fixed = []string{"driver", "owner", "lessee", "chassis_uuid", "conductor_group", "target_raid_config"}

// Update implements baremetal.Updater. The name is the host name; the
// description is what people wrote into the notes, where text in extra is kept,
// too; traits are tags. The rest is in the program's store.
func (d nodes) Update(ctx context.Context, uuid string, u baremetal.Update[baremetal.Node]) (*baremetal.Node, error) {
	for _, field := range u.Fields {
		if slices.Contains(fixed, field) || strings.HasSuffix(field, "_interface") {
			return nil, jumpgate.BadRequest.New("%s can't be changed in this cloud.", field)
		}
	}
	unlock, err := d.Locks.Lock(ctx, keep.AccountKey(ctx)+"/"+uuid)
	if err != nil {
		return nil, err
	}
	defer unlock()
	h, err := d.Server(ctx, uuid)
	if err != nil {
		return nil, err
	}
	was, err := d.recall(ctx, uuid)
	if err != nil {
		return nil, err
	}
	told := d.node(ctx, h)
	n := d.node(ctx, h)
	was.show(n)
	u.Apply(n)
	told.Extra = map[string]any{} // all of it is the client's
	is := keptNode{}
	if err := is.take(n, told); err != nil {
		return nil, err
	}
	if u.Has("name") {
		free, err := d.takeName(ctx, n.Name, uuid)
		if err != nil {
			return nil, err
		}
		defer free()
	}
	change, err := d.written(ctx, h, n, &is, u)
	if err != nil {
		return nil, err
	}
	if len(change) > 0 {
		call := upstream.Call{Service: "Hardware_Server", ID: uuid, Method: "editObject", Args: []any{change}, Again: true}
		err := d.API.Order(ctx, call)
		if notes, ok := change["notes"].(string); ok {
			d.notes.Settle(ctx, h.Notes, notes, err)
		}
		if err != nil {
			return nil, err
		}
	}
	if u.Has("traits") {
		if err := d.setTraits(ctx, h, n.Traits); err != nil {
			return nil, err
		}
	}
	return n, d.keepNode(ctx, uuid, was, is)
}

// written is what of a change SoftLayer keeps; text of extra is then none of
// what the store keeps.
func (d *Hardware) written(ctx context.Context, h *records.Hardware, n *baremetal.Node, k *keptNode, u baremetal.Update[baremetal.Node]) (map[string]any, error) {
	change := make(map[string]any)
	if u.Has("name") {
		if err := checkName(n.Name); err != nil {
			return nil, err
		}
		change["hostname"] = n.Name
	}
	kept := h.Kept
	kept.Metadata = texts(k)
	notes, err := d.notes.Change(ctx, h.Notes, n.Description, kept)
	if err != nil {
		return nil, err
	}
	if notes != h.Notes {
		change["notes"] = notes
	}
	return change, nil
}

// texts takes the texts out of extra, for the notes.
func texts(k *keptNode) map[string]string {
	m := make(map[string]string)
	for name, v := range k.Extra {
		if text, ok := v.(string); ok {
			m[name] = text
			delete(k.Extra, name)
		}
	}
	return m
}

// hostname is what SoftLayer takes for a name.
var hostname = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$`)

func checkName(name string) error {
	if !hostname.MatchString(name) {
		return jumpgate.BadRequest.New("'%s' can't be a node's name in this cloud: it is the host name.", name)
	}
	return nil
}

// traitTag is a tag that is a trait. Nothing is known about whether SoftLayer
// keeps the case of a tag.
var traitTag = regexp.MustCompile(`^(?i)(CUSTOM|COMPUTE|HW|MISC|STORAGE|OWNER|POWER)_[A-Z0-9_]+$`)

// traits are the tags of a server that are traits, sorted.
func traits(tags []string) []string {
	list := []string{}
	for _, tag := range tags {
		if traitTag.MatchString(tag) {
			list = append(list, strings.ToUpper(tag))
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// setTraits replaces the tags of a server that are traits.
func (d *Hardware) setTraits(ctx context.Context, h *records.Hardware, traits []string) error {
	tags, m := keep.SplitTags(h.TagReferences)
	tags = slices.DeleteFunc(tags, traitTag.MatchString)
	return d.setTags(ctx, h.GlobalIdentifier, slices.Concat(tags, traits), m)
}

func (d *Hardware) setTags(ctx context.Context, uuid string, tags []string, m keep.Markers) error {
	all := strings.Join(slices.Concat(tags, m.Tags()), ",")
	return d.API.Order(ctx, upstream.Call{Service: "Hardware_Server", ID: uuid, Method: "setTags", Args: []any{all}, Again: true})
}
