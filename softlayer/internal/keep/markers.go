package keep

import (
	"strings"
)

// Markers are what Nova knows of a server's state and SoftLayer does not.
// They are kept as tags among those of the guest, which stay as they are.
type Markers struct {
	Locked    bool   // os:locked
	Rescue    bool   // os:rescue: it runs the rescue system
	Suspended bool   // os:suspended: what is paused counts as suspended
	Resize    string // os:vresize:B1_2X4X25: it was of that flavor, and nobody has confirmed the new one
	Deleting  bool   // os:deleting: somebody wants it gone as soon as SoftLayer lets it go
	Off       bool   // os:off: it was stopped, and is to be so again when SoftLayer is done with it
	Shelved   bool   // os:shelved: an image of it was made, and it is off
	Groupless bool   // os:nodefault: it was taken out of the group "default", which is none of SoftLayer's
	Revert    string // os:vrevert:B1_2X4X25: it is on the way back to that flavor
	Volumes   string // os:volumes:71000004:0: how far the volumes are that are made along with it; see Orders
}

const (
	LockedMarker    = "os:locked"
	rescueMarker    = "os:rescue"
	suspendedMarker = "os:suspended"
	deletingMarker  = "os:deleting"
	offMarker       = "os:off"
	shelvedMarker   = "os:shelved"
	grouplessMarker = "os:nodefault"
	resizeMarker    = "os:vresize:"
	revertMarker    = "os:vrevert:"
	volumesMarker   = "os:volumes:"
)

// add notes what tag marks, and tells whether it is a marker at all. Nothing
// is known about whether SoftLayer keeps the case of a tag.
func (m *Markers) add(tag string) bool {
	if len(tag) < 3 || !strings.EqualFold(tag[:3], "os:") {
		return false
	}
	lower := strings.ToLower(tag)
	switch {
	case lower == LockedMarker:
		m.Locked = true
	case lower == rescueMarker:
		m.Rescue = true
	case lower == suspendedMarker:
		m.Suspended = true
	case lower == deletingMarker:
		m.Deleting = true
	case lower == offMarker:
		m.Off = true
	case lower == shelvedMarker:
		m.Shelved = true
	case lower == grouplessMarker:
		m.Groupless = true
	case strings.HasPrefix(lower, resizeMarker) && len(lower) > len(resizeMarker):
		m.Resize = strings.ToUpper(tag[len(resizeMarker):])
	case strings.HasPrefix(lower, revertMarker) && len(lower) > len(revertMarker):
		m.Revert = strings.ToUpper(tag[len(revertMarker):])
	case strings.HasPrefix(lower, volumesMarker) && len(lower) > len(volumesMarker):
		m.Volumes = lower[len(volumesMarker):]
	default:
		return false
	}
	return true
}

// Tags are m as tags.
func (m *Markers) Tags() []string {
	var list []string
	if m.Locked {
		list = append(list, LockedMarker)
	}
	if m.Rescue {
		list = append(list, rescueMarker)
	}
	if m.Suspended {
		list = append(list, suspendedMarker)
	}
	if m.Deleting {
		list = append(list, deletingMarker)
	}
	if m.Off {
		list = append(list, offMarker)
	}
	if m.Shelved {
		list = append(list, shelvedMarker)
	}
	if m.Groupless {
		list = append(list, grouplessMarker)
	}
	if m.Resize != "" {
		list = append(list, resizeMarker+m.Resize)
	}
	if m.Revert != "" {
		list = append(list, revertMarker+m.Revert)
	}
	if m.Volumes != "" {
		list = append(list, volumesMarker+m.Volumes)
	}
	return list
}
