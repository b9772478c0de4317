package compute

import (
	"fmt"
	"net/http"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// The errors about hosts, in Nova's words.

// HostNotFound is for an unknown host.
func HostNotFound(host string) error {
	return jumpgate.BadRequest.New("Compute host %s could not be found.", host)
}

// SameHost is for a live migration to the host that the server is on.
func SameHost(id, host string) error {
	return jumpgate.BadRequest.New("Unable to migrate instance (%s) to current host (%s).", id, host)
}

// CannotMigrateToSameHost is for a migration of a stopped server to the host it
// is on.
func CannotMigrateToSameHost() error {
	return jumpgate.BadRequest.New("Cannot migrate to the host where the server exists.")
}

// NoValidHost is for a server that no other host can take.
func NoValidHost() error {
	return jumpgate.BadRequest.New("No valid host was found. There are not enough hosts available.")
}

// UnshelveNotOffloaded is for a server that is to be unshelved to a chosen
// place but has not left its host.
func UnshelveNotOffloaded(id, vmState string) error {
	return jumpgate.Conflict.New("Specifying an availability zone or a host when unshelving server \"%s\" with status \"%s\" is not supported. "+
		"The server status must be SHELVED_OFFLOADED.", id, vmState)
}

// HostInUse is for an evacuation from a host that is up.
func HostInUse(host string) error {
	return jumpgate.BadRequest.New("Compute service of %s is still in use.", host)
}

// doersOfAdmins are the actions that policy leaves to operators.
func (s *service) doersOfAdmins(driver any, can map[string]doer) {
	if d, ok := driver.(ServerStateResetter); ok {
		can["os-resetState"] = func(r *jumpgate.Request, id string, in schema.Object) (any, error) {
			return nil, d.ResetServerState(r.Context(), id, in.String("state") == "error")
		}
	}
	if d, ok := driver.(ServerNetworkInjector); ok {
		can["injectNetworkInfo"] = simple(d.InjectNetworkInfo)
	}
	if d, ok := driver.(ServerOffloader); ok {
		can["shelveOffload"] = simple(d.OffloadServer)
	}
	if d, ok := driver.(ServerMigrator); ok {
		can["migrate"] = func(r *jumpgate.Request, id string, in schema.Object) (any, error) {
			host := ""
			if minor(r) >= 56 {
				host = in.String("host")
			}
			if err := allowHost(r, "os_compute_api:os-migrate-server:migrate:host", host); err != nil {
				return nil, err
			}
			return nil, d.MigrateServer(r.Context(), id, host)
		}
	}
	if d, ok := driver.(ServerLiveMigrator); ok {
		can["os-migrateLive"] = func(r *jumpgate.Request, id string, in schema.Object) (any, error) { return migrateLive(r, d, id, in) }
	}
	if d, ok := driver.(ServerEvacuator); ok {
		can["evacuate"] = func(r *jumpgate.Request, id string, in schema.Object) (any, error) { return s.evacuate(r, d, id, in) }
	}
}

// allowHost asks the rule for those who choose a host.
func allowHost(r *jumpgate.Request, rule, host string) error {
	if host == "" {
		return nil
	}
	return allow(r, rule, nil)
}

// allowUnshelveTo asks whether a server may be unshelved on a host. As in Nova
// its state is looked at first.
func (s *service) allowUnshelveTo(r *jumpgate.Request, id, host string) error {
	if host == "" || s.serverGetter == nil {
		return nil
	}
	server, err := s.serverGetter.Server(r.Context(), id)
	if err == nil {
		err = MayDo(ActionUnshelve, server)
	}
	if err != nil {
		return err
	}
	return allow(r, "os_compute_api:os-shelve:unshelve_to_host", jumpgate.Target{"project_id": server.ProjectID})
}

// forced refuses to force somebody to nowhere.
func forced(r *jumpgate.Request, in schema.Object, since int) (bool, error) {
	force := minor(r) >= since && in.Bool("force", false)
	if force && in.String("host") == "" {
		return false, jumpgate.BadRequest.New("Can't force to a non-provided destination")
	}
	return force, nil
}

func migrateLive(r *jumpgate.Request, d ServerLiveMigrator, id string, in schema.Object) (any, error) {
	m := LiveMigration{Host: in.String("host")}
	if err := allowHost(r, "os_compute_api:os-migrate-server:migrate_live:host", m.Host); err != nil {
		return nil, err
	}
	var err error
	if m.Force, err = forced(r, in, 30); err != nil {
		return nil, err
	}
	if in.String("block_migration") != "auto" {
		block := in.Bool("block_migration", false)
		m.Block = &block
	}
	return nil, d.LiveMigrateServer(r.Context(), id, m)
}

// evacuate answers 200, and before 2.14 with the password.
func (s *service) evacuate(r *jumpgate.Request, d ServerEvacuator, id string, in schema.Object) (any, error) {
	e := Evacuation{Host: in.String("host"), Password: in.String("adminPass"), Stopped: minor(r) >= 95}
	shared := minor(r) < 14 && in.Bool("onSharedStorage", false)
	var err error
	if e.Force, err = forced(r, in, 29); err != nil {
		return nil, err
	}
	if shared && in.Has("adminPass") {
		return nil, jumpgate.BadRequest.New("admin password can't be changed on existing disk")
	}
	if e.Password == "" && !shared {
		e.Password = jumpgate.NewUUID()[:12]
	}
	if err := s.knownHost(r, e.Host); err != nil {
		return nil, err
	}
	if err := d.EvacuateServer(r.Context(), id, e); err != nil {
		return nil, err
	}
	if minor(r) >= 14 {
		return empty(http.StatusOK), nil
	}
	return jumpgate.Object{{Name: "adminPass", Value: rest.OrNil(e.Password)}}, nil
}

// knownHost refuses a host that no service runs.
func (s *service) knownHost(r *jumpgate.Request, host string) error {
	if host == "" || s.services == nil {
		return nil
	}
	all, err := s.services.Services(r.Context())
	if err != nil {
		return err
	}
	for i := range all {
		if v := &all[i]; v.Host == host && v.binary() == computeBinary {
			return nil
		}
	}
	return jumpgate.NotFound.New("Compute host %s not found.", host)
}

// serverAdmin is what operators look at.
func serverAdmin(s *service, driver any, t *table) {
	if d, ok := driver.(ServerDiagnoser); ok && s.serverGetter != nil {
		t.add(http.MethodGet, "server_diagnostics", func(r *jumpgate.Request) (any, error) { return s.diagnostics(r, d) })
	}
}

// diagnosticsForm is the minor version from which all hypervisors tell alike.
const diagnosticsForm = 48

func (s *service) diagnostics(r *jumpgate.Request, d ServerDiagnoser) (any, error) {
	server, err := s.thisServer(r)
	if err != nil {
		return nil, err
	}
	if err := allow(r, "os_compute_api:os-server-diagnostics", jumpgate.Target{"project_id": server.ProjectID}); err != nil {
		return nil, err
	}
	v, err := d.Diagnostics(r.Context(), server.ID)
	switch {
	case err != nil:
		return nil, serverFault(err, server.ID, ActionDiagnose)
	case minor(r) < diagnosticsForm:
		return v.oldView(), nil
	}
	return v.view(), nil
}

func known(n int) any {
	if n < 0 {
		return nil
	}
	return n
}

func (d *Diagnostics) view() jumpgate.Object {
	disks, cpus, nics := []jumpgate.Object{}, []jumpgate.Object{}, []jumpgate.Object{}
	for _, x := range d.Disks {
		disks = append(disks, jumpgate.Object{
			{Name: "read_bytes", Value: known(x.ReadBytes)}, {Name: "read_requests", Value: known(x.ReadRequests)},
			{Name: "write_bytes", Value: known(x.WriteBytes)}, {Name: "write_requests", Value: known(x.WriteRequests)}, {Name: "errors_count", Value: known(x.Errors)},
		})
	}
	for i, x := range d.CPUs {
		cpus = append(cpus, jumpgate.Object{{Name: "id", Value: i}, {Name: "time", Value: x.Time.Nanoseconds()}, {Name: "utilisation", Value: known(x.Utilisation)}})
	}
	for _, x := range d.Interfaces {
		nics = append(nics, jumpgate.Object{
			{Name: "mac_address", Value: x.MAC},
			{Name: "rx_octets", Value: known(x.Received)}, {Name: "rx_errors", Value: known(x.ReceivedErrors)}, {Name: "rx_drop", Value: known(x.ReceivedDrops)},
			{Name: "rx_packets", Value: known(x.RxPackets)}, {Name: "rx_rate", Value: nil},
			{Name: "tx_octets", Value: known(x.Sent)}, {Name: "tx_errors", Value: known(x.SentErrors)}, {Name: "tx_drop", Value: known(x.SentDrops)},
			{Name: "tx_packets", Value: known(x.TxPackets)}, {Name: "tx_rate", Value: nil},
		})
	}
	return jumpgate.Object{
		{Name: "state", Value: d.State}, {Name: "driver", Value: d.Driver}, {Name: "hypervisor", Value: rest.OrNil(d.Hypervisor)}, {Name: "hypervisor_os", Value: rest.OrNil(d.HypervisorOS)},
		{Name: "uptime", Value: int(d.Uptime.Seconds())}, {Name: "config_drive", Value: d.ConfigDrive},
		{Name: "num_cpus", Value: len(d.CPUs)}, {Name: "num_nics", Value: len(d.Interfaces)}, {Name: "num_disks", Value: len(d.Disks)},
		{Name: "disk_details", Value: disks}, {Name: "cpu_details", Value: cpus}, {Name: "nic_details", Value: nics},
		{Name: "memory_details", Value: jumpgate.Object{{Name: "maximum", Value: known(d.Memory)}, {Name: "used", Value: known(d.MemoryUsed)}}},
	}
}

// oldView is as libvirt's driver told it.
func (d *Diagnostics) oldView() jumpgate.Object {
	var o jumpgate.Object
	add := func(name string, value any) { o = append(o, jumpgate.Member{Name: name, Value: value}) }
	for i, x := range d.CPUs {
		add(fmt.Sprintf("cpu%d_time", i), x.Time.Nanoseconds())
	}
	add("memory", d.Memory<<10)
	for i, x := range d.Disks {
		disk := "vd" + string(rune('a'+i))
		add(disk+"_errors", x.Errors)
		add(disk+"_read", x.ReadBytes)
		add(disk+"_read_req", x.ReadRequests)
		add(disk+"_write", x.WriteBytes)
		add(disk+"_write_req", x.WriteRequests)
	}
	for i, x := range d.Interfaces {
		nic := fmt.Sprintf("vnet%d", i+1)
		add(nic+"_rx", x.Received)
		add(nic+"_rx_drop", x.ReceivedDrops)
		add(nic+"_rx_errors", x.ReceivedErrors)
		add(nic+"_rx_packets", x.RxPackets)
		add(nic+"_tx", x.Sent)
		add(nic+"_tx_drop", x.SentDrops)
		add(nic+"_tx_errors", x.SentErrors)
		add(nic+"_tx_packets", x.TxPackets)
	}
	return o
}
