package volume

import (
	"strconv"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
)

// showVolume is a volume's whole view. What extensions of the API add is not
// there when a volume was just made or changed.
func (s *service) showVolume(r *jumpgate.Request, v *Volume, extended bool) (jumpgate.Object, error) {
	o, err := s.basicVolume(r, v)
	if err != nil || v1(r) {
		return o, err
	}
	o = append(o, volumeSince(r, v)...)
	if extended {
		o = append(o, volumeExtras(r, v)...)
	}
	return o, nil
}

// basicVolume is what the first microversion shows of a volume.
func (s *service) basicVolume(r *jumpgate.Request, v *Volume) (jumpgate.Object, error) {
	links, err := s.links(r, "volume", "volume_id", v.ID)
	if err != nil {
		return nil, err
	}
	name, description := "name", "description"
	if v1(r) {
		name, description = "display_name", "display_description"
	}
	metadata := v.Metadata
	if v.ReadOnly || len(v.Attachments) > 0 && readOnly(v) {
		metadata = with(metadata, "readonly", "True")
	} else if v.ReadOnlySet {
		metadata = with(metadata, "readonly", "False")
	}
	o := jumpgate.Object{
		{Name: "id", Value: v.ID},
		{Name: "status", Value: v.Status},
		{Name: "size", Value: v.Size},
		{Name: "availability_zone", Value: v.Zone},
		{Name: "created_at", Value: date(v.Created)},
		{Name: "updated_at", Value: date(v.Updated)},
		{Name: name, Value: rest.OrNil(v.Name)},
		{Name: description, Value: rest.OrNil(v.Description)},
		{Name: "volume_type", Value: rest.OrNil(v.Type)},
		{Name: "snapshot_id", Value: rest.OrNil(v.SnapshotID)},
		{Name: "source_volid", Value: rest.OrNil(v.SourceID)},
		{Name: "metadata", Value: stringMap(metadata)},
	}
	if !v1(r) {
		o = append(o, links, jumpgate.Member{Name: "user_id", Value: v.UserID})
	}
	o = append(o,
		jumpgate.Member{Name: "bootable", Value: strconv.FormatBool(v.Bootable)},
		jumpgate.Member{Name: "encrypted", Value: v.Encrypted},
	)
	if !v1(r) {
		o = append(o,
			jumpgate.Member{Name: "replication_status", Value: nil},
			jumpgate.Member{Name: "consistencygroup_id", Value: rest.OrNil(s.consistencyGroup(r, v))},
		)
	}
	o = append(o,
		jumpgate.Member{Name: "multiattach", Value: v.Multiattach},
		jumpgate.Member{Name: "attachments", Value: s.showAttached(r, v)},
	)
	if admin(r) && !v1(r) {
		o = append(o, jumpgate.Member{Name: "migration_status", Value: rest.OrNil(v.MigrationStatus)})
	}
	return o, nil
}

// volumeSince is what later microversions show of a volume.
func volumeSince(r *jumpgate.Request, v *Volume) (o jumpgate.Object) {
	add := func(since int, name string, value any) {
		if minor(r) >= since {
			o = append(o, jumpgate.Member{Name: name, Value: value})
		}
	}
	add(13, "group_id", rest.OrNil(v.GroupID))
	if admin(r) {
		add(21, "provider_id", rest.OrNil(v.ProviderID))
	}
	add(48, "shared_targets", true)
	add(48, "service_uuid", rest.OrNil(v.ServiceID))
	if admin(r) {
		add(61, "cluster_name", nil)
	}
	add(63, "volume_type_id", rest.OrNil(v.TypeID))
	add(65, "consumes_quota", !v.Free)
	return o
}

// volumeExtras is what extensions of the API add to a volume.
func volumeExtras(r *jumpgate.Request, v *Volume) (o jumpgate.Object) {
	if may(r, "volume_extension:volume_tenant_attribute") {
		o = append(o, jumpgate.Member{Name: "os-vol-tenant-attr:tenant_id", Value: v.ProjectID})
	}
	if admin(r) && may(r, "volume_extension:volume_mig_status_attribute") {
		o = append(o, jumpgate.Member{Name: "os-vol-mig-status-attr:migstat", Value: rest.OrNil(v.MigrationStatus)},
			jumpgate.Member{Name: "os-vol-mig-status-attr:name_id", Value: nil})
	}
	if admin(r) && may(r, "volume_extension:volume_host_attribute") {
		o = append(o, jumpgate.Member{Name: "os-vol-host-attr:host", Value: rest.OrNil(v.Host)})
	}
	if len(v.ImageMetadata) > 0 && may(r, "volume_extension:volume_image_metadata:show") {
		o = append(o, jumpgate.Member{Name: "volume_image_metadata", Value: stringMap(v.ImageMetadata)})
	}
	return o
}

// showAttached shows where a volume is attached.
func (s *service) showAttached(r *jumpgate.Request, v *Volume) []jumpgate.Object {
	list := []jumpgate.Object{}
	for _, a := range v.Attachments {
		if a.Status != "" && a.Status != "attached" {
			continue
		}
		var host any
		if admin(r) || r.Env.Principal != nil && r.Env.Principal.HasRole("service") {
			host = rest.OrNil(a.HostName)
		}
		list = append(list, jumpgate.Object{
			{Name: "id", Value: v.ID},
			{Name: "attachment_id", Value: a.ID},
			{Name: "volume_id", Value: v.ID},
			{Name: "server_id", Value: rest.OrNil(a.ServerID)},
			{Name: "host_name", Value: host},
			{Name: "device", Value: rest.OrNil(a.Device)},
			{Name: "attached_at", Value: date(a.Attached)},
		})
	}
	return list
}

func readOnly(v *Volume) bool {
	for _, a := range v.Attachments {
		if a.Mode == "ro" {
			return true
		}
	}
	return false
}

// summary is the short view of a volume.
func (s *service) summary(r *jumpgate.Request, v *Volume) (jumpgate.Object, error) {
	if v1(r) { // both lists of version 1 are detailed
		return s.showVolume(r, v, true)
	}
	links, err := s.links(r, "volume", "volume_id", v.ID)
	return jumpgate.Object{{Name: "id", Value: v.ID}, {Name: "name", Value: rest.OrNil(v.Name)}, links}, err
}
