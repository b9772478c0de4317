package keep

import (
	"slices"
	"strings"
	"testing"
)

// FuzzTags: tags and markers come apart as they were put together.
func FuzzTags(f *testing.F) {
	f.Add("a", "os:linux", true, "B1_2X4X25")
	f.Add("os:locked", "os:vresize:", false, "")
	f.Fuzz(func(t *testing.T, one, two string, locked bool, preset string) {
		m := Markers{Locked: locked, Suspended: !locked, Resize: strings.ToUpper(preset)}
		var tags []string
		for _, tag := range []string{one, two} {
			if Keepable([]string{tag}) {
				tags = append(tags, tag)
			}
		}
		if preset != "" && !Keepable([]string{preset}) {
			return
		}
		refs := References(strings.Split(strings.Join(slices.Concat(tags, m.Tags()), ","), ","))
		gotTags, got := SplitTags(refs)
		if !slices.Equal(gotTags, tags) || got != m {
			t.Errorf("%q %+v came back as %q %+v", tags, m, gotTags, got)
		}
	})
}
