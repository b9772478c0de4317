package compute

import (
	"encoding/base64"
	"slices"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
)

// The forms in which Nova shows a server. The answer to an update grew to that
// of show in 2.75.
const (
	briefForm  rest.Set = 1 << iota // in GET /servers
	detailForm                      // in GET /servers/detail
	showForm                        // GET /servers/{id}
	updateForm                      // the answer to PUT, and to rebuild: full from 2.75 on
	askedForm                       // showForm that is asked for, not the answer to a change

	full    = detailForm | showForm
	fullAnd = full | updateForm
)

// What a caller may have a right to see.
const (
	attributesSeer rest.Set = 1 << iota // os-extended-server-attributes
	hostSeer                            // servers:show:host_status
	lostHostSeer                        // servers:show:host_status:unknown-only
	specsSeer                           // servers:show:flavor-extra-specs
)

// rights are what of a server r's principal sees.
func rights(r *jumpgate.Request) (has rest.Set) {
	if allow(r, "os_compute_api:os-extended-server-attributes", nil) == nil {
		has |= attributesSeer
	}
	switch {
	case allow(r, "os_compute_api:servers:show:host_status", nil) == nil:
		has |= hostSeer
	case allow(r, "os_compute_api:servers:show:host_status:unknown-only", nil) == nil:
		has |= lostHostSeer
	}
	if allow(r, "os_compute_api:servers:show:flavor-extra-specs", nil) == nil {
		has |= specsSeer
	}
	return has
}

// serverView is a server on its way to a client.
type serverView struct {
	*Server
	link *linker
	rest.Answer
}

// serverFields lists the members of a server in Nova's order
// (nova/api/openstack/compute/views/servers.py).
var serverFields = []rest.Field[*serverView]{
	{Name: "id", Value: func(v *serverView) any { return &v.ID }},
	{Name: "name", Value: func(v *serverView) any { return &v.Name }},
	{Name: "status", Forms: fullAnd, Value: func(v *serverView) any { return &v.Status }},
	{Name: "tenant_id", Forms: fullAnd, Value: func(v *serverView) any { return &v.ProjectID }},
	{Name: "user_id", Forms: fullAnd, Value: func(v *serverView) any { return &v.UserID }},
	{Name: "metadata", Forms: fullAnd, Value: func(v *serverView) any { return textMap(v.Metadata) }},
	{Name: "hostId", Forms: fullAnd, Value: func(v *serverView) any { return &v.HostID }},
	{Name: "image", Forms: fullAnd, Value: (*serverView).image},
	{Name: "flavor", Forms: fullAnd, Until: 47, Value: (*serverView).flavorLink},
	{Name: "flavor", Forms: fullAnd, Since: 47, Value: (*serverView).flavor},
	{Name: "created", Forms: fullAnd, Value: func(v *serverView) any { return (*dateSeconds)(&v.Created) }},
	{Name: "updated", Forms: fullAnd, Value: func(v *serverView) any { return (*dateSeconds)(&v.Updated) }},
	{Name: "addresses", Forms: fullAnd, Value: (*serverView).addresses},
	{Name: "accessIPv4", Forms: fullAnd, Value: func(v *serverView) any { return &v.AccessIPv4 }},
	{Name: "accessIPv6", Forms: fullAnd, Value: func(v *serverView) any { return &v.AccessIPv6 }},
	{Name: "links", Value: func(v *serverView) any { return (*linksView)(v) }},
	{Name: "OS-DCF:diskConfig", Forms: fullAnd, Value: func(v *serverView) any { return diskConfig(v.AutoDisk) }},
	{Name: "fault", Forms: fullAnd, Value: (*serverView).fault, When: func(v *serverView) bool {
		return v.Fault != nil && slices.Contains([]string{"ERROR", "DELETED"}, v.Status)
	}},
	{Name: "progress", Forms: fullAnd, Value: func(v *serverView) any { return v.Progress }, When: func(v *serverView) bool {
		return slices.Contains([]string{"ACTIVE", "BUILD", "REBUILD", "RESIZE", "VERIFY_RESIZE", "MIGRATING"}, v.Status)
	}},
	{Name: "OS-EXT-AZ:availability_zone", Forms: full, Value: func(v *serverView) any { return &v.AvailabilityZone }},
	{Name: "config_drive", Forms: full, Value: func(v *serverView) any {
		return configDrive(v.Server)
	}},
	{Name: "OS-EXT-SRV-ATTR:host", Forms: full, Right: attributesSeer, Value: func(v *serverView) any { return stringOrNull(&v.Host) }},
	{Name: "OS-EXT-SRV-ATTR:instance_name", Forms: full, Right: attributesSeer, Value: func(v *serverView) any { return &v.InstanceName }},
	{Name: "OS-EXT-SRV-ATTR:hypervisor_hostname", Forms: full, Right: attributesSeer, Value: func(v *serverView) any { return stringOrNull(&v.Hypervisor) }},
	{Name: "OS-EXT-SRV-ATTR:reservation_id", Forms: full, Since: 3, Right: attributesSeer, Value: func(v *serverView) any { return stringOrNull(&v.ReservationID) }},
	{Name: "OS-EXT-SRV-ATTR:launch_index", Forms: full, Since: 3, Right: attributesSeer, Value: func(v *serverView) any { return v.LaunchIndex }},
	{Name: "OS-EXT-SRV-ATTR:hostname", Forms: full, Since: 3, Until: 90, Right: attributesSeer, Value: func(v *serverView) any { return &v.Hostname }},
	{Name: "OS-EXT-SRV-ATTR:hostname", Forms: fullAnd, Since: 90, Value: func(v *serverView) any { return &v.Hostname }},
	{Name: "OS-EXT-SRV-ATTR:kernel_id", Forms: full, Since: 3, Right: attributesSeer, Value: func(*serverView) any { return "" }},
	{Name: "OS-EXT-SRV-ATTR:ramdisk_id", Forms: full, Since: 3, Right: attributesSeer, Value: func(*serverView) any { return "" }},
	{Name: "OS-EXT-SRV-ATTR:root_device_name", Forms: full, Since: 3, Right: attributesSeer, Value: func(v *serverView) any { return stringOrNull(&v.RootDevice) }},
	{Name: "OS-EXT-SRV-ATTR:user_data", Forms: detailForm | askedForm, Since: 3, Right: attributesSeer, Value: func(v *serverView) any {
		if len(v.UserData) == 0 {
			return nil
		}
		return base64.StdEncoding.EncodeToString(v.UserData)
	}},
	{Name: "key_name", Forms: full, Value: func(v *serverView) any { return stringOrNull(&v.KeyName) }},
	{Name: "OS-SRV-USG:launched_at", Forms: full, Value: func(v *serverView) any { return (*dateMicros)(&v.Launched) }},
	{Name: "OS-SRV-USG:terminated_at", Forms: full, Value: func(v *serverView) any { return (*dateMicros)(&v.Terminated) }},
	{Name: "security_groups", Forms: full, Value: func(v *serverView) any { return (*named)(&v.SecurityGroups) }, When: func(v *serverView) bool {
		return len(v.SecurityGroups) > 0
	}},
	{Name: "OS-EXT-STS:task_state", Forms: full, Value: func(v *serverView) any { return stringOrNull(&v.TaskState) }},
	{Name: "OS-EXT-STS:vm_state", Forms: full, Value: func(v *serverView) any { return &v.VMState }},
	{Name: "OS-EXT-STS:power_state", Forms: full, Value: func(v *serverView) any { return int(v.PowerState) }},
	{Name: "os-extended-volumes:volumes_attached", Forms: full, Value: func(v *serverView) any { return (*volumesView)(v) }},
	{Name: "locked", Forms: fullAnd, Since: 9, Value: func(v *serverView) any { return v.Locked }},
	{Name: "locked_reason", Forms: fullAnd, Since: 73, Value: func(v *serverView) any { return stringOrNull(&v.LockedReason) }},
	{Name: "description", Forms: fullAnd, Since: 19, Value: func(v *serverView) any { return stringOrNull(&v.Description) }},
	{Name: "tags", Forms: fullAnd, Since: 26, Value: func(v *serverView) any { return v.Tags }},
	{Name: "host_status", Forms: full, Since: 16, Right: hostSeer, Value: func(v *serverView) any { return v.HostStatus }},
	{Name: "host_status", Forms: full, Since: 16, Right: lostHostSeer, Value: func(v *serverView) any { return v.HostStatus }, When: func(v *serverView) bool {
		return v.HostStatus == "UNKNOWN"
	}},
	{Name: "trusted_image_certificates", Forms: fullAnd, Since: 63, Value: func(*serverView) any { return nil }},
	{Name: "server_groups", Forms: showForm | updateForm, Since: 71, Value: func(v *serverView) any { return v.ServerGroups }},
	{Name: "pinned_availability_zone", Forms: fullAnd, Since: 96, Value: func(v *serverView) any { return stringOrNull(&v.PinnedZone) }},
	{Name: "scheduler_hints", Forms: fullAnd, Since: 100, Value: func(v *serverView) any { return rest.Sorted(v.SchedulerHints) }},
}

// view shows a server in one of the forms, at the microversion of l's request.
func view(l *linker, server *Server, form rest.Set) *serverView {
	a := rest.Answer{Form: form, Version: minor(l.r)}
	switch {
	case form == showForm:
		a.Form |= askedForm
	case form == updateForm && a.Version >= 75:
		a.Form = showForm
	}
	if l.rights == nil {
		has := rights(l.r)
		l.rights = &has
	}
	a.Rights = *l.rights
	return &serverView{Server: server, link: l, Answer: a}
}

// AppendJSON implements jumpgate.Appender.
func (v *serverView) AppendJSON(b []byte) ([]byte, error) {
	l := v.link
	if l.selection == nil || l.selected != v.Answer {
		l.selected, l.selection = v.Answer, rest.Select(serverFields, v.Answer)
	}
	return l.selection.Append(b, v)
}

// object is the view as an object, for an answer that adds to it.
func (v *serverView) object() jumpgate.Object { return rest.Show(serverFields, v.Answer, v) }

// image is "" for a server that boots from a volume.
func (v *serverView) image() any {
	if v.ImageID == "" {
		return ""
	}
	return (*imageRef)(v)
}

// imageRef is the image of a server.
type imageRef serverView

func (v *imageRef) AppendJSON(b []byte) ([]byte, error) {
	b, err := v.link.appendRef(b, imageResource, v.ImageID)
	if err != nil || v.Version < 98 {
		return b, err
	}
	b, err = jumpgate.AppendMember(b[:len(b)-1], "properties", textMap(v.ImageProperties))
	return append(b, '}'), err
}

func (v *serverView) flavorLink() any {
	if v.Server.Flavor.ID == "" {
		return jumpgate.Object{{Name: "id", Value: ""}, {Name: "links", Value: []jumpgate.Object{}}}
	}
	return (*flavorRef)(v)
}

// flavorRef is the flavor of a server.
type flavorRef serverView

func (v *flavorRef) AppendJSON(b []byte) ([]byte, error) {
	return v.link.appendRef(b, flavorResource, v.Flavor.ID)
}

// flavor is what of the flavor a server shows from 2.47 on: the values it was
// made with, and no id.
func (v *serverView) flavor() any {
	f := v.Server.Flavor
	shown := jumpgate.Object{
		{Name: "vcpus", Value: f.VCPUs},
		{Name: "ram", Value: f.RAM},
		{Name: "disk", Value: f.Disk},
		{Name: "ephemeral", Value: f.Ephemeral},
		{Name: "swap", Value: f.Swap},
		{Name: "original_name", Value: f.Name},
	}
	if v.Rights&specsSeer != 0 {
		shown = append(shown, jumpgate.Member{Name: "extra_specs", Value: textMap(f.ExtraSpecs)})
	}
	return shown
}

// linksView are the links of a server.
type linksView serverView

func (v *linksView) AppendJSON(b []byte) ([]byte, error) {
	return v.link.appendLinks(b, serverResource, v.ID)
}

// addresses are shown once the server is built.
func (v *serverView) addresses() any {
	if v.VMState == "building" {
		return jumpgate.Object{}
	}
	networks := make(jumpgate.Object, 0, len(v.Networks))
	for i := range v.Networks {
		n := &v.Networks[i]
		var list any = (*addressList)(&n.Addresses)
		if v.Form == updateForm {
			list = (*shortAddressList)(&n.Addresses)
		}
		networks = append(networks, jumpgate.Member{Name: n.Name, Value: list})
	}
	return networks
}

type (
	addressList      []Address
	shortAddressList []Address // without what only a server shows of them
)

func (l *addressList) AppendJSON(b []byte) ([]byte, error) {
	return appendList(b, *l, func(m *members, a *Address) {
		m.add("version", a.Version)
		m.add("addr", &a.Addr)
		var kind any = "fixed"
		if a.Floating {
			kind = "floating"
		}
		m.add("OS-EXT-IPS:type", kind)
		m.add("OS-EXT-IPS-MAC:mac_addr", &a.MAC)
	})
}

func (l *shortAddressList) AppendJSON(b []byte) ([]byte, error) {
	return appendList(b, *l, func(m *members, a *Address) {
		m.add("version", a.Version)
		m.add("addr", &a.Addr)
	})
}

func configDrive(s *Server) string {
	if s.ConfigDrive {
		return "True"
	}
	return ""
}

func diskConfig(auto bool) any {
	if auto {
		return "AUTO"
	}
	return "MANUAL"
}

// volumesView are the volumes of a server.
type volumesView serverView

func (v *volumesView) AppendJSON(b []byte) ([]byte, error) {
	return appendList(b, v.Volumes, func(m *members, a *AttachedVolume) {
		m.add("id", &a.ID)
		if v.Version >= 3 { // Nova's 2.3 added it here and nowhere else
			m.add("delete_on_termination", a.DeleteOnTermination)
		}
	})
}

func (v *serverView) fault() any {
	return jumpgate.Object{
		{Name: "code", Value: v.Fault.Code},
		{Name: "created", Value: jumpgate.Date(v.Fault.Created, jumpgate.DateSeconds)},
		{Name: "message", Value: v.Fault.Message},
	}
}

// stringOrNull is what s points to, null for "".
func stringOrNull(s *string) any {
	if *s == "" {
		return nil
	}
	return s
}
