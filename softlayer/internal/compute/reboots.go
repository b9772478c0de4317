package compute

import (
	"context"
	"strings"
	"sync"
	"time"

	"github.com/softlayer/jumpgate/openstack/compute"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
)

// reboots remember which servers were rebooted a moment ago. SoftLayer shows
// nothing of a reboot, and clients wait for its status to come before they wait
// for it to go. All of it may be lost at any time.
type reboots struct {
	mu sync.Mutex
	at *keep.LRU[reboot] // by account and the server's id
}

type reboot struct {
	at  time.Time
	how compute.RebootType
}

const (
	// rebootShown is how long a reboot is shown: for longer than clients pause
	// between two looks.
	rebootShown = 5 * time.Second

	// maxReboots and rebootsEach bound the memory, of all accounts and of each.
	maxReboots  = 10_000
	rebootsEach = 1_000
)

func newReboots() *reboots { return &reboots{at: keep.NewLRU[reboot](rebootsEach, maxReboots)} }

func (r *reboots) note(ctx context.Context, id string, how compute.RebootType, now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.at.Put(keep.Account(ctx), strings.ToLower(id), reboot{now, how})
}

// show lets s, which runs, be rebooting if it was rebooted a moment ago.
func (r *reboots) show(ctx context.Context, s *compute.Server, now time.Time) {
	if s.Status != "ACTIVE" || s.TaskState != "" {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	last, ok := r.at.Get(keep.Account(ctx), s.ID)
	switch {
	case !ok || now.Sub(last.at) >= rebootShown:
	case last.how == compute.HardReboot:
		s.Status, s.TaskState = "HARD_REBOOT", "rebooting_hard"
	default:
		s.Status, s.TaskState = "REBOOT", "rebooting"
	}
}
