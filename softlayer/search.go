package softlayer

import (
	"iter"
	"strings"

	"github.com/softlayer/jumpgate/openstack/compute"
)

// search is a list of guests that SoftLayer is asked for.
type search struct {
	mask           string
	where          filter // conditions on guests
	first, further int    // the sizes of pages
}

// everything is all guests.
func everything(mask string) search {
	return search{mask: mask, where: make(filter), first: pageSize, further: pageSize}
}

// searches are what finds all guests that q may want: each of them passes at
// least one. They may find more, for SoftLayer ignores a filter that it can't
// read, so others have to look again.
//
// Some of q can't be told in SoftLayer's terms and is not part of it: a status
// follows from several properties, the bill that names a flavor is behind
// while a server is resized, an address may be any of several, and a date
// would have to be in the time zone of the user.
func searches(q compute.ServerQuery) []search {
	s := everything(guestMask)
	switch {
	case len(q.Tags) > 0: // one property takes one condition
		s.where["tagReferences"] = filter{"tag": filter{"name": equals(q.Tags[0])}}
	case len(q.TagsAny) > 0:
		s.where["tagReferences"] = filter{"tag": filter{"name": among(q.TagsAny)}}
	case q.Locked != nil && *q.Locked:
		s.where["tagReferences"] = filter{"tag": filter{"name": filter{"operation": "_= " + lockedMarker}}}
	}
	if zone := compute.Contained(q.AvailabilityZone); zone != "" {
		s.where["datacenter"] = filter{"name": contains(zone)}
	}
	if key := compute.Contained(q.KeyName); key != "" {
		s.where["sshKeys"] = filter{"label": contains(key)}
	}
	if guid.MatchString(q.ImageID) && q.ImageID[14] != systemVersion {
		s.where["blockDeviceTemplateGroup"] = filter{"globalIdentifier": among([]string{strings.ToLower(q.ImageID), strings.ToUpper(q.ImageID)})}
	}
	name := compute.Contained(q.Name)
	if pushed := len(s.where) > 0 || name != ""; q.Limit > 0 && (pushed || !q.Filtered()) {
		s.first = min(q.Limit, pageSize)
	}
	if !q.Filtered() {
		s.further = s.first
	}
	if q.Limit > 0 && !q.Detail && brief(q) {
		s.mask = briefGuestMask
	}
	if name == "" {
		return []search{s}
	}
	// The name is the host name or, where that can't hold it, in the notes.
	byHostname, byNotes := s, s
	byHostname.where = s.where.with("hostname", contains(name))
	byNotes.where = s.where.with("notes", filter{
		"operation": "and", "options": data([]string{`*= "n":"`, "*= " + name}),
	})
	return []search{byHostname, byNotes}
}

// brief tells whether briefGuestMask has all that q filters by.
func brief(q compute.ServerQuery) bool {
	q.Name, q.Tags, q.TagsAny, q.NotTags, q.NotTagsAny, q.Locked = nil, nil, nil, nil, nil, nil
	return !q.Filtered()
}

// merged yields the guests of several lists, newest first, each once.
func merged(lists []iter.Seq2[*guest, error]) iter.Seq2[*guest, error] {
	if len(lists) == 1 {
		return lists[0]
	}
	return func(yield func(*guest, error) bool) {
		seen := new(guest)                  // the last one yielded
		heads := make([]*guest, len(lists)) // nil at the end of a list
		nexts := make([]func() (*guest, error, bool), len(lists))
		for i, list := range lists {
			next, stop := iter.Pull2(list)
			defer stop()
			nexts[i], heads[i] = next, seen
		}
		for {
			var newest *guest
			for i, head := range heads {
				if head != nil && head.ID == seen.ID {
					var err error
					if head, err, _ = nexts[i](); err != nil {
						yield(nil, err)
						return
					}
					heads[i] = head
				}
				if head != nil && (newest == nil || head.ID > newest.ID) {
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
