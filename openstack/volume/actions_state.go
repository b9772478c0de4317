package volume

import (
	"net/http"
	"slices"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// atRest is the state of a volume that nobody is attaching or detaching.
func atRest(v *Volume) string {
	if slices.ContainsFunc(v.Attachments, func(a Attachment) bool { return a.Status == "" || a.Status == "attached" }) {
		return "in-use"
	}
	if len(v.Attachments) > 0 {
		return "reserved"
	}
	return "available"
}

// stateActions are the steps in which a volume is attached and detached. They
// change what Cinder says of it, nothing in the cloud.
func (s *service) stateActions(all map[string]action[*Volume]) {
	if s.updater == nil {
		return
	}
	step := func(change func(v *Volume, arg schema.Object) error) func(*jumpgate.Request, *Volume, schema.Object) (any, error) {
		return func(r *jumpgate.Request, v *Volume, arg schema.Object) (any, error) {
			_, err := s.change(r, v.ID, func(v *Volume) error { return change(v, arg) })
			return nil, err
		}
	}
	all["os-reserve"] = action[*Volume]{run: step(func(v *Volume, _ schema.Object) error {
		if v.Status != "available" && !(v.Multiattach && v.Status == "in-use") {
			return InvalidVolume("Volume status must be %s to reserve, but the status is %s.", orList(reservable(v, "")), v.Status)
		}
		v.Status = "attaching"
		return nil
	})}
	all["os-unreserve"] = action[*Volume]{run: step(func(v *Volume, _ schema.Object) error {
		if v.Status == "attaching" {
			v.Status = atRest(v)
		}
		return nil
	})}
	all["os-begin_detaching"] = action[*Volume]{run: step(func(v *Volume, _ schema.Object) error {
		if v.Status != "in-use" || len(v.Attachments) == 0 {
			return InvalidVolume("Unable to detach volume. Volume status must be 'in-use' and attach_status must be 'attached' to detach.")
		}
		v.Status = "detaching"
		return nil
	})}
	all["os-roll_detaching"] = action[*Volume]{run: step(func(v *Volume, _ schema.Object) error {
		if v.Status == "detaching" {
			v.Status = "in-use"
		}
		return nil
	})}
	attach := object([]string{"mountpoint"},
		member("instance_uuid", uuidText), member("mountpoint", filledText), member("host_name", shortText),
		member("mode", &schema.Schema{Type: stringType, Enum: []any{"rw", "ro"}}))
	attach.AnyOf = []*schema.Schema{{Required: []string{"instance_uuid"}, Open: true}, {Required: []string{"host_name"}, Open: true}}
	all["os-attach"] = action[*Volume]{schema: attach, run: func(r *jumpgate.Request, v *Volume, arg schema.Object) (any, error) {
		_, err := s.change(r, v.ID, func(v *Volume) error { return s.attachNow(r, v, arg) })
		return nil, err
	}}
	detach := object(nil, member("attachment_id", uuidOrNull))
	all["os-detach"] = action[*Volume]{schema: orNull(detach), run: step(detachNow)}
	all["os-force_detach"] = action[*Volume]{
		schema: object(nil, member("attachment_id", uuidOrNull), member("connector", &schema.Schema{Open: true, Type: []schema.Type{schema.Map, schema.String, schema.Null}})),
		run:    step(detachNow),
	}
	all["os-extend_volume_completion"] = action[*Volume]{
		since: 71, schema: object([]string{"error"}, member("error", booleanSchema)),
		run: step(func(v *Volume, arg schema.Object) error {
			if v.Status != "extending" {
				return InvalidVolume("Volume %s status must be 'extending' to complete the extend operation, currently %s.", v.ID, v.Status)
			}
			if v.Status = atRest(v); arg.Bool("error", false) {
				v.Status = "error_extending"
			}
			return nil
		}),
	}
	s.connections(all)
}

// reservable are the states in which a volume can be reserved; with also,
// there is one more.
func reservable(v *Volume, also string) []string {
	list := []string{"available"}
	if v.Multiattach {
		list = append(list, "in-use")
	}
	if also != "" {
		list = append(list, also)
	}
	return list
}

func (s *service) attachNow(r *jumpgate.Request, v *Volume, arg schema.Object) error {
	if v.Status == "maintenance" {
		return InvalidVolume("The volume cannot be attached in maintenance mode.")
	}
	if err := allowAdminMetadata(r); err != nil { // Cinder notes whether it is read only
		return err
	}
	const failed = "Error attaching volume - "
	mode := arg.String("mode")
	if mode == "" {
		mode = "rw"
	}
	server, host := arg.String("instance_uuid"), arg.String("host_name")
	same := slices.ContainsFunc(v.Attachments, func(a Attachment) bool {
		return server != "" && a.ServerID == server || server == "" && a.ServerID == "" && a.HostName == host
	})
	switch {
	case same:
		return nil // what is attached there is attached once
	case v.Status == "in-use" && !v.Multiattach:
		return jumpgate.BadRequest.New(failed+"InvalidVolume: Invalid volume: volume %s is already attached", v.ID)
	case v.Status != "attaching" && v.Status != "available" && v.Status != "in-use":
		return jumpgate.BadRequest.New(failed + "InvalidVolume: Invalid volume: status must be available or downloading")
	case v.ReadOnly && mode != "ro":
		return jumpgate.BadRequest.New(failed+"InvalidVolumeAttachMode: Invalid attaching mode '%s' for volume %s.", mode, v.ID)
	}
	v.Attachments = append(slices.Clone(v.Attachments), Attachment{
		ID: jumpgate.NewUUID(), ServerID: server, HostName: host, Device: arg.String("mountpoint"), Status: "attached", Mode: mode, Attached: s.now(),
	})
	v.Status = "in-use"
	return nil
}

// detachable refuses to take a volume from a server behind the back of the
// compute service, which has it still: one attachment, or without an id the
// only one (Cinder's attachment_deletion_allowed, CVE-2023-2088).
func detachable(v *Volume, id string) error {
	for _, a := range v.Attachments {
		if a.Compute && (a.Status == "" || a.Status == "attached") && (a.ID == id || id == "" && len(v.Attachments) == 1) {
			return jumpgate.Conflict.New("Detach volume from instance %s using the Compute API", a.ServerID)
		}
	}
	return nil
}

func detachNow(v *Volume, arg schema.Object) error {
	const failed = "Error detaching volume - "
	id := arg.String("attachment_id")
	if err := detachable(v, id); err != nil {
		return err
	}
	if id == "" && len(v.Attachments) > 1 {
		return jumpgate.BadRequest.New(failed + "InvalidVolume: Invalid volume: Detach volume failed: More than one attachment, but no attachment_id provided.")
	}
	left := slices.DeleteFunc(slices.Clone(v.Attachments), func(a Attachment) bool { return id == "" || a.ID == id })
	if id != "" && len(left) == len(v.Attachments) {
		return jumpgate.BadRequest.New(failed+"VolumeAttachmentNotFound: Volume attachment could not be found with filter: attachment_id = %s.", id)
	}
	v.Attachments = left
	v.Status = atRest(v)
	return nil
}

// connections are the actions by which a host reaches a volume.
func (s *service) connections(all map[string]action[*Volume]) {
	if s.connector == nil {
		return
	}
	all["os-initialize_connection"] = action[*Volume]{
		status: http.StatusOK, schema: object([]string{"connector"}, member("connector", &schema.Schema{Open: true, Type: []schema.Type{schema.Map, schema.String}})),
		run: func(r *jumpgate.Request, v *Volume, arg schema.Object) (any, error) {
			connector := plain(arg.Object("connector"))
			c, err := s.connector.ConnectVolume(r.Context(), v.ID, connector)
			if err != nil {
				return nil, err
			}
			multipath, _ := connector["enforce_multipath"].(bool)
			return jumpgate.Object{{Name: "connection_info", Value: jumpgate.Object{
				{Name: "driver_volume_type", Value: c.Driver}, {Name: "data", Value: c.Data}, {Name: "enforce_multipath", Value: multipath},
			}}}, nil
		},
	}
	all["os-terminate_connection"] = action[*Volume]{
		schema: object([]string{"connector"}, member("connector", &schema.Schema{Open: true, Type: []schema.Type{schema.String, schema.Map, schema.Null}})),
		run: func(r *jumpgate.Request, v *Volume, arg schema.Object) (any, error) {
			if err := detachable(v, ""); err != nil {
				return nil, err
			}
			return nil, s.connector.DisconnectVolume(r.Context(), v.ID, plain(arg.Object("connector")))
		},
	}
}

// plain is an object as a map.
func plain(o schema.Object) map[string]any {
	if o == nil {
		return nil
	}
	m := make(map[string]any, len(o))
	for _, x := range o {
		m[x.Name] = x.Value
	}
	return m
}
