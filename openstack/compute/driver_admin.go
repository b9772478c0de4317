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
	// CreateFlavor makes a flavor. Without an ID it makes one up, a UUID. A name
	// that is taken is FlavorExists, an ID that is taken FlavorIDExists.
	CreateFlavor(ctx context.Context, f Flavor) (*Flavor, error)

	// DescribeFlavor changes a flavor's description.
	DescribeFlavor(ctx context.Context, id, description string) (*Flavor, error)

	// DeleteFlavor deletes a flavor. Servers that have it keep what it was.
	DeleteFlavor(ctx context.Context, id string) error

	// ChangeFlavorSpecs replaces the extra specs of a flavor by what change
	// makes of them. An error of change ends the call.
	ChangeFlavorSpecs(ctx context.Context, id string, change func(map[string]string) (map[string]string, error)) error
}

// FlavorAccessKeeper says which projects see a private flavor.
type FlavorAccessKeeper interface {
	// FlavorAccess returns the ids of the projects, in a stable order.
	FlavorAccess(ctx context.Context, id string) (projectIDs []string, err error)

	// AddFlavorAccess adds a project; one that has access is a bare
	// jumpgate.Conflict, one that there is not ProjectNotFound.
	AddFlavorAccess(ctx context.Context, id, projectID string) error

	// RemoveFlavorAccess takes a project away; one that has no access is
	// FlavorAccessNotFound.
	RemoveFlavorAccess(ctx context.Context, id, projectID string) error
}

// QuotaKeeper keeps the quotas of projects, and of users in them. It stands for
// QuotaGetter too.
type QuotaKeeper interface {
	// ProjectQuotas returns the quotas of a project and what it uses or, with a
	// userID, those of that user in it. A project that there is not is
	// ProjectNotFound.
	ProjectQuotas(ctx context.Context, projectID, userID string) (*Limits, error)

	// ClassQuotas returns the quotas of a class. Those of the class "default" are
	// the quotas of a project that has none of its own.
	ClassQuotas(ctx context.Context, class string) (*Limits, error)

	// SetProjectQuotas changes quotas by their names; see Limits.SetQuota.
	SetProjectQuotas(ctx context.Context, projectID, userID string, quotas map[string]int) error
	SetClassQuotas(ctx context.Context, class string, quotas map[string]int) error

	// ResetProjectQuotas takes all quotas away that a project, or a user in it,
	// has of its own. With a project go those of its users.
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
	// UpdateService changes what u sets and returns the service as it is then.
	// No server is placed on one that is disabled or forced down.
	UpdateService(ctx context.Context, id string, u ServiceUpdate) (*Service, error)

	// DeleteService forgets a service with its hosts. One that runs servers is a
	// bare jumpgate.Conflict.
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

	// CreateAggregate makes a group with a name and, unless that is empty, an
	// availability zone. A name that is taken is a bare jumpgate.Conflict.
	CreateAggregate(ctx context.Context, name, zone string) (*Aggregate, error)

	// ChangeAggregate calls change once with a copy of a group, keeps what it
	// makes of Name, Hosts and Metadata, and returns that. A name that is taken
	// is a bare jumpgate.Conflict. An error of change ends the call.
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
	// to one that the cloud chooses; the server is in VERIFY_RESIZE then, as
	// after a resize. An unknown host is HostNotFound, the one where the server
	// is SameHost.
	MigrateServer(ctx context.Context, id, host string) error
}

// ServerLiveMigrator moves servers to other hosts while they run.
type ServerLiveMigrator interface {
	// LiveMigrateServer is MigrateServer for a server that goes on running.
	LiveMigrateServer(ctx context.Context, id string, m LiveMigration) error
}

// LiveMigration is how a running server is to be moved.
type LiveMigration struct {
	Host  string // empty: the cloud chooses
	Block *bool  // disks are copied; nil: the cloud knows
	Force bool   // Host is not asked whether it has room
}

// ServerEvacuator builds servers of a host that is down on another one.
type ServerEvacuator interface {
	// EvacuateServer fails with HostInUse while the server's host is up.
	EvacuateServer(ctx context.Context, id string, e Evacuation) error
}

// Evacuation is how a server is to be built anew.
type Evacuation struct {
	Host     string // empty: the cloud chooses
	Password string
	Force    bool // see LiveMigration
	Stopped  bool // it does not start
}

// MigrationLister lists the moves of servers between hosts and flavors.
type MigrationLister interface {
	// Migrations returns all that the cloud remembers, newest first.
	Migrations(ctx context.Context) ([]Migration, error)
}

// MigrationEnder ends live migrations that are under way.
type MigrationEnder interface {
	// CompleteMigration has a migration end soon, AbortMigration has it not
	// happen. The package has looked whether it is under way.
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

// ServerStateResetter says what state servers are in.
type ServerStateResetter interface {
	// ResetServerState puts a server into ACTIVE or ERROR, with nothing under
	// way, whatever it is in.
	ResetServerState(ctx context.Context, id string, failed bool) error
}

// ServerNetworkInjector tells servers of their networks again.
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

// Diagnostics are what a hypervisor knows of a running server. Numbers that are
// negative are not known.
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

// CPUDiagnostics are of one processor.
type CPUDiagnostics struct {
	Time        time.Duration
	Utilisation int // percent
}

// DiskDiagnostics are of one disk.
type DiskDiagnostics struct{ ReadBytes, ReadRequests, WriteBytes, WriteRequests, Errors int }

// InterfaceDiagnostics are of one network interface; Received and Sent are in
// bytes.
type InterfaceDiagnostics struct {
	MAC                                                string
	Received, ReceivedErrors, ReceivedDrops, RxPackets int
	Sent, SentErrors, SentDrops, TxPackets             int
}

// ExternalEventTaker is told by other services what happened to things of
// servers.
type ExternalEventTaker interface {
	// TakeExternalEvents is given events about servers that are on a host.
	TakeExternalEvents(ctx context.Context, events []ExternalEvent) error
}

// ExternalEvent is something that happened to a thing of a server.
type ExternalEvent struct {
	ServerID string
	Name     string // as network-changed, volume-extended or power-update
	Status   string // completed, failed or in-progress
	Tag      string // which thing; may be empty
}

// AllUsageLister tells how long servers of any project have run.
type AllUsageLister interface {
	// AllUsages is UsageLister's Usages for the project with that id or, if that
	// is empty, for all of them.
	AllUsages(ctx context.Context, projectID string, start, end time.Time) ([]Usage, error)
}

// UserKeypairs keeps the key pairs of any user. The methods are those of
// KeypairLister, KeypairCreator and KeypairDeleter, for the user with an id.
type UserKeypairs interface {
	KeypairsOf(ctx context.Context, userID string) ([]*Keypair, error)
	ImportKeypairFor(ctx context.Context, userID, name, publicKey string) (*Keypair, error)
	DeleteKeypairOf(ctx context.Context, userID, name string) error
}

// HypervisorLister lists the hosts of servers, which Nova's policy leaves to
// admins of the cloud.
type HypervisorLister interface {
	// Hypervisors returns all hosts by ascending Number, with the servers on
	// them if so asked. With Options.OwnHosts it returns those of the principal,
	// and a jumpgate.Forbidden to one that may see none.
	Hypervisors(ctx context.Context, withServers bool) ([]Hypervisor, error)
}
