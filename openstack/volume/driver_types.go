package volume

import (
	"context"
	"iter"
)

// TypeLister lists the types of volumes.
type TypeLister interface {
	// ListTypes yields the types that the principal may use, newest first; an
	// admin may use all.
	ListTypes(ctx context.Context) iter.Seq2[*Type, error]

	// DefaultType returns the type of volumes that are ordered without a type;
	// nil if there is none.
	DefaultType(ctx context.Context) (*Type, error)
}

// TypeEditor makes, changes and deletes volume types, for admins.
type TypeEditor interface {
	// CreateType makes a type and returns it with its ID. It returns a bare
	// jumpgate.Conflict if the name is taken.
	CreateType(ctx context.Context, t Type) (*Type, error)

	// UpdateType works as Updater's UpdateVolume, for all fields but the ID.
	UpdateType(ctx context.Context, id string, change func(*Type) error) (*Type, error)

	// DeleteType fails with a bare jumpgate.Conflict while there are volumes of
	// the type.
	DeleteType(ctx context.Context, id string) error
}

// QoSKeeper keeps QoS specs, for admins.
type QoSKeeper interface {
	ListQoS(ctx context.Context) iter.Seq2[*QoS, error]
	// CreateQoS fails with a bare jumpgate.Conflict if the name is taken.
	CreateQoS(ctx context.Context, q QoS) (*QoS, error)
	UpdateQoS(ctx context.Context, id string, change func(*QoS) error) (*QoS, error)
	DeleteQoS(ctx context.Context, id string) error
}

// QuotaReader returns quotas.
type QuotaReader interface {
	// Quotas returns the limits and usage of a project, in the order in which
	// they are shown.
	Quotas(ctx context.Context, projectID string) ([]Quota, error)

	// DefaultQuotas returns the limits of a project that has none of its own.
	DefaultQuotas(ctx context.Context) ([]Quota, error)
}

// QuotaWriter sets quotas, for admins.
type QuotaWriter interface {
	// SetQuotas changes limits of a project, by their names.
	SetQuotas(ctx context.Context, projectID string, limits map[string]int) error

	// ResetQuotas takes a project's own limits away.
	ResetQuotas(ctx context.Context, projectID string) error
}

// QuotaClassKeeper keeps limits of classes, for admins. Projects without limits
// of their own have those of the class default; other classes have no effect.
type QuotaClassKeeper interface {
	// QuotaClass returns the limits of a class in the order in which they are
	// shown, the limits of the class default if the class has none.
	QuotaClass(ctx context.Context, name string) ([]Quota, error)

	// SetQuotaClass changes limits of a class, by their names.
	SetQuotaClass(ctx context.Context, name string, limits map[string]int) error
}

// DefaultTypeKeeper keeps default types of projects: the types of volumes that
// are ordered without a type.
type DefaultTypeKeeper interface {
	// DefaultTypes returns the ids of the types by the ids of their projects.
	DefaultTypes(ctx context.Context) (map[string]string, error)

	// SetDefaultType sets a project's default type. An empty typeID removes it.
	SetDefaultType(ctx context.Context, projectID, typeID string) error
}
