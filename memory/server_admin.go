package memory

import (
	"context"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
)

var (
	_ compute.ServerStateResetter   = machines{}
	_ compute.ServerNetworkInjector = machines{}
	_ compute.ServerOffloader       = machines{}
	_ compute.ServerDiagnoser       = machines{}
	_ compute.ExternalEventTaker    = machines{}
	_ compute.AllUsageLister        = machines{}
	_ compute.UserKeypairs          = machines{}
)

// ResetServerState implements compute.ServerStateResetter. What is under way
// goes on unseen: it does not happen any more.
func (m machines) ResetServerState(ctx context.Context, id string, broken bool) error {
	return m.with(ctx, id, compute.ActionResetState, func(s *server) error {
		m.c.note(ctx, s, "reset_state")
		s.finish, s.due = nil, time.Time{}
		power := s.PowerState
		s.rest(active)
		if broken {
			s.rest(failed)
		}
		s.PowerState = power
		m.c.touch(s)
		return nil
	})
}

// InjectNetworkInfo implements compute.ServerNetworkInjector.
func (m machines) InjectNetworkInfo(ctx context.Context, id string) error {
	return m.with(ctx, id, compute.ActionInjectNetworkInfo, func(s *server) error {
		m.c.note(ctx, s, "inject_network_info")
		return nil
	})
}

// OffloadServer implements compute.ServerOffloader.
func (m machines) OffloadServer(ctx context.Context, id string) error {
	return m.do(ctx, id, compute.ActionShelveOffload, "shelveOffload", "", "shelving_offloading", func(s *server) {
		s.rest(offloaded)
		m.c.put(s, "")
	})
}

// powerNames are the states of diagnostics.
var powerNames = map[compute.PowerState]string{
	compute.PowerRunning: "running", compute.PowerPaused: "paused", compute.PowerShutdown: "shutdown", compute.PowerCrashed: "crashed",
	compute.PowerSuspended: "suspended", compute.PowerUnknown: "pending",
}

// Diagnostics implements compute.ServerDiagnoser, as the fake hypervisor of Nova
// which calls itself KVM. What nobody counts here is not known.
func (m machines) Diagnostics(ctx context.Context, id string) (*compute.Diagnostics, error) {
	var d *compute.Diagnostics
	err := m.wired(ctx, id, compute.ActionDiagnose, func(s *server) error {
		if s.host == "" {
			return jumpgate.Conflict.New("Instance %s is not ready", id)
		}
		d = &compute.Diagnostics{
			State: powerNames[s.PowerState], Driver: "libvirt", Hypervisor: "kvm", HypervisorOS: "linux", ConfigDrive: s.ConfigDrive,
			Uptime: m.c.now().Sub(s.Launched), Memory: s.Flavor.RAM, MemoryUsed: -1,
		}
		for range s.Flavor.VCPUs {
			d.CPUs = append(d.CPUs, compute.CPUDiagnostics{Utilisation: -1})
		}
		unknown := compute.DiskDiagnostics{ReadBytes: -1, ReadRequests: -1, WriteBytes: -1, WriteRequests: -1, Errors: -1}
		if s.ImageID != "" {
			d.Disks = append(d.Disks, unknown)
		}
		for range s.mappings {
			d.Disks = append(d.Disks, unknown)
		}
		for _, p := range m.c.nets.devices[s.ID] {
			d.Interfaces = append(d.Interfaces, compute.InterfaceDiagnostics{
				MAC: p.MAC, Received: -1, ReceivedErrors: -1, ReceivedDrops: -1, RxPackets: -1, Sent: -1, SentErrors: -1, SentDrops: -1, TxPackets: -1,
			})
		}
		return nil
	})
	return d, err
}

// TakeExternalEvents implements compute.ExternalEventTaker. What Cinder and
// Neutron would tell, this cloud knows anyway; what Ironic tells of the power
// changes a server.
func (m machines) TakeExternalEvents(ctx context.Context, events []compute.ExternalEvent) error {
	m.c.mu.Lock()
	defer m.c.mu.Unlock()
	for _, e := range events {
		s := m.c.servers[e.ServerID]
		if s == nil || s.deleted || e.Status != "completed" {
			continue
		}
		switch state := s.state(); {
		case e.Name == "volume-extended":
			m.c.note(ctx, s, "extend_volume")
		case e.Name == "power-update" && e.Tag == "POWER_OFF" && state == active:
			m.c.note(ctx, s, "power-update")
			s.rest(stopped)
		case e.Name == "power-update" && e.Tag == "POWER_ON" && state == stopped:
			m.c.note(ctx, s, "power-update")
			s.rest(active)
		}
	}
	return nil
}

// AllUsages implements compute.AllUsageLister.
func (m machines) AllUsages(_ context.Context, projectID string, _, _ time.Time) ([]compute.Usage, error) {
	return m.usages(projectID), nil
}
