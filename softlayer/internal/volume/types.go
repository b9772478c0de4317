package volume

import (
	"context"
	"iter"
	"slices"
	"time"

	"github.com/softlayer/jumpgate/openstack/volume"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
)

// The types of volumes besides those of tiers.
const (
	performanceType = "performance"
	PortableType    = "portable"
)

// Types are the names of all types, in the order in which they are listed.
var Types = func() []string {
	list := []string{performanceType, PortableType}
	for _, t := range storageTiers {
		list = append(list, t.name)
	}
	return list
}()

// typesSince dates the types: SoftLayer has had them for longer than anybody
// asks.
var typesSince = time.Date(2015, 1, 1, 0, 0, 0, 0, time.UTC)

// typeID is the id of a type, the same in every replica.
func typeID(name string) string { return keep.NameID("volume type/" + name) }

// typeCalled is the type with a name; nil: there is none.
func typeCalled(name string) *volume.Type {
	place := slices.Index(Types, name)
	t := &volume.Type{ID: typeID(name), Name: name, Created: typesSince.Add(-time.Duration(place) * time.Hour)} // lists show the newest first
	tier := tierOf(name)
	switch {
	case name == PortableType:
		t.Description = "Disks that a server's host attaches, of certain sizes"
		t.ExtraSpecs = map[string]string{"storage_protocol": "hypervisor", "volume_backend_name": PortableType}
	case name == performanceType:
		t.Description = "Block storage with as many operations a second as the metadata " + iopsProperty + " asks for"
		t.ExtraSpecs = map[string]string{"storage_protocol": "iSCSI", "volume_backend_name": performanceType, "iops": "metadata:" + iopsProperty}
	case tier != nil:
		t.Description = "Block storage with " + tier.iops + " operations a second and GB"
		t.ExtraSpecs = map[string]string{"storage_protocol": "iSCSI", "volume_backend_name": "endurance", "iops_per_gb": tier.iops, "tier": tier.keyName}
	default:
		return nil
	}
	return t
}

// ListTypes lists what SoftLayer has. It makes no call.
func (d *Volumes) ListTypes(context.Context) iter.Seq2[*volume.Type, error] {
	return func(yield func(*volume.Type, error) bool) {
		for _, name := range Types {
			if !yield(typeCalled(name), nil) {
				return
			}
		}
	}
}

// DefaultType is the one that the program has chosen.
func (d *Volumes) DefaultType(context.Context) (*volume.Type, error) {
	return typeCalled(d.Opts.VolumeType), nil
}

// typeNamed is the name of the type that somebody calls by its name or id; ""
// if there is none.
func typeNamed(ref string) string {
	for _, name := range Types {
		if ref == name || ref == typeID(name) {
			return name
		}
	}
	return ""
}
