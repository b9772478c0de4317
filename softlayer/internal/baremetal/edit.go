package baremetal

import (
	"context"
	"slices"

	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
)

// Edit is what can be changed of a server without touching the machine.
type Edit struct {
	Hostname string
	Text     string // what people wrote into the notes
	Kept     keep.Envelope
	Tags     []string // the users' own
	Marks    keep.Markers
}

// Edit changes a server by what change makes of an Edit, with a call for what
// SoftLayer keeps in one place, and returns it as it is then.
func (d *Hardware) Edit(ctx context.Context, uuid string, change func(*records.Hardware, *Edit) error) (*records.Hardware, error) {
	unlock, err := d.Locks.Lock(ctx, keep.AccountKey(ctx)+"/"+uuid)
	if err != nil {
		return nil, err
	}
	defer unlock()
	h, err := d.Server(ctx, uuid)
	if err != nil {
		return nil, err
	}
	e := Edit{Hostname: h.Hostname, Text: h.Text, Kept: h.Kept}
	e.Tags, e.Marks = keep.SplitTags(h.TagReferences)
	tags, marks := slices.Clone(e.Tags), e.Marks
	if err := change(h, &e); err != nil {
		return nil, err
	}
	notes, err := d.notes.Change(ctx, h.Notes, e.Text, e.Kept)
	if err != nil {
		return nil, err
	}
	edit := make(map[string]string)
	if e.Hostname != h.Hostname {
		edit["hostname"] = e.Hostname
	}
	if notes != h.Notes {
		edit["notes"] = notes
	}
	if len(edit) > 0 {
		call := upstream.Call{Service: records.HardwareServer, ID: uuid, Method: "editObject", Args: []any{edit}, Again: true}
		err := d.API.Order(ctx, call)
		d.notes.Settle(ctx, h.Notes, notes, err)
		if err != nil {
			return nil, err
		}
	}
	if !slices.Equal(tags, e.Tags) || marks != e.Marks {
		if err := d.setTags(ctx, uuid, e.Tags, e.Marks); err != nil {
			return nil, err
		}
	}
	h.Hostname, h.Notes, h.Text, h.Kept = e.Hostname, notes, e.Text, e.Kept
	h.TagReferences = keep.References(slices.Concat(e.Tags, e.Marks.Tags()))
	return h, nil
}
