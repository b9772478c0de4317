package memory

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/hex"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/volume"
)

// ListTransfers implements volume.TransferKeeper.
func (s *volumes) ListTransfers(ctx context.Context, all bool) iter.Seq2[*volume.Transfer, error] {
	return func(yield func(*volume.Transfer, error) bool) {
		s.lock()
		var list []*volume.Transfer
		for _, x := range s.transfers {
			if isListed(ctx, x.ProjectID, all) {
				c := *x
				c.AuthKey = ""
				list = append(list, &c)
			}
		}
		s.mu.Unlock()
		slices.SortFunc(list, func(a, b *volume.Transfer) int { return cmp.Or(a.Created.Compare(b.Created), cmp.Compare(a.ID, b.ID)) })
		yieldAll(list, yield)
	}
}

// CreateTransfer implements volume.TransferKeeper.
func (s *volumes) CreateTransfer(ctx context.Context, t volume.Transfer) (*volume.Transfer, error) {
	s.lock()
	defer s.mu.Unlock()
	d, err := s.disk(ctx, t.VolumeID)
	if err != nil {
		return nil, volume.NotFound(t.VolumeID)
	}
	var key [8]byte
	_, _ = rand.Read(key[:]) // never fails
	t.ID, t.ProjectID, t.Created, t.AuthKey = jumpgate.NewUUID(), d.ProjectID, s.now(), hex.EncodeToString(key[:])
	d.Status, d.Updated = "awaiting-transfer", s.now()
	s.transfers[t.ID] = &t
	c := t
	return &c, nil
}

// AcceptTransfer implements volume.TransferKeeper.
func (s *volumes) AcceptTransfer(ctx context.Context, id, authKey string) (*volume.Transfer, error) {
	s.lock()
	defer s.mu.Unlock()
	t := s.transfers[id]
	if t == nil {
		return nil, jumpgate.NotFound
	}
	if subtle.ConstantTimeCompare([]byte(t.AuthKey), []byte(authKey)) == 0 {
		return nil, jumpgate.Forbidden
	}
	d, p := s.records[t.VolumeID], caller(ctx)
	if d == nil {
		return nil, jumpgate.NotFound
	}
	if err := s.room(p.ProjectID, "volumes", 1, d.Size); err != nil {
		return nil, err
	}
	d.ProjectID, d.UserID = p.ProjectID, p.UserID
	d.settle(s.now())
	for _, x := range s.snapshots {
		if x.VolumeID == d.ID && !t.NoSnapshots {
			x.ProjectID, x.UserID = p.ProjectID, p.UserID
		}
	}
	delete(s.transfers, id)
	c := *t
	c.Accepted, c.ToProjectID, c.AuthKey = true, p.ProjectID, ""
	return &c, nil
}

// DeleteTransfer implements volume.TransferKeeper.
func (s *volumes) DeleteTransfer(_ context.Context, id string) error {
	s.lock()
	defer s.mu.Unlock()
	if t := s.transfers[id]; t != nil {
		if d := s.records[t.VolumeID]; d != nil {
			d.settle(s.now())
		}
		delete(s.transfers, id)
	}
	return nil
}

// tell keeps a message for a project's users. The lock is held.
func (s *volumes) tell(project, request, kind, id, event, text string) {
	s.messages = append(s.messages, &volume.Message{
		ID: jumpgate.NewUUID(), ProjectID: project, RequestID: request, ResourceType: kind, ResourceID: id, EventID: event, Text: text, Level: "ERROR",
		Created: s.now(), Until: s.now().Add(30 * 24 * time.Hour),
	})
}

// ListMessages implements volume.MessageKeeper.
func (s *volumes) ListMessages(ctx context.Context) iter.Seq2[*volume.Message, error] {
	project := caller(ctx).ProjectID
	return func(yield func(*volume.Message, error) bool) {
		s.lock()
		var list []*volume.Message
		for _, m := range slices.Backward(s.messages) {
			if m.ProjectID == project {
				list = append(list, m)
			}
		}
		s.mu.Unlock()
		yieldAll(list, yield)
	}
}

// DeleteMessage implements volume.MessageKeeper.
func (s *volumes) DeleteMessage(_ context.Context, id string) error {
	s.lock()
	defer s.mu.Unlock()
	s.messages = slices.DeleteFunc(s.messages, func(m *volume.Message) bool { return m.ID == id })
	return nil
}

// ListZones implements volume.ZoneLister.
func (s *volumes) ListZones(context.Context) ([]volume.Zone, error) {
	return []volume.Zone{{Name: volumeZone}}, nil
}

// backend is what the one pool of the cloud says of itself.
func (s *volumes) backend() map[string]any {
	used := 0
	for _, d := range s.records {
		used += d.Size
	}
	const total = 10000
	return map[string]any{
		"pool_name": "files", "total_capacity_gb": total, "free_capacity_gb": total - used, "reserved_percentage": 0, "provisioned_capacity_gb": used,
		"max_over_subscription_ratio": 20.0, "thin_provisioning_support": true, "multiattach": true, "QoS_support": false, "online_extend_support": true,
		"allocated_capacity_gb": used, "cacheable": true, "volume_backend_name": "files", "storage_protocol": "iSCSI", "vendor_name": "Open Source",
		"driver_version": "1.0", "timestamp": s.now().UTC().Format("2006-01-02T15:04:05.000000"), "filter_function": nil, "goodness_function": nil,
	}
}

// ListPools implements volume.PoolLister.
func (s *volumes) ListPools(context.Context) ([]volume.Pool, error) {
	s.lock()
	defer s.mu.Unlock()
	return []volume.Pool{{Name: volumeHost, Capabilities: s.backend()}}, nil
}

// hosts tells whether the pool has what the extra specs of a type want of it.
func (s *volumes) hosts(kind string) bool {
	i := slices.IndexFunc(s.types, func(t *volume.Type) bool { return t.Name == kind })
	if i < 0 {
		return true
	}
	has := s.backend()
	for key, want := range s.types[i].ExtraSpecs {
		want = strings.TrimPrefix(want, "<is> ")
		if scope, _, scoped := strings.Cut(key, ":"); scoped && scope != "capabilities" { // for others to read
			continue
		}
		if have, ok := has[strings.TrimPrefix(key, "capabilities:")]; !ok || !strings.EqualFold(fmt.Sprint(have), want) {
			return false
		}
	}
	return true
}
