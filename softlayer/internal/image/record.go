package image

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/image"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
)

// recordKind and memberKind are the kinds of records in the store: images, and
// how an account answered to a template that another one shares with it.
const (
	recordKind = "image"
	memberKind = "image_member"
)

// record is an image in the store.
type record struct {
	Image    image.Image `json:"image"`
	Template string      `json:"template,omitempty"` // its GUID, once there is one
	Export   *export     `json:"export,omitempty"`   // nil: SoftLayer was not asked for a copy of the data

	key     jumpgate.StoreKey
	version uint64 // 0: not kept
}

func recordKey(ctx context.Context, id string) jumpgate.StoreKey {
	return jumpgate.StoreKey{Project: keep.Account(ctx), Kind: recordKind, ID: strings.ToLower(id)}
}

func readRecord(r *jumpgate.Record) (*record, error) {
	out := &record{key: r.StoreKey, version: r.Version}
	if err := json.Unmarshal(r.Value, out); err != nil {
		return nil, fmt.Errorf("image record: %w", err)
	}
	return out, nil
}

// record returns the record of the image called id, nil if there is none.
func (d *Images) record(ctx context.Context, id string) (*record, error) {
	return d.recordAt(ctx, recordKey(ctx, id))
}

func (d *Images) recordAt(ctx context.Context, key jumpgate.StoreKey) (*record, error) {
	r, err := d.Opts.Store.Get(ctx, key)
	if errors.Is(err, jumpgate.NotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return readRecord(r)
}

// records are those of the account.
func (d *Images) records(ctx context.Context) ([]*record, error) {
	var list []*record
	for r, err := range d.Opts.Store.List(ctx, keep.Account(ctx), recordKind) {
		if err != nil {
			return nil, err
		}
		one, err := readRecord(r)
		if err != nil {
			return nil, err
		}
		list = append(list, one)
	}
	return list, nil
}

// put keeps r, if nobody else has changed it since it was read.
func (d *Images) put(ctx context.Context, r *record) error {
	value, err := json.Marshal(r)
	if err != nil {
		return err
	}
	r.version, err = d.Opts.Store.Put(ctx, jumpgate.Record{StoreKey: r.key, Value: value, Version: r.version})
	if full := (*jumpgate.StoreFullError)(nil); errors.As(err, &full) {
		return image.TooManyImages(err, full.Project, full.Limit)
	}
	return err
}

// answers are how the account answered to the templates that others share with
// it, by their ids; what is missing is accepted, as SoftLayer has it.
func (d *Images) answers(ctx context.Context) (map[string]string, error) {
	all := make(map[string]string)
	for r, err := range d.Opts.Store.List(ctx, keep.Account(ctx), memberKind) {
		if err != nil {
			return nil, err
		}
		all[r.ID] = string(r.Value)
	}
	return all, nil
}

// answer is how an account answered to the template called guid.
func (d *Images) answer(ctx context.Context, account, guid string) (string, error) {
	r, err := d.Opts.Store.Get(ctx, jumpgate.StoreKey{Project: account, Kind: memberKind, ID: guid})
	if errors.Is(err, jumpgate.NotFound) {
		return accepted, nil
	}
	if err != nil {
		return "", err
	}
	return string(r.Value), nil
}

const accepted = "accepted"

// setAnswer keeps the account's own answer.
func (d *Images) setAnswer(ctx context.Context, guid, status string) error {
	key := jumpgate.StoreKey{Project: keep.Account(ctx), Kind: memberKind, ID: guid}
	if status == accepted {
		err := d.Opts.Store.Delete(ctx, key, 0)
		if errors.Is(err, jumpgate.NotFound) {
			err = nil
		}
		return err
	}
	r := jumpgate.Record{StoreKey: key, Value: []byte(status)}
	if old, err := d.Opts.Store.Get(ctx, key); err == nil {
		r.Version = old.Version
	}
	_, err := d.Opts.Store.Put(ctx, r)
	return err
}
