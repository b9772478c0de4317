package softlayer

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"github.com/softlayer/jumpgate"
)

// maxMetadata is how many items of metadata a server may have, as in Nova.
const maxMetadata = 128

// ChangeServerMetadata keeps metadata in the notes: it takes two calls.
func (d *Driver) ChangeServerMetadata(ctx context.Context, id, doing string, change func(map[string]string) (map[string]string, error)) (map[string]string, error) {
	g, unlock, err := d.lockReady(ctx, id, doing, actMask)
	if err != nil {
		return nil, err
	}
	defer unlock()
	text, kept := splitNotes(g.Notes)
	all, err := change(kept.Metadata)
	switch {
	case err != nil:
		return nil, err
	case len(all) > maxMetadata:
		return nil, jumpgate.Forbidden.New("Maximum number of metadata items exceeds %d", maxMetadata)
	}
	kept.Metadata, kept.LockReason = all, "" // metadata of a locked server does not change
	return all, d.edit(ctx, id, doing, g, g.host(), text, kept)
}

// plainTag is the form of a tag that SoftLayer keeps as it is. It drops other
// characters without a word.
var plainTag = regexp.MustCompile(`^[A-Za-z0-9_.:-]([A-Za-z0-9 _.:-]*[A-Za-z0-9_.:-])?$`)

// ChangeServerTags changes the users' own tags: it takes two calls.
func (d *Driver) ChangeServerTags(ctx context.Context, id, doing string, change func([]string) ([]string, error)) ([]string, error) {
	g, unlock, err := d.lockReady(ctx, id, doing, actMask)
	if err != nil {
		return nil, err
	}
	defer unlock()
	old, m := splitTags(g.TagReferences)
	all, err := change(slices.Clone(old))
	if err != nil {
		return nil, err
	}
	if err := keepableTags(all, old); err != nil {
		return nil, err
	}
	if slices.Equal(all, old) {
		return all, nil
	}
	return all, d.setTags(ctx, id, all, m)
}

// keepableTags refuses tags that SoftLayer would not keep as they are, unless
// it does so already.
func keepableTags(all, old []string) error {
	for i, tag := range all {
		if err := keepable(tag); err != nil && !slices.Contains(old, tag) {
			return err
		}
		if slices.ContainsFunc(all[:i], func(other string) bool { return strings.EqualFold(other, tag) && other != tag }) {
			return jumpgate.BadRequest.New("Tag '%s' can't be kept: this cloud knows no difference between tags in upper and lower case.", tag)
		}
	}
	return nil
}

// keepable refuses a tag that SoftLayer would change, or that is a marker.
func keepable(tag string) error {
	switch {
	case !plainTag.MatchString(tag):
		return jumpgate.BadRequest.New("Tag '%s' can't be kept: tags of this cloud have letters, digits, spaces within, and the characters _ - . : alone.", tag)
	case new(markers).add(tag):
		return jumpgate.BadRequest.New("Tag '%s' is reserved: it stands for a state of the server.", tag)
	}
	return nil
}
