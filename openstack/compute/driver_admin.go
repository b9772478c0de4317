package compute

import (
	"context"
	"time"
)

// The interfaces below are for what policy leaves to operators of the cloud.
// Like those of driver.go they are optional; the package asks the policy before
// it calls them, so a driver looks at no roles.

// FlavorEditor keeps flavors.
type FlavorEditor interface {
	// CreateFlavor makes a flavor; if f.ID is empty it gives it a UUID. It
	// returns FlavorExists if the name is taken, FlavorIDExists if the ID is.
	CreateFlavor(ctx context.Context, f Flavor) (*Flavor, error)

	// DescribeFlavor changes a flavor's description.
	DescribeFlavor(ctx context.Context, id, description string) (*Flavor, error)

	// DeleteFlavor deletes a flavor. Servers of that flavor keep its values.
	DeleteFlavor(ctx context.Context, id string) error

	// ChangeFlavorSpecs replaces the extra specs of a flavor by what change
	// makes of them. An error of change ends the call.
	ChangeFlavorSpecs(ctx context.Context, id string, change func(map[string]string) (map[string]string, error)) error
}

// FlavorAccessKeeper says which projects see a private flavor.
type FlavorAccessKeeper interface {
	// FlavorAccess returns the ids of the projects, in a stable order.
	FlavorAccess(ctx context.Context, id string) (projectIDs []string, err error)

	// AddFlavorAccess adds a project. It returns a bare jumpgate.Conflict if
	// the project has access already, ProjectNotFound if it does not exist.
	AddFlavorAccess(ctx context.Context, id, projectID string) error

	// RemoveFlavorAccess takes a project's access away. It returns
	// FlavorAccessNotFound if the project has none.
	RemoveFlavorAccess(ctx context.Context, id, projectID string) error
}

// QuotaKeeper keeps the quotas of projects, and of users in them. It takes the
// place of QuotaGetter too.
type QuotaKeeper interface {
	// ProjectQuotas returns the quotas and usage of a project or, with a
	// userID, of that user in the project. An unknown project is
	// ProjectNotFound.
	ProjectQuotas(ctx context.Context, projectID, userID string) (*Limits, error)

	// ClassQuotas returns the quotas of a class. Those of the class "default" are
	// the quotas of a project that has none of its own.
	ClassQuotas(ctx context.Context, class string) (*Limits, error)

	// SetProjectQuotas changes quotas by their names; see Limits.SetQuota.
	SetProjectQuotas(ctx context.Context, projectID, userID string, quotas map[string]int) error
	SetClassQuotas(ctx context.Context, class string, quotas map[string]int) error

	// ResetProjectQuotas gives a project, or a user in it, the default quotas
	// back. With an empty userID it resets the project's users too.
	ResetProjectQuotas(ctx context.Context, projectID, userID string) error
}

// ServiceLister lists the services that the cloud consists of. Without it the
// package shows those that run hypervisors.
type ServiceLister interface {
	// Services returns all services by ascending Number.
	Services(ctx context.Context) ([]Service, error)
}

// ServiceEditor changes services that run hypervisors.
type ServiceEditor interface {
	// UpdateService changes what u sets and returns the changed service. A
	// disabled or forced-down service gets no new servers.
	UpdateService(ctx context.Context, id string, u ServiceUpdate) (*Service, error)

	// DeleteService deletes a service and its hosts. It returns a bare
	// jumpgate.Conflict if the service runs servers.
	DeleteService(ctx context.Context, id string) error
}

// ServiceUpdate is a change of a service; nil fields stay.
type ServiceUpdate struct {
	Disabled       *bool
	DisabledReason *string
	ForcedDown     *bool
}

// AggregateKeeper keeps groups of hosts.
type AggregateKeeper interface {
	// Aggregates returns all groups by ascending ID.
	Aggregates(ctx context.Context) ([]Aggregate, error)

	// CreateAggregate makes a group in an availability zone; an empty zone
	// means none. It returns a bare jumpgate.Conflict if the name is taken.
	CreateAggregate(ctx context.Context, name, zone string) (*Aggregate, error)

	// ChangeAggregate calls change once with a copy of a group, stores the
	// Name, Hosts and Metadata that change leaves in it, and returns the group.
	// It returns a bare jumpgate.Conflict if the name is taken. An error of
	// change ends the call.
	ChangeAggregate(ctx context.Context, id int, change func(*Aggregate) error) (*Aggregate, error)

	DeleteAggregate(ctx context.Context, id int) error
}

// Aggregate is a group of hosts.
type Aggregate struct {
	ID       int
	UUID     string
	Name     string
	Hosts    []string
	Metadata map[string]string // with "availability_zone" the zone of its hosts
	Created  time.Time
	Updated  time.Time // zero: never
}

// ServerMigrator moves servers to other hosts while they are down.
type ServerMigrator interface {
	// MigrateServer moves a server to the host called host or, if that is empty,
	// to one that the cloud chooses; then the server is in VERIFY_RESIZE, as
	// after a resize. It returns HostNotFound for an unknown host, SameHost for
	// the server's own.
	MigrateServer(ctx context.Context, id, host string) error
}

// ServerLiveMigrator moves servers to other hosts while they run.
type ServerLiveMigrator interface {
	// LiveMigrateServer is MigrateServer for a server that goes on running.
	LiveMigrateServer(ctx context.Context, id string, m LiveMigration) error
}

// LiveMigration says how a running server is moved.
type LiveMigration struct {
	Host  string // empty: the cloud chooses
	Block *bool  // disks are copied; nil: the cloud knows
	Force bool   // nobody checks whether Host has room
}

// ServerEvacuator rebuilds servers of a failed host on another host.
type ServerEvacuator interface {
	// EvacuateServer fails with HostInUse while the server's host is up.
	EvacuateServer(ctx context.Context, id string, e Evacuation) error
}

// Evacuation says how a server is rebuilt on another host.
type Evacuation struct {
	Host     string // empty: the cloud chooses
	Password string
	Force    bool // see LiveMigration
	Stopped  bool // the server stays stopped
}

// MigrationLister lists the moves of servers between hosts and flavors.
type MigrationLister interface {
	// Migrations returns the moves that the cloud remembers, newest first.
	Migrations(ctx context.Context) ([]Migration, error)
}

// MigrationEnder ends live migrations that are under way.
type MigrationEnder interface {
	// CompleteMigration makes a migration end soon, AbortMigration cancels it.
	// The package has checked that it is under way.
	CompleteMigration(ctx context.Context, serverID string, number int) error
	AbortMigration(ctx context.Context, serverID string, number int) error
}

// Migration is a move of a server.
type Migration struct {
	Number            int
	UUID              string
	Type              string // migration, resize, live-migration or evacuation
	Status            string // as accepted, running, finished, confirmed, reverted, completed, error or done
	ServerID          string
	ProjectID, UserID string // of whoever asked for it
	Source, Target    string // hosts
	OldFlavor         int    // Nova's numbers of flavors; 0: not known
	NewFlavor         int
	Created, Updated  time.Time // Updated zero: never
}

// ServerStateResetter overrides the states of servers.
type ServerStateResetter interface {
	// ResetServerState puts a server in any state into ACTIVE, or ERROR if
	// failed is set, with nothing under way.
	ResetServerState(ctx context.Context, id string, failed bool) error
}

// ServerNetworkInjector writes the network configuration into servers again.
type ServerNetworkInjector interface {
	InjectNetworkInfo(ctx context.Context, id string) error
}

// ServerOffloader takes shelved servers from their hosts.
type ServerOffloader interface {
	OffloadServer(ctx context.Context, id string) error
}

// ServerDiagnoser tells how servers are doing.
type ServerDiagnoser interface {
	// Diagnostics MUST ask MayDo for ActionDiagnose.
	Diagnostics(ctx context.Context, id string) (*Diagnostics, error)
}

// Diagnostics is what a hypervisor knows about a running server. A negative
// number means unknown.
type Diagnostics struct {
	State                            string // pending, running, paused, shutdown, crashed or suspended
	Driver, Hypervisor, HypervisorOS string
	Uptime                           time.Duration
	ConfigDrive                      bool
	Memory, MemoryUsed               int // MiB
	CPUs                             []CPUDiagnostics
	Disks                            []DiskDiagnostics
	Interfaces                       []InterfaceDiagnostics
}

// CPUDiagnostics describes one virtual processor.
type CPUDiagnostics struct {
	Time        time.Duration
	Utilisation int // percent
}

// DiskDiagnostics describes one disk.
type DiskDiagnostics struct{ ReadBytes, ReadRequests, WriteBytes, WriteRequests, Errors int }

// InterfaceDiagnostics describes one network interface; Received and Sent are
// bytes, the other numbers packets.
type InterfaceDiagnostics struct {
	MAC                                                string
	Received, ReceivedErrors, ReceivedDrops, RxPackets int
	Sent, SentErrors, SentDrops, TxPackets             int
}

// ExternalEventTaker takes events about servers that other services report.
type ExternalEventTaker interface {
	// TakeExternalEvents receives events about servers that have a host.
	TakeExternalEvents(ctx context.Context, events []ExternalEvent) error
}

// ExternalEvent is something that happened to a part of a server, such as a
// port or a volume.
type ExternalEvent struct {
	ServerID string
	Name     string // as network-changed, volume-extended or power-update
	Status   string // completed, failed or in-progress
	Tag      string // which thing, such as a port id; may be empty
}

// AllUsageLister tells how long servers of any project have run.
type AllUsageLister interface {
	// AllUsages is UsageLister's Usages for one project or, with an empty
	// projectID, for all projects.
	AllUsages(ctx context.Context, projectID string, start, end time.Time) ([]Usage, error)
}

// UserKeypairs keeps the key pairs of any user. The methods are those of
// KeypairLister, KeypairCreator and KeypairDeleter with the user's id.
type UserKeypairs interface {
	KeypairsOf(ctx context.Context, userID string) ([]*Keypair, error)
	ImportKeypairFor(ctx context.Context, userID, name, publicKey string) (*Keypair, error)
	DeleteKeypairOf(ctx context.Context, userID, name string) error
}

// HypervisorLister lists the hosts of servers. Nova's policy shows them only to
// admins of the cloud.
type HypervisorLister interface {
	// Hypervisors returns all hosts by ascending Number, and fills in their
	// Servers if withServers is set. With Options.OwnHosts it returns the
	// principal's hosts only, or a jumpgate.Forbidden if the principal may not
	// see hosts.
	Hypervisors(ctx context.Context, withServers bool) ([]Hypervisor, error)
}
