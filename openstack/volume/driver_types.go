package volume

import (
	"context"
	"iter"
)

// TypeLister lists the types of volumes.
type TypeLister interface {
	// ListTypes yields the types that the principal may use, newest first: to an
	// admin all.
	ListTypes(ctx context.Context) iter.Seq2[*Type, error]

	// DefaultType is the type of a volume that was ordered without one; nil if
	// there is none.
	DefaultType(ctx context.Context) (*Type, error)
}

// TypeEditor lets admins change what types there are.
type TypeEditor interface {
	// CreateType makes a type and returns it with its ID. A name that is taken
	// is a bare jumpgate.Conflict.
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

// QuotaReader tells quotas.
type QuotaReader interface {
	// Quotas returns the limits of a project and what it uses, in the order in
	// which they are shown.
	Quotas(ctx context.Context, projectID string) ([]Quota, error)

	// DefaultQuotas returns the limits of a project that has none of its own.
	DefaultQuotas(ctx context.Context) ([]Quota, error)
}

// QuotaWriter sets quotas, for admins.
type QuotaWriter interface {
	// SetQuotas gives a project limits of its own, by name.
	SetQuotas(ctx context.Context, projectID string, limits map[string]int) error

	// ResetQuotas takes a project's own limits away.
	ResetQuotas(ctx context.Context, projectID string) error
}

// QuotaClassKeeper keeps the limits of projects that have none of their own, as
// those of the class default, for admins. Other classes mean nothing.
type QuotaClassKeeper interface {
	// QuotaClass returns the limits of a class, in the order in which they are
	// shown: those of the class default where it has none of its own.
	QuotaClass(ctx context.Context, name string) ([]Quota, error)

	// SetQuotaClass gives a class limits, by name.
	SetQuotaClass(ctx context.Context, name string, limits map[string]int) error
}

// DefaultTypeKeeper keeps the types of volumes that are ordered without one,
// for projects that have a type of their own for that.
type DefaultTypeKeeper interface {
	// DefaultTypes returns the ids of types, by the ids of projects.
	DefaultTypes(ctx context.Context) (map[string]string, error)

	// SetDefaultType gives a project a type. An empty typeID takes it away.
	SetDefaultType(ctx context.Context, projectID, typeID string) error
}
