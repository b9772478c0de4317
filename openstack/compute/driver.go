package compute

import (
	"context"
	"iter"
	"time"
)

// ServerLister lists servers.
type ServerLister interface {
	// ListServers yields servers by creation time, newest first; those of one
	// moment by ID.
	//
	// It MUST begin after the server q.Marker if that is set, and yield
	// jumpgate.NotFound if there is no such server. It MAY stop after q.Limit
	// servers only if it applied all of q's filters itself (a Limit of 0
	// means all); the package filters again and stops in any case, so a lazy
	// driver that fetches page by page never fetches too much.
	ListServers(ctx context.Context, q ServerQuery) iter.Seq2[*Server, error]
}

// ServerGetter shows a server.
type ServerGetter interface {
	Server(ctx context.Context, id string) (*Server, error)
}

// ServerMarker finds the server that a list begins after. It is optional:
// without it a list in another order than the driver's can't begin after a
// deleted server. Nova's can, and Horizon asks for that after each deletion.
type ServerMarker interface {
	// ServerMarker is Server, but finds lately deleted servers too.
	ServerMarker(ctx context.Context, id string) (*Server, error)
}

// ServerCreator creates servers.
type ServerCreator interface {
	// CreateServers creates between c.MinCount and c.MaxCount servers, at least
	// one. It MUST NOT send the order twice, whatever happens to the first. If
	// a part of c does not exist it returns FlavorNotFound, ImageNotFound,
	// KeypairNotFound, ZoneNotFound or NetworkNotFound. If the cloud can't do
	// what c asks for it returns a jumpgate.BadRequest: it MUST NOT leave it
	// out silently. The results need only ID and SecurityGroups.
	CreateServers(ctx context.Context, c ServerCreate) ([]*Server, error)
}

// ServerUpdater changes names, descriptions and the like of servers.
type ServerUpdater interface {
	// UpdateServer changes what u sets and returns the changed server.
	UpdateServer(ctx context.Context, id string, u ServerUpdate) (*Server, error)
}

// ServerDeleter deletes servers.
type ServerDeleter interface {
	// DeleteServer accepts the deletion of a server. From then on, or soon
	// after, the server MUST be gone from lists and unknown to ServerGetter:
	// clients wait for that.
	DeleteServer(ctx context.Context, id string) error
}

// ServerStarter starts stopped servers: see MayDo and ActionStart.
type ServerStarter interface {
	StartServer(ctx context.Context, id string) error
}

// ServerStopper stops active servers, gracefully if it can: see MayDo and
// ActionStop.
type ServerStopper interface {
	StopServer(ctx context.Context, id string) error
}

// ServerRebooter reboots servers.
type ServerRebooter interface {
	RebootServer(ctx context.Context, id string, how RebootType) error
}

// RebootType is how a server is rebooted.
type RebootType string

const (
	SoftReboot RebootType = "SOFT" // the guest's system shuts down first
	HardReboot RebootType = "HARD" // as if by the power button
)

// FlavorLister lists flavors.
type FlavorLister interface {
	// Flavors returns all flavors that can be ordered, in a stable order. It
	// MAY leave out flavors that are Foreign to the principal.
	Flavors(ctx context.Context) ([]*Flavor, error)
}

// FlavorGetter shows flavors that servers have but FlavorLister does not
// list. Optional: without it only listed flavors exist.
type FlavorGetter interface {
	Flavor(ctx context.Context, id string) (*Flavor, error)
}

// KeypairLister lists the key pairs of the principal.
type KeypairLister interface {
	Keypairs(ctx context.Context) ([]*Keypair, error)
}

// KeypairCreator stores public keys.
type KeypairCreator interface {
	// ImportKeypair stores a key under a name. It returns a jumpgate.Conflict
	// if the name is taken.
	ImportKeypair(ctx context.Context, name, publicKey string) (*Keypair, error)
}

// KeypairDeleter deletes key pairs.
type KeypairDeleter interface {
	DeleteKeypair(ctx context.Context, name string) error
}

// ZoneLister lists availability zones.
type ZoneLister interface {
	Zones(ctx context.Context) ([]Zone, error)
}

// LimitsGetter returns quotas and their usage.
type LimitsGetter interface {
	Limits(ctx context.Context) (*Limits, error)
}

// QuotaGetter returns quotas without their usage. It is optional, for drivers
// whose LimitsGetter costs more: without it the package takes the quotas from
// LimitsGetter.
type QuotaGetter interface {
	// Quotas returns the maxima of the principal's project; usage is ignored.
	Quotas(ctx context.Context) (*Limits, error)
}

// UsageLister tells how long servers have run (os-simple-tenant-usage).
type UsageLister interface {
	// Usages returns the servers of the principal's project. It MUST contain
	// all that ran between start and end, deleted ones included as far as
	// the cloud remembers them, and MAY contain others; the order is free.
	Usages(ctx context.Context, start, end time.Time) ([]Usage, error)
}
