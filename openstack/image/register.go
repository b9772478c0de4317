package image

import (
	_ "embed"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"slices"
	"sync"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
)

// Options say how Register serves images. The zero value works.
type Options struct {
	// Now is the clock. Default time.Now.
	Now func() time.Time

	// Policy replaces rules of Glance's default policy by their names:
	// "publicize_image": "role:member". Default: none.
	Policy map[string]string

	// AllowDownload tells whether a web-download may connect to an address.
	// Default: PublicAddress, so that clients can't use this process to read
	// from private networks.
	AllowDownload func(netip.Addr) bool
}

// policyTable is Glance's default policy.
//
//go:embed policy.tsv
var policyTable string

// defaultPolicy is policyTable, read once.
var defaultPolicy = sync.OnceValue(func() *jumpgate.Policy { return jumpgate.MustPolicy(policyTable) })

// service answers for one dispatcher. Interfaces that the driver lacks are nil.
type service struct {
	disp    *jumpgate.Dispatcher // nil of an Access
	policy  func() *jumpgate.Policy
	log     func() *slog.Logger
	lister  Lister
	getter  Getter
	deleter Deleter
	creator Creator
	updater Updater
	keeper  DataKeeper
	stores  StoreLister

	importer Importer

	metadefs MetadefKeeper // never nil

	now        func() time.Time
	downloader *http.Client
}

// Register gives disp handlers for everything that driver can do, that is for
// the interfaces of this package that it implements, and leaves the rest
// unused. The list of versions and the schemas are always served. A driver with
// none of those interfaces, or with a method that is called as in one of them
// and has another signature, is an error.
func Register(disp *jumpgate.Dispatcher, driver any, opts Options) error {
	if disp.Service() != jumpgate.Image {
		return errors.New("image: Register needs the dispatcher of the image service, not of " + string(disp.Service()))
	}
	if err := rest.CheckDriver("image", driver, driverInterfaces...); err != nil {
		return err
	}
	s := newService(driver, opts)
	s.disp, s.policy = disp, disp.Policy
	s.log = func() *slog.Logger { return disp.Gateway().Logger() }

	policy, err := disp.OverridePolicy(defaultPolicy(), opts.Policy)
	if err != nil {
		return fmt.Errorf("image: %w", err)
	}
	disp.SetPolicy(policy.Worded("You are not authorized to complete %s action."))

	faults := []error{s.registerVersions(), s.registerSchemas(), s.registerMetadefs(), s.registerCache()}
	for _, e := range slices.Concat(s.endpoints(), s.metadefEndpoints(), s.v1Endpoints()) {
		methods := make(jumpgate.Methods)
		for _, m := range e.methods {
			if m.able {
				methods[m.method] = m.handler
			}
		}
		if len(methods) > 0 {
			faults = append(faults, disp.SetHandler(e.name, methods))
		}
	}
	return errors.Join(faults...)
}

// newService finds what driver can do. Its policy and log are not set.
func newService(driver any, opts Options) *service {
	s := &service{now: opts.Now}
	if s.now == nil {
		s.now = time.Now
	}
	if opts.AllowDownload == nil {
		opts.AllowDownload = PublicAddress
	}
	s.downloader = newDownloader(opts.AllowDownload)
	s.settle(driver)
	s.deleter, _ = driver.(Deleter)
	s.creator, _ = driver.(Creator)
	s.keeper, _ = driver.(DataKeeper)
	s.stores, _ = driver.(StoreLister)
	s.importer, _ = driver.(Importer)
	var defines bool
	if s.metadefs, defines = driver.(MetadefKeeper); !defines {
		s.metadefs = noMetadefs{}
	}
	return s
}

// settle takes from driver what tells of images, with transfers that have died
// ended.
func (s *service) settle(driver any) {
	w := settled{now: s.now}
	var ok bool
	if w.Lister, ok = driver.(Lister); ok {
		s.lister = &w
	}
	if w.Getter, ok = driver.(Getter); ok {
		s.getter = &w
	}
	if w.Updater, ok = driver.(Updater); ok {
		s.updater = &w
	}
}

// method is what an endpoint does, if the driver is able to.
type method struct {
	able    bool
	method  string
	handler func(*jumpgate.Request) (any, error)
}

type endpoint struct {
	name    string
	methods []method
}

// endpoints is the API, version 2.
func (s *service) endpoints() []endpoint {
	const get, post, put, patch, del = http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete
	list, show, create, update := s.lister != nil, s.getter != nil, s.creator != nil, s.updater != nil
	data := show && update && s.keeper != nil
	return []endpoint{
		{"v2_images", []method{{list, get, s.list}, {create, post, s.create}}},
		{"v2_images_detail", []method{{show, get, s.showDetail}}},
		{"v2_image", []method{{show, get, s.show}, {update, patch, s.update}, {s.deleter != nil, del, s.delete}}},
		{"v2_image_file", []method{{data, get, s.download}, {data, put, s.upload}}},
		{"v2_image_stage", []method{{data, put, s.stage}}},
		{"v2_image_import", []method{{data, post, s.importImage}}},
		{"v2_image_tag", []method{{update, put, s.addTag}, {update, del, s.removeTag}}},
		{"v2_image_members", []method{{show && update, get, s.listMembers}, {show && update, post, s.createMember}}},
		{"v2_image_member", []method{
			{show && update, get, s.showMember}, {show && update, put, s.updateMember}, {show && update, del, s.deleteMember},
		}},
		{"v2_image_actions_deactivate", []method{{update, post, s.deactivate}}},
		{"v2_image_actions_reactivate", []method{{update, post, s.reactivate}}},
		{"v2_image_tasks", []method{{show && update, get, s.listImageTasks}}},
		{"v2_image_locations", []method{{show, get, s.listLocations}, {show, post, s.addLocation}}},
		{"v2_info_import", []method{{true, get, s.infoImport}}},
		{"v2_info_stores", []method{{true, get, s.infoStores}}},
		{"v2_info_stores_detail", []method{{true, get, s.infoStoresDetail}}},
		{"v2_info_usage", []method{{true, get, s.infoUsage}}},
		{"v2_store_image", []method{{data, del, s.deleteFromStore}}},
		{"v2_tasks", []method{{list, get, s.listTasks}, {list, post, s.refuseTask}}},
		{"v2_task", []method{{list, get, s.showTask}, {list, del, s.refuseTask}}},
	}
}
