package compute

import (
	"iter"
	"net/http"
	"regexp"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
	"github.com/softlayer/jumpgate/openstack/volume"
)

// The bodies with which volumes and snapshots are made, in the order of Nova's
// schemas (nova/api/openstack/compute/schemas/volumes.py).
var (
	volumeBody = &versionedBody{
		name: "volume",
		members: []bodyMember{
			{name: "volume_type", schema: anyString},
			{name: "metadata", schema: &schema.Schema{Type: mapType, Open: true}},
			{name: "snapshot_id", schema: anyString},
			{name: "size", required: 1, schema: &schema.Schema{
				Type: []schema.Type{schema.Integer, schema.String}, Pattern: regexp.MustCompile(`^[0-9]+$`), Minimum: schema.Ptr(1),
			}},
			{name: "availability_zone", schema: anyString},
			{name: "display_name", schema: anyString},
			{name: "display_description", schema: anyString},
		},
	}
	snapshotBody = &versionedBody{
		name: "snapshot",
		members: []bodyMember{
			{name: "volume_id", schema: anyString, required: 1},
			{name: "force", schema: booleanSchema},
			{name: "display_name", schema: anyString},
			{name: "display_description", schema: anyString},
		},
	}
	volumeParams = &querySchema{params: queryParams(naturalNumber, "limit offset")}
)

// volumes shows volumes and snapshots as Nova did for clients that don't ask
// the volume service themselves, and as short as in the first version of that.
func volumes(s *service, driver any, t *table) {
	if d, ok := driver.(volume.Lister); ok {
		for _, name := range []string{"os_volumes", "os_volumes_detail"} {
			t.add(http.MethodGet, name, before(endOfProxies, func(r *jumpgate.Request) (any, error) {
				return listProxied(r, "volumes", d.ListVolumes(r.Context()), volumeView)
			}))
		}
	}
	if d, ok := driver.(volume.Getter); ok {
		t.add(http.MethodGet, "os_volume", before(endOfProxies, func(r *jumpgate.Request) (any, error) {
			v, err := d.Volume(r.Context(), r.Var("volume_id"))
			if err != nil {
				return nil, missing(err, unknownVolume, r.Var("volume_id"))
			}
			return jumpgate.Object{{Name: "volume", Value: volumeView(v)}}, nil
		}))
	}
	if d, ok := driver.(volume.Creator); ok {
		t.add(http.MethodPost, "os_volumes", before(endOfProxies, func(r *jumpgate.Request) (any, error) { return s.createVolume(r, d) }))
	}
	if d, ok := driver.(volume.Deleter); ok {
		t.add(http.MethodDelete, "os_volume", before(endOfProxies, func(r *jumpgate.Request) (any, error) {
			if err := d.DeleteVolume(r.Context(), r.Var("volume_id")); err != nil {
				return nil, missing(invalidInput(err, volumeInUse), unknownVolume, r.Var("volume_id"))
			}
			return empty(http.StatusAccepted), nil
		}))
	}
	volumeSnapshots(driver, t)
}

func volumeSnapshots(driver any, t *table) {
	if d, ok := driver.(volume.SnapshotLister); ok {
		for _, name := range []string{"os_snapshots", "os_snapshots_detail"} {
			t.add(http.MethodGet, name, before(endOfProxies, func(r *jumpgate.Request) (any, error) {
				return listProxied(r, "snapshots", d.ListSnapshots(r.Context()), snapshotView)
			}))
		}
	}
	if d, ok := driver.(volume.SnapshotGetter); ok {
		t.add(http.MethodGet, "os_snapshot", before(endOfProxies, func(r *jumpgate.Request) (any, error) {
			v, err := d.Snapshot(r.Context(), r.Var("snapshot_id"))
			if err != nil {
				return nil, missing(err, unknownSnapshot, r.Var("snapshot_id"))
			}
			return jumpgate.Object{{Name: "snapshot", Value: snapshotView(v)}}, nil
		}))
	}
	if d, ok := driver.(volume.SnapshotCreator); ok {
		t.add(http.MethodPost, "os_snapshots", before(endOfProxies, func(r *jumpgate.Request) (any, error) { return createSnapshot(r, d) }))
	}
	if d, ok := driver.(volume.SnapshotDeleter); ok {
		t.add(http.MethodDelete, "os_snapshot", before(endOfProxies, func(r *jumpgate.Request) (any, error) {
			if err := d.DeleteSnapshot(r.Context(), r.Var("snapshot_id")); err != nil {
				return nil, missing(invalidInput(err, ""), unknownSnapshot, r.Var("snapshot_id"))
			}
			return empty(http.StatusAccepted), nil
		}))
	}
}

const (
	unknownVolume   = "Volume %s could not be found."
	unknownSnapshot = "Snapshot %s could not be found."

	// volumeInUse is how Cinder refuses to delete a volume.
	volumeInUse = "Invalid volume: Volume status must be available or error or error_restoring or error_extending or error_managing " +
		"and must not be migrating, attached, belong to a group, have snapshots, awaiting a transfer, or be disassociated from " +
		"snapshots after volume transfer."
)

// invalidInput words what Cinder would refuse, as Nova passes it on. state is
// what Cinder says of a wrong state.
func invalidInput(err error, state string) error {
	switch e := jumpgate.AsError(err); {
	case e.Kind == jumpgate.Conflict && e.Message == "":
		return jumpgate.BadRequest.Wrap(err, "Invalid input received: %s", state)
	case e.Kind == jumpgate.BadRequest || e.Kind == jumpgate.Conflict:
		return jumpgate.BadRequest.Wrap(err, "Invalid input received: %s", e.Message)
	case e.Kind == jumpgate.TooLarge: // a quota of Cinder's
		return jumpgate.Forbidden.Wrap(err, "%s", e.Message)
	}
	return err
}

// listProxied shows a page of what the volume service would list.
func listProxied[T any](r *jumpgate.Request, name string, all iter.Seq2[T, error], view func(T) jumpgate.Object) (any, error) {
	p, err := readQuery(r, volumeParams)
	if err != nil {
		return nil, err
	}
	views := []jumpgate.Object{}
	for one, err := range all {
		if err != nil {
			return nil, err
		}
		views = append(views, view(one))
	}
	return jumpgate.Object{{Name: name, Value: pageByOffset(p, views)}}, nil
}

func (s *service) createVolume(r *jumpgate.Request, d volume.Creator) (any, error) {
	body, err := readBody(r, volumeBody)
	if err != nil {
		return nil, err
	}
	in := body.Object("volume")
	v, err := d.CreateVolume(r.Context(), volume.Create{
		Name:        in.String("display_name"),
		Description: in.String("display_description"),
		Size:        in.Int("size", 0),
		Type:        in.String("volume_type"),
		Zone:        in.String("availability_zone"),
		SnapshotID:  in.String("snapshot_id"),
		Metadata:    in.Strings("metadata"),
	})
	if err != nil {
		return nil, invalidInput(err, "")
	}
	location, err := s.disp.EndpointURL(r, endpoint(r, "os_volume"), "volume_id", v.ID)
	return &jumpgate.Response{
		Status: http.StatusOK,
		Header: http.Header{"Location": {location}},
		Body:   jumpgate.Object{{Name: "volume", Value: volumeView(v)}},
	}, err
}

func createSnapshot(r *jumpgate.Request, d volume.SnapshotCreator) (any, error) {
	body, err := readBody(r, snapshotBody)
	if err != nil {
		return nil, err
	}
	in := body.Object("snapshot")
	id := in.String("volume_id")
	v, err := d.CreateSnapshot(r.Context(), volume.SnapshotCreate{
		VolumeID:    id,
		Name:        in.String("display_name"),
		Description: in.String("display_description"),
		Force:       in.Bool("force", false),
	})
	if err != nil {
		return nil, missing(invalidInput(err, "Invalid volume: Volume "+id+" status must be available."), unknownVolume, id)
	}
	return jumpgate.Object{{Name: "snapshot", Value: snapshotView(v)}}, nil
}

// volumeDate is a date as Cinder writes it, which Nova passes on.
func volumeDate(t time.Time) any { return jumpgate.DateOrNil(t, jumpgate.DateMicros) }

func volumeView(v *volume.Volume) jumpgate.Object {
	attachment := jumpgate.Object{}
	if len(v.Attachments) > 0 {
		a := v.Attachments[0]
		attachment = jumpgate.Object{{Name: "id", Value: v.ID}, {Name: "volumeId", Value: v.ID}, {Name: "serverId", Value: a.ServerID}}
		if a.Device != "" {
			attachment = append(attachment, jumpgate.Member{Name: "device", Value: a.Device})
		}
	}
	return jumpgate.Object{
		{Name: "id", Value: v.ID},
		{Name: "status", Value: v.Status},
		{Name: "size", Value: v.Size},
		{Name: "availabilityZone", Value: v.Zone},
		{Name: "createdAt", Value: volumeDate(v.Created)},
		{Name: "attachments", Value: []jumpgate.Object{attachment}},
		{Name: "displayName", Value: rest.OrNil(v.Name)},
		{Name: "displayDescription", Value: rest.OrNil(v.Description)},
		{Name: "volumeType", Value: rest.OrNil(v.Type)},
		{Name: "snapshotId", Value: rest.OrNil(v.SnapshotID)},
		{Name: "metadata", Value: textMap(v.Metadata)},
	}
}

func snapshotView(s *volume.Snapshot) jumpgate.Object {
	return jumpgate.Object{
		{Name: "id", Value: s.ID},
		{Name: "volumeId", Value: s.VolumeID},
		{Name: "status", Value: s.Status},
		{Name: "size", Value: s.Size},
		{Name: "createdAt", Value: volumeDate(s.Created)},
		{Name: "displayName", Value: rest.OrNil(s.Name)},
		{Name: "displayDescription", Value: rest.OrNil(s.Description)},
	}
}
