package network

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
)

// goneAge is how long SoftLayer may show what was cancelled.
const goneAge = 48 * time.Hour

// namingVLANs are the notes of VLANs that name records of the store.
func (d *Networks) namingVLANs(ctx context.Context) (notes []string, err error) {
	all, err := records.VLANs.All(ctx, d.API, upstream.Call{
		Service: "Account", Method: "getNetworkVlans", Filter: upstream.Filter{"networkVlans": upstream.Filter{"note": upstream.Contains(keep.Overflows)}},
	})
	for i := range all {
		notes = append(notes, all[i].Note)
	}
	return notes, err
}

// namingSubnets are the same of subnets and of global addresses.
func (d *Networks) namingSubnets(ctx context.Context) (notes []string, err error) {
	blocks, err := records.Subnets.All(ctx, d.API, upstream.Call{
		Service: "Account", Method: "getSubnets", Filter: upstream.Filter{"subnets": upstream.Filter{"note": upstream.Contains(keep.Overflows)}},
	})
	if err != nil {
		return nil, err
	}
	addresses, err := records.GlobalIPs.All(ctx, d.API, upstream.Call{Service: "Account", Method: "getGlobalIpRecords"})
	for i := range blocks {
		notes = append(notes, blocks[i].Note)
	}
	for i := range addresses {
		notes = append(notes, addresses[i].Address.Subnet.Note)
	}
	return notes, err
}

// allTags are the users' own tags of a thing: those that SoftLayer has, and
// those that it has no letters for.
func allTags(kept *keep.Envelope, refs []keep.TagReference) []string {
	tags, _ := keep.SplitTags(refs)
	return append(tags, kept.Tags...)
}

// setTags replaces the tags of a thing, but not its markers.
func (d *Networks) setTags(ctx context.Context, service, id string, refs []keep.TagReference, tags []string) error {
	_, markers := keep.SplitTags(refs)
	all := append(slices.Clone(tags), markers.Tags()...)
	_, err := d.API.Do(ctx, upstream.Call{Service: service, ID: id, Method: "setTags", Args: []any{strings.Join(all, ",")}}, new(bool))
	return err
}

// retag is setTags for what has a number and does not have those tags yet, and
// writes them down in refs.
func (d *Networks) retag(ctx context.Context, service string, number int, refs *[]keep.TagReference, tags []string) error {
	if had, _ := keep.SplitTags(*refs); slices.Equal(had, tags) {
		return nil
	}
	if err := d.setTags(ctx, service, strconv.Itoa(number), *refs, tags); err != nil {
		return err
	}
	*refs = keep.References(tags)
	return nil
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
