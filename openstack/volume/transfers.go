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
		t.add(http.MethodGet, e.list, s.listTransfers(e.one, briefForm))
		t.add(http.MethodGet, e.detail, s.listTransfers(e.one, fullForm))
		t.add(http.MethodPost, e.list, s.createTransfer(e.one))
		t.add(http.MethodGet, e.one, func(r *jumpgate.Request) (any, error) {
			x, err := s.transfer(r, r.Var("transfer_id"))
			if err != nil {
				return nil, err
			}
			return jumpgate.Object{{Name: "transfer", Value: s.showTransfer(r, x, e.one, fullForm)}}, nil
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
	return rest.Find(s.transfers.ListTransfers(r.Context(), admin(r)), func(x *Transfer) bool { return x.ID == id }, noTransfer(id))
}

func (s *service) listTransfers(endpoint string, form rest.Set) handler {
	c := &collection[Transfer]{
		key: "transfers", id: func(x *Transfer) string { return x.ID }, unknown: noTransfer, free: true, old: []string{"name", "volume_id"},
		match: map[string]func(*Transfer, string) (bool, error){
			"name":      equal(func(x *Transfer) string { return x.Name }),
			"volume_id": equal(func(x *Transfer) string { return x.VolumeID }),
		},
		sort: map[string]func(*Transfer) any{
			"id":         func(x *Transfer) any { return x.ID },
			"created_at": func(x *Transfer) any { return x.Created },
			"name":       func(x *Transfer) any { return x.Name },
			"volume_id":  func(x *Transfer) any { return x.VolumeID },
		},
	}
	return func(r *jumpgate.Request) (any, error) {
		list := s.transfers.ListTransfers(r.Context(), everybody(r))
		if minor(r) < 59 { // before there were pages by marker
			q := r.URL.Query()
			for _, name := range []string{"marker", "sort", "sort_key", "sort_dir"} {
				q.Del(name)
			}
			q.Set("sort", "created_at:asc,id:asc")
			r.URL.RawQuery = q.Encode()
		}
		return c.page(s, r, list, func(x *Transfer) (jumpgate.Object, error) {
			return s.showTransfer(r, x, endpoint, form), nil
		})
	}
}

// transferView is a transfer on its way to a client, with its links.
type transferView struct {
	*Transfer
	links any
}

// transferFields are the members of a transfer in Cinder's order, which differs
// between its forms.
var transferFields = []rest.Field[transferView]{
	{Name: "id", Value: func(v transferView) any { return v.ID }},
	{Name: "created_at", Forms: fullForm, Value: func(v transferView) any { return date(v.Created) }},
	{Name: "volume_id", Forms: briefForm, Value: func(v transferView) any { return v.VolumeID }},
	{Name: "name", Value: func(v transferView) any { return rest.OrNil(v.Name) }},
	{Name: "volume_id", Forms: fullForm, Value: func(v transferView) any { return v.VolumeID }},
	{Name: "auth_key", Forms: fullForm, Value: func(v transferView) any { return v.AuthKey }, When: func(v transferView) bool { return v.AuthKey != "" }},
	{Name: "links", Value: func(v transferView) any { return v.links }},
	{Name: "no_snapshots", Forms: fullForm, Since: 55, Value: func(v transferView) any { return v.NoSnapshots }},
	{Name: "source_project_id", Forms: fullForm, Since: 57, Value: func(v transferView) any { return v.ProjectID }},
	{Name: "destination_project_id", Forms: fullForm, Since: 57, Value: func(v transferView) any { return rest.OrNil(v.ToProjectID) }},
	{Name: "accepted", Forms: fullForm, Since: 57, Value: func(v transferView) any { return v.Accepted }},
}

func (s *service) showTransfer(r *jumpgate.Request, x *Transfer, endpoint string, form rest.Set) jumpgate.Object {
	return rest.Show(transferFields, answer(r, form, nil), transferView{x, s.links(r, endpoint, "transfer_id", x.ID)})
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
		return accepted(jumpgate.Object{{Name: "transfer", Value: s.showTransfer(r, x, endpoint, fullForm)}}), nil
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
		return accepted(jumpgate.Object{{Name: "transfer", Value: s.showTransfer(r, x, endpoint, briefForm)}}), nil
	}
}
