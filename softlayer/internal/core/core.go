// Package core is what the services of one driver share: the way to
// SoftLayer, the options, and what all of them ask about orders.
package core

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/imagedata"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
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
	accounts  *keep.Cache[int] // the numbers of those in which users act who signed in elsewhere
}

// New returns a Core. It makes no call.
func New(c Config) *Core {
	return &Core{
		Opts:      c,
		API:       upstream.New(c.Endpoint, c.Timeout, c.Transport),
		catalogue: keep.NewCache[*Catalogue](c.CacheAge, c.Now),
		accounts:  keep.NewCache[int](c.CacheAge, c.Now),
	}
}

// Forget empties the caches.
func (d *Core) Forget() {
	d.catalogue.Forget()
	d.accounts.Forget()
}

// Project is the project that an account is to ctx's principal. To who signed
// in elsewhere the account that it acts in has another name than its number.
func (d *Core) Project(ctx context.Context, account int) (string, error) {
	own, number := keep.Account(ctx), strconv.Itoa(account)
	if _, err := strconv.Atoi(own); err == nil || own == "" {
		return number, nil
	}
	acts, err := d.accounts.Get(ctx, d.loadAccount)
	if err != nil || acts != account {
		return number, err
	}
	return own, nil
}

func (d *Core) loadAccount(ctx context.Context) (int, error) {
	a, err := accountForm.One(ctx, d.API, upstream.Call{Service: "Account", Method: "getObject"})
	if err != nil {
		return 0, err
	}
	return a.ID, nil
}

var accountForm = records.FormOf[records.Numbered]()
