// Package volume speaks Cinder's API, version 3 with microversions and the
// older 2 and 1, for drivers that only know volumes, snapshots and types.
//
// Register gives a Dispatcher handlers for everything a driver can do. The
// interfaces that a driver implements (Lister, Creator and so on) tell what it
// can do. The package parses and validates requests, asks the policy, filters,
// sorts and pages lists, keeps the states of volumes apart, shapes answers for
// the microversion asked for, and words faults as Cinder does. The compute
// service's volume proxy uses the same interfaces.
//
// Facts come from the Block Storage API reference, from Cinder's code and from
// recordings of a real Cinder (Zed, 3.70).
//
// All calls act for jumpgate.PrincipalFrom(ctx), and MUST NOT show or touch
// what that principal may not see: to it such a thing does not exist. An id is
// whatever the client sent; one that does not exist is a bare
// jumpgate.NotFound.
package volume

import (
	"fmt"
	"slices"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
)

// Options configure the service. The zero value means Cinder's defaults.
type Options struct {
	// Policy replaces check strings of the default policy; its keys are names
	// of rules. An unknown name is an error.
	Policy map[string]string

	// Now is the clock. Default time.Now.
	Now func() time.Time
}

// service is what the handlers of one Dispatcher share: the driver, by what
// it can do. An interface that it lacks is nil.
type service struct {
	disp *jumpgate.Dispatcher
	now  func() time.Time

	lister            Lister
	allLister         AllLister
	getter            Getter
	creator           Creator
	copier            Copier
	deleter           Deleter
	destroyer         Destroyer
	updater           Updater
	snapshotLister    SnapshotLister
	allSnapshotLister AllSnapshotLister
	snapshotGetter    SnapshotGetter
	types             TypeLister
	qos               QoSKeeper
	transfers         TransferKeeper
	backups           BackupKeeper
	connector         Connector
	groupTypes        GroupTypeKeeper
	groups            GroupKeeper
	groupSnapshots    GroupSnapshotKeeper
	manager           Manager
	imageSnapshots    ImageSnapshotter
	services          ServiceLister
	pools             PoolLister
}

// resources are the parts of the API, each in a file of its own: each looks
// once at what the driver can do and takes the endpoints that follow from it.
var resources = []func(s *service, driver any, t *table){
	versions, volumes, volumeEdit, volumeMetadata, actions, attachments,
	snapshots, volumeTypes, typeEdit, typeExtras, qosSpecs, quotas, zones, extensions,
	transfers, backups, messages, pools,
	groupTypes, groups, groupSnapshots, consistencyGroups,
	managing, backupRecords, services, hosts, capabilities, quotaClasses, defaultTypes, absent,
}

// Register gives disp a handler for everything that driver can do and leaves
// the other endpoints unused. Version documents are always served. A driver
// with none of the interfaces of this package, or with a method that is called
// as in one of them and has another signature, is an error.
func Register(disp *jumpgate.Dispatcher, driver any, opts Options) error {
	if err := rest.CheckDriver("volume", driver, driverInterfaces...); err != nil {
		return err
	}
	policy, err := disp.OverridePolicy(defaultPolicy(), opts.Policy)
	if err != nil {
		return fmt.Errorf("volume: %w", err)
	}
	disp.SetPolicy(policy)
	for _, hook := range []jumpgate.RequestHook{jumpgate.Negotiate(MinVersion, MaxVersion), knownMediaType} {
		if err := disp.AddRequestHook(hook); err != nil {
			return err
		}
	}
	s, t := newService(disp, driver, opts.Now), &table{disp: disp}
	for _, register := range resources {
		register(s, driver, t)
	}
	return t.Register(disp)
}

func newService(disp *jumpgate.Dispatcher, driver any, now func() time.Time) *service {
	s := &service{disp: disp, now: now}
	if s.now == nil {
		s.now = time.Now
	}
	s.lister, _ = driver.(Lister)
	s.allLister, _ = driver.(AllLister)
	s.getter, _ = driver.(Getter)
	s.creator, _ = driver.(Creator)
	s.copier, _ = driver.(Copier)
	s.deleter, _ = driver.(Deleter)
	s.destroyer, _ = driver.(Destroyer)
	s.updater, _ = driver.(Updater)
	s.snapshotLister, _ = driver.(SnapshotLister)
	s.allSnapshotLister, _ = driver.(AllSnapshotLister)
	s.snapshotGetter, _ = driver.(SnapshotGetter)
	s.types, _ = driver.(TypeLister)
	s.qos, _ = driver.(QoSKeeper)
	s.transfers, _ = driver.(TransferKeeper)
	s.backups, _ = driver.(BackupKeeper)
	s.connector, _ = driver.(Connector)
	s.manager, _ = driver.(Manager)
	s.imageSnapshots, _ = driver.(ImageSnapshotter)
	return s
}

type handler = rest.Handler

// table collects the endpoints that are served.
type table struct {
	rest.Routes
	disp *jumpgate.Dispatcher
}

// known tells whether Cinder has a method at an endpoint.
func (t *table) known(method, name string) bool {
	e := t.disp.Endpoint(name)
	return e != nil && slices.Contains(e.Methods, method)
}

// add takes an endpoint in all versions of the API that have it.
func (t *table) add(method, name string, h handler) {
	for _, version := range [...]string{"v1_", "v2_", "v3_"} {
		if t.known(method, version+name) {
			t.One(method, version+name, h)
		}
	}
}

// absent answers, as Cinder does where there is no such thing, an endpoint
// that the driver can't serve, and says why in the coverage.
func (t *table) absent(method, name, reason string, h handler) {
	for _, version := range [...]string{"v1_", "v2_", "v3_"} {
		if t.known(method, version+name) && t.Handlers(version + name)[method] == nil {
			t.One(method, version+name, h)
			t.Explain(method, version+name, reason)
		}
	}
}

// minor is the microversion of r: 0 for /v2 and /v1.
func minor(r *jumpgate.Request) int { return r.Env.Version.Minor }

// v1 tells whether r came through /v1, which has other names for names.
func v1(r *jumpgate.Request) bool { return r.Endpoint().Version == "v1" }

// knownMediaType refuses a request whose body Cinder would not read.
func knownMediaType(r *jumpgate.Request) error {
	if r.ContentLength == 0 {
		return nil
	}
	return mediaTypes(r)
}

var mediaTypes = rest.MediaTypes("application/vnd.openstack.volume+json")

// accepted is the usual answer of what goes on after it.
func accepted(body any) *jumpgate.Response { return &jumpgate.Response{Status: 202, Body: body} }

// done is an answer without a body.
var done = &jumpgate.Response{Status: 200}
