package compute

import (
	"iter"
	"slices"
	"strings"

	"github.com/softlayer/jumpgate/openstack/compute"
	"github.com/softlayer/jumpgate/softlayer/internal/core"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
)

// Search is a list of guests that SoftLayer is asked for.
type Search struct {
	where          upstream.Filter // conditions on guests
	First, Further int             // the sizes of pages
}

// everything is all guests.
func everything() Search {
	return Search{where: make(upstream.Filter), First: pageSize, Further: pageSize}
}

// searches are what finds all guests that q may want: each of them passes at
// least one. They may find more, for SoftLayer ignores a filter that it can't
// read, so others have to look again.
//
// Some of q can't be told in SoftLayer's terms and is not part of it: a status
// follows from several properties, the bill that names a flavor is behind
// while a server is resized, an address may be any of several, and a date
// would have to be in the time zone of the user.
func searches(q compute.ServerQuery) []Search {
	s := everything()
	switch {
	case !keep.Keepable(slices.Concat(q.Tags, q.TagsAny)): // some may be in the store
	case len(q.Tags) > 0: // one property takes one condition
		s.where["tagReferences"] = upstream.Filter{"tag": upstream.Filter{"name": upstream.Equals(q.Tags[0])}}
	case len(q.TagsAny) > 0:
		s.where["tagReferences"] = upstream.Filter{"tag": upstream.Filter{"name": upstream.Among(q.TagsAny)}}
	case q.Locked != nil && *q.Locked:
		s.where["tagReferences"] = upstream.Filter{"tag": upstream.Filter{"name": upstream.Filter{"operation": "_= " + keep.LockedMarker}}}
	}
	if zone := compute.Contained(q.AvailabilityZone); zone != "" {
		s.where["datacenter"] = upstream.Filter{"name": upstream.Contains(zone)}
	}
	if keep.GUID.MatchString(q.ImageID) && q.ImageID[14] != core.SystemVersion {
		s.where["blockDeviceTemplateGroup"] = upstream.Filter{"globalIdentifier": upstream.Among([]string{strings.ToLower(q.ImageID), strings.ToUpper(q.ImageID)})}
	}
	name := compute.Contained(q.Name)
	if pushed := len(s.where) > 0 || name != ""; q.Limit > 0 && (pushed || !q.Filtered()) {
		s.First = min(q.Limit, pageSize)
	}
	if !q.Filtered() {
		s.Further = s.First
	}
	if key := compute.Contained(q.KeyName); name == "" && key != "" {
		// A key is called by its label or, where it has several names, in the notes.
		byLabel, byNotes := s, s
		byLabel.where = s.where.With("sshKeys", upstream.Filter{"label": upstream.Contains(key)})
		byNotes.where = s.where.With("notes", upstream.Contains(keep.NamesKey))
		return []Search{byLabel, byNotes}
	}
	if name == "" {
		return []Search{s}
	}
	// The name is the host name or, where that can't hold it, in the notes.
	byHostname, byNotes := s, s
	byHostname.where = s.where.With("hostname", upstream.Contains(name))
	byNotes.where = s.where.With("notes", upstream.Filter{
		"operation": "and", "options": upstream.Data([]string{`*= "n":"`, "*= " + name}),
	})
	return []Search{byHostname, byNotes}
}

// brief tells whether a briefGuest has all that q shows and filters by.
func brief(q compute.ServerQuery) bool {
	if q.Limit <= 0 || q.Detail || !keep.Keepable(slices.Concat(q.Tags, q.TagsAny, q.NotTags, q.NotTagsAny)) {
		return false
	}
	q.Name, q.Tags, q.TagsAny, q.NotTags, q.NotTagsAny, q.Locked = nil, nil, nil, nil, nil, nil
	return !q.Filtered()
}

// merged yields the guests of several lists, newest first, each once.
func merged[G any, P listed[G]](lists []iter.Seq2[P, error]) iter.Seq2[P, error] {
	if len(lists) == 1 {
		return lists[0]
	}
	return func(yield func(P, error) bool) {
		seen := P(new(G))              // the last one yielded
		heads := make([]P, len(lists)) // nil at the end of a list
		nexts := make([]func() (P, error, bool), len(lists))
		for i, list := range lists {
			next, stop := iter.Pull2(list)
			defer stop()
			nexts[i], heads[i] = next, seen
		}
		for {
			var newest P
			for i, head := range heads {
				if head != nil && head.Self().ID == seen.Self().ID {
					var err error
					if head, err, _ = nexts[i](); err != nil {
						yield(nil, err)
						return
					}
					heads[i] = head
				}
				if head != nil && (newest == nil || head.Self().ID > newest.Self().ID) {
					newest = head
				}
			}
			if newest == nil || !yield(newest, nil) {
				return
			}
			seen = newest
		}
	}
}
