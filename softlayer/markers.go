package softlayer

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/softlayer/jumpgate/openstack/compute"
)

// markers are what Nova knows of a server's state and SoftLayer does not.
// They are kept as tags among those of the guest, which stay as they are.
type markers struct {
	locked    bool   // os:locked
	rescue    bool   // os:rescue: it runs the rescue system
	suspended bool   // os:suspended: what is paused counts as suspended
	resize    string // os:vresize:B1_2X4X25: it was of that flavor, and nobody has confirmed the new one
	revert    string // os:vrevert:B1_2X4X25: it is on the way back to that flavor
}

const (
	lockedMarker    = "os:locked"
	rescueMarker    = "os:rescue"
	suspendedMarker = "os:suspended"
	resizeMarker    = "os:vresize:"
	revertMarker    = "os:vrevert:"
)

// add notes what tag marks, and tells whether it is a marker at all. Nothing
// is known about whether SoftLayer keeps the case of a tag.
func (m *markers) add(tag string) bool {
	if len(tag) < 3 || !strings.EqualFold(tag[:3], "os:") {
		return false
	}
	lower := strings.ToLower(tag)
	switch {
	case lower == lockedMarker:
		m.locked = true
	case lower == rescueMarker:
		m.rescue = true
	case lower == suspendedMarker:
		m.suspended = true
	case strings.HasPrefix(lower, resizeMarker) && len(lower) > len(resizeMarker):
		m.resize = strings.ToUpper(tag[len(resizeMarker):])
	case strings.HasPrefix(lower, revertMarker) && len(lower) > len(revertMarker):
		m.revert = strings.ToUpper(tag[len(revertMarker):])
	default:
		return false
	}
	return true
}

// tags are m as tags.
func (m *markers) tags() []string {
	var list []string
	if m.locked {
		list = append(list, lockedMarker)
	}
	if m.rescue {
		list = append(list, rescueMarker)
	}
	if m.suspended {
		list = append(list, suspendedMarker)
	}
	if m.resize != "" {
		list = append(list, resizeMarker+m.resize)
	}
	if m.revert != "" {
		list = append(list, revertMarker+m.revert)
	}
	return list
}

// splitTags returns the users' own tags and the markers among them.
func splitTags(refs []tagReference) (tags []string, m markers) {
	for _, t := range refs {
		if name := t.Tag.Name; name != "" && !m.add(name) {
			tags = append(tags, name)
		}
	}
	return tags, m
}

// markersOf are the markers alone.
func markersOf(refs []tagReference) (m markers) {
	for _, t := range refs {
		m.add(t.Tag.Name)
	}
	return m
}

// lockGuest waits until nobody else in this process changes what is kept of a
// guest in its tags and notes.
func (d *Driver) lockGuest(ctx context.Context, id string) (unlock func(), err error) {
	return d.locks.lock(ctx, strings.ToLower(id))
}

// ready fetches a guest to which something may be done; see compute.MayDo.
func (d *Driver) ready(ctx context.Context, id, doing, mask string) (*guest, error) {
	asked := d.opts.Now()
	g, err := d.guest(ctx, id, mask)
	if err == nil {
		d.sighted(g, asked)
		err = g.may(doing)
	}
	return g, err
}

// lockReady locks a guest and then fetches it as ready does. On an error
// nothing stays locked, and unlock is nil.
func (d *Driver) lockReady(ctx context.Context, id, doing, mask string) (g *guest, unlock func(), err error) {
	release, err := d.lockGuest(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	defer func() {
		if unlock == nil { // an error or a panic
			release()
		}
	}()
	if g, err = d.ready(ctx, id, doing, mask); err != nil {
		return nil, nil, err
	}
	return g, release, nil
}

// may tells whether something may be done to g.
func (g *guest) may(doing string) error {
	st := g.state()
	return compute.MayDo(doing, &compute.Server{VMState: st.vm, TaskState: st.task, Locked: markersOf(g.TagReferences).locked})
}

// mark does something to a guest, by a method unless that is "", and changes
// the markers. The caller does not hold the lock of the guest.
func (d *Driver) mark(ctx context.Context, id, doing, method string, change func(*markers)) error {
	g, unlock, err := d.lockReady(ctx, id, doing, actMask)
	if err != nil {
		return err
	}
	defer unlock()
	if method != "" {
		err = d.api.order(ctx, call{service: "Virtual_Guest", id: id, method: method})
		if err = d.explain(ctx, id, doing, err); err != nil {
			return err
		}
	}
	return d.remark(ctx, id, g, change)
}

// remark changes the markers of g, with a call only where they do change.
// The caller holds the lock of g since it fetched g.
func (d *Driver) remark(ctx context.Context, id string, g *guest, change func(*markers)) error {
	tags, m := splitTags(g.TagReferences)
	old := m
	change(&m)
	if m == old {
		return nil
	}
	return d.setTags(ctx, id, tags, m)
}

// setTags replaces all tags of a guest: SoftLayer knows no other way.
func (d *Driver) setTags(ctx context.Context, id string, tags []string, m markers) error {
	// Whatever comes of it: who looked meanwhile may have seen the old ones.
	defer func() { d.sightings.note(strings.ToLower(id), true, d.opts.Now()) }()
	all := strings.Join(slices.Concat(tags, m.tags()), ",")
	return d.api.order(ctx, call{service: "Virtual_Guest", id: id, method: "setTags", args: []any{all}})
}

// is tells whether g is of the flavor called key. The bill tells, if the user
// may see it; but it may be behind, so processors and memory count as well.
func (g *guest) is(key string) bool {
	if g.BillingItem != nil {
		if ordered := cmp.Or(g.BillingItem.OrderItem.Preset.KeyName, key); ordered != key {
			return false
		}
	}
	size := sizeOf(key)
	return size == nil || size.VCPUs == g.MaxCPU && size.RAM == g.MaxMemory
}

// sizeOf is the size that the name of a flavor tells; nil if it does not.
func sizeOf(key string) *compute.Flavor { return (&preset{KeyName: key}).flavor() }
