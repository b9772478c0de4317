package volume

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/volume"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
)

// Along is a volume that is made along with a server. What it is to be is kept
// in the server's notes; here is kept whether it was ordered, until that is in
// SoftLayer, too.
type Along struct {
	keep.Along
	Server, Zone string
	Place        int       // among the server's
	Since        time.Time // nobody has ordered it before
	First        bool      // certainly nobody has tried it before
}

// ID is the id of a volume that is made along with a server, by its order.
func ID(a keep.Along, order int) string {
	if a.Type == PortableType {
		return keep.IDOf(keep.DiskOrderKind, order)
	}
	return keep.IDOf(keep.StorageOrderKind, order)
}

// create is the order, named as Nova does it.
func (a *Along) create() volume.Create {
	c := volume.Create{Size: a.Size, Type: a.Type, Zone: a.Zone}
	if a.Snapshot == 0 {
		c.Name = a.Server + "-blank-vol"
	} else {
		c.SnapshotID = keep.IDOf(keep.SnapshotKind, a.Snapshot)
	}
	return c
}

// owner names whose the order is; see core.BuyFor. It is the same in every
// replica.
func (a *Along) owner() string { return keep.NameID("along/" + a.Server + "/" + strconv.Itoa(a.Place)) }

// PlanAlong is what is ordered for c along with a server: after the rule of the
// program, of a size that SoftLayer sells. It places no order.
func (d *Volumes) PlanAlong(ctx context.Context, c volume.Create) (keep.Along, error) {
	if err := d.ruled(ctx, &c); err != nil {
		return keep.Along{}, err
	}
	p, err := d.plan(ctx, volume.Source{}, c)
	if err != nil {
		return keep.Along{}, err
	}
	a := keep.Along{Size: p.Size, Type: p.Type}
	a.Snapshot, _ = keep.NumberOf(keep.SnapshotKind, p.SnapshotID)
	return a, nil
}

// ErrUnderway is for an order of which nobody knows yet whether it is placed:
// somebody is at it, or was cut off a moment ago.
var ErrUnderway = errors.New("the order is under way")

// Refused tells whether err is an answer that stays the same: there will be no
// such volume.
func Refused(err error) bool {
	var (
		no     *upstream.Refusal
		unsure *upstream.Unsure
	)
	return !errors.As(err, &unsure) && (errors.As(err, &no) || errors.Is(err, jumpgate.BadRequest) || errors.Is(err, jumpgate.NotFound) || errors.Is(err, jumpgate.TooLarge))
}

// OrderAlong orders a volume, once whoever tries it how often, and returns the
// number of the order. Its name and its server are kept with it.
func (d *Volumes) OrderAlong(ctx context.Context, a Along) (int, error) {
	number, w, err := d.findAlong(ctx, a)
	if number != 0 || err != nil {
		return number, err
	}
	p, err := d.plan(ctx, volume.Source{}, a.create())
	if err != nil {
		return 0, err
	}
	version := w.Kept.version
	w = new(wish)
	*w = d.wishOf(p)
	w.Along, w.Kept.version = true, version
	if err := d.putWish(ctx, a.owner(), w); err != nil {
		return 0, err
	}
	number, err = d.BuyFor(ctx, a.owner(), p.order)
	var unsure *upstream.Unsure
	if err != nil {
		if !errors.As(err, &unsure) { // it may still come true
			d.drop(ctx, wishRecord, a.owner())
		}
		return 0, tooMany(err)
	}
	d.placed(ctx, a, w, number)
	return number, nil
}

// FindAlong is OrderAlong for a volume that nobody wants any more: it is only
// looked whether it was ordered. 0: it was not.
func (d *Volumes) FindAlong(ctx context.Context, a Along) (int, error) {
	number, w, err := d.findAlong(ctx, a)
	if err == nil && number == 0 && w.Kept.version != 0 {
		d.drop(ctx, wishRecord, a.owner())
	}
	return number, err
}

// findAlong finds the order of a volume, or the wish of somebody whose order was
// not placed, which may be empty.
func (d *Volumes) findAlong(ctx context.Context, a Along) (int, *wish, error) {
	w := new(wish)
	r, err := d.Opts.Store.Get(ctx, keyOf(ctx, wishRecord, a.owner()))
	switch {
	case errors.Is(err, jumpgate.NotFound) && a.First:
		return 0, w, nil
	case errors.Is(err, jumpgate.NotFound): // the store may have lost it, and we look as for anybody's
		p, err := d.plan(ctx, volume.Source{}, a.create())
		if err != nil {
			return 0, nil, err
		}
		*w = d.wishOf(p)
		w.Along, w.Since, w.Kept.Order.User = true, a.Since, ""
	case err != nil:
		return 0, nil, err
	default:
		if err := json.Unmarshal(r.Value, w); err != nil {
			return 0, nil, jumpgate.Internal.Wrap(err, "")
		}
		w.Kept.version = r.Version
		switch {
		case w.Kept.Order.Number != 0:
			return w.Kept.Order.Number, w, nil
		case d.young(w):
			return 0, nil, ErrUnderway
		}
	}
	w.Tried = d.Opts.Now()
	if err := d.putWish(ctx, a.owner(), w); err != nil {
		return 0, nil, err
	}
	number, err := d.PlacedSince(asUser(ctx, w.Kept.Order.User), w.Prices, w.Since, a.owner())
	if err == nil && number != 0 {
		d.placed(ctx, a, w, number)
	}
	return number, w, err
}

// asUser is ctx of a user's, who has placed an order that another one looks for;
// "": anybody's.
func asUser(ctx context.Context, user string) context.Context {
	p := jumpgate.PrincipalFrom(ctx)
	if p == nil {
		return ctx
	}
	other := *p
	other.UserID = user
	return jumpgate.WithPrincipal(ctx, &other)
}

// putWish keeps a wish, unless somebody else has changed it since: then he is at
// it.
func (d *Volumes) putWish(ctx context.Context, owner string, w *wish) error {
	text, err := json.Marshal(w)
	if err != nil {
		return jumpgate.Internal.Wrap(err, "")
	}
	w.Kept.version, err = d.Opts.Store.Put(ctx, jumpgate.Record{
		StoreKey: keyOf(ctx, wishRecord, owner), Value: text, Version: w.Kept.version, Expires: d.Opts.Now().Add(wishAge),
	})
	if errors.Is(err, jumpgate.Conflict) {
		return ErrUnderway
	}
	return full(err)
}

// placed keeps what is known of a volume that was ordered: SoftLayer shows it
// later, and its server has it from the beginning.
func (d *Volumes) placed(ctx context.Context, a Along, w *wish, number int) {
	ctx = context.WithoutCancel(ctx)
	id := ID(a.Along, number)
	w.Kept.Order.Number = number
	_, _ = d.amend(ctx, volumeRecord, id, func(k *kept) { // else it has no name
		version := k.version
		*k = *w.Kept.clone()
		k.version = version
		k.Attachments = []volume.Attachment{{ID: AttachmentID(a.Server, id), ServerID: a.Server, Status: "attaching", Compute: true}}
	})
	_ = d.putWish(ctx, a.owner(), w) // else the order is looked for once more
}

// ForgetAlong forgets who ordered a volume, once SoftLayer has the number.
func (d *Volumes) ForgetAlong(ctx context.Context, a Along) { d.drop(ctx, wishRecord, a.owner()) }

// Attached takes back that a volume is about to be attached to a server: it is,
// or never will be.
func (d *Volumes) Attached(ctx context.Context, id, server string) error {
	k, err := d.kept(ctx, volumeRecord, id)
	if err != nil || !slices.ContainsFunc(k.Attachments, attachingTo(server)) {
		return err
	}
	_, err = d.amend(ctx, volumeRecord, id, func(k *kept) { k.Attachments = slices.DeleteFunc(k.Attachments, attachingTo(server)) })
	return err
}

func attachingTo(server string) func(volume.Attachment) bool {
	return func(a volume.Attachment) bool { return a.ServerID == server && a.Status == "attaching" }
}

// Abandon cancels a volume that was to go with a server which is gone, as soon
// as SoftLayer has made it: by this process or, if that ends, by whoever sees
// it then.
func (d *Volumes) Abandon(ctx context.Context, id, server string) error {
	_, err := d.amend(ctx, volumeRecord, id, func(k *kept) {
		k.Doomed, k.Attachments = true, slices.DeleteFunc(k.Attachments, attachingTo(server))
	})
	if err == nil {
		d.cancelLater(ctx, id)
	}
	return err
}

// cancelLater cancels a volume that is doomed.
func (d *Volumes) cancelLater(ctx context.Context, id string) {
	d.Later.Try(ctx, "volume/"+keep.AccountKey(ctx)+"/"+id, func(ctx context.Context) (done bool, err error) {
		v, err := d.Look(ctx, id)
		switch {
		case errors.Is(err, jumpgate.NotFound):
			d.drop(ctx, volumeRecord, id)
			return true, nil
		case err != nil:
			return false, err
		case v.Storage == nil && v.Disk == nil && v.base == "creating":
			if v.Status != "error" {
				return false, nil
			}
			d.drop(ctx, volumeRecord, id) // nothing was made, and nothing is paid
			return true, nil
		case !v.kept.Doomed || len(v.servers()) > 0: // somebody wants it
			return true, nil
		}
		if err := d.Cancel(ctx, v.bill()); err != nil {
			return false, err
		}
		d.drop(ctx, volumeRecord, id)
		return true, nil
	})
}
