package volume

import (
	"iter"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// attachments serves the attachments of volumes as things of their own (3.27).
// They are kept with their volumes.
func attachments(s *service, _ any, t *table) {
	if s.lister == nil || s.updater == nil {
		return
	}
	t.add(http.MethodGet, "attachments", s.listAttachments(false))
	t.add(http.MethodGet, "attachments_detail", s.listAttachments(true))
	t.add(http.MethodGet, "attachment", func(r *jumpgate.Request) (any, error) {
		a, err := s.attachment(r, r.Var("attachment_id"))
		if err != nil {
			return nil, err
		}
		return jumpgate.Object{{Name: "attachment", Value: showAttachment(a, true)}}, nil
	})
	t.add(http.MethodPost, "attachments", s.createAttachment)
	t.add(http.MethodPut, "attachment", s.updateAttachment)
	t.add(http.MethodDelete, "attachment", s.deleteAttachment)
	complete := &actionsOf[*Attachment]{kind: "attachment", variable: "attachment_id", find: s.attachment, actions: map[string]action[*Attachment]{
		"os-complete": {since: 44, status: http.StatusNoContent, run: s.completeAttachment},
	}}
	t.add(http.MethodPost, "attachment_action", complete.serve)
}

// attachmentsOf yields the attachments of volumes.
func attachmentsOf(volumes iter.Seq2[*Volume, error]) iter.Seq2[*Attachment, error] {
	return func(yield func(*Attachment, error) bool) {
		for v, err := range volumes {
			if err != nil {
				yield(nil, err)
				return
			}
			for _, a := range v.Attachments {
				a.VolumeID, a.ProjectID = v.ID, v.ProjectID
				if a.Status == "" {
					a.Status = "attached"
				}
				if !yield(&a, nil) {
					return
				}
			}
		}
	}
}

func (s *service) attachment(r *jumpgate.Request, id string) (*Attachment, error) {
	volumes := s.lister.ListVolumes(r.Context())
	if s.allLister != nil && admin(r) {
		volumes = s.allLister.ListAllVolumes(r.Context())
	}
	return rest.Find(attachmentsOf(volumes), func(a *Attachment) bool { return a.ID == id }, noAttachment(id))
}

func noAttachment(id string) error {
	return jumpgate.NotFound.New("Volume attachment could not be found with filter: attachment_id = %s.", id)
}

func (s *service) listAttachments(detail bool) handler {
	c := &collection[Attachment]{
		key: "attachments", filter: "attachment", id: func(a *Attachment) string { return a.ID }, unknown: noAttachment,
		sort: map[string]func(*Attachment) any{
			"id":            func(a *Attachment) any { return a.ID },
			"created_at":    func(a *Attachment) any { return a.Attached },
			"volume_id":     func(a *Attachment) any { return a.VolumeID },
			"attach_status": func(a *Attachment) any { return a.Status },
		},
		match: map[string]func(*Attachment, string) (bool, error){
			"volume_id":     equal(func(a *Attachment) string { return a.VolumeID }),
			"instance_id":   equal(func(a *Attachment) string { return a.ServerID }),
			"status":        equal(func(a *Attachment) string { return a.Status }),
			"attach_status": equal(func(a *Attachment) string { return a.Status }),
		},
	}
	return func(r *jumpgate.Request) (any, error) {
		answer, err := c.page(s, r, attachmentsOf(s.all(r)), func(a *Attachment) (jumpgate.Object, error) { return showAttachment(a, detail), nil })
		if o, ok := answer.(jumpgate.Object); ok && err == nil {
			return o[:1], nil // Cinder shows no links here
		}
		return answer, err
	}
}

func showAttachment(a *Attachment, detail bool) jumpgate.Object {
	o := jumpgate.Object{
		{Name: "id", Value: a.ID},
		{Name: "status", Value: a.Status},
		{Name: "instance", Value: rest.OrNil(a.ServerID)},
		{Name: "volume_id", Value: a.VolumeID},
	}
	if !detail {
		return o
	}
	when := func(t time.Time) any {
		if t.IsZero() {
			return ""
		}
		return date(t)
	}
	info := a.Connection
	if info == nil {
		info = map[string]any{}
	}
	mode := any(a.Mode)
	if a.Mode == "" {
		mode = "rw"
	}
	return append(o,
		jumpgate.Member{Name: "attached_at", Value: when(a.Attached)},
		jumpgate.Member{Name: "detached_at", Value: when(a.Detached)},
		jumpgate.Member{Name: "attach_mode", Value: mode},
		jumpgate.Member{Name: "connection_info", Value: info},
	)
}

var connectorSchema = &schema.Schema{Open: true, Type: []schema.Type{schema.Map, schema.Null}}

func (s *service) createAttachment(r *jumpgate.Request) (any, error) {
	inner := object([]string{"volume_uuid"}, member("instance_uuid", uuidOrNull), member("connector", connectorSchema), member("volume_uuid", uuidText))
	if minor(r) >= 54 {
		inner.Properties = append(inner.Properties, member("mode", &schema.Schema{Type: stringType, Enum: []any{"rw", "ro"}}))
	}
	body, err := readBody(r, wrapped("attachment", inner))
	if err != nil {
		return nil, err
	}
	b := body.Object("attachment")
	v, err := s.volume(r.Context(), b.String("volume_uuid"))
	if err != nil {
		return nil, err
	}
	if v.Multiattach && v.Status == "in-use" && v.Bootable {
		if err := allow(r, "volume:multiattach_bootable_volume"); err != nil {
			return nil, err
		}
	}
	a := Attachment{ID: jumpgate.NewUUID(), ServerID: b.String("instance_uuid"), Status: "reserved", Mode: b.String("mode"), VolumeID: v.ID}
	v, err = s.change(r, v.ID, func(v *Volume) error { return reserveFor(v, a) })
	if err != nil {
		return nil, err
	}
	if v.ReadOnly {
		a.Mode = "ro"
	}
	if connector := b.Object("connector"); len(connector) > 0 { // an empty one connects nothing
		return s.connect(r, &a, connector)
	}
	o := showAttachment(&a, true)
	if a.Mode == "" {
		o[6].Value = "null" // Cinder's word for a mode that nobody chose
	}
	return jumpgate.Object{{Name: "attachment", Value: o}}, nil
}

// reserveFor keeps a volume for an attachment that is to come.
func reserveFor(v *Volume, a Attachment) error {
	for _, bad := range []string{"error", "error_deleting", "error_extending", "error_restoring", "error_managing"} {
		if v.Status == bad {
			return InvalidVolume("Volume attachments can not be created if the volume is in an error state. "+
				"The Volume %s currently has a status of: %s ", v.ID, v.Status)
		}
	}
	again := a.ServerID != "" && (v.Status == "in-use" || v.Status == "reserved") &&
		slices.ContainsFunc(v.Attachments, func(o Attachment) bool { return o.ServerID == a.ServerID })
	allowed := reservable(v, "downloading")
	if !slices.Contains(allowed, v.Status) && !again {
		return InvalidVolume("Volume %s status must be %s to reserve, but the current status is %s.", v.ID, orList(allowed), v.Status)
	}
	v.Status = "reserved"
	v.Attachments = append(slices.Clone(v.Attachments), a)
	return nil
}

func (s *service) updateAttachment(r *jumpgate.Request) (any, error) {
	body, err := readBody(r, wrapped("attachment", object([]string{"connector"}, member("connector", &schema.Schema{Type: mapType, Open: true}))))
	if err != nil {
		return nil, err
	}
	a, err := s.attachment(r, r.Var("attachment_id"))
	if err != nil {
		return nil, err
	}
	return s.connect(r, a, body.Object("attachment").Object("connector"))
}

// connect lets a host reach the volume of an attachment.
func (s *service) connect(r *jumpgate.Request, a *Attachment, connector schema.Object) (any, error) {
	info := make(map[string]any)
	if s.connector != nil {
		c, err := s.connector.ConnectVolume(r.Context(), a.VolumeID, plain(connector))
		if err != nil {
			return nil, err
		}
		maps.Copy(info, c.Data)
		info["driver_volume_type"], info["attachment_id"] = c.Driver, a.ID
	}
	var now Attachment
	_, err := s.change(r, a.VolumeID, func(v *Volume) error {
		i := slices.IndexFunc(v.Attachments, func(o Attachment) bool { return o.ID == a.ID })
		if i < 0 {
			return noAttachment(a.ID)
		}
		v.Attachments = slices.Clone(v.Attachments)
		o := &v.Attachments[i]
		o.Connection, o.HostName, o.Status = info, connector.String("host"), "attaching"
		if device := connector.String("mountpoint"); device != "" {
			o.Device = device
		}
		if mode := connector.String("mode"); mode != "" {
			o.Mode = mode
		}
		if minor(r) < 44 { // before attachments could be completed
			o.Status, o.Attached = "attached", s.now()
		}
		if v.Status = "attaching"; o.Status == "attached" {
			v.Status = "in-use"
		}
		now = *o
		return nil
	})
	now.VolumeID = a.VolumeID
	return jumpgate.Object{{Name: "attachment", Value: showAttachment(&now, true)}}, err
}

func (s *service) completeAttachment(r *jumpgate.Request, a *Attachment, _ schema.Object) (any, error) {
	_, err := s.change(r, a.VolumeID, func(v *Volume) error {
		v.Attachments = slices.Clone(v.Attachments)
		for i := range v.Attachments {
			if o := &v.Attachments[i]; o.ID == a.ID {
				o.Status, o.Attached = "attached", s.now()
			}
		}
		v.Status = "in-use"
		return nil
	})
	return nil, err
}

func (s *service) deleteAttachment(r *jumpgate.Request) (any, error) {
	a, err := s.attachment(r, r.Var("attachment_id"))
	if err != nil {
		return nil, err
	}
	if err := detachable(&Volume{Attachments: []Attachment{*a}}, a.ID); err != nil {
		return nil, err
	}
	if s.connector != nil && a.Connection != nil {
		if err := s.connector.DisconnectVolume(r.Context(), a.VolumeID, map[string]any{"host": a.HostName}); err != nil {
			return nil, err
		}
	}
	v, err := s.change(r, a.VolumeID, func(v *Volume) error {
		v.Attachments = slices.DeleteFunc(slices.Clone(v.Attachments), func(o Attachment) bool { return o.ID == a.ID })
		v.Status = atRest(v)
		return nil
	})
	if err != nil {
		return nil, err
	}
	list := []jumpgate.Object{}
	for _, o := range v.Attachments {
		o.VolumeID = v.ID
		list = append(list, showAttachment(&o, false))
	}
	return jumpgate.Object{{Name: "attachments", Value: list}}, nil
}
