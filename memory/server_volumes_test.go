package memory_test

import (
	"net/http"
	"slices"
	"testing"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/attachments"
	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/quotasets"
	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/snapshots"
	disks "github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/volumes"
	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/volumetypes"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/instanceactions"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/servers"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/volumeattach"

	"github.com/softlayer/jumpgate/jumpgatetest"
)

// signIn returns clients of a user for compute and block storage, each with its
// newest microversion that gophercloud knows how to read.
func signIn(t *testing.T, cloud *jumpgatetest.Cloud, user string) (nova, cinder *gophercloud.ServiceClient) {
	t.Helper()
	return signInTo(t, cloud, user, user)
}

// signInTo is signIn to a project.
func signInTo(t *testing.T, cloud *jumpgatetest.Cloud, user, project string) (nova, cinder *gophercloud.ServiceClient) {
	t.Helper()
	provider, err := openstack.AuthenticatedClient(t.Context(), gophercloud.AuthOptions{
		IdentityEndpoint: cloud.AuthURL, Username: user, Password: "secret", TenantName: project, DomainName: "Default",
	})
	if err != nil {
		t.Fatal(err)
	}
	at := gophercloud.EndpointOpts{Region: jumpgatetest.Region}
	if nova, err = openstack.NewComputeV2(provider, at); err != nil {
		t.Fatal(err)
	}
	if cinder, err = openstack.NewBlockStorageV3(provider, at); err != nil {
		t.Fatal(err)
	}
	nova.Microversion, cinder.Microversion = "2.90", "3.59"
	return nova, cinder
}

// world is a cloud and a user of both its services.
type world struct {
	*testing.T
	cloud        *jumpgatetest.Cloud
	nova, cinder *gophercloud.ServiceClient
}

func newWorld(t *testing.T) *world {
	w := &world{T: t, cloud: jumpgatetest.New(t, jumpgatetest.Options{})}
	w.nova, w.cinder = signIn(t, w.cloud, "demo")
	return w
}

func (w *world) order(o servers.CreateOpts) (*servers.Server, error) {
	o.Name, o.FlavorRef = "s", "42"
	if o.Networks == nil {
		o.Networks = "auto"
	}
	return servers.Create(w.Context(), w.nova, o, nil).Extract()
}

func (w *world) server(o servers.CreateOpts) *servers.Server {
	w.Helper()
	s, err := w.order(o)
	if err == nil {
		s, err = servers.Get(w.Context(), w.nova, s.ID).Extract()
	}
	if err != nil {
		w.Fatal(err)
	}
	return s
}

// plain is a server with a disk of its own.
func (w *world) plain() *servers.Server {
	w.Helper()
	return w.server(servers.CreateOpts{ImageRef: w.cloud.Images[0].ID})
}

func (w *world) disk(o disks.CreateOpts) *disks.Volume {
	w.Helper()
	v, err := disks.Create(w.Context(), w.cinder, o, nil).Extract()
	if err != nil {
		w.Fatal(err)
	}
	return v
}

// look fails unless Cinder says of a volume that it has a status and belongs to
// servers, and returns it.
func (w *world) look(id, status string, servers ...string) *disks.Volume {
	w.Helper()
	v, err := disks.Get(w.Context(), w.cinder, id).Extract()
	if err != nil {
		w.Fatal(err)
	}
	var have []string
	for _, a := range v.Attachments {
		have = append(have, a.ServerID)
	}
	slices.Sort(have)
	slices.Sort(servers)
	if v.Status != status || !slices.Equal(have, servers) {
		w.Errorf("the volume is %s and belongs to %v, want %s and %v", v.Status, have, status, servers)
	}
	return v
}

// attached are the volumes that Nova says a server has.
func (w *world) attached(id string) []volumeattach.VolumeAttachment {
	w.Helper()
	pages, err := volumeattach.List(w.nova, id).AllPages(w.Context())
	if err != nil {
		w.Fatal(err)
	}
	list, err := volumeattach.ExtractVolumeAttachments(pages)
	if err != nil {
		w.Fatal(err)
	}
	return list
}

func (w *world) attach(server string, o volumeattach.CreateOpts) (*volumeattach.VolumeAttachment, error) {
	return volumeattach.Create(w.Context(), w.nova, server, o).Extract()
}

func (w *world) refused(err error, status int) {
	w.Helper()
	if !gophercloud.ResponseCodeIs(err, status) {
		w.Errorf("%v, want a refusal with %d", err, status)
	}
}

// TestAttachVolume: Nova and Cinder are one world, whichever of them is asked.
func TestAttachVolume(t *testing.T) {
	w := newWorld(t)
	ctx, s, v := t.Context(), w.plain(), w.disk(disks.CreateOpts{Size: 1})
	a, err := w.attach(s.ID, volumeattach.CreateOpts{VolumeID: v.ID, Tag: "data", DeleteOnTermination: true})
	if err != nil || a.Device != "/dev/vdb" {
		t.Fatalf("%+v, %v", a, err)
	}
	shown := w.look(v.ID, "in-use", s.ID)
	if shown.Attachments[0].Device != "/dev/vdb" {
		t.Errorf("Cinder shows %+v", shown.Attachments[0])
	}
	list := w.attached(s.ID)
	if len(list) != 1 || list[0].VolumeID != v.ID || *list[0].Tag != "data" || !*list[0].DeleteOnTermination {
		t.Fatalf("Nova lists %+v", list)
	}
	if got, err := servers.Get(ctx, w.nova, s.ID).Extract(); err != nil || len(got.AttachedVolumes) != 1 || got.AttachedVolumes[0].ID != v.ID {
		t.Errorf("the server has %+v, %v", got.AttachedVolumes, err)
	}
	_, err = w.attach(s.ID, volumeattach.CreateOpts{VolumeID: v.ID})
	w.refused(err, http.StatusBadRequest)
	_, err = w.attach(s.ID, volumeattach.CreateOpts{VolumeID: s.ID})
	w.refused(err, http.StatusNotFound)
	w.refused(disks.Delete(ctx, w.cinder, v.ID, nil).ExtractErr(), http.StatusBadRequest)

	if err := disks.ExtendSize(ctx, w.cinder, v.ID, disks.ExtendSizeOpts{NewSize: 2}).ExtractErr(); err != nil {
		t.Fatal(err)
	}
	if got := w.look(v.ID, "in-use", s.ID); got.Size != 2 {
		t.Errorf("it is %d GiB large", got.Size)
	}
	pages, err := instanceactions.List(w.nova, s.ID, nil).AllPages(ctx)
	if err != nil {
		t.Fatal(err)
	}
	actions, err := instanceactions.ExtractInstanceActions(pages)
	if err != nil || !slices.ContainsFunc(actions, func(a instanceactions.InstanceAction) bool { return a.Action == "extend_volume" }) {
		t.Errorf("actions %+v, %v", actions, err)
	}

	if err := volumeattach.Delete(ctx, w.nova, s.ID, v.ID).ExtractErr(); err != nil {
		t.Fatal(err)
	}
	w.look(v.ID, "available")
	w.refused(volumeattach.Delete(ctx, w.nova, s.ID, v.ID).ExtractErr(), http.StatusNotFound)
	if list := w.attached(s.ID); len(list) != 0 {
		t.Errorf("after the detachment Nova lists %+v", list)
	}
}

// TestDetachAtCinder: what Nova attached, Nova alone detaches, or a running
// server would lose its volume unawares.
func TestDetachAtCinder(t *testing.T) {
	w := newWorld(t)
	s, v := w.plain(), w.disk(disks.CreateOpts{Size: 1})
	if _, err := w.attach(s.ID, volumeattach.CreateOpts{VolumeID: v.ID}); err != nil {
		t.Fatal(err)
	}
	shown := w.look(v.ID, "in-use", s.ID)
	id := shown.Attachments[0].AttachmentID
	w.refused(attachments.Delete(t.Context(), w.cinder, id).ExtractErr(), http.StatusConflict)
	for _, wanted := range []string{id, ""} {
		w.refused(disks.Detach(t.Context(), w.cinder, v.ID, disks.DetachOpts{AttachmentID: wanted}).ExtractErr(), http.StatusConflict)
	}
	w.look(v.ID, "in-use", s.ID)
	if list := w.attached(s.ID); len(list) != 1 {
		t.Errorf("Nova lists %+v", list)
	}
}

// TestServerTakesVolumes: a server that is deleted frees its volumes, and takes
// those with it that are to go.
func TestServerTakesVolumes(t *testing.T) {
	w := newWorld(t)
	ctx, s := t.Context(), w.plain()
	stays, goes, held := w.disk(disks.CreateOpts{Size: 1}), w.disk(disks.CreateOpts{Size: 1}), w.disk(disks.CreateOpts{Size: 1})
	if _, err := snapshots.Create(ctx, w.cinder, snapshots.CreateOpts{VolumeID: held.ID}).Extract(); err != nil {
		t.Fatal(err)
	}
	for v, discard := range map[*disks.Volume]bool{stays: false, goes: true, held: true} {
		if _, err := w.attach(s.ID, volumeattach.CreateOpts{VolumeID: v.ID, DeleteOnTermination: discard}); err != nil {
			t.Fatal(err)
		}
	}
	if err := servers.Delete(ctx, w.nova, s.ID).ExtractErr(); err != nil {
		t.Fatal(err)
	}
	w.look(stays.ID, "available")
	w.look(held.ID, "available") // Cinder deletes none that has snapshots
	_, err := disks.Get(ctx, w.cinder, goes.ID).Extract()
	w.refused(err, http.StatusNotFound)
}

// TestBootFromVolume: each source becomes a volume that the server boots from.
func TestBootFromVolume(t *testing.T) {
	w := newWorld(t)
	ctx, picture := t.Context(), w.cloud.Images[0].ID
	bootable := w.disk(disks.CreateOpts{Size: 1, ImageID: picture})
	w.look(bootable.ID, "available")
	kept, err := snapshots.Create(ctx, w.cinder, snapshots.CreateOpts{VolumeID: bootable.ID}).Extract()
	if err != nil {
		t.Fatal(err)
	}
	blank := w.disk(disks.CreateOpts{Size: 1})
	for _, c := range []struct {
		name   string
		device servers.BlockDevice
		status int // of a refusal
	}{
		{"image", servers.BlockDevice{SourceType: "image", UUID: picture, VolumeSize: 2, DeleteOnTermination: true}, 0},
		{"snapshot", servers.BlockDevice{SourceType: "snapshot", UUID: kept.ID, DeleteOnTermination: true}, 0},
		{"volume", servers.BlockDevice{SourceType: "volume", UUID: bootable.ID}, 0},
		{"image without a size", servers.BlockDevice{SourceType: "image", UUID: picture}, 400},
		{"blank volume", servers.BlockDevice{SourceType: "volume", UUID: blank.ID}, 400},
		{"unknown volume", servers.BlockDevice{SourceType: "volume", UUID: picture}, 400},
		{"unknown snapshot", servers.BlockDevice{SourceType: "snapshot", UUID: picture}, 400},
	} {
		c.device.DestinationType = "volume"
		made, err := w.order(servers.CreateOpts{BlockDevice: []servers.BlockDevice{c.device}})
		if c.status != 0 {
			w.refused(err, c.status)
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		s, err := servers.Get(ctx, w.nova, made.ID).Extract()
		if err != nil || s.Status != "ACTIVE" || len(s.Image) != 0 || len(s.AttachedVolumes) != 1 {
			t.Errorf("%s: %+v, %v", c.name, s, err)
			continue
		}
		root := w.look(s.AttachedVolumes[0].ID, "in-use", s.ID)
		if root.Bootable != "true" || root.Attachments[0].Device != "/dev/vda" {
			t.Errorf("%s: the root volume is %+v", c.name, root)
		}
		w.refused(volumeattach.Delete(ctx, w.nova, s.ID, root.ID).ExtractErr(), http.StatusForbidden)
		if err := servers.Delete(ctx, w.nova, s.ID).ExtractErr(); err != nil {
			t.Fatal(err)
		}
		_, err = disks.Get(ctx, w.cinder, root.ID).Extract()
		if gone := gophercloud.ResponseCodeIs(err, http.StatusNotFound); gone != c.device.DeleteOnTermination {
			t.Errorf("%s: after the server: %v", c.name, err)
		}
	}
	w.look(blank.ID, "available")
}

// TestVolumesAlong: a server comes with blank volumes and with a volume that
// there is; a quota that they exceed is the server's fault.
func TestVolumesAlong(t *testing.T) {
	w := newWorld(t)
	ctx, mine := t.Context(), w.disk(disks.CreateOpts{Size: 1})
	order := servers.CreateOpts{ImageRef: w.cloud.Images[0].ID, BlockDevice: []servers.BlockDevice{
		{SourceType: "image", UUID: w.cloud.Images[0].ID, DestinationType: "local", BootIndex: 0, DeleteOnTermination: true},
		{SourceType: "blank", DestinationType: "volume", VolumeSize: 3, BootIndex: -1, DeleteOnTermination: true},
		{SourceType: "volume", UUID: mine.ID, DestinationType: "volume", BootIndex: -1},
	}}
	s := w.server(order)
	list := w.attached(s.ID)
	if len(list) != 2 || list[0].Device != "/dev/vdb" || list[1].Device != "/dev/vdc" || list[1].VolumeID != mine.ID || len(s.Image) == 0 {
		t.Fatalf("%+v of %+v", list, s)
	}
	if v := w.look(list[0].VolumeID, "in-use", s.ID); v.Size != 3 {
		t.Errorf("the blank volume is %+v", v)
	}
	w.look(mine.ID, "in-use", s.ID)
	_, err := w.order(order)
	w.refused(err, http.StatusBadRequest) // its volume is taken

	_, admin := signIn(t, w.cloud, "admin")
	if _, err := quotasets.Update(ctx, admin, w.cloud.ProjectID("demo"), quotasets.UpdateOpts{Volumes: new(2)}).Extract(); err != nil {
		t.Fatal(err)
	}
	order.BlockDevice = order.BlockDevice[:2]
	if s := w.server(order); s.Status != "ERROR" || s.Fault.Message == "" {
		t.Errorf("%+v", s)
	}
}

// TestSwapVolume: what is on the old volume is on the new one, which takes its
// place. Admins alone may.
func TestSwapVolume(t *testing.T) {
	w := newWorld(t)
	ctx, s := t.Context(), w.plain()
	from, to, small := w.disk(disks.CreateOpts{Size: 2}), w.disk(disks.CreateOpts{Size: 2}), w.disk(disks.CreateOpts{Size: 1})
	if _, err := w.attach(s.ID, volumeattach.CreateOpts{VolumeID: from.ID}); err != nil {
		t.Fatal(err)
	}
	swap := func(nova *gophercloud.ServiceClient, old, with string) error {
		body := map[string]any{"volumeAttachment": map[string]any{"volumeId": with}}
		_, err := nova.Put(ctx, nova.ServiceURL("servers", s.ID, "os-volume_attachments", old), body, nil, &gophercloud.RequestOpts{OkCodes: []int{202}})
		return err
	}
	w.refused(swap(w.nova, from.ID, to.ID), http.StatusForbidden)
	admin, _ := signIn(t, w.cloud, "admin")
	w.refused(swap(admin, from.ID, small.ID), http.StatusBadRequest)
	w.refused(swap(admin, from.ID, s.ID), http.StatusBadRequest)
	w.refused(swap(admin, s.ID, to.ID), http.StatusNotFound)
	if err := swap(admin, from.ID, to.ID); err != nil {
		t.Fatal(err)
	}
	w.look(from.ID, "available")
	w.look(to.ID, "in-use", s.ID)
	if list := w.attached(s.ID); len(list) != 1 || list[0].VolumeID != to.ID || list[0].Device != "/dev/vdb" {
		t.Errorf("Nova lists %+v", list)
	}
}

// TestMultiattach: a volume of such a type belongs to two servers, for clients
// that know of such.
func TestMultiattach(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	_, admin := signIn(t, w.cloud, "admin")
	kind, err := volumetypes.Create(ctx, admin, volumetypes.CreateOpts{Name: "shared", ExtraSpecs: map[string]string{"multiattach": "<is> True"}}).Extract()
	if err != nil {
		t.Fatal(err)
	}
	a, b, v := w.plain(), w.plain(), w.disk(disks.CreateOpts{Size: 1, VolumeType: kind.Name})
	w.nova.Microversion = "2.59"
	_, err = w.attach(a.ID, volumeattach.CreateOpts{VolumeID: v.ID})
	w.refused(err, http.StatusBadRequest)
	w.nova.Microversion = "2.60"
	for _, s := range []*servers.Server{a, b} {
		if _, err := w.attach(s.ID, volumeattach.CreateOpts{VolumeID: v.ID}); err != nil {
			t.Fatal(err)
		}
	}
	w.look(v.ID, "in-use", a.ID, b.ID)
	if err := servers.Delete(ctx, w.nova, a.ID).ExtractErr(); err != nil {
		t.Fatal(err)
	}
	w.look(v.ID, "in-use", b.ID)
}

// TestImageOfBootedVolume: an image of a server that boots from a volume is a
// snapshot of that, which another server boots from; and a rebuild puts another
// image onto the volume, for clients that know.
func TestImageOfBootedVolume(t *testing.T) {
	w := newWorld(t)
	ctx, pictures := t.Context(), w.cloud.Images
	s := w.server(servers.CreateOpts{BlockDevice: []servers.BlockDevice{
		{SourceType: "image", UUID: pictures[0].ID, DestinationType: "volume", VolumeSize: 1, DeleteOnTermination: true},
	}})
	id, err := servers.CreateImage(ctx, w.nova, s.ID, servers.CreateImageOpts{Name: "copy"}).ExtractImageID()
	if err != nil {
		t.Fatal(err)
	}
	second := w.server(servers.CreateOpts{ImageRef: id})
	if second.Status != "ACTIVE" || len(second.AttachedVolumes) != 1 || len(second.Image) != 0 {
		t.Fatalf("%+v", second)
	}
	if v := w.look(second.AttachedVolumes[0].ID, "in-use", second.ID); v.SnapshotID == "" {
		t.Errorf("it boots from %+v", v)
	}
	rebuild := func(version string) error {
		w.nova.Microversion = version
		return servers.Rebuild(ctx, w.nova, s.ID, servers.RebuildOpts{ImageRef: pictures[1].ID}).Err
	}
	w.refused(rebuild("2.92"), http.StatusBadRequest)
	if err := rebuild("2.93"); err != nil {
		t.Fatal(err)
	}
	if v := w.look(s.AttachedVolumes[0].ID, "in-use", s.ID); v.VolumeImageMetadata["image_id"] != pictures[1].ID {
		t.Errorf("on the volume is %v", v.VolumeImageMetadata)
	}
}
