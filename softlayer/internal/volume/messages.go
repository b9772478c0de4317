package volume

import (
	"cmp"
	"context"
	"encoding/json"
	"iter"
	"slices"
	"strconv"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/volume"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
)

const (
	messageRecord = "softlayer_volume_message"

	// messageAge is how long a message is kept, as in Cinder.
	messageAge = 30 * 24 * time.Hour
)

// tell keeps a message about an order of a volume: once, however many see what
// became of it.
func (d *Volumes) tell(ctx context.Context, id string, order int, request, action, text string) {
	now := d.Opts.Now().UTC().Truncate(time.Second)
	m := volume.Message{
		ID: keep.NameID("order/" + strconv.Itoa(order) + "/refused"), ProjectID: keep.Account(ctx), RequestID: request, ResourceType: "VOLUME",
		ResourceID: id, EventID: "VOLUME_VOLUME_" + action + "_001", Text: text, Level: "ERROR", Created: now, Until: now.Add(messageAge),
	}
	value, _ := json.Marshal(m) // never fails: it holds strings and dates
	_, _ = d.Opts.Store.Put(context.WithoutCancel(ctx), jumpgate.Record{StoreKey: keyOf(ctx, messageRecord, m.ID), Value: value, Expires: m.Until})
}

// ListMessages lists what the users of the account are told.
func (d *Volumes) ListMessages(ctx context.Context) iter.Seq2[*volume.Message, error] {
	return func(yield func(*volume.Message, error) bool) {
		var list []*volume.Message
		for r, err := range d.Opts.Store.List(ctx, keep.Account(ctx), messageRecord) {
			m := new(volume.Message)
			if err == nil {
				err = json.Unmarshal(r.Value, m)
			}
			if err != nil {
				yield(nil, err)
				return
			}
			list = append(list, m)
		}
		slices.SortFunc(list, func(a, b *volume.Message) int { return cmp.Or(b.Created.Compare(a.Created), cmp.Compare(a.ID, b.ID)) })
		for _, m := range list {
			if !yield(m, nil) {
				return
			}
		}
	}
}

// DeleteMessage forgets a message.
func (d *Volumes) DeleteMessage(ctx context.Context, id string) error {
	return d.Opts.Store.Delete(ctx, keyOf(ctx, messageRecord, id), 0)
}
