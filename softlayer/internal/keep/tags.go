package keep

import (
	"regexp"
	"slices"
	"strings"

	"github.com/softlayer/jumpgate"
)

// TagReference is SoftLayer_Tag_Reference: a tag of something.
type TagReference struct {
	ID  int `json:"id"`
	Tag struct {
		Name string `json:"name"`
	} `json:"tag"`
}

// References are tags as SoftLayer shows them.
func References(tags []string) []TagReference {
	list := make([]TagReference, len(tags))
	for i, name := range tags {
		list[i].Tag.Name = name
	}
	return list
}

// SplitTags returns the users' own tags and the markers among them.
func SplitTags(refs []TagReference) (tags []string, m Markers) {
	for _, t := range refs {
		if name := t.Tag.Name; name != "" && !m.add(name) {
			tags = append(tags, name)
		}
	}
	return tags, m
}

// MarkersOf are the markers alone.
func MarkersOf(refs []TagReference) (m Markers) {
	for _, t := range refs {
		m.add(t.Tag.Name)
	}
	return m
}

// plainTag is the form of a tag that SoftLayer keeps as it is. It drops other
// characters without a word.
var plainTag = regexp.MustCompile(`^[A-Za-z0-9_.:-]([A-Za-z0-9 _.:-]*[A-Za-z0-9_.:-])?$`)

// DistinctTags refuses tags that SoftLayer takes for one.
func DistinctTags(all []string) error {
	for i, tag := range all {
		if slices.ContainsFunc(all[:i], func(other string) bool { return strings.EqualFold(other, tag) && other != tag }) {
			return jumpgate.BadRequest.New("Tag '%s' can't be kept: this cloud knows no difference between tags in upper and lower case.", tag)
		}
	}
	return nil
}

// Keepable tells whether SoftLayer keeps tags as they are, and none of them is
// a marker.
func Keepable(tags []string) bool {
	return !slices.ContainsFunc(tags, func(tag string) bool { return !plainTag.MatchString(tag) || new(Markers).add(tag) })
}

// PartTags parts tags into those that SoftLayer keeps as they are, or has
// already, and the rest.
func PartTags(all, old []string) (kept, rest []string) {
	for _, tag := range all {
		if Keepable([]string{tag}) && !slices.ContainsFunc(kept, func(other string) bool { return strings.EqualFold(other, tag) }) || slices.Contains(old, tag) {
			kept = append(kept, tag)
		} else {
			rest = append(rest, tag)
		}
	}
	return kept, rest
}
