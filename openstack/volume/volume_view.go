package volume

import (
	"strconv"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
)

// volumeView is a volume on its way to a client.
type volumeView struct {
	*Volume
	s *service
	r *jumpgate.Request
}

// volumeFields are the members of a volume in Cinder's order
// (cinder/api/v3/views/volumes.py).
var volumeFields = []rest.Field[volumeView]{
	{Name: "id", Value: func(v volumeView) any { return v.ID }},
	{Name: "status", Forms: whole, Value: func(v volumeView) any { return v.Status }},
	{Name: "size", Forms: whole, Value: func(v volumeView) any { return v.Size }},
	{Name: "availability_zone", Forms: whole, Value: func(v volumeView) any { return v.Zone }},
	{Name: "created_at", Forms: whole, Value: func(v volumeView) any { return date(v.Created) }},
	{Name: "updated_at", Forms: whole, Value: func(v volumeView) any { return date(v.Updated) }},
	{Name: "name", Forms: full | briefForm, Value: func(v volumeView) any { return rest.OrNil(v.Name) }},
	{Name: "description", Forms: full, Value: func(v volumeView) any { return rest.OrNil(v.Description) }},
	{Name: "display_name", Forms: oldForm, Value: func(v volumeView) any { return rest.OrNil(v.Name) }},
	{Name: "display_description", Forms: oldForm, Value: func(v volumeView) any { return rest.OrNil(v.Description) }},
	{Name: "volume_type", Forms: whole, Value: func(v volumeView) any { return rest.OrNil(v.Type) }},
	{Name: "snapshot_id", Forms: whole, Value: func(v volumeView) any { return rest.OrNil(v.SnapshotID) }},
	{Name: "source_volid", Forms: whole, Value: func(v volumeView) any { return rest.OrNil(v.SourceID) }},
	{Name: "metadata", Forms: whole, Value: volumeView.metadata},
	{Name: "links", Forms: full | briefForm, Value: func(v volumeView) any { return v.s.links(v.r, "volume", "volume_id", v.ID) }},
	{Name: "user_id", Forms: full, Value: func(v volumeView) any { return v.UserID }},
	{Name: "bootable", Forms: whole, Value: func(v volumeView) any { return strconv.FormatBool(v.Bootable) }},
	{Name: "encrypted", Forms: whole, Value: func(v volumeView) any { return v.Encrypted }},
	{Name: "replication_status", Forms: full, Value: func(volumeView) any { return nil }},
	{Name: "consistencygroup_id", Forms: full, Value: func(v volumeView) any { return rest.OrNil(v.s.consistencyGroup(v.r, v.Volume)) }},
	{Name: "multiattach", Forms: whole, Value: func(v volumeView) any { return v.Multiattach }},
	{Name: "attachments", Forms: whole, Value: func(v volumeView) any { return v.s.showAttached(v.r, v.Volume) }},
	{Name: "migration_status", Forms: full, Right: adminSeer, Value: func(v volumeView) any { return rest.OrNil(v.MigrationStatus) }},
	{Name: "group_id", Forms: fullForm | allForm, Since: 13, Value: func(v volumeView) any { return rest.OrNil(v.GroupID) }},
	{Name: "provider_id", Forms: fullForm | allForm, Since: 21, Right: adminSeer, Value: func(v volumeView) any { return rest.OrNil(v.ProviderID) }},
	{Name: "shared_targets", Forms: fullForm | allForm, Since: 48, Value: func(volumeView) any { return true }},
	{Name: "service_uuid", Forms: fullForm | allForm, Since: 48, Value: func(v volumeView) any { return rest.OrNil(v.ServiceID) }},
	{Name: "cluster_name", Forms: fullForm | allForm, Since: 61, Right: adminSeer, Value: func(volumeView) any { return nil }},
	{Name: "volume_type_id", Forms: fullForm | allForm, Since: 63, Value: func(v volumeView) any { return rest.OrNil(v.TypeID) }},
	{Name: "consumes_quota", Forms: fullForm | allForm, Since: 65, Value: func(v volumeView) any { return !v.Free }},
	{Name: "os-vol-tenant-attr:tenant_id", Forms: allForm, Right: projectSeer, Value: func(v volumeView) any { return v.ProjectID }},
	{Name: "os-vol-mig-status-attr:migstat", Forms: allForm, Right: adminSeer | migrationSeer, Value: func(v volumeView) any { return rest.OrNil(v.MigrationStatus) }},
	{Name: "os-vol-mig-status-attr:name_id", Forms: allForm, Right: adminSeer | migrationSeer, Value: func(volumeView) any { return nil }},
	{Name: "os-vol-host-attr:host", Forms: allForm, Right: adminSeer | hostSeer, Value: func(v volumeView) any { return rest.OrNil(v.Host) }},
	{Name: "volume_image_metadata", Forms: allForm, Right: imageSeer, Value: func(v volumeView) any { return rest.Sorted(v.ImageMetadata) }, When: func(v volumeView) bool {
		return len(v.ImageMetadata) > 0
	}},
}

// volumeRules are of what extensions of the API add to a volume.
var volumeRules = map[rest.Set]string{
	projectSeer:   "volume_extension:volume_tenant_attribute",
	migrationSeer: "volume_extension:volume_mig_status_attribute",
	hostSeer:      "volume_extension:volume_host_attribute",
	imageSeer:     "volume_extension:volume_image_metadata:show",
}

// showVolume shows a volume in one of the forms. Both lists of version 1 are
// detailed.
func (s *service) showVolume(r *jumpgate.Request, v *Volume, form rest.Set) jumpgate.Object {
	var rules map[rest.Set]string
	switch {
	case v1(r):
		form = oldForm
	case form == allForm:
		rules = volumeRules
	}
	return rest.Show(volumeFields, answer(r, form, rules), volumeView{v, s, r})
}

func (v volumeView) metadata() any {
	switch {
	case v.ReadOnly || len(v.Attachments) > 0 && readOnly(v.Volume):
		return rest.Sorted(with(v.Metadata, "readonly", "True"))
	case v.ReadOnlySet:
		return rest.Sorted(with(v.Metadata, "readonly", "False"))
	}
	return rest.Sorted(v.Metadata)
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
