package memory

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
)

// machines is the driver of the compute service.
type machines struct{ c *Cloud }

// server is a server and what Nova's database would have of it besides.
type server struct {
	compute.Server
	host      string        // where it is; see put
	move      *moving       // its last one
	shelved   string        // the image that keeps its disk
	due       time.Time     // when what is under way will be done; zero: nothing is
	finish    func(*server) // does it
	actions   []compute.ServerAction
	borrowed  map[string]bool // the ports that were there before it
	seen      int             // the changes of the networks that it knows
	unlimited bool            // no quota is asked for its ports
	before    state           // the one to return to, of VERIFY_RESIZE
	resized   *compute.Flavor // the flavor to return to, of VERIFY_RESIZE
	console   []string        // lines
	tickets   []ticket        // to its console
	mappings  []mapping
	deleted   bool // it is remembered for lists with deleted servers
	userData  []byte

	foreignLock bool // of an admin who is no member of the project
}

// state is what of a server clients wait for, as far as it belongs together.
type state struct {
	Status, VMState string
	Power           compute.PowerState
}

// The states that a server rests in.
var (
	active    = resting(compute.StateActive)
	stopped   = resting(compute.StateStopped)
	paused    = resting(compute.StatePaused)
	suspended = resting(compute.StateSuspended)
	rescued   = resting(compute.StateRescued)
	resized   = resting(compute.StateResized)
	offloaded = resting(compute.StateShelvedOffloaded)
	removed   = resting(compute.StateDeleted)
	failed    = resting(compute.StateFailed)
)

func resting(at compute.State) (s state) {
	s.Status, s.VMState, s.Power = at.Triple()
	return s
}

func (s *server) rest(at state) {
	s.Status, s.VMState, s.PowerState, s.TaskState = at.Status, at.VMState, at.Power, ""
}

func (s *server) state() state { return state{s.Status, s.VMState, s.PowerState} }

// settle does what is due. The lock is held.
func (c *Cloud) settle(s *server) {
	defer c.nets.refresh(s)
	defer c.live(s)
	if s.finish == nil || c.now().Before(s.due) {
		return
	}
	finish := s.finish
	s.finish, s.due = nil, time.Time{}
	finish(s)
	s.Updated = c.now().UTC().Truncate(time.Second)
	if n := len(s.actions); n > 0 {
		s.actions[n-1].Updated = c.now().UTC()
	}
}

// find returns a server that the principal may see, settled. The lock is held.
func (c *Cloud) find(ctx context.Context, id string) (*server, error) {
	s := c.servers[id]
	who := caller(ctx)
	if s == nil || s.ProjectID != who.ProjectID && !who.HasRole("admin") {
		return nil, jumpgate.NotFound
	}
	c.settle(s)
	if s.deleted {
		return nil, jumpgate.NotFound
	}
	return s, nil
}

// shown is a copy of s for those outside of the lock.
func (s *server) shown() *compute.Server {
	view := s.Server
	view.Tags = slices.Clone(s.Tags)
	view.SecurityGroups = slices.Clone(s.SecurityGroups)
	view.Networks = slices.Clone(s.Networks)
	view.Volumes = slices.Clone(s.Volumes)
	view.AdminPassword, view.UserData = "", s.userData
	if s.VMState == "building" { // groups are those of ports, which a host has not made yet
		view.SecurityGroups = nil
	}
	return &view
}

// with calls f, under the lock, with a server that the principal may see and
// that Nova's rules allow to be done to what they call doing; 0 asks no rule.
func (m machines) with(ctx context.Context, id string, doing compute.Action, f func(*server) error) error {
	m.c.mu.Lock()
	defer m.c.mu.Unlock()
	s, err := m.c.find(ctx, id)
	if err == nil && doing != 0 {
		err = m.c.mayDo(ctx, doing, s)
	}
	if err != nil {
		return err
	}
	return f(s)
}

// do begins something with a server. Until it is done the server has the status
// and task that it is given; empty ones stay. name is that of the action in the
// server's history; see with for doing.
func (m machines) do(ctx context.Context, id string, doing compute.Action, name, status, task string, finish func(*server)) error {
	return m.with(ctx, id, doing, func(s *server) error {
		m.c.begin(ctx, s, name, status, task, m.c.opts.ActionTime, finish)
		return nil
	})
}

// mayDo asks Nova's rules; an admin's hand is not held by locks.
func (c *Cloud) mayDo(ctx context.Context, doing compute.Action, s *server) error {
	if caller(ctx).HasRole("admin") && s.Locked {
		unlocked := s.Server
		unlocked.Locked = false
		return compute.MayDo(doing, &unlocked)
	}
	return compute.MayDo(doing, &s.Server)
}

// begin starts what finish will end after a while. The lock is held.
func (c *Cloud) begin(ctx context.Context, s *server, name, status, task string, takes time.Duration, finish func(*server)) {
	if status != "" {
		s.Status = status
	}
	if task != "" {
		s.TaskState = task
	}
	c.note(ctx, s, name)
	s.finish, s.due = finish, c.now().Add(takes)
	c.settle(s)
}

// note writes an action into a server's history.
func (c *Cloud) note(ctx context.Context, s *server, name string) {
	now := c.now().UTC()
	id := jumpgate.NewRequestID()
	if r := jumpgate.RequestFrom(ctx); r != nil {
		id = r.Env.RequestID
	}
	who := caller(ctx)
	s.actions = append(s.actions, compute.ServerAction{
		Name: name, RequestID: id, UserID: who.UserID, ProjectID: who.ProjectID, Started: now, Updated: now,
	})
}

// hostID is what a project sees of a host: the same for its servers on it, and
// another for every project.
func hostID(project, host string) string {
	sum := sha256.Sum224([]byte(project + host))
	return hex.EncodeToString(sum[:])
}

// hostname makes a host name of a server's name, as Nova does.
func hostname(name string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(name) {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '-', r == '.':
			b.WriteRune(r)
		case r == ' ' || r == '_':
			b.WriteByte('-')
		}
	}
	return strings.Trim(b.String()[:min(b.Len(), 63)], ".-")
}
