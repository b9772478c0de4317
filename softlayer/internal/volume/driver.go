// Package volume is SoftLayer's block storage and portable storage as volumes.
package volume

import (
	"github.com/softlayer/jumpgate/openstack/volume"
	"github.com/softlayer/jumpgate/softlayer/internal/core"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
)

// Volumes is the driver of volumes and snapshots.
type Volumes struct {
	*core.Core
	storageSold *keep.Cache[*storagePackage] // block storage
	disksSold   *keep.Cache[*storagePackage] // portable storage
}

// Proxied is what compute shows of volumes.
type Proxied interface {
	volume.Lister
	volume.Getter
	volume.Creator
	volume.Deleter
	volume.SnapshotLister
	volume.SnapshotGetter
	volume.SnapshotCreator
	volume.SnapshotDeleter
}

var _ interface {
	Proxied
	volume.Copier
	volume.Destroyer
	volume.Updater
	volume.Extender
	volume.Retyper
	volume.Reverter
	volume.Connector
	volume.SnapshotUpdater
	volume.TypeLister
	volume.QuotaReader
	volume.MessageKeeper
	volume.ZoneLister
} = (*Volumes)(nil)

// New returns the driver of volumes.
func New(c *core.Core) *Volumes {
	return &Volumes{
		Core:        c,
		storageSold: keep.NewCache[*storagePackage](c.Opts.CacheAge, c.Opts.Now),
		disksSold:   keep.NewCache[*storagePackage](c.Opts.CacheAge, c.Opts.Now),
	}
}

// Forget empties the caches.
func (d *Volumes) Forget() {
	d.storageSold.Forget()
	d.disksSold.Forget()
}
