package conformance

import (
	"context"
	"net/http"
	"slices"
	"testing"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/snapshots"
	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/volumes"
)

// volumes makes volumes, looks at them from all sides, and takes them away.
func (s *suite) volumes(t *testing.T) {
	cinder, other := s.client(t, 0, openstack.NewBlockStorageV3), s.client(t, 1, openstack.NewBlockStorageV3)
	before := volumeIDs(t, cinder, volumes.ListOpts{})

	t.Run("unknown ids", func(t *testing.T) {
		ctx := t.Context()
		_, err := volumes.Get(ctx, cinder, nobodysID).Extract()
		refused(t, "show", err, http.StatusNotFound)
		name := "x"
		_, err = volumes.Update(ctx, cinder, nobodysID, volumes.UpdateOpts{Name: &name}).Extract()
		refused(t, "rename", err, http.StatusNotFound)
		refused(t, "delete", volumes.Delete(ctx, cinder, nobodysID, nil).ExtractErr(), http.StatusNotFound)
		refused(t, "extend", volumes.ExtendSize(ctx, cinder, nobodysID, volumes.ExtendSizeOpts{NewSize: 100}).ExtractErr(), http.StatusNotFound)
		refused(t, "set bootable", volumes.SetBootable(ctx, cinder, nobodysID, volumes.BootableOpts{Bootable: true}).ExtractErr(), http.StatusNotFound)
	})
	t.Run("refusals leave nothing", func(t *testing.T) {
		for what, o := range map[string]volumes.CreateOpts{
			"no size":      {Name: "no", Size: -1},
			"unknown type": {Name: "no", Size: s.VolumeSize, VolumeType: "no-such-type"},
		} {
			_, err := volumes.Create(t.Context(), cinder, o, nil).Extract()
			if !gophercloud.ResponseCodeIs(err, http.StatusNotFound) { // as Cinder answers an unknown type
				refused(t, what, err, http.StatusBadRequest)
			}
		}
		if now := volumeIDs(t, cinder, volumes.ListOpts{}); !slices.Equal(now, before) {
			t.Errorf("volumes %v, before %v", now, before)
		}
	})

	made := make([]*volumes.Volume, 2)
	for i, name := range []string{"conformance-0", "conformance-1"} {
		made[i] = s.volume(t, cinder, name)
	}
	t.Run("lists", func(t *testing.T) {
		all := volumeIDs(t, cinder, volumes.ListOpts{})
		if paged := volumeIDs(t, cinder, volumes.ListOpts{Limit: 1}); !slices.Equal(paged, all) {
			t.Errorf("page by page %v, at once %v", paged, all)
		}
		for i, id := range all {
			if rest := volumeIDs(t, cinder, volumes.ListOpts{Marker: id}); !slices.Equal(rest, all[i+1:]) {
				t.Errorf("after number %d: %v, want %v", i, rest, all[i+1:])
			}
		}
		if got := volumeIDs(t, cinder, volumes.ListOpts{Name: "conformance-1"}); !slices.Equal(got, []string{made[1].ID}) {
			t.Errorf("by name: %v, want %s", got, made[1].ID)
		}
		_, err := volumes.List(cinder, volumes.ListOpts{Marker: nobodysID}).AllPages(t.Context())
		refused(t, "unknown marker", err, http.StatusNotFound)
	})
	t.Run("another tenant", func(t *testing.T) {
		_, err := volumes.Get(t.Context(), other, made[0].ID).Extract()
		refused(t, "show another's volume", err, http.StatusNotFound)
		refused(t, "delete another's volume", volumes.Delete(t.Context(), other, made[0].ID, nil).ExtractErr(), http.StatusNotFound)
		if slices.Contains(volumeIDs(t, other, volumes.ListOpts{}), made[0].ID) {
			t.Error("another's volume is in the list")
		}
	})
	t.Run("rename", func(t *testing.T) {
		name, text := "renamed", "by the conformance suite"
		_, err := volumes.Update(t.Context(), cinder, made[0].ID, volumes.UpdateOpts{Name: &name, Description: &text, Metadata: map[string]string{"a": "b"}}).Extract()
		must(t, "rename a volume", err)
		got, err := volumes.Get(t.Context(), cinder, made[0].ID).Extract()
		if must(t, "show a volume", err); got.Name != name || got.Description != text || got.Metadata["a"] != "b" {
			t.Errorf("a renamed volume is %+v", got)
		}
	})
	t.Run("delete until gone", func(t *testing.T) {
		for _, v := range made {
			s.deleteVolume(t, cinder, v.ID)
		}
		if now := volumeIDs(t, cinder, volumes.ListOpts{}); !slices.Equal(now, before) {
			t.Errorf("leftovers: volumes %v, before %v", now, before)
		}
	})
}

// snapshots makes a snapshot of a volume, and a volume of that.
func (s *suite) snapshots(t *testing.T) {
	ctx, cinder := t.Context(), s.client(t, 0, openstack.NewBlockStorageV3)
	_, err := snapshots.Get(ctx, cinder, nobodysID).Extract()
	refused(t, "show an unknown snapshot", err, http.StatusNotFound)
	refused(t, "delete an unknown snapshot", snapshots.Delete(ctx, cinder, nobodysID).ExtractErr(), http.StatusNotFound)
	_, err = snapshots.Create(ctx, cinder, snapshots.CreateOpts{VolumeID: nobodysID}).Extract()
	refused(t, "a snapshot of no volume", err, http.StatusNotFound)

	v := s.volume(t, cinder, "conformance")
	defer s.deleteVolume(t, cinder, v.ID)
	shot, err := snapshots.Create(ctx, cinder, snapshots.CreateOpts{VolumeID: v.ID, Name: "conformance"}).Extract()
	must(t, "create a snapshot", err)
	gone := false
	remove := func(ctx context.Context) {
		if gone {
			return
		}
		gone = true
		must(t, "delete a snapshot", snapshots.Delete(ctx, cinder, shot.ID).ExtractErr())
		s.eventually(t, "be gone", func(ctx context.Context) bool {
			_, err := snapshots.Get(ctx, cinder, shot.ID).Extract()
			return gophercloud.ResponseCodeIs(err, http.StatusNotFound)
		})
	}
	defer func() { remove(ctx) }()
	s.eventually(t, "become available", func(ctx context.Context) bool {
		got, err := snapshots.Get(ctx, cinder, shot.ID).Extract()
		must(t, "show a snapshot", err)
		return got.Status == "available"
	})
	_, err = snapshots.Get(ctx, s.client(t, 1, openstack.NewBlockStorageV3), shot.ID).Extract()
	refused(t, "show another's snapshot", err, http.StatusNotFound)
	pages, err := snapshots.List(cinder, snapshots.ListOpts{VolumeID: v.ID}).AllPages(ctx)
	must(t, "list snapshots", err)
	list, err := snapshots.ExtractSnapshots(pages)
	if must(t, "read a list of snapshots", err); len(list) != 1 || list[0].ID != shot.ID {
		t.Errorf("snapshots of the volume: %+v, want %s", list, shot.ID)
	}
	refused(t, "delete a volume with a snapshot", volumes.Delete(ctx, cinder, v.ID, nil).ExtractErr(), http.StatusBadRequest)
	remove(ctx)
}

// volume makes a volume that is ready.
func (s *suite) volume(t *testing.T, cinder *gophercloud.ServiceClient, name string) *volumes.Volume {
	t.Helper()
	made, err := volumes.Create(t.Context(), cinder, volumes.CreateOpts{Name: name, Size: s.VolumeSize}, nil).Extract()
	if gophercloud.ResponseCodeIs(err, http.StatusForbidden) {
		t.Skipf("not offered: volumes of one's own: %v", err)
	}
	must(t, "create a volume", err)
	s.eventually(t, "become available", func(ctx context.Context) bool {
		made, err = volumes.Get(ctx, cinder, made.ID).Extract()
		if must(t, "show a volume", err); made.Status == "error" {
			t.Fatal("the volume is in error")
		}
		return made.Status == "available"
	})
	if made.Name != name || made.Size != s.VolumeSize {
		t.Errorf("volume %+v, want %d GiB called %s", made, s.VolumeSize, name)
	}
	return made
}

// deleteVolume takes a volume away and waits until it is gone.
func (s *suite) deleteVolume(t *testing.T, cinder *gophercloud.ServiceClient, id string) {
	t.Helper()
	must(t, "delete a volume", volumes.Delete(t.Context(), cinder, id, nil).ExtractErr())
	s.eventually(t, "be gone", func(ctx context.Context) bool {
		_, err := volumes.Get(ctx, cinder, id).Extract()
		return gophercloud.ResponseCodeIs(err, http.StatusNotFound)
	})
}

func volumeIDs(t *testing.T, cinder *gophercloud.ServiceClient, o volumes.ListOpts) []string {
	t.Helper()
	pages, err := volumes.List(cinder, o).AllPages(t.Context())
	must(t, "list volumes", err)
	list, err := volumes.ExtractVolumes(pages)
	must(t, "read a list of volumes", err)
	ids := make([]string, len(list))
	for i, one := range list {
		ids[i] = one.ID
	}
	return ids
}
