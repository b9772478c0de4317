package volume

import (
	"context"
	"errors"
	"iter"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// volumes serves the lists of volumes and single ones.
func volumes(s *service, _ any, t *table) {
	if s.lister != nil {
		t.add(http.MethodGet, "volumes", s.listVolumes(briefForm))
		t.add(http.MethodGet, "volumes_detail", s.listVolumes(allForm))
		t.add(http.MethodGet, "volumes_summary", s.volumesSummary)
		t.add(http.MethodGet, "os_volumes", s.listVolumes(briefForm))
	}
	if s.getter != nil {
		t.add(http.MethodGet, "volume", func(r *jumpgate.Request) (any, error) {
			v, err := s.volume(r.Context(), r.Var("volume_id"))
			if err != nil {
				return nil, err
			}
			return jumpgate.Object{{Name: "volume", Value: s.showVolume(r, v, allForm)}}, nil
		})
		t.add(http.MethodGet, "volume_encryption", func(r *jumpgate.Request) (any, error) {
			v, err := s.volume(r.Context(), r.Var("volume_id"))
			if err != nil {
				return nil, err
			}
			return s.encryptionOf(r, v)
		})
		t.add(http.MethodGet, "volume_encryption_single", func(r *jumpgate.Request) (any, error) {
			v, err := s.volume(r.Context(), r.Var("volume_id"))
			if err != nil {
				return nil, err
			}
			o, err := s.encryptionOf(r, v)
			if err != nil {
				return nil, err
			}
			for _, m := range o {
				if m.Name == r.Var("key") {
					return bare(m.Value), nil
				}
			}
			return nil, jumpgate.NotFound
		})
	}
	if s.creator != nil {
		t.add(http.MethodPost, "volumes", s.createVolume)
	}
	if s.deleter != nil && s.getter != nil {
		t.add(http.MethodDelete, "volume", s.deleteVolume)
	}
}

// bare is an answer that is a value without a name, and without JSON.
func bare(value any) *jumpgate.Response {
	if value == nil {
		return done
	}
	return &jumpgate.Response{Body: strings.NewReader(schema.Str(value)), Header: http.Header{"Content-Type": {"text/html; charset=UTF-8"}}}
}

// volume finds one volume, in Cinder's words where it is not there.
func (s *service) volume(ctx context.Context, id string) (*Volume, error) {
	v, err := s.getter.Volume(ctx, id)
	return v, named(err, NotFound(id))
}

// named replaces a bare jumpgate.NotFound with words.
func named(err, words error) error {
	if errors.Is(err, jumpgate.NotFound) && jumpgate.AsError(err).Message == "" {
		return words
	}
	return err
}

// everybody tells whether r asks for the things of all projects and may.
func everybody(r *jumpgate.Request) bool {
	v, err := boolParam(r.URL.Query(), "all_tenants")
	return admin(r) && (v || err != nil)
}

func (s *service) all(r *jumpgate.Request) iter.Seq2[*Volume, error] {
	if s.allLister != nil && everybody(r) {
		return s.allLister.ListAllVolumes(r.Context())
	}
	return s.lister.ListVolumes(r.Context())
}

func (s *service) listVolumes(form rest.Set) handler {
	return func(r *jumpgate.Request) (any, error) {
		return s.volumeList(r).page(s, r, s.all(r), func(v *Volume) (jumpgate.Object, error) { return s.showVolume(r, v, form), nil })
	}
}

// volumeList says how volumes are listed.
func (s *service) volumeList(r *jumpgate.Request) *collection[Volume] {
	strict := minor(r) >= 2
	return &collection[Volume]{
		key: "volumes", filter: "volume", id: func(v *Volume) string { return v.ID }, unknown: NotFound, counted: true,
		sort: map[string]func(*Volume) any{
			"id":                func(v *Volume) any { return v.ID },
			"name":              func(v *Volume) any { return v.Name },
			"display_name":      func(v *Volume) any { return v.Name },
			"status":            func(v *Volume) any { return v.Status },
			"size":              func(v *Volume) any { return v.Size },
			"availability_zone": func(v *Volume) any { return v.Zone },
			"created_at":        func(v *Volume) any { return v.Created },
			"updated_at":        func(v *Volume) any { return v.Updated },
			"bootable":          func(v *Volume) any { return v.Bootable },
			"volume_type_id":    func(v *Volume) any { return v.TypeID },
			"user_id":           func(v *Volume) any { return v.UserID },
			"project_id":        func(v *Volume) any { return v.ProjectID },
			"host":              func(v *Volume) any { return v.Host },
		},
		match: map[string]func(*Volume, string) (bool, error){
			"id":                equal(func(v *Volume) string { return v.ID }),
			"name":              equal(func(v *Volume) string { return v.Name }),
			"display_name":      equal(func(v *Volume) string { return v.Name }),
			"status":            equal(func(v *Volume) string { return v.Status }),
			"availability_zone": equal(func(v *Volume) string { return v.Zone }),
			"group_id":          equal(func(v *Volume) string { return v.GroupID }),
			"migration_status":  equal(func(v *Volume) string { return v.MigrationStatus }),
			"project_id":        equal(func(v *Volume) string { return v.ProjectID }),
			"user_id":           equal(func(v *Volume) string { return v.UserID }),
			"host":              equal(func(v *Volume) string { return v.Host }),
			"snapshot_id":       equal(func(v *Volume) string { return v.SnapshotID }),
			"source_volid":      equal(func(v *Volume) string { return v.SourceID }),
			"volume_type_id":    equal(func(v *Volume) string { return v.TypeID }),
			"size":              equal(func(v *Volume) string { return strconv.Itoa(v.Size) }),
			"metadata":          matchMetadata(func(v *Volume) map[string]string { return v.Metadata }),
			"glance_metadata":   matchMetadata(func(v *Volume) map[string]string { return v.ImageMetadata }),
			"created_at":        matchTime(func(v *Volume) time.Time { return v.Created }),
			"updated_at":        matchTime(func(v *Volume) time.Time { return v.Updated }),
			"bootable": func(v *Volume, value string) (bool, error) {
				return matchBootable(v.Bootable, value, strict)
			},
			"multiattach":    func(v *Volume, value string) (bool, error) { return matchBool(v.Multiattach, "multiattach", value) },
			"consumes_quota": func(v *Volume, value string) (bool, error) { return matchBool(!v.Free, "consumes_quota", value) },
		},
		since: map[string]int{"glance_metadata": 4, "group_id": 10, "created_at": 60, "updated_at": 60, "consumes_quota": 65},
	}
}

// matchBootable is the filter of 3.2 if strict, or the one before, to which
// everything but false is true.
func matchBootable(bootable bool, value string, strict bool) (bool, error) {
	switch strings.ToLower(value) {
	case "t", "true", "1":
		return bootable, nil
	case "f", "false", "0":
		if strict || strings.EqualFold(value, "false") {
			return !bootable, nil
		}
	}
	if strict {
		return false, jumpgate.BadRequest.New("Invalid input received: bootable={%s}", value)
	}
	return bootable, nil
}

func matchBool(field bool, name, value string) (bool, error) {
	want, err := boolParam(url.Values{name: {value}}, name)
	return field == want, err
}

// matchMetadata is a filter in Python's notation: {'key': 'value'}.
func matchMetadata[T any](field func(*T) map[string]string) func(*T, string) (bool, error) {
	var text string // what was read, once for all items
	var o schema.Object
	var ok bool
	return func(item *T, value string) (bool, error) {
		if value != text {
			want, _ := schema.Parse([]byte(strings.ReplaceAll(strings.ReplaceAll(value, "u'", "'"), "'", `"`)))
			text = value
			o, ok = want.(schema.Object)
		}
		if !ok {
			return false, nil
		}
		have := field(item)
		for _, m := range o {
			if have[m.Name] != schema.Str(m.Value) {
				return false, nil
			}
		}
		return true, nil
	}
}

// matchTime is a filter of comparisons: gt:2026-01-02T03:04:05,lt:... (3.60).
func matchTime[T any](field func(*T) time.Time) func(*T, string) (bool, error) {
	return func(item *T, value string) (bool, error) {
		for part := range strings.SplitSeq(value, ",") {
			operator, text, _ := strings.Cut(part, ":")
			if !slices.Contains([]string{"gt", "gte", "eq", "neq", "lt", "lte"}, operator) {
				return false, jumpgate.BadRequest.New("Invalid %s operator", operator)
			}
			when, err := parseTime(text)
			if err != nil {
				return false, jumpgate.BadRequest.New("Invalid %s value", text)
			}
			d := field(item).Truncate(time.Second).Compare(when)
			if !map[string]bool{"gt": d > 0, "gte": d >= 0, "eq": d == 0, "neq": d != 0, "lt": d < 0, "lte": d <= 0}[operator] {
				return false, nil
			}
		}
		return true, nil
	}
}

func parseTime(text string) (t time.Time, err error) {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02"} {
		if t, err = time.Parse(layout, text); err == nil {
			return t, nil
		}
	}
	return t, err
}

// volumesSummary counts the volumes and what they hold (3.12).
func (s *service) volumesSummary(r *jumpgate.Request) (any, error) {
	c := s.volumeList(r)
	c.free = true
	filters, err := c.filters(r, r.URL.Query())
	if err != nil {
		return nil, err
	}
	count, size, values := 0, 0, make(map[string][]string)
	for v, err := range s.all(r) {
		if err != nil {
			return nil, err
		}
		keep, err := passes(v, filters)
		if err != nil {
			return nil, err
		}
		if !keep {
			continue
		}
		count, size = count+1, size+v.Size
		for k, text := range v.Metadata {
			if !slices.Contains(values[k], text) {
				values[k] = append(values[k], text)
			}
		}
	}
	o := jumpgate.Object{{Name: "total_count", Value: count}, {Name: "total_size", Value: size}}
	if minor(r) >= 36 {
		o = append(o, jumpgate.Member{Name: "metadata", Value: values})
	}
	return jumpgate.Object{{Name: "volume-summary", Value: o}}, nil
}

// deletable are the states in which a volume may be deleted.
var deletable = []string{"available", "error", "error_restoring", "error_extending", "error_managing"}

func undeletable(force bool) error {
	status := "status must be " + orList(deletable) + " and "
	if force {
		status = ""
	}
	return InvalidVolume("Volume %smust not be migrating, attached, belong to a group, have snapshots, awaiting a transfer, "+
		"or be disassociated from snapshots after volume transfer.", status)
}

// orList joins names as Cinder does: "a or b or c".
func orList(names []string) string { return strings.Join(names, " or ") }

func (s *service) deleteVolume(r *jumpgate.Request) (any, error) {
	q, id := r.URL.Query(), r.Var("volume_id")
	cascade, err := boolParam(q, "cascade")
	if err != nil {
		return nil, err
	}
	force := false
	if minor(r) >= 23 {
		if force, err = boolParam(q, "force"); err != nil {
			return nil, err
		}
	}
	v, err := s.volume(r.Context(), id)
	if err != nil {
		return nil, err
	}
	if force {
		if err := allow(r, "volume:force_delete"); err != nil {
			return nil, err
		}
	}
	return accepted(nil), s.destroy(r.Context(), v, cascade, force)
}

// destroy deletes a volume, if its state allows it.
func (s *service) destroy(ctx context.Context, v *Volume, snapshots, force bool) error {
	if !force && !slices.Contains(deletable, v.Status) || len(v.Attachments) > 0 && !force || v.GroupID != "" {
		return undeletable(force)
	}
	var err error
	switch {
	case !snapshots && !force:
		err = s.deleter.DeleteVolume(ctx, v.ID)
	case s.destroyer != nil:
		err = s.destroyer.DestroyVolume(ctx, v.ID, snapshots, force)
	default:
		return jumpgate.NotImplemented.New("The cloud deletes no volume by force or with its snapshots.")
	}
	if errors.Is(err, jumpgate.Conflict) {
		return undeletable(force)
	}
	return named(err, NotFound(v.ID))
}

// encryptionOf is how a volume is encrypted.
func (s *service) encryptionOf(r *jumpgate.Request, v *Volume) (jumpgate.Object, error) {
	o := jumpgate.Object{{Name: "encryption_key_id", Value: nil}}
	if !v.Encrypted || s.types == nil {
		return o, nil
	}
	for t, err := range s.types.ListTypes(r.Context()) {
		if err != nil {
			return nil, err
		}
		if e := t.Encryption; t.Name == v.Type && e != nil {
			o = append(o, jumpgate.Member{Name: "cipher", Value: rest.OrNil(e.Cipher)}, jumpgate.Member{Name: "control_location", Value: e.ControlLocation},
				jumpgate.Member{Name: "key_size", Value: e.KeySize}, jumpgate.Member{Name: "provider", Value: e.Provider})
		}
	}
	return o, nil
}
