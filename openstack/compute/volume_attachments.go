package compute

import (
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// VolumeAttach is a wish to attach a volume.
type VolumeAttach struct {
	VolumeID            string
	Tag                 string // the guest finds the device by it; empty: none
	DeleteOnTermination bool   // with the server
	Multiattach         bool   // the client's microversion allows volumes on several servers
}

// VolumeAttachment is a volume attached to a server.
type VolumeAttachment struct {
	VolumeID            string
	Device              string // empty: not known
	Tag                 string // empty: none
	DeleteOnTermination bool
	AttachmentID        string // clients expect a UUID
	MappingID           string // of Nova's block device mapping; clients expect a UUID
}

// The errors about volumes, in Nova's words.

// VolumeNotFound is for an unknown volume.
func VolumeNotFound(id string) error { return jumpgate.NotFound.New(unknownVolume, id) }

// InvalidVolume is for a volume that does not fit what is asked for.
func InvalidVolume(reason string) error {
	return jumpgate.BadRequest.New("Invalid volume: %s", reason)
}

// VolumeInUse is for a volume that is attached to servers already.
func VolumeInUse(id string, servers ...string) error {
	return InvalidVolume("volume " + id + " is already attached to instances: " + strings.Join(servers, " "))
}

// NoMultiattach is for a volume that can be attached to several servers, and a
// client whose microversion is too old for such volumes.
func NoMultiattach() error {
	return jumpgate.BadRequest.New("Multiattach volumes are only supported starting with compute API version 2.60.")
}

// NoTaggedAttach is for a cloud whose servers don't learn the tags of volumes.
func NoTaggedAttach() error {
	return jumpgate.BadRequest.New("Tagged volume attachment is not supported for this server instance.")
}

// RootVolume is for the volume that a server boots from, which stays.
func RootVolume() error { return jumpgate.Forbidden.New("Cannot detach a root device volume") }

var errNotAttached = errors.New("not attached")

// VolumeNotAttached is for a volume that is not attached to a server.
func VolumeNotAttached(server, volume string) error {
	return jumpgate.NotFound.Wrap(errNotAttached, "Instance %s is not attached to volume %s", server, volume)
}

// The bodies of attachments, in the order of Nova's schemas
// (nova/api/openstack/compute/schemas/volumes.py).
var (
	deviceSchema = &schema.Schema{
		Type: []schema.Type{schema.String, schema.Null}, Pattern: regexp.MustCompile(`(^/dev/x{0,1}[a-z]{0,1}d{0,1})([a-z]+)[0-9]*$`),
	}

	volumeAttachBody = &versionedBody{
		name: "volumeAttachment",
		members: []bodyMember{
			{name: "volumeId", schema: uuidSchema, required: 1},
			{name: "device", schema: deviceSchema},
			{name: "tag", schema: tagSchema, since: 49},
			{name: "delete_on_termination", schema: booleanSchema, since: 79},
		},
	}
	volumeUpdateBody = &versionedBody{
		name: "volumeAttachment",
		members: []bodyMember{
			{name: "volumeId", schema: uuidSchema, required: 1},
			{name: "device", schema: deviceSchema, since: 85},
			{name: "tag", schema: tagSchema, since: 85},
			{name: "delete_on_termination", schema: booleanSchema, since: 85},
			{name: "serverId", schema: uuidSchema, since: 85},
			{name: "id", schema: uuidSchema, since: 85},
		},
	}
)

func volumeAttachments(s *service, driver any, t *table) {
	if d, ok := driver.(ServerVolumeLister); ok {
		t.add(http.MethodGet, "os_volume_attachments", func(r *jumpgate.Request) (any, error) { return listAttachments(r, d) })
		t.add(http.MethodGet, "os_volume_attachments_detail", func(r *jumpgate.Request) (any, error) { return showAttachment(r, d) })
	}
	if d, ok := driver.(ServerVolumeAttacher); ok {
		t.add(http.MethodPost, "os_volume_attachments", func(r *jumpgate.Request) (any, error) { return attachVolume(r, d) })
		t.add(http.MethodDelete, "os_volume_attachments_detail", func(r *jumpgate.Request) (any, error) {
			if err := d.DetachVolume(r.Context(), serverID(r), r.Var("volume_id")); err != nil {
				return nil, serverFault(err, serverID(r), ActionDetachVolume)
			}
			return empty(http.StatusAccepted), nil
		})
	}
	if d, ok := driver.(ServerVolumeChanger); ok && s.serverGetter != nil {
		swapper, _ := driver.(ServerVolumeSwapper)
		t.add(http.MethodPut, "os_volume_attachments_detail", func(r *jumpgate.Request) (any, error) { return s.updateAttachment(r, d, swapper) })
		for _, version := range []string{"v2_", "v21_"} {
			t.Explain(http.MethodPut, version+"os_volume_attachments_detail", "403: policy leaves it to admins of the cloud to put another volume in place of one")
		}
	}
}

func listAttachments(r *jumpgate.Request, d ServerVolumeLister) (any, error) {
	p, err := readQuery(r, volumeParams)
	if err != nil {
		return nil, err
	}
	all, err := d.ServerVolumes(r.Context(), serverID(r))
	if err != nil {
		return nil, serverFault(err, serverID(r), 0)
	}
	views := []jumpgate.Object{}
	for _, a := range pageByOffset(p, all) {
		views = append(views, attachmentObject(r, &a, showForm))
	}
	return jumpgate.Object{{Name: "volumeAttachments", Value: views}}, nil
}

func showAttachment(r *jumpgate.Request, d ServerVolumeLister) (any, error) {
	all, err := d.ServerVolumes(r.Context(), serverID(r))
	if err != nil {
		return nil, serverFault(err, serverID(r), 0)
	}
	id := r.Var("volume_id")
	i := slices.IndexFunc(all, func(a VolumeAttachment) bool { return a.VolumeID == id })
	if i < 0 {
		return nil, VolumeNotAttached(serverID(r), id)
	}
	return jumpgate.Object{{Name: "volumeAttachment", Value: attachmentObject(r, &all[i], showForm)}}, nil
}

// attachVolume answers what was asked for.
func attachVolume(r *jumpgate.Request, d ServerVolumeAttacher) (any, error) {
	body, err := readBody(r, volumeAttachBody)
	if err != nil {
		return nil, err
	}
	in := body.Object("volumeAttachment")
	wish := VolumeAttach{
		VolumeID: in.String("volumeId"), Tag: in.String("tag"),
		DeleteOnTermination: in.Bool("delete_on_termination", false), Multiattach: minor(r) >= 60,
	}
	a, err := d.AttachVolume(r.Context(), serverID(r), wish)
	if err != nil {
		return nil, serverFault(err, serverID(r), ActionAttachVolume)
	}
	if minor(r) >= 101 { // the device is chosen later
		return empty(http.StatusAccepted), nil
	}
	made := &VolumeAttachment{VolumeID: wish.VolumeID, Device: a.Device, Tag: wish.Tag, DeleteOnTermination: wish.DeleteOnTermination}
	return jumpgate.Object{{Name: "volumeAttachment", Value: attachmentObject(r, made, updateForm)}}, nil
}

// swapRule is of the policy that leaves it to admins to put another volume in
// the place of one, which was all that an update did before 2.85.
const swapRule = "os_compute_api:os-volumes-attachments:swap"

func (s *service) updateAttachment(r *jumpgate.Request, d ServerVolumeChanger, swapper ServerVolumeSwapper) (any, error) {
	body, err := readBody(r, volumeUpdateBody)
	if err != nil {
		return nil, err
	}
	in, server, id := body.Object("volumeAttachment"), serverID(r), r.Var("volume_id")
	if minor(r) < 85 || in.String("volumeId") != id {
		if _, err := s.serverGetter.Server(r.Context(), server); err != nil {
			return nil, serverFault(err, server, 0)
		}
		if swapper == nil {
			return nil, refusedBy(r, swapRule)
		}
		if err := allow(r, swapRule, nil); err != nil {
			return nil, err
		}
		return swapVolume(r, swapper, in.String("volumeId"))
	}
	err = d.ChangeServerVolume(r.Context(), server, id, func(a *VolumeAttachment) error {
		for _, fixed := range []struct{ name, value string }{
			{"id", id}, {"serverId", server}, {"device", a.Device}, {"tag", a.Tag},
		} {
			if in.Has(fixed.name) && in.String(fixed.name) != fixed.value {
				return jumpgate.BadRequest.New("The %s property is not mutable", fixed.name)
			}
		}
		a.DeleteOnTermination = in.Bool("delete_on_termination", a.DeleteOnTermination)
		return nil
	})
	switch {
	case errors.Is(err, errNotAttached):
		return nil, jumpgate.NotFound.Wrap(err, "No volume Block Device Mapping with id %s.", id)
	case err != nil:
		return nil, serverFault(err, server, 0)
	}
	return empty(http.StatusAccepted), nil
}

func swapVolume(r *jumpgate.Request, d ServerVolumeSwapper, with string) (any, error) {
	server, id := serverID(r), r.Var("volume_id")
	err := d.SwapServerVolume(r.Context(), server, id, with)
	if e := jumpgate.AsError(err); e.Kind == jumpgate.NotFound && e.Message == fmt.Sprintf(unknownVolume, with) && with != id {
		return nil, jumpgate.BadRequest.Wrap(err, "%s", e.Message) // the body named it, not the path
	}
	if err != nil {
		return nil, serverFault(err, server, ActionSwapVolume)
	}
	return empty(http.StatusAccepted), nil
}

// attachmentFields are the members of an attachment as it is shown and, in
// updateForm, as the answer to the request that makes it.
var attachmentFields = []rest.Field[attachmentView]{
	{Name: "id", Forms: showForm, Until: 89, Value: func(v attachmentView) any { return v.VolumeID }},
	{Name: "id", Forms: updateForm, Value: func(v attachmentView) any { return v.VolumeID }},
	{Name: "volumeId", Value: func(v attachmentView) any { return v.VolumeID }},
	{Name: "serverId", Value: func(v attachmentView) any { return v.server }},
	{Name: "device", Forms: showForm, Value: func(v attachmentView) any { return v.Device }, When: func(v attachmentView) bool {
		return v.Device != ""
	}},
	{Name: "device", Forms: updateForm, Value: func(v attachmentView) any { return rest.OrNil(v.Device) }},
	{Name: "tag", Since: 70, Value: func(v attachmentView) any { return rest.OrNil(v.Tag) }},
	{Name: "delete_on_termination", Since: 79, Value: func(v attachmentView) any { return v.DeleteOnTermination }},
	{Name: "attachment_id", Forms: showForm, Since: 89, Value: func(v attachmentView) any { return v.AttachmentID }},
	{Name: "bdm_uuid", Forms: showForm, Since: 89, Value: func(v attachmentView) any { return v.MappingID }},
}

// attachmentView is an attachment to the server of that id, on its way to a
// client. A device that is not known is left out, but for the answer to an
// attach.
type attachmentView struct {
	*VolumeAttachment
	server string
}

func attachmentObject(r *jumpgate.Request, a *VolumeAttachment, form rest.Set) jumpgate.Object {
	return rest.Show(attachmentFields, rest.Answer{Form: form, Version: minor(r)}, attachmentView{a, serverID(r)})
}
