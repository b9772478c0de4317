package compute

import (
	"context"
	"slices"

	"github.com/softlayer/jumpgate/openstack/compute"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
)

// MaxMetadata is how many items of metadata a server may have, as in Nova.
const MaxMetadata = 128

// ChangeServerMetadata keeps metadata in the notes: it takes two calls.
func (d *Servers) ChangeServerMetadata(ctx context.Context, id string, doing compute.Action, change func(map[string]string) (map[string]string, error)) (map[string]string, error) {
	g, unlock, err := lockReady(ctx, d, actForm, id, doing)
	if err != nil {
		return nil, err
	}
	defer unlock()
	text, kept, err := d.notes.Split(ctx, g.Notes)
	if err != nil {
		return nil, err
	}
	all, err := change(kept.Metadata)
	switch {
	case err != nil:
		return nil, err
	case len(all) > MaxMetadata:
		return nil, compute.TooMuchMetadata(MaxMetadata)
	}
	kept.Metadata, kept.LockReason = all, "" // metadata of a locked server does not change
	return all, d.editNotes(ctx, id, doing, &g.Noted, text, kept)
}

// ChangeServerTags changes the users' own tags: it takes two calls, and one more
// where some change that SoftLayer can't keep.
func (d *Servers) ChangeServerTags(ctx context.Context, id string, doing compute.Action, change func([]string) ([]string, error)) ([]string, error) {
	g, unlock, err := lockReady(ctx, d, actForm, id, doing)
	if err != nil {
		return nil, err
	}
	defer unlock()
	text, kept, err := d.notes.Split(ctx, g.Notes)
	if err != nil {
		return nil, err
	}
	had, m := keep.SplitTags(g.TagReferences)
	all, err := change(slices.Concat(had, kept.Tags))
	if err != nil {
		return nil, err
	}
	if err := keep.DistinctTags(all); err != nil {
		return nil, err
	}
	own, rest := keep.PartTags(all, had)
	if !slices.Equal(rest, kept.Tags) {
		kept.Tags = rest
		if err := d.editNotes(ctx, id, doing, &g.Noted, text, kept); err != nil {
			return nil, err
		}
	}
	if slices.Equal(own, had) {
		return all, nil
	}
	return all, d.setTags(ctx, id, own, m)
}
