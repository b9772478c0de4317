package image

import (
	"context"
	"errors"
	"io"
	"iter"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/softlayer/jumpgate"
)

// Lease tells which process receives data for an image; the process renews it
// before Until. A lease that has expired means that the process is gone, and
// the package treats the image as if the transfer had failed. The zero value
// means no transfer.
type Lease struct {
	Holder string
	Until  time.Time
}

// leaseTime is how long a process may be silent that takes data.
const leaseTime = 3 * time.Minute

// errLeaseLost tells a transfer that others think it dead, and that the image
// is theirs by now.
var errLeaseLost = jumpgate.Conflict.New("The transfer of the image's data took so long to report that it was given up.")

// lease begins a lease of holder.
func (s *service) lease(holder string) Lease {
	return Lease{holder, s.now().UTC().Add(leaseTime)}
}

// hold renews a lease until stop is called. The context that it returns ends
// when the lease is lost.
func (s *service) hold(ctx context.Context, id, holder string) (held context.Context, stop func()) {
	held, cancel := context.WithCancelCause(ctx)
	go func() {
		tick := time.NewTicker(leaseTime / 3)
		defer tick.Stop()
		for {
			select {
			case <-held.Done():
				return
			case <-tick.C:
			}
			err := s.renew(held, id, holder)
			if errors.Is(err, errLeaseLost) || errors.Is(err, jumpgate.NotFound) {
				cancel(err)
				return
			}
		}
	}()
	return held, func() { cancel(nil) }
}

// renew prolongs a lease that holder still has.
func (s *service) renew(ctx context.Context, id, holder string) error {
	_, err := s.updater.UpdateImage(ctx, id, func(img *Image) error {
		if img.Lease.Holder != holder {
			return errLeaseLost
		}
		img.Lease = s.lease(holder)
		return nil
	})
	return err
}

// confirmed is data whose end is only reached by who still has the lease, so
// that late data can't replace what came after it was given up.
type confirmed struct {
	io.Reader
	renew func() error
}

func (c confirmed) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	if err == io.EOF {
		if lost := c.renew(); lost != nil {
			return n, lost
		}
	}
	return n, err
}

// fail ends the transfer that has img's lease: the image waits for data again,
// and an import says that it failed.
func (img *Image) fail(now time.Time) {
	if t := img.task(img.Lease.Holder); t != nil {
		t.Updated, t.Status, t.Message = now, "failure", "The import of the image's data failed."
		img.importing(nil, t.Stores)
	}
	img.Lease = Lease{}
	if img.Status != "active" {
		img.become("queued") //nolint:errcheck // there is a way from all states in which data comes
	}
}

// task returns the import called id, which may be changed, or nil.
func (img *Image) task(id string) *Task {
	i := slices.IndexFunc(img.Tasks, func(t Task) bool { return t.ID == id })
	if i < 0 {
		return nil
	}
	img.Tasks = slices.Clone(img.Tasks)
	return &img.Tasks[i]
}

// importing says in Glance's properties to which stores an import still goes,
// and with which ones it failed.
func (img *Image) importing(stores, failed []string) {
	img.Properties = maps.Clone(img.Properties)
	if img.Properties == nil {
		img.Properties = make(map[string]string)
	}
	img.Properties["os_glance_importing_to_stores"] = strings.Join(stores, ",")
	img.Properties["os_glance_failed_import"] = strings.Join(failed, ",")
}

// settled shows images whose transfers have died as failed, so that nobody has
// to wait for the process that did them. It wraps the driver's interfaces.
type settled struct {
	Lister
	Getter
	Updater
	now func() time.Time
}

func (s settled) settle(img *Image) *Image {
	if img == nil || img.Lease.Holder == "" || s.now().Before(img.Lease.Until) {
		return img
	}
	dead := *img
	dead.fail(s.now().UTC())
	return &dead
}

func (s settled) ListImages(ctx context.Context, q Query) iter.Seq2[*Image, error] {
	return func(yield func(*Image, error) bool) {
		for img, err := range s.Lister.ListImages(ctx, q) {
			if !yield(s.settle(img), err) {
				return
			}
		}
	}
}

func (s settled) Image(ctx context.Context, id string) (*Image, error) {
	img, err := s.Getter.Image(ctx, id)
	return s.settle(img), err
}

func (s settled) UpdateImage(ctx context.Context, id string, change func(*Image) error) (*Image, error) {
	img, err := s.Updater.UpdateImage(ctx, id, func(img *Image) error {
		*img = *s.settle(img)
		return change(img)
	})
	return s.settle(img), err
}
