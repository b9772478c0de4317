package memory

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
)

var (
	_ compute.ServerConsoleReader = machines{}
	_ compute.ServerConsoler      = machines{}
	_ compute.ConsoleFinder       = machines{}
)

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
		now := m.c.now()
		s.tickets = slices.DeleteFunc(s.tickets, func(t ticket) bool { return !now.Before(t.until) })
		s.tickets = append(s.tickets[max(0, len(s.tickets)-maxTickets+1):], ticket{jumpgate.NewUUID(), now.Add(ticketAge)})
		url = "http://127.0.0.1:6080/vnc_auto.html?path=%3Ftoken%3D" + s.tickets[len(s.tickets)-1].token
		return nil
	})
	return url, err
}

// ticket lets people to a console for a while.
type ticket struct {
	token string
	until time.Time
}

const (
	ticketAge  = 10 * time.Minute // as Nova's
	maxTickets = 100              // of a server: the oldest go
)

// ConsoleOfToken implements compute.ConsoleFinder.
func (m machines) ConsoleOfToken(_ context.Context, token string) (*compute.Console, error) {
	m.c.mu.Lock()
	defer m.c.mu.Unlock()
	now := m.c.now()
	for _, s := range m.c.servers {
		if m.c.settle(s); s.deleted || s.host == "" {
			continue
		}
		if slices.ContainsFunc(s.tickets, func(t ticket) bool { return t.token == token && now.Before(t.until) }) {
			return &compute.Console{ServerID: s.ID, Type: "novnc", Host: s.host, Port: 5900}, nil
		}
	}
	return nil, jumpgate.NotFound
}

// boot is what a system writes to its console when it starts.
func (s *server) boot() {
	s.console = append(s.console,
		"SeaBIOS (version 1.16.2)",
		"Booting from Hard Disk...",
		"GRUB loading...",
		"[    0.000000] Linux version 6.1.0 (builder@memory)",
		"[    0.000000] Command line: root=/dev/vda1 console=ttyS0",
		fmt.Sprintf("[    0.000000] Memory: %dK available", s.Flavor.RAM<<10),
		fmt.Sprintf("[    0.010000] smp: Brought up 1 node, %d CPUs", s.Flavor.VCPUs),
		"[    0.200000] EXT4-fs (vda1): mounted filesystem",
		"[    0.300000] systemd[1]: Set hostname to <"+s.Hostname+">.",
		"[    0.500000] cloud-init[1]: finished",
		"",
		s.Hostname+" login: ",
	)
}
