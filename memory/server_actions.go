package memory

import (
	"context"
	"strings"

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
	_ compute.ServerConsoleReader   = machines{}
	_ compute.ServerConsoler        = machines{}
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
		s.console = append(s.console, "Booting "+s.Hostname, "login:")
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
		s.Locked, s.LockedReason = locked, reason
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
// host at once, as with shelved_offload_time = 0.
func (m machines) ShelveServer(ctx context.Context, id string) error {
	return m.do(ctx, id, compute.ActionShelve, "shelve", "", "shelving", func(s *server) {
		s.rest(offloaded)
		s.host, s.HostID, s.AvailabilityZone = "", "", ""
		m.c.nets.bind(s)
	})
}

// UnshelveServer implements compute.ServerShelver.
func (m machines) UnshelveServer(ctx context.Context, id, wanted string) error {
	if wanted != "" && wanted != zone {
		return compute.ZoneNotFound()
	}
	return m.do(ctx, id, compute.ActionUnshelve, "unshelve", "", "unshelving", func(s *server) {
		host, _ := m.c.place(nil)
		s.rest(active)
		s.host, s.HostID, s.AvailabilityZone = host, hostID(s.ProjectID, host), zone
		m.c.nets.bind(s)
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

// ConsoleOutput implements compute.ServerConsoleReader.
func (m machines) ConsoleOutput(ctx context.Context, id string, lines int) (string, error) {
	var text []string
	err := m.with(ctx, id, 0, func(s *server) error {
		if s.host == "" {
			return jumpgate.Conflict.New("Instance %s is not ready", id)
		}
		if text = s.console; lines >= 0 {
			text = text[max(0, len(text)-lines):]
		}
		return nil
	})
	return strings.Join(text, "\n"), err
}

// ServerConsole implements compute.ServerConsoler. The page it names does not
// exist; clients that only ask for the URL can't tell.
func (m machines) ServerConsole(ctx context.Context, id, protocol, kind string) (string, error) {
	url := ""
	err := m.with(ctx, id, 0, func(s *server) error {
		switch {
		case kind != "novnc":
			return compute.ConsoleUnavailable(kind)
		case s.host == "":
			return jumpgate.Conflict.New("Instance not yet ready")
		}
		url = "http://127.0.0.1:6080/vnc_auto.html?path=%3Ftoken%3D" + jumpgate.NewUUID()
		return nil
	})
	return url, err
}
