package compute

import (
	"encoding/base64"
	"maps"
	"slices"

	"github.com/softlayer/jumpgate"
)

// form is one of the shapes in which Nova shows a server.
type form int

const (
	briefForm  form = 1 << iota // in GET /servers
	detailForm                  // in GET /servers/detail
	showForm                    // GET /servers/{id}
	updateForm                  // the answer to PUT, and to rebuild: full from 2.75 on
	askedForm                   // showForm that is asked for, not the answer to a change

	full     = detailForm | showForm
	fullAnd  = full | updateForm
	everyone = fullAnd | briefForm
)

// serverField says when a member is part of a server. The answer to an
// update grew to the full form in 2.75: from then on it has what show has.
type serverField struct {
	name         string
	forms        form
	since, until int // minor versions, until exclusive; 0: no bound
	value        func(v *serverView) any
	when         func(s *Server) bool // nil: always
	right        right                // who sees it
}

// right is who sees a member.
type right uint8

const (
	anybody        right = iota
	attributesSeer       // os-extended-server-attributes
	hostSeer             // servers:show:host_status
	numRights
)

// rights are what of a server r's principal sees.
func rights(r *jumpgate.Request) (has [numRights]bool) {
	has[anybody] = true
	has[attributesSeer] = allow(r, "os_compute_api:os-extended-server-attributes", nil) == nil
	has[hostSeer] = allow(r, "os_compute_api:servers:show:host_status", nil) == nil
	return has
}

// serverView is a server on its way to a client.
type serverView struct {
	*Server
	link    *linker
	version int // minor
	form    form
}

// serverFields lists the members of a server in Nova's order
// (nova/api/openstack/compute/views/servers.py).
var serverFields = []serverField{
	{name: "id", forms: everyone, value: func(v *serverView) any { return &v.ID }},
	{name: "name", forms: everyone, value: func(v *serverView) any { return &v.Name }},
	{name: "status", forms: fullAnd, value: func(v *serverView) any { return &v.Status }},
	{name: "tenant_id", forms: fullAnd, value: func(v *serverView) any { return &v.ProjectID }},
	{name: "user_id", forms: fullAnd, value: func(v *serverView) any { return &v.UserID }},
	{name: "metadata", forms: fullAnd, value: func(v *serverView) any { return stringMap(v.Metadata) }},
	{name: "hostId", forms: fullAnd, value: func(v *serverView) any { return &v.HostID }},
	{name: "image", forms: fullAnd, value: (*serverView).image},
	{name: "flavor", forms: fullAnd, until: 47, value: (*serverView).flavorLink},
	{name: "flavor", forms: fullAnd, since: 47, value: (*serverView).flavor},
	{name: "created", forms: fullAnd, value: func(v *serverView) any { return jumpgate.Date(v.Created, jumpgate.DateSeconds) }},
	{name: "updated", forms: fullAnd, value: func(v *serverView) any { return jumpgate.Date(v.Updated, jumpgate.DateSeconds) }},
	{name: "addresses", forms: fullAnd, value: (*serverView).addresses},
	{name: "accessIPv4", forms: fullAnd, value: func(v *serverView) any { return &v.AccessIPv4 }},
	{name: "accessIPv6", forms: fullAnd, value: func(v *serverView) any { return &v.AccessIPv6 }},
	{name: "links", forms: everyone, value: func(v *serverView) any { return (*linksView)(v) }},
	{name: "OS-DCF:diskConfig", forms: fullAnd, value: func(v *serverView) any { return diskConfig(v.AutoDisk) }},
	{name: "fault", forms: fullAnd, value: (*serverView).fault, when: func(s *Server) bool {
		return s.Fault != nil && slices.Contains([]string{"ERROR", "DELETED"}, s.Status)
	}},
	{name: "progress", forms: fullAnd, value: func(v *serverView) any { return v.Progress }, when: func(s *Server) bool {
		return slices.Contains([]string{"ACTIVE", "BUILD", "REBUILD", "RESIZE", "VERIFY_RESIZE", "MIGRATING"}, s.Status)
	}},
	{name: "OS-EXT-AZ:availability_zone", forms: full, value: func(v *serverView) any { return &v.AvailabilityZone }},
	{name: "config_drive", forms: full, value: func(v *serverView) any {
		return configDrive(v.Server)
	}},
	{name: "OS-EXT-SRV-ATTR:host", forms: full, right: attributesSeer, value: func(v *serverView) any { return stringOrNull(&v.Host) }},
	{name: "OS-EXT-SRV-ATTR:instance_name", forms: full, right: attributesSeer, value: func(v *serverView) any { return &v.InstanceName }},
	{name: "OS-EXT-SRV-ATTR:hypervisor_hostname", forms: full, right: attributesSeer, value: func(v *serverView) any { return stringOrNull(&v.Hypervisor) }},
	{name: "OS-EXT-SRV-ATTR:reservation_id", forms: full, since: 3, right: attributesSeer, value: func(v *serverView) any { return stringOrNull(&v.ReservationID) }},
	{name: "OS-EXT-SRV-ATTR:launch_index", forms: full, since: 3, right: attributesSeer, value: func(v *serverView) any { return v.LaunchIndex }},
	{name: "OS-EXT-SRV-ATTR:hostname", forms: full, since: 3, until: 90, right: attributesSeer, value: func(v *serverView) any { return &v.Hostname }},
	{name: "OS-EXT-SRV-ATTR:hostname", forms: fullAnd, since: 90, value: func(v *serverView) any { return &v.Hostname }},
	{name: "OS-EXT-SRV-ATTR:kernel_id", forms: full, since: 3, right: attributesSeer, value: func(*serverView) any { return "" }},
	{name: "OS-EXT-SRV-ATTR:ramdisk_id", forms: full, since: 3, right: attributesSeer, value: func(*serverView) any { return "" }},
	{name: "OS-EXT-SRV-ATTR:root_device_name", forms: full, since: 3, right: attributesSeer, value: func(v *serverView) any { return stringOrNull(&v.RootDevice) }},
	{name: "OS-EXT-SRV-ATTR:user_data", forms: detailForm | askedForm, since: 3, right: attributesSeer, value: func(v *serverView) any {
		if len(v.UserData) == 0 {
			return nil
		}
		return base64.StdEncoding.EncodeToString(v.UserData)
	}},
	{name: "key_name", forms: full, value: func(v *serverView) any { return stringOrNull(&v.KeyName) }},
	{name: "OS-SRV-USG:launched_at", forms: full, value: func(v *serverView) any { return jumpgate.DateOrNil(v.Launched, jumpgate.DateMicros) }},
	{name: "OS-SRV-USG:terminated_at", forms: full, value: func(v *serverView) any { return jumpgate.DateOrNil(v.Terminated, jumpgate.DateMicros) }},
	{name: "security_groups", forms: full, value: func(v *serverView) any { return groups(v.SecurityGroups) }, when: func(s *Server) bool {
		return len(s.SecurityGroups) > 0
	}},
	{name: "OS-EXT-STS:task_state", forms: full, value: func(v *serverView) any { return stringOrNull(&v.TaskState) }},
	{name: "OS-EXT-STS:vm_state", forms: full, value: func(v *serverView) any { return &v.VMState }},
	{name: "OS-EXT-STS:power_state", forms: full, value: func(v *serverView) any { return int(v.PowerState) }},
	{name: "os-extended-volumes:volumes_attached", forms: full, value: (*serverView).volumes},
	{name: "locked", forms: fullAnd, since: 9, value: func(v *serverView) any { return v.Locked }},
	{name: "locked_reason", forms: fullAnd, since: 73, value: func(v *serverView) any { return stringOrNull(&v.LockedReason) }},
	{name: "description", forms: fullAnd, since: 19, value: func(v *serverView) any { return stringOrNull(&v.Description) }},
	{name: "tags", forms: fullAnd, since: 26, value: func(v *serverView) any { return v.Tags }},
	{name: "host_status", forms: full, since: 16, right: hostSeer, value: func(v *serverView) any { return v.HostStatus }},
	{name: "trusted_image_certificates", forms: fullAnd, since: 63, value: func(*serverView) any { return nil }},
	{name: "server_groups", forms: showForm | updateForm, since: 71, value: func(v *serverView) any { return v.ServerGroups }},
	{name: "pinned_availability_zone", forms: fullAnd, since: 96, value: func(v *serverView) any { return stringOrNull(&v.PinnedZone) }},
	{name: "scheduler_hints", forms: fullAnd, since: 100, value: func(v *serverView) any { return hintsShown(v.SchedulerHints) }},
}

// view shows a server in one of the forms, at the microversion of l's request.
func view(l *linker, server *Server, f form) *serverView {
	version := minor(l.r)
	switch {
	case f == showForm:
		f |= askedForm
	case f == updateForm && version >= 75:
		f = showForm
	}
	if !l.rights[anybody] {
		l.rights = rights(l.r)
	}
	return &serverView{Server: server, link: l, version: version, form: f}
}

// has tells whether the view has a field.
func (v *serverView) has(f *serverField) bool {
	return v.link.rights[f.right] && f.forms&v.form != 0 && v.version >= f.since && (f.until == 0 || v.version < f.until) && (f.when == nil || f.when(v.Server))
}

// AppendJSON implements jumpgate.Appender.
func (v *serverView) AppendJSON(b []byte) (_ []byte, err error) {
	b = append(b, '{')
	for i := range serverFields {
		if f := &serverFields[i]; v.has(f) {
			if b, err = jumpgate.AppendMember(b, f.name, f.value(v)); err != nil {
				return b, err
			}
		}
	}
	return append(b, '}'), nil
}

// object is the view as an object, for an answer that adds to it.
func (v *serverView) object() jumpgate.Object {
	var o jumpgate.Object
	for i := range serverFields {
		if f := &serverFields[i]; v.has(f) {
			o = append(o, jumpgate.Member{Name: f.name, Value: f.value(v)})
		}
	}
	return o
}

// image is "" for a server that boots from a volume.
func (v *serverView) image() any {
	if v.ImageID == "" {
		return ""
	}
	image := v.link.ref(imageResource, v.ImageID)
	if o, ok := image.(jumpgate.Object); ok && v.version >= 98 {
		image = append(o[:len(o):len(o)], jumpgate.Member{Name: "properties", Value: stringMap(v.ImageProperties)})
	}
	return image
}

// hintsShown are scheduler hints as a JSON object, by name.
func hintsShown(m map[string]any) jumpgate.Object {
	o := make(jumpgate.Object, 0, len(m))
	for _, name := range slices.Sorted(maps.Keys(m)) {
		o = append(o, jumpgate.Member{Name: name, Value: m[name]})
	}
	return o
}

func (v *serverView) flavorLink() any {
	if v.Server.Flavor.ID == "" {
		return jumpgate.Object{{Name: "id", Value: ""}, {Name: "links", Value: []jumpgate.Object{}}}
	}
	return v.link.ref(flavorResource, v.Server.Flavor.ID)
}

// flavor is what of the flavor a server shows from 2.47 on: the values it was
// made with, and no id.
func (v *serverView) flavor() any {
	f := v.Server.Flavor
	return jumpgate.Object{
		{Name: "vcpus", Value: f.VCPUs},
		{Name: "ram", Value: f.RAM},
		{Name: "disk", Value: f.Disk},
		{Name: "ephemeral", Value: f.Ephemeral},
		{Name: "swap", Value: f.Swap},
		{Name: "original_name", Value: f.Name},
		{Name: "extra_specs", Value: stringMap(f.ExtraSpecs)},
	}
}

// linksView are the links of a server.
type linksView serverView

func (v *linksView) AppendJSON(b []byte) ([]byte, error) {
	b = append(b, '[')
	for _, rel := range [...]string{"self", "bookmark"} {
		href, err := v.link.url(serverResource, rel == "bookmark", v.ID)
		if err != nil {
			return b, err
		}
		if rel == "bookmark" {
			b = append(b, ", "...)
		}
		b, _ = jumpgate.AppendMember(append(b, '{'), "rel", rel)
		if b, err = jumpgate.AppendMember(b, "href", href); err != nil {
			return b, err
		}
		b = append(b, '}')
	}
	return append(b, ']'), nil
}

// addresses are shown once the server is built.
func (v *serverView) addresses() any {
	if v.VMState == "building" {
		return jumpgate.Object{}
	}
	networks := make(jumpgate.Object, 0, len(v.Networks))
	for _, n := range v.Networks {
		list := make([]jumpgate.Object, 0, len(n.Addresses))
		for i := range n.Addresses {
			a := &n.Addresses[i]
			kind := "fixed"
			if a.Floating {
				kind = "floating"
			}
			o := jumpgate.Object{
				{Name: "version", Value: a.Version},
				{Name: "addr", Value: &a.Addr},
				{Name: "OS-EXT-IPS:type", Value: kind},
				{Name: "OS-EXT-IPS-MAC:mac_addr", Value: &a.MAC},
			}
			if v.form == updateForm {
				o = o[:2]
			}
			list = append(list, o)
		}
		networks = append(networks, jumpgate.Member{Name: n.Name, Value: list})
	}
	return networks
}

func configDrive(s *Server) string {
	if s.ConfigDrive {
		return "True"
	}
	return ""
}

func diskConfig(auto bool) string {
	if auto {
		return "AUTO"
	}
	return "MANUAL"
}

func (v *serverView) volumes() any {
	list := make([]jumpgate.Object, 0, len(v.Volumes))
	for _, a := range v.Volumes {
		o := jumpgate.Object{{Name: "id", Value: a.ID}}
		if v.version >= 3 { // Nova's 2.3 added it here and nowhere else
			o = append(o, jumpgate.Member{Name: "delete_on_termination", Value: a.DeleteOnTermination})
		}
		list = append(list, o)
	}
	return list
}

func (v *serverView) fault() any {
	return jumpgate.Object{
		{Name: "code", Value: v.Fault.Code},
		{Name: "created", Value: jumpgate.Date(v.Fault.Created, jumpgate.DateSeconds)},
		{Name: "message", Value: v.Fault.Message},
	}
}

func groups(names []string) []jumpgate.Object {
	list := make([]jumpgate.Object, 0, len(names))
	for _, name := range names {
		list = append(list, jumpgate.Object{{Name: "name", Value: name}})
	}
	return list
}

// stringMap is m as a JSON object: {} if nil.
func stringMap(m map[string]string) jumpgate.Object {
	o := make(jumpgate.Object, 0, len(m))
	for name, value := range m {
		o = append(o, jumpgate.Member{Name: name, Value: value})
	}
	slices.SortFunc(o, func(a, b jumpgate.Member) int {
		if a.Name < b.Name {
			return -1
		}
		return 1
	})
	return o
}

// stringOrNull is what s points to, null for "".
func stringOrNull(s *string) any {
	if *s == "" {
		return nil
	}
	return s
}
