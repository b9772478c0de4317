package volume

import (
	"errors"
	"net/http"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// transfers serves the offers of volumes to other projects, by both names that
// Cinder has for them.
func transfers(s *service, _ any, t *table) {
	if s.transfers == nil || s.getter == nil {
		return
	}
	for _, e := range []struct{ list, detail, one, accept string }{
		{"os_volume_transfer", "os_volume_transfer_detail", "os_volume_transfer_single", "os_volume_transfer_accept"},
		{"volume_transfers", "volume_transfers_detail", "volume_transfer", "volume_transfer_accept"},
	} {
		t.add(http.MethodGet, e.list, s.listTransfers(e.one, false))
		t.add(http.MethodGet, e.detail, s.listTransfers(e.one, true))
		t.add(http.MethodPost, e.list, s.createTransfer(e.one))
		t.add(http.MethodGet, e.one, func(r *jumpgate.Request) (any, error) {
			x, err := s.transfer(r, r.Var("transfer_id"))
			if err != nil {
				return nil, err
			}
			o, err := s.showTransfer(r, x, e.one, true)
			return jumpgate.Object{{Name: "transfer", Value: o}}, err
		})
		t.add(http.MethodDelete, e.one, func(r *jumpgate.Request) (any, error) {
			x, err := s.transfer(r, r.Var("transfer_id"))
			if err != nil {
				return nil, err
			}
			return accepted(nil), s.transfers.DeleteTransfer(r.Context(), x.ID)
		})
		t.add(http.MethodPost, e.accept, s.acceptTransfer(e.one))
	}
}

func noTransfer(id string) error { return jumpgate.NotFound.New("Transfer %s could not be found.", id) }

func (s *service) transfer(r *jumpgate.Request, id string) (*Transfer, error) {
	return find(s.transfers.ListTransfers(r.Context(), admin(r)), func(x *Transfer) bool { return x.ID == id }, noTransfer(id))
}

func (s *service) listTransfers(endpoint string, detail bool) handler {
	c := &collection[Transfer]{
		key: "transfers", id: func(x *Transfer) string { return x.ID }, unknown: noTransfer, free: true,
		sort: map[string]func(*Transfer) any{
			"id":         func(x *Transfer) any { return x.ID },
			"created_at": func(x *Transfer) any { return x.Created },
			"name":       func(x *Transfer) any { return x.Name },
			"volume_id":  func(x *Transfer) any { return x.VolumeID },
		},
	}
	return func(r *jumpgate.Request) (any, error) {
		return c.page(s, r, s.transfers.ListTransfers(r.Context(), everybody(r)), func(x *Transfer) (jumpgate.Object, error) {
			return s.showTransfer(r, x, endpoint, detail)
		})
	}
}

func (s *service) showTransfer(r *jumpgate.Request, x *Transfer, endpoint string, detail bool) (jumpgate.Object, error) {
	links, err := s.links(r, endpoint, "transfer_id", x.ID)
	if !detail {
		return jumpgate.Object{{Name: "id", Value: x.ID}, {Name: "volume_id", Value: x.VolumeID}, {Name: "name", Value: rest.OrNil(x.Name)}, links}, err
	}
	o := jumpgate.Object{{Name: "id", Value: x.ID}, {Name: "created_at", Value: date(x.Created)}, {Name: "name", Value: rest.OrNil(x.Name)},
		{Name: "volume_id", Value: x.VolumeID}}
	if x.AuthKey != "" {
		o = append(o, jumpgate.Member{Name: "auth_key", Value: x.AuthKey})
	}
	o = append(o, links)
	if minor(r) >= 55 {
		o = append(o, jumpgate.Member{Name: "no_snapshots", Value: x.NoSnapshots})
	}
	if minor(r) >= 57 {
		o = append(o, jumpgate.Member{Name: "source_project_id", Value: x.ProjectID}, jumpgate.Member{Name: "destination_project_id", Value: rest.OrNil(x.ToProjectID)},
			jumpgate.Member{Name: "accepted", Value: x.Accepted})
	}
	return o, err
}

func (s *service) createTransfer(endpoint string) handler {
	return func(r *jumpgate.Request) (any, error) {
		members := []schema.Property{member("volume_id", uuidText), member("name", nameText)}
		if minor(r) >= 55 {
			members = append(members, member("no_snapshots", booleanSchema))
		}
		body, err := readBody(r, wrapped("transfer", object([]string{"volume_id"}, members...)))
		if err != nil {
			return nil, err
		}
		b := body.Object("transfer")
		v, err := s.volume(r.Context(), b.String("volume_id"))
		if err != nil {
			return nil, err
		}
		if v.Status != "available" {
			return nil, jumpgate.BadRequest.New("Invalid volume: status must be available")
		}
		if v.Encrypted && minor(r) < 70 {
			return nil, jumpgate.BadRequest.New("Invalid volume: transferring encrypted volume is not supported")
		}
		name, _ := naming(b)
		x, err := s.transfers.CreateTransfer(r.Context(), Transfer{VolumeID: v.ID, Name: text(name), NoSnapshots: b.Bool("no_snapshots", false)})
		if err != nil {
			return nil, err
		}
		o, err := s.showTransfer(r, x, endpoint, true)
		return accepted(jumpgate.Object{{Name: "transfer", Value: o}}), err
	}
}

func (s *service) acceptTransfer(endpoint string) handler {
	return func(r *jumpgate.Request) (any, error) {
		body, err := readBody(r, wrapped("accept", object([]string{"auth_key"}, member("auth_key", &schema.Schema{Type: []schema.Type{schema.String, schema.Integer}}))))
		if err != nil {
			return nil, err
		}
		key, _ := body.Object("accept").Get("auth_key")
		id := r.Var("transfer_id")
		x, err := s.transfers.AcceptTransfer(r.Context(), id, schema.Str(key))
		if errors.Is(err, jumpgate.Forbidden) {
			return nil, jumpgate.BadRequest.New("Invalid auth key: Attempt to transfer %s with invalid auth key.", id)
		}
		if err != nil {
			return nil, named(err, noTransfer(id))
		}
		o, err := s.showTransfer(r, x, endpoint, false)
		return accepted(jumpgate.Object{{Name: "transfer", Value: o}}), err
	}
}
