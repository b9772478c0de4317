package memory

import (
	"cmp"
	"context"
	"io"
	"iter"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/volume"
)

// volumes is the driver of the volume service. What a volume holds is only as
// long as what was written to it; the rest of its size is nothing.
type volumes struct {
	now    func() time.Time
	images *images
	takes  time.Duration // how long what a volume is asked for takes

	// What the compute service has to do with volumes: wake has it do what is
	// due, which may free some, and grown tells it that a volume of one of its
	// servers has grown. Both are called without the lock.
	wake  func()
	grown func(ctx context.Context, serverID string)

	mu        sync.Mutex // guards what follows; images' own comes after it
	records   map[string]*disk
	snapshots map[string]*still
	backups   map[string]*copied
	transfers map[string]*volume.Transfer
	messages  []*volume.Message
	types     []*volume.Type
	qos       []*volume.QoS
	kinds     []*volume.GroupType
	groups    map[string]*volume.Group
	kept      map[string]*volume.GroupSnapshot
	loose     map[string]*loose    // what is in the storage and no volume or snapshot
	objects   map[string][]byte    // what backups hold, by their place
	services  []volume.ServiceInfo // all fields but Updated
	defaults  map[string]string    // the types of volumes ordered without, by project
	classes   map[string]map[string]int
	limits    map[string]map[string]int // by project and name, where they were changed
	due       []event
}

// disk is a volume and what is on it.
type disk struct {
	volume.Volume
	data []byte
}

// still is a snapshot and what was on its volume.
type still struct {
	volume.Snapshot
	data []byte
}

// copied is a backup.
type copied struct {
	volume.Backup
	of     volume.Volume // as it was
	place  string        // of what was on the volume, in objects
	parent string        // the backup that it builds on
}

// event is what is to happen at some time.
type event struct {
	at   time.Time
	then func()
}

var (
	_ volume.Lister              = (*volumes)(nil)
	_ volume.AllLister           = (*volumes)(nil)
	_ volume.Getter              = (*volumes)(nil)
	_ volume.Creator             = (*volumes)(nil)
	_ volume.Copier              = (*volumes)(nil)
	_ volume.Deleter             = (*volumes)(nil)
	_ volume.Destroyer           = (*volumes)(nil)
	_ volume.Updater             = (*volumes)(nil)
	_ volume.Extender            = (*volumes)(nil)
	_ volume.Retyper             = (*volumes)(nil)
	_ volume.Reverter            = (*volumes)(nil)
	_ volume.Uploader            = (*volumes)(nil)
	_ volume.Reimager            = (*volumes)(nil)
	_ volume.Connector           = (*volumes)(nil)
	_ volume.SnapshotLister      = (*volumes)(nil)
	_ volume.AllSnapshotLister   = (*volumes)(nil)
	_ volume.SnapshotGetter      = (*volumes)(nil)
	_ volume.SnapshotCreator     = (*volumes)(nil)
	_ volume.SnapshotUpdater     = (*volumes)(nil)
	_ volume.SnapshotDeleter     = (*volumes)(nil)
	_ volume.TypeLister          = (*volumes)(nil)
	_ volume.TypeEditor          = (*volumes)(nil)
	_ volume.QoSKeeper           = (*volumes)(nil)
	_ volume.QuotaReader         = (*volumes)(nil)
	_ volume.QuotaWriter         = (*volumes)(nil)
	_ volume.TransferKeeper      = (*volumes)(nil)
	_ volume.BackupKeeper        = (*volumes)(nil)
	_ volume.MessageKeeper       = (*volumes)(nil)
	_ volume.GroupTypeKeeper     = (*volumes)(nil)
	_ volume.GroupKeeper         = (*volumes)(nil)
	_ volume.GroupSnapshotKeeper = (*volumes)(nil)
	_ volume.Manager             = (*volumes)(nil)
	_ volume.ImageSnapshotter    = (*volumes)(nil)
	_ volume.BackupRecorder      = (*volumes)(nil)
	_ volume.ServiceUpdater      = (*volumes)(nil)
	_ volume.QuotaClassKeeper    = (*volumes)(nil)
	_ volume.DefaultTypeKeeper   = (*volumes)(nil)
	_ volume.ZoneLister          = (*volumes)(nil)
	_ volume.ServiceLister       = (*volumes)(nil)
	_ volume.PoolLister          = (*volumes)(nil)
)

// The one backend of the cloud, named as in the recordings.
const (
	volumeZone = "nova"
	volumeHost = "vm@files#files"
)

func newVolumes(now func() time.Time, images *images, takes time.Duration) *volumes {
	return &volumes{
		now: now, images: images, takes: takes,
		records: make(map[string]*disk), snapshots: make(map[string]*still), backups: make(map[string]*copied),
		transfers: make(map[string]*volume.Transfer), limits: make(map[string]map[string]int), types: stockVolumeTypes(now()),
		kinds: stockGroupTypes(now()), groups: make(map[string]*volume.Group), kept: make(map[string]*volume.GroupSnapshot),
		loose: make(map[string]*loose), objects: make(map[string][]byte), services: stockServices(), defaults: make(map[string]string),
		classes: make(map[string]map[string]int),
		wake:    func() {}, grown: func(context.Context, string) {},
	}
}

// lock takes the lock and does what has come due, here and in the compute
// service.
func (s *volumes) lock() {
	s.wake()
	s.lockAlone()
}

// lockAlone is lock for the compute service, which has taken its own.
func (s *volumes) lockAlone() {
	s.mu.Lock()
	now := s.now()
	for len(s.due) > 0 {
		i := slices.IndexFunc(s.due, func(e event) bool { return !e.at.After(now) })
		if i < 0 {
			return
		}
		e := s.due[i]
		s.due = slices.Delete(s.due, i, i+1)
		e.then()
	}
}

// later has something happen when the time is up: at the next look if it
// takes none.
func (s *volumes) later(then func()) {
	s.due = append(s.due, event{s.now().Add(s.takes), then})
}

// mine tells whether the caller may see what belongs to project.
func mine(ctx context.Context, project string) bool { return isListed(ctx, project, true) }

// isListed tells whether a list has what belongs to project: what is the
// caller's own, or with all of them whatever it may see.
func isListed(ctx context.Context, project string, all bool) bool {
	p := caller(ctx)
	return p.ProjectID == project || all && p.HasRole("admin")
}

// disk finds a volume that the caller may see.
func (s *volumes) disk(ctx context.Context, id string) (*disk, error) {
	d := s.records[id]
	if d == nil || !mine(ctx, d.ProjectID) {
		return nil, jumpgate.NotFound
	}
	return d, nil
}

// view is a copy that changes of the volume don't reach.
func (d *disk) view() *volume.Volume {
	v := d.Volume
	v.Metadata, v.ImageMetadata, v.Attachments = maps.Clone(v.Metadata), maps.Clone(v.ImageMetadata), slices.Clone(v.Attachments)
	return &v
}

// newest yields what show makes of those that keep takes, the newest first.
func newest[K, T any](s *volumes, kept map[string]*K, keep func(*K) bool, show func(*K) *T, age func(*T) (created time.Time, id string)) iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) {
		s.lock()
		var list []*T
		for _, k := range kept {
			if keep(k) {
				list = append(list, show(k))
			}
		}
		s.mu.Unlock()
		slices.SortFunc(list, func(a, b *T) int {
			createdA, idA := age(a)
			createdB, idB := age(b)
			return cmp.Or(createdB.Compare(createdA), cmp.Compare(idB, idA))
		})
		yieldAll(list, yield)
	}
}

func yieldAll[T any](list []*T, yield func(*T, error) bool) {
	for _, item := range list {
		if !yield(item, nil) {
			return
		}
	}
}

func (s *volumes) list(ctx context.Context, all bool) iter.Seq2[*volume.Volume, error] {
	return newest(s, s.records, func(d *disk) bool { return isListed(ctx, d.ProjectID, all) }, (*disk).view,
		func(v *volume.Volume) (time.Time, string) { return v.Created, v.ID })
}

// ListVolumes implements volume.Lister.
func (s *volumes) ListVolumes(ctx context.Context) iter.Seq2[*volume.Volume, error] {
	return s.list(ctx, false)
}

// ListAllVolumes implements volume.AllLister.
func (s *volumes) ListAllVolumes(ctx context.Context) iter.Seq2[*volume.Volume, error] {
	return s.list(ctx, true)
}

// Volume implements volume.Getter.
func (s *volumes) Volume(ctx context.Context, id string) (*volume.Volume, error) {
	s.lock()
	defer s.mu.Unlock()
	d, err := s.disk(ctx, id)
	if err != nil {
		return nil, err
	}
	return d.view(), nil
}

// CreateVolume implements volume.Creator.
func (s *volumes) CreateVolume(ctx context.Context, c volume.Create) (*volume.Volume, error) {
	return s.CreateVolumeFrom(ctx, volume.Source{}, c)
}

// CreateVolumeFrom implements volume.Copier.
func (s *volumes) CreateVolumeFrom(ctx context.Context, src volume.Source, c volume.Create) (*volume.Volume, error) {
	s.lock()
	defer s.mu.Unlock()
	d, fill, err := s.order(ctx, src, c)
	if err != nil {
		return nil, err
	}
	s.later(func() {
		if d.Status != "creating" {
			return
		}
		if !s.hosts(d.Type) {
			d.Status, d.Host, d.Updated = "error", "", s.now()
			s.tell(d.ProjectID, "", "VOLUME", d.ID, "VOLUME_VOLUME_001_003", "schedule allocate volume:Could not find any available weighted backend.")
			return
		}
		fill()
		d.settle(s.now())
	})
	return d.view(), nil
}

// order takes an order for a volume, which is in creating until somebody calls
// fill and puts it into another state. The lock is held.
func (s *volumes) order(ctx context.Context, src volume.Source, c volume.Create) (d *disk, fill func(), err error) {
	p, id := caller(ctx), jumpgate.NewUUID()
	d = &disk{Volume: volume.Volume{
		ID: id, Name: c.Name, Description: c.Description, ProjectID: p.ProjectID, UserID: p.UserID, Status: "creating", Size: c.Size,
		Zone: cmp.Or(c.Zone, volumeZone), Created: s.now(), SnapshotID: c.SnapshotID, SourceID: src.VolumeID, GroupID: c.GroupID, Metadata: maps.Clone(c.Metadata),
		Host: volumeHost, ServiceID: stableUUID("service", "cinder-volume"), ProviderID: "",
	}}
	if d.Zone != volumeZone {
		return nil, nil, volume.ZoneNotFound(c.Zone)
	}
	fill, kind, err := s.content(ctx, d, src, c)
	if err != nil {
		return nil, nil, err
	}
	t := s.typeCalled(ctx, cmp.Or(c.Type, kind))
	if t == nil {
		return nil, nil, volume.TypeNotFound(cmp.Or(c.Type, kind))
	}
	d.become(t)
	if err := s.room(p.ProjectID, "volumes", 1, d.Size); err != nil {
		return nil, nil, err
	}
	s.records[id] = d
	return d, fill, nil
}

// content finds out what is to be on a volume, and of which type it is if
// nobody says.
func (s *volumes) content(ctx context.Context, d *disk, src volume.Source, c volume.Create) (fill func(), kind string, err error) {
	kind, fill = s.defaultType(caller(ctx).ProjectID), func() {}
	switch {
	case c.SnapshotID != "":
		x := s.snapshots[c.SnapshotID]
		if x == nil || !mine(ctx, x.ProjectID) {
			return nil, "", volume.SnapshotNotFound(c.SnapshotID)
		}
		d.data = x.data
		if o := s.records[x.VolumeID]; o != nil {
			kind, d.Bootable, d.ImageMetadata = o.Type, o.Bootable, maps.Clone(o.ImageMetadata)
		}
	case src.VolumeID != "":
		o, err := s.disk(ctx, src.VolumeID)
		if err != nil {
			return nil, "", volume.NotFound(src.VolumeID)
		}
		d.data, kind, d.Bootable, d.ImageMetadata = o.data, o.Type, o.Bootable, maps.Clone(o.ImageMetadata)
	case src.BackupID != "":
		b := s.backups[src.BackupID]
		if b == nil || !mine(ctx, b.ProjectID) {
			return nil, "", volume.BackupNotFound(src.BackupID)
		}
		d.data = s.objects[b.place]
	case src.ImageID != "":
		fill, err = s.imageOnto(ctx, d, src.ImageID)
	}
	return fill, kind, err
}

// become makes a volume one of type t.
func (d *disk) become(t *volume.Type) {
	d.Type, d.TypeID, d.Encrypted, d.Multiattach = t.Name, t.ID, t.Encryption != nil, t.ExtraSpecs["multiattach"] == "<is> True"
}

// settle puts a volume into the state that it stays in.
func (d *disk) settle(now time.Time) {
	status := "available"
	if slices.ContainsFunc(d.Attachments, func(a volume.Attachment) bool { return a.Status == "" || a.Status == "attached" }) {
		status = "in-use"
	} else if len(d.Attachments) > 0 {
		status = "reserved"
	}
	d.Status, d.Updated = status, now
}

// DeleteVolume implements volume.Deleter.
func (s *volumes) DeleteVolume(ctx context.Context, id string) error {
	return s.DestroyVolume(ctx, id, false, false)
}

// DestroyVolume implements volume.Destroyer.
func (s *volumes) DestroyVolume(ctx context.Context, id string, snapshots, force bool) error {
	s.lock()
	defer s.mu.Unlock()
	d, err := s.disk(ctx, id)
	if err != nil {
		return err
	}
	return s.destroy(d, snapshots, force)
}

// destroy begins to delete a volume. The lock is held.
func (s *volumes) destroy(d *disk, snapshots, force bool) error {
	if len(d.Attachments) > 0 && !force || s.hasSnapshots(d.ID) && !snapshots {
		return jumpgate.Conflict
	}
	d.Status, d.Updated = "deleting", s.now()
	s.later(func() {
		maps.DeleteFunc(s.snapshots, func(_ string, x *still) bool { return x.VolumeID == d.ID })
		delete(s.records, d.ID)
	})
	return nil
}

func (s *volumes) hasSnapshots(id string) bool {
	for _, x := range s.snapshots {
		if x.VolumeID == id {
			return true
		}
	}
	return false
}

// UpdateVolume implements volume.Updater.
func (s *volumes) UpdateVolume(ctx context.Context, id string, change func(*volume.Volume) error) (*volume.Volume, error) {
	s.lock()
	defer s.mu.Unlock()
	d, err := s.disk(ctx, id)
	if err != nil {
		return nil, err
	}
	v := d.view()
	if err := change(v); err != nil {
		return nil, err
	}
	v.Updated = s.now()
	d.Volume = *v
	return d.view(), nil
}

// ExtendVolume implements volume.Extender.
func (s *volumes) ExtendVolume(ctx context.Context, id string, size int) error {
	servers, err := s.extend(ctx, id, size)
	for _, server := range servers {
		s.grown(ctx, server)
	}
	return err
}

// extend begins to make a volume larger, and tells to which servers it is
// attached.
func (s *volumes) extend(ctx context.Context, id string, size int) (servers []string, err error) {
	s.lock()
	defer s.mu.Unlock()
	d, err := s.disk(ctx, id)
	if err != nil {
		return nil, err
	}
	if err := s.room(d.ProjectID, "", 0, size-d.Size); err != nil {
		return nil, err
	}
	d.Status = "extending"
	s.later(func() { d.Size = size; d.settle(s.now()) })
	return d.servers(), nil
}

// RetypeVolume implements volume.Retyper.
func (s *volumes) RetypeVolume(ctx context.Context, id, typeID string, _ bool) error {
	s.lock()
	defer s.mu.Unlock()
	d, err := s.disk(ctx, id)
	if err != nil {
		return err
	}
	t := s.typeCalled(ctx, typeID)
	if t == nil {
		return volume.TypeNotFound(typeID)
	}
	d.Status = "retyping"
	s.later(func() {
		d.become(t)
		d.settle(s.now())
	})
	return nil
}

// RevertVolume implements volume.Reverter.
func (s *volumes) RevertVolume(ctx context.Context, id, snapshotID string) error {
	s.lock()
	defer s.mu.Unlock()
	d, err := s.disk(ctx, id)
	if err != nil {
		return err
	}
	x := s.snapshots[snapshotID]
	if x == nil || x.VolumeID != id {
		return volume.SnapshotNotFound(snapshotID)
	}
	d.Status = "reverting"
	s.later(func() { d.data = x.data; d.settle(s.now()) })
	return nil
}

// ConnectVolume implements volume.Connector. Nothing listens at that portal.
func (s *volumes) ConnectVolume(ctx context.Context, id string, _ map[string]any) (*volume.Connection, error) {
	s.lock()
	defer s.mu.Unlock()
	d, err := s.disk(ctx, id)
	if err != nil {
		return nil, err
	}
	mode := "rw"
	if d.ReadOnly {
		mode = "ro"
	}
	return &volume.Connection{Driver: "iscsi", Data: map[string]any{
		"target_discovered": false, "target_portal": "127.0.0.1:3260", "target_iqn": "iqn.2010-10.org.openstack:volume-" + id,
		"target_lun": 1, "volume_id": id, "access_mode": mode, "qos_specs": nil, "encrypted": d.Encrypted, "cacheable": false,
	}}, nil
}

// DisconnectVolume implements volume.Connector.
func (s *volumes) DisconnectVolume(ctx context.Context, id string, _ map[string]any) error {
	s.lock()
	defer s.mu.Unlock()
	_, err := s.disk(ctx, id)
	return err
}

// readAll reads what an image holds, up to limit bytes.
func readAll(r io.ReadCloser, limit int64) ([]byte, error) {
	defer r.Close()
	return io.ReadAll(io.LimitReader(r, limit))
}
