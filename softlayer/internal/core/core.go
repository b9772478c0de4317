// Package core is what the services of one driver share: the way to
// SoftLayer, the options, and what all of them ask about orders.
package core

import (
	"net/http"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/imagedata"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
)

// Config are the options of the driver, complete and checked.
type Config struct {
	Endpoint        string
	Timeout         time.Duration
	Transport       http.RoundTripper
	Datacenter      string
	Domain          string
	CacheAge        time.Duration
	VolumeType      string
	SnapshotSpace   bool
	Store           jumpgate.Store
	Images          ImageData
	Console         string
	PortalPasswords bool

	EditDefaultGroup bool
	OrderNetworks    bool
	OrderHardware    bool
	HardwareServers  bool
	Ordering         Ordering
	Now              func() time.Time
}

// ImageData is where the data of images is kept.
type ImageData struct {
	Data   imagedata.Store
	Bucket string          // how SoftLayer calls the place of Data, to which names are appended; empty: it can't reach it
	Key    jumpgate.Secret // with which SoftLayer reads and writes it
}

// Core is shared by the services of one driver.
type Core struct {
	Opts  Config
	API   *upstream.API
	Locks keep.Locks
	Later Later

	catalogue *keep.Cache[*Catalogue]
}

// New returns a Core. It makes no call.
func New(c Config) *Core {
	return &Core{
		Opts:      c,
		API:       upstream.New(c.Endpoint, c.Timeout, c.Transport),
		catalogue: keep.NewCache[*Catalogue](c.CacheAge, c.Now),
	}
}

// Forget empties the caches.
func (d *Core) Forget() { d.catalogue.Forget() }
