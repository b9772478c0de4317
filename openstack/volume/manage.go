package volume

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// managing serves what is in the cloud's storage, by the names of version 3.8
// and by the older ones.
func managing(s *service, _ any, t *table) {
	d := s.manager
	if d == nil || s.getter == nil {
		return
	}
	for _, old := range []bool{true, false} {
		volumes, snapshots := "manageable_volumes", "manageable_snapshots"
		if old {
			volumes, snapshots = "os_volume_manage", "os_snapshot_manage"
		}
		t.add(http.MethodGet, volumes, listManageable("manageable-volumes", d.ManageableVolumes, showManageableVolume, false))
		t.add(http.MethodGet, volumes+"_detail", listManageable("manageable-volumes", d.ManageableVolumes, showManageableVolume, true))
		t.add(http.MethodPost, volumes, s.manageVolume)
		t.add(http.MethodGet, snapshots, listManageable("manageable-snapshots", d.ManageableSnapshots, showManageableSnapshot, false))
		t.add(http.MethodGet, snapshots+"_detail", listManageable("manageable-snapshots", d.ManageableSnapshots, showManageableSnapshot, true))
		t.add(http.MethodPost, snapshots, s.manageSnapshot)
	}
}

// backendOf is a host without the name of its pool.
func backendOf(host string) string {
	backend, _, _ := strings.Cut(host, "#")
	return backend
}

// hostOf reads the host that is asked for, where from 3.17, or 3.16, on there
// may be a cluster instead.
func hostOf(host, cluster string, clusters bool) (string, error) {
	if !clusters {
		cluster = ""
	}
	if (host == "") != (cluster == "") {
		return host, nil
	}
	if clusters {
		return "", jumpgate.BadRequest.New("Invalid input received: One and only one of cluster and host must be set.")
	}
	return "", jumpgate.BadRequest.New("Invalid input received: Host field is missing.")
}

func showManageableVolume(m Manageable, detail bool) jumpgate.Object {
	o := jumpgate.Object{{Name: "reference", Value: m.Reference}, {Name: "size", Value: m.Size}, {Name: "safe_to_manage", Value: m.Reason == ""}}
	if detail {
		o = append(o, jumpgate.Member{Name: "reason_not_safe", Value: rest.OrNil(m.Reason)}, jumpgate.Member{Name: "cinder_id", Value: rest.OrNil(m.ID)},
			jumpgate.Member{Name: "extra_info", Value: nil})
	}
	return o
}

func showManageableSnapshot(m Manageable, detail bool) jumpgate.Object {
	return append(showManageableVolume(m, detail), jumpgate.Member{Name: "source_reference", Value: m.Source})
}

func listManageable(key string, list func(context.Context, string) ([]Manageable, error), show func(Manageable, bool) jumpgate.Object, detail bool) handler {
	return func(r *jumpgate.Request) (any, error) {
		q := r.URL.Query()
		host, err := hostOf(q.Get("host"), q.Get("cluster"), minor(r) >= 17)
		if err != nil {
			return nil, err
		}
		limit, offset, err := bounds(q)
		if err != nil {
			return nil, err
		}
		if !q.Has("sort") && !q.Has("sort_key") {
			q.Set("sort_key", "reference")
		}
		keys, err := sortOrder(q)
		if err != nil {
			return nil, err
		}
		all, err := list(r.Context(), host)
		if err != nil {
			return nil, named(err, jumpgate.NotFound.New("Service cinder-volume could not be found on host %s.", backendOf(host)))
		}
		if err := orderManageable(all, keys); err != nil {
			return nil, err
		}
		if all, err = afterManageable(all, q.Get("marker")); err != nil {
			return nil, err
		}
		all = all[min(offset, len(all)):]
		shown := []jumpgate.Object{}
		for _, m := range all[:min(limit, len(all))] {
			shown = append(shown, show(m, detail))
		}
		return jumpgate.Object{{Name: key, Value: shown}}, nil
	}
}

// name is the first value of a reference, by which Cinder sorts.
func (m Manageable) name() string {
	values := slices.Sorted(maps.Values(m.Reference))
	if len(values) == 0 {
		return ""
	}
	return values[0]
}

func orderManageable(all []Manageable, keys []sortKey) error {
	var names, dirs []string
	for _, k := range keys {
		if k.name != "reference" && k.name != "size" {
			names = append(names, k.name)
		}
		if k.dir = cmp.Or(k.dir, "desc"); k.dir != "asc" && k.dir != "desc" {
			dirs = append(dirs, k.dir)
		}
	}
	if names != nil {
		return jumpgate.BadRequest.New("Invalid sort keys passed: %s", strings.Join(names, ", "))
	}
	if dirs != nil {
		return jumpgate.BadRequest.New("Invalid sort dirs passed: %s", strings.Join(dirs, ", "))
	}
	slices.SortStableFunc(all, func(a, b Manageable) int {
		for _, k := range keys {
			d := cmp.Compare(a.name(), b.name())
			if k.name == "size" {
				d = cmp.Compare(a.Size, b.Size)
			}
			if k.dir != "asc" {
				d = -d
			}
			if d != 0 {
				return d
			}
		}
		return 0
	})
	return nil
}

// afterManageable are those behind the one that marker, a reference as JSON,
// stands for.
func afterManageable(all []Manageable, marker string) ([]Manageable, error) {
	if marker == "" {
		return all, nil
	}
	var reference map[string]string
	if json.Unmarshal([]byte(marker), &reference) != nil {
		return nil, jumpgate.BadRequest.New("Invalid input received: marker %s can not be analysed, please use json like format", marker)
	}
	i := slices.IndexFunc(all, func(m Manageable) bool { return maps.Equal(m.Reference, reference) })
	if i < 0 {
		return nil, jumpgate.BadRequest.New("Invalid input received: marker not found: %s", marker)
	}
	return all[i+1:], nil
}

var hostName = &schema.Schema{Type: []schema.Type{schema.String, schema.Null}, MinLength: 1, MaxLength: 255, Pattern: regexp.MustCompile(`^[a-zA-Z0-9-._#@:/+\[\]]*$`)}

// reference reads what a thing in the storage is called. A plain text means
// nothing to any driver.
func reference(b schema.Object) map[string]string {
	if text := b.String("ref"); text != "" {
		return map[string]string{"": text}
	}
	return b.Strings("ref")
}

func (s *service) manageVolume(r *jumpgate.Request) (any, error) {
	members := []schema.Property{member("description", descriptionText), member("availability_zone", orNull(shortText)), member("bootable", booleanSchema),
		member("volume_type", orNull(shortText)), member("name", orNull(shortText)), member("host", hostName), member("ref", &schema.Schema{Type: []schema.Type{schema.Map, schema.String}, Open: true}),
		member("metadata", orNull(metadataSchema))}
	if minor(r) >= 16 {
		members = append(members, member("cluster", orNull(shortText)))
	}
	body, err := readBody(r, wrapped("volume", object([]string{"ref"}, members...)))
	if err != nil {
		return nil, err
	}
	b := body.Object("volume")
	host, err := hostOf(b.String("host"), b.String("cluster"), minor(r) >= 16)
	if err != nil {
		return nil, err
	}
	name, description := naming(b)
	c := Create{Name: text(name), Description: text(description), Zone: b.String("availability_zone"), Metadata: b.Strings("metadata")}
	if c.Type = b.String("volume_type"); c.Type != "" && s.types != nil {
		t, err := s.findType(r.Context(), c.Type)
		switch {
		case errors.Is(err, jumpgate.NotFound):
			return nil, jumpgate.BadRequest.New("Invalid volume type: Cannot find requested '%s' volume type", c.Type)
		case err != nil:
			return nil, err
		case t.Encryption != nil:
			return nil, jumpgate.BadRequest.New("Managing to an encrypted volume type is not supported.")
		}
		c.Type = t.Name
	}
	v, err := s.manager.ManageVolume(r.Context(), host, reference(b), c, b.Bool("bootable", false))
	if err != nil {
		what, value := "Host", host
		if host == "" {
			what, value = "Cluster", b.String("cluster")
		}
		return nil, named(err, jumpgate.BadRequest.New("%s '%s' not found", what, value))
	}
	return accepted(jumpgate.Object{{Name: "volume", Value: s.showVolume(r, v, basicForm)}}), nil
}

func (s *service) manageSnapshot(r *jumpgate.Request) (any, error) {
	body, err := readBody(r, wrapped("snapshot", object([]string{"ref", "volume_id"}, member("description", descriptionText), member("metadata", orNull(metadataSchema)),
		member("name", orNull(shortText)), member("volume_id", uuidText), member("ref", &schema.Schema{Type: []schema.Type{schema.Map, schema.Null, schema.String}, Open: true}))))
	if err != nil {
		return nil, err
	}
	b := body.Object("snapshot")
	v, err := s.volume(r.Context(), b.String("volume_id"))
	if err != nil {
		return nil, err
	}
	name, description := naming(b)
	x, err := s.manager.ManageSnapshot(r.Context(), reference(b), SnapshotCreate{
		VolumeID: v.ID, Name: text(name), Description: text(description), Force: true, Metadata: b.Strings("metadata"),
	})
	if err != nil {
		return nil, named(err, NotFound(v.ID))
	}
	return accepted(jumpgate.Object{{Name: "snapshot", Value: showSnapshot(r, x, fullForm)}}), nil
}

// unmanageVolume forgets a volume.
func (s *service) unmanageVolume(r *jumpgate.Request, v *Volume) error {
	switch {
	case v.Encrypted:
		return jumpgate.BadRequest.New("Unmanaging encrypted volumes is not supported.")
	case !slices.Contains(deletable, v.Status) || len(v.Attachments) > 0 || v.GroupID != "":
		return undeletable(false)
	}
	err := s.manager.UnmanageVolume(r.Context(), v.ID)
	if errors.Is(err, jumpgate.Conflict) {
		return undeletable(false)
	}
	return named(err, NotFound(v.ID))
}

// unmanageSnapshot forgets a snapshot.
func (s *service) unmanageSnapshot(r *jumpgate.Request, x *Snapshot) error {
	if allowed := []string{"available", "error"}; !slices.Contains(allowed, x.Status) || x.GroupSnapshotID != "" {
		return InvalidSnapshot("Snapshot status must be %s, and must not be part of a consistency group.", orList(allowed))
	}
	return named(s.manager.UnmanageSnapshot(r.Context(), x.ID), SnapshotNotFound(x.ID))
}
