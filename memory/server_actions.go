package memory

import (
	"context"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
)

var (
	_ compute.ServerStarter         = machines{}
	_ compute.ServerStopper         = machines{}
	_ compute.ServerRebooter        = machines{}
	_ compute.ServerPauser          = machines{}
	_ compute.ServerSuspender       = machines{}
	_ compute.ServerLocker          = machines{}
	_ compute.ServerRescuer         = machines{}
	_ compute.ServerShelver         = machines{}
	_ compute.ServerCrasher         = machines{}
	_ compute.ServerPasswordChanger = machines{}
)

// StartServer implements compute.ServerStarter.
func (m machines) StartServer(ctx context.Context, id string) error {
	return m.do(ctx, id, compute.ActionStart, "start", "", "powering-on", func(s *server) { s.rest(active) })
}

// StopServer implements compute.ServerStopper.
func (m machines) StopServer(ctx context.Context, id string) error {
	return m.do(ctx, id, compute.ActionStop, "stop", "", "powering-off", func(s *server) { s.rest(stopped) })
}

// RebootServer implements compute.ServerRebooter.
func (m machines) RebootServer(ctx context.Context, id string, how compute.RebootType) error {
	doing, status, task := compute.ActionReboot, "REBOOT", "rebooting"
	if how == compute.HardReboot {
		doing, status, task = compute.ActionHardReboot, "HARD_REBOOT", "rebooting_hard"
	}
	return m.do(ctx, id, doing, "reboot", status, task, func(s *server) {
		s.rest(active)
		s.boot()
	})
}

// PauseServer implements compute.ServerPauser.
func (m machines) PauseServer(ctx context.Context, id string) error {
	return m.do(ctx, id, compute.ActionPause, "pause", "", "pausing", func(s *server) { s.rest(paused) })
}

// UnpauseServer implements compute.ServerPauser.
func (m machines) UnpauseServer(ctx context.Context, id string) error {
	return m.do(ctx, id, compute.ActionUnpause, "unpause", "", "unpausing", func(s *server) { s.rest(active) })
}

// SuspendServer implements compute.ServerSuspender.
func (m machines) SuspendServer(ctx context.Context, id string) error {
	return m.do(ctx, id, compute.ActionSuspend, "suspend", "", "suspending", func(s *server) { s.rest(suspended) })
}

// ResumeServer implements compute.ServerSuspender.
func (m machines) ResumeServer(ctx context.Context, id string) error {
	return m.do(ctx, id, compute.ActionResume, "resume", "", "resuming", func(s *server) { s.rest(active) })
}

// LockServer implements compute.ServerLocker.
func (m machines) LockServer(ctx context.Context, id, reason string) error {
	return m.lock(ctx, id, "lock", true, reason)
}

// UnlockServer implements compute.ServerLocker.
func (m machines) UnlockServer(ctx context.Context, id string) error {
	return m.lock(ctx, id, "unlock", false, "")
}

func (m machines) lock(ctx context.Context, id, name string, locked bool, reason string) error {
	return m.with(ctx, id, 0, func(s *server) error {
		foreign := caller(ctx).ProjectID != s.ProjectID
		switch {
		case locked && s.Locked && !foreign: // the first lock stays
			return nil
		case !locked && s.Locked && s.foreignLock != foreign:
			if err := compute.CheckUnlock(ctx); err != nil {
				return err
			}
		}
		s.Locked, s.LockedReason, s.foreignLock = locked, reason, foreign
		m.c.note(ctx, s, name)
		return nil
	})
}

// RescueServer implements compute.ServerRescuer.
func (m machines) RescueServer(ctx context.Context, id string, r compute.ServerRescue) (string, error) {
	if r.ImageRef != "" {
		if _, err := m.c.images.Image(ctx, r.ImageRef); err != nil {
			return "", jumpgate.BadRequest.New("Image %s could not be found.", r.ImageRef)
		}
	}
	password := r.Password
	if password == "" {
		password = jumpgate.NewUUID()[:12]
	}
	err := m.do(ctx, id, compute.ActionRescue, "rescue", "", "rescuing", func(s *server) { s.rest(rescued) })
	return password, err
}

// UnrescueServer implements compute.ServerRescuer.
func (m machines) UnrescueServer(ctx context.Context, id string) error {
	return m.do(ctx, id, compute.ActionUnrescue, "unrescue", "", "unrescuing", func(s *server) { s.rest(active) })
}

// ShelveServer implements compute.ServerShelver. A shelved server leaves its
// host at once, as with shelved_offload_time = 0. An image keeps its disk.
func (m machines) ShelveServer(ctx context.Context, id string) error {
	return m.with(ctx, id, compute.ActionShelve, func(s *server) (err error) {
		kept := ""
		if s.ImageID != "" { // else its volume is all that there is to keep
			if kept, err = m.c.saveImage(ctx, s, compute.ServerImage{Name: s.Name + "-shelved"}, nil); err != nil {
				return err
			}
		}
		m.c.begin(ctx, s, "shelve", "", "shelving", m.c.opts.ActionTime, func(s *server) {
			if kept != "" {
				m.c.imageSaved(ctx, kept)
			}
			s.shelved = kept
			s.rest(offloaded)
			m.c.put(s, "")
		})
		return nil
	})
}

// UnshelveServer implements compute.ServerShelver.
func (m machines) UnshelveServer(ctx context.Context, id string, u compute.Unshelving) error {
	return m.with(ctx, id, compute.ActionUnshelve, func(s *server) error {
		switch {
		case (u.Zone != nil || u.Host != "") && s.state() != offloaded:
			return compute.UnshelveNotOffloaded(id, s.VMState)
		case u.Zone != nil && *u.Zone != "" && !m.c.isZone(*u.Zone):
			return compute.ZoneNotFound()
		case u.Host != "" && m.c.host(u.Host) == nil:
			return compute.HostNotFound(u.Host)
		}
		pinned := s.PinnedZone
		if u.Zone != nil {
			pinned = *u.Zone
		}
		if u.Host != "" && pinned != "" && m.c.zoneOf(u.Host) != pinned {
			return jumpgate.Conflict.New("Host \"%s\" is not in the availability zone \"%s\".", u.Host, pinned)
		}
		s.PinnedZone = pinned
		m.c.begin(ctx, s, "unshelve", "", "unshelving", m.c.opts.ActionTime, func(s *server) {
			if s.host == "" {
				host, ok := m.c.place(wish{host: u.Host, zone: pinned})
				if !ok {
					s.rest(offloaded)
					return
				}
				m.c.put(s, host)
			}
			if s.shelved != "" {
				_ = m.c.images.DeleteImage(context.WithoutCancel(ctx), s.shelved) // unless somebody did
				s.shelved = ""
			}
			s.rest(active)
		})
		return nil
	})
}

// CrashServer implements compute.ServerCrasher.
func (m machines) CrashServer(ctx context.Context, id string) error {
	return m.do(ctx, id, compute.ActionCrashDump, "trigger_crash_dump", "", "", func(s *server) {
		s.console = append(s.console, "Kernel panic - not syncing: NMI")
	})
}

// ChangeServerPassword implements compute.ServerPasswordChanger.
func (m machines) ChangeServerPassword(ctx context.Context, id, _ string) error {
	return m.do(ctx, id, compute.ActionChangePassword, "changePassword", "", "updating_password", func(s *server) { s.TaskState = "" })
}
