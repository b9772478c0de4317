package volume

import (
	"context"
	"iter"
)

// TransferKeeper transfers volumes from one project to another.
type TransferKeeper interface {
	// ListTransfers yields the offers of the principal's project, or to an admin
	// with all set those of all projects, oldest first.
	ListTransfers(ctx context.Context, all bool) iter.Seq2[*Transfer, error]

	// CreateTransfer offers an available volume and returns the offer with its
	// AuthKey. From then on the volume is awaiting-transfer.
	CreateTransfer(ctx context.Context, t Transfer) (*Transfer, error)

	// AcceptTransfer gives the volume to the principal's project. It returns a
	// bare jumpgate.Forbidden for a wrong key, and an error such as
	// TooManyVolumes if a quota is used up.
	AcceptTransfer(ctx context.Context, id, authKey string) (*Transfer, error)

	DeleteTransfer(ctx context.Context, id string) error
}

// BackupKeeper keeps backups.
type BackupKeeper interface {
	// ListBackups yields the backups of the principal's project, or to an admin
	// with all set those of all projects, newest first.
	ListBackups(ctx context.Context, all bool) iter.Seq2[*Backup, error]

	// CreateBackup begins to make a backup of an existing volume.
	CreateBackup(ctx context.Context, c BackupCreate) (*Backup, error)

	// UpdateBackup works as Updater's UpdateVolume: Name, Description, Status and
	// Metadata are kept.
	UpdateBackup(ctx context.Context, id string, change func(*Backup) error) (*Backup, error)

	// DeleteBackup fails with a bare jumpgate.Conflict while another backup
	// builds on it.
	DeleteBackup(ctx context.Context, id string) error

	// RestoreBackup begins to restore a backup to the volume volumeID or, if
	// that is empty, to a new volume called name.
	RestoreBackup(ctx context.Context, id, volumeID, name string) (*Volume, error)
}

// MessageKeeper keeps the messages to users.
type MessageKeeper interface {
	// ListMessages yields the messages to the principal's project, newest first.
	ListMessages(ctx context.Context) iter.Seq2[*Message, error]
	DeleteMessage(ctx context.Context, id string) error
}

// ZoneLister lists availability zones.
type ZoneLister interface {
	ListZones(ctx context.Context) ([]Zone, error)
}

// ServiceLister lists the daemons of the service, for admins.
type ServiceLister interface {
	ListServices(ctx context.Context) ([]ServiceInfo, error)
}

// ServiceUpdater switches daemons of the service on and off, for admins.
type ServiceUpdater interface {
	// UpdateService works as Updater's UpdateVolume: Disabled, DisabledReason and
	// Frozen are kept.
	UpdateService(ctx context.Context, binary, host string, change func(*ServiceInfo) error) (*ServiceInfo, error)
}

// PoolLister lists the pools of the service, for admins.
type PoolLister interface {
	ListPools(ctx context.Context) ([]Pool, error)
}
