package network

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/network"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
)

// noteOf is the note that says name and description: the people's text is the
// description, the name is kept where the thing can't hold it itself. short is
// what the thing is called in SoftLayer.
func noteOf(old, name, short, description string) (string, error) {
	_, kept := keep.Split(old)
	kept.SetName(name, short)
	note, err := keep.Join(description, kept)
	if err != nil {
		return "", network.Invalid("The name and the description may take about a thousand characters together in this cloud.")
	}
	return note, nil
}

// setTags replaces the tags of a thing, but not its markers.
func (d *Networks) setTags(ctx context.Context, service, id string, refs []keep.TagReference, tags []string) error {
	old, markers := keep.SplitTags(refs)
	if err := keep.KeepableTags(tags, old); err != nil {
		return err
	}
	all := append(slices.Clone(tags), markers.Tags()...)
	_, err := d.API.Do(ctx, upstream.Call{Service: service, ID: id, Method: "setTags", Args: []any{strings.Join(all, ",")}}, new(bool))
	return err
}

// retag is setTags for what has a number, and writes the tags down in refs.
func (d *Networks) retag(ctx context.Context, service string, number int, refs *[]keep.TagReference, tags []string) error {
	if err := d.setTags(ctx, service, strconv.Itoa(number), *refs, tags); err != nil {
		return err
	}
	*refs = references(tags)
	return nil
}

// references are tags as SoftLayer tells them.
func references(tags []string) []keep.TagReference {
	refs := make([]keep.TagReference, len(tags))
	for i, t := range tags {
		refs[i].Tag.Name = t
	}
	return refs
}

// longestVLANName is the most that SoftLayer has for the name of a VLAN: bytes,
// to be sure.
const longestVLANName = 20

// shortName is as much of a name as SoftLayer has room for.
func shortName(name string) string {
	if len(name) <= longestVLANName {
		return name
	}
	end := longestVLANName
	for !utf8.RuneStart(name[end]) {
		end--
	}
	return strings.TrimSpace(name[:end])
}

// isMissing tells whether something is not there.
func isMissing(err error) bool { return errors.Is(err, jumpgate.NotFound) }

// refused tells whether SoftLayer said no, and in which words.
func refused(err error) (string, bool) {
	var no *upstream.Refusal
	if errors.As(err, &no) {
		return no.Text, true
	}
	return "", false
}
