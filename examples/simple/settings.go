package main

import (
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/identity"
	"github.com/softlayer/jumpgate/passthrough"
	"github.com/softlayer/jumpgate/softlayer"
)

// driverNames are the drivers to choose from; the first is the default.
var driverNames = []string{"softlayer", "openstack", "memory"}

// setting reads the value of one key into a config.
type setting struct {
	section, key string
	set          func(c *config, value string) error
}

// settings are the keys of the sections that are no service's.
var settings = []setting{
	{"DEFAULT", "enabled_services", (*config).setServices},
	{"DEFAULT", "public_url", func(c *config, v string) error {
		_, err := jumpgate.New(jumpgate.Options{PublicURL: v})
		return keep(&c.gateway.PublicURL, v, err)
	}},
	{"DEFAULT", "base_path", func(c *config, v string) error {
		_, err := jumpgate.New(jumpgate.Options{BasePath: v})
		return keep(&c.gateway.BasePath, v, err)
	}},
	{"DEFAULT", "gzip", toggle(func(c *config) *bool { return &c.compress })},
	{"DEFAULT", "region", func(c *config, v string) error { c.gateway.Region = v; return nil }},
	{"DEFAULT", "trusted_proxies", (*config).setProxies},
	{"DEFAULT", "catalog_template_file", (*config).setCatalog},
	{"DEFAULT", "log_level", (*config).setLogLevel},
	{"DEFAULT", "request_hooks", (*config).setRequestHooks},
	{"DEFAULT", "response_hooks", (*config).setResponseHooks},
	{"DEFAULT", "key_directory", (*config).setKeys},
	{"DEFAULT", "store_key_directory", (*config).setStoreKeys},
	{"DEFAULT", "store_file", (*config).setStore},
	{"DEFAULT", "application_credentials_file", (*config).setCredentials},
	{"DEFAULT", "token_expiration", (*config).setExpiry},
	{"DEFAULT", "default_domain", (*config).setDomain},
	{"softlayer", "endpoint", (*config).setEndpoint},
	{"softlayer", "timeout", (*config).setTimeout},
	{"softlayer", "portal_passwords", toggle(func(c *config) *bool { return &c.softlayer.PortalPasswords })},
	{"softlayer", "snapshot_space", toggle(func(c *config) *bool { return &c.softlayer.SnapshotSpace })},
	{"softlayer", "order_networks", toggle(func(c *config) *bool { return &c.softlayer.OrderNetworks })},
	{"softlayer", "order_hardware", toggle(func(c *config) *bool { return &c.softlayer.OrderHardware })},
	{"softlayer", "hardware_servers", toggle(func(c *config) *bool { return &c.softlayer.HardwareServers })},
	{"softlayer", "edit_default_group", toggle(func(c *config) *bool { return &c.softlayer.EditDefaultGroup })},
	{"softlayer", "volume_type", func(c *config, v string) error {
		_, err := softlayer.New(softlayer.Options{VolumeType: v})
		return keep(&c.softlayer.VolumeType, v, err)
	}},
	{"softlayer", "console_page", func(c *config, v string) error {
		_, err := softlayer.New(softlayer.Options{Console: v})
		return keep(&c.softlayer.Console, v, err)
	}},
	{"softlayer", "domain", (*config).setDomain},
	{"softlayer", "catalog_template_file", (*config).setCatalog},
	{"compute", "default_availability_zone", func(c *config, v string) error { c.softlayer.Datacenter = strings.Trim(v, `'"`); return nil }},
	{"image", "data_directory", (*config).setImageFolder},
	{"image", "data_s3_endpoint", func(c *config, v string) error { c.images.bucket.Endpoint = v; return nil }},
	{"image", "data_s3_bucket", func(c *config, v string) error { c.images.bucket.Bucket = v; return nil }},
	{"image", "data_s3_region", func(c *config, v string) error { c.images.bucket.Region = v; return nil }},
	{"image", "data_s3_access_key", func(c *config, v string) error { c.images.bucket.AccessKey = v; return nil }},
	{"image", "data_s3_secret_key", func(c *config, v string) error { c.images.bucket.SecretKey = v; return nil }},
	{"image", "web_download_networks", (*config).setDownloads},
	{"softlayer", "image_bucket", func(c *config, v string) error { c.softlayer.ImageBucket = v; return nil }},
	{"softlayer", "image_key", func(c *config, v string) error { c.softlayer.ImageKey = jumpgate.Secret(v); return nil }},
}

// dropped are the original's keys that have no use here, with what to do.
var dropped = []struct{ pattern, advice string }{
	{"DEFAULT/secret_key", "token keys are kept in a directory: make one with -rotate-keys DIR and name it with key_directory"},
	{"DEFAULT/admin_token", "there is no token that opens everything; remove the line"},
	{"softlayer/catalog_template_file_v3", "one catalog serves v2.0 and v3: name it with catalog_template_file"},
	{"softlayer/proxy", "name the proxy in the environment, with HTTPS_PROXY"},
	{"softlayer/noauth_*", "nobody is served without credentials; remove the line"},
	{"identity/*_driver", "the driver signs users in and makes the tokens; remove the line"},
	{"compute/default_[^a]*", "quotas are the driver's; remove the line"}, // default_availability_zone is known
	{"volume/volume_*", "volumes are what the driver offers; remove the line"},
	{"volume/default_availability_zone", "volumes are where the driver puts them; remove the line"},
	{"flavors/flavor_list", "flavors are what the driver offers; remove the line"},
}

// advice is for a key that is not known: what to do where the original knew
// it, or else "".
func advice(section, key string) string {
	for _, d := range dropped {
		if matched, _ := path.Match(d.pattern, section+"/"+key); matched { // the patterns are fine
			return d.advice
		}
	}
	return ""
}

// serviceSettings are the keys of each service's section.
func serviceSettings(s jumpgate.Service) []setting {
	return []setting{
		{string(s), "driver", func(c *config, v string) error { return c.setDriver(s, v) }},
		{"openstack", string(s) + "_endpoint", func(c *config, v string) error { return c.setUpstream(s, v) }},
		{string(s), "mount", func(c *config, v string) error {
			trial := jumpgate.ServiceOptions{Driver: jumpgate.Drivers(), Mount: v}
			_, err := jumpgate.New(jumpgate.Options{Services: map[jumpgate.Service]jumpgate.ServiceOptions{s: trial}})
			o, enabled := c.gateway.Services[s]
			if enabled {
				err = keep(&o.Mount, v, err)
				c.gateway.Services[s] = o
			}
			return err
		}},
	}
}

func words(value string) []string {
	return strings.FieldsFunc(value, func(r rune) bool { return r == ',' || r == ' ' || r == '\t' })
}

// keep stores a value that its package has accepted.
func keep(field *string, value string, err error) error {
	if err == nil {
		*field = value
	}
	return err
}

func (c *config) setServices(value string) error {
	enabled := map[jumpgate.Service]jumpgate.ServiceOptions{}
	for _, name := range words(value) {
		s := jumpgate.Service(name)
		if !slices.Contains(jumpgate.Services(), s) {
			return fmt.Errorf("unknown service %q; there are %v", name, jumpgate.Services())
		}
		enabled[s] = jumpgate.ServiceOptions{}
		if c.drivers[s] == nil {
			c.drivers[s] = driverNames[:1]
		}
	}
	if len(enabled) == 0 {
		return errors.New("no service; write for example: enabled_services = identity, compute, image, volume")
	}
	c.gateway.Services = enabled
	return nil
}

// setDriver takes the names of this program and the dotted module paths of
// the original ("jumpgate.compute.drivers.sl"). Of several drivers the first
// that has an endpoint serves it.
func (c *config) setDriver(s jumpgate.Service, value string) error {
	c.drivers[s] = nil
	for _, word := range words(value) {
		name := word
		if original, ok := strings.CutPrefix(word, "jumpgate."+string(s)+".drivers."); ok {
			name = map[string]string{"sl": "softlayer", "openstack": "openstack"}[original]
		}
		if !slices.Contains(driverNames, name) {
			return fmt.Errorf("unknown driver %q; there are %s", word, strings.Join(driverNames, " and "))
		}
		c.drivers[s] = append(c.drivers[s], name)
	}
	if c.drivers[s] == nil {
		return fmt.Errorf("no driver; there are %s", strings.Join(driverNames, " and "))
	}
	return nil
}

// setUpstream takes the address of a service for the openstack driver.
func (c *config) setUpstream(s jumpgate.Service, value string) error {
	if _, err := passthrough.New(passthrough.Options{Endpoints: map[jumpgate.Service]string{s: value}}); err != nil {
		return err
	}
	if c.openstack.Endpoints == nil {
		c.openstack.Endpoints = make(map[jumpgate.Service]string)
	}
	c.openstack.Endpoints[s] = value
	return nil
}

func (c *config) addModes(pattern, mode string) error {
	modes, err := passthrough.ParseModes(strings.NewReader(pattern + " = " + mode))
	c.openstack.Modes = append(c.openstack.Modes, modes...)
	return err
}

// addRule replaces a rule of a service's policy.
func (c *config) addRule(s jumpgate.Service, rule, check string) error {
	o, enabled := c.gateway.Services[s]
	switch {
	case !slices.Contains(jumpgate.Services(), s):
		return fmt.Errorf("there is no service %q; there are %v", s, jumpgate.Services())
	case !enabled:
		return nil
	}
	if o.Policy == nil {
		o.Policy = make(map[string]string)
	}
	o.Policy[rule] = check
	c.gateway.Services[s] = o
	return nil
}

func (c *config) setProxies(value string) error {
	for _, text := range words(value) {
		p, err := netip.ParsePrefix(text)
		if err != nil {
			return fmt.Errorf("%q is no network; write for example 10.0.0.0/8", text)
		}
		c.gateway.TrustedProxies = append(c.gateway.TrustedProxies, p)
	}
	return nil
}

func (c *config) setCatalog(value string) error {
	f, err := os.Open(value)
	if err != nil {
		return err
	}
	defer f.Close()
	c.gateway.Catalog, err = jumpgate.ParseCatalog(f)
	if err != nil {
		return fmt.Errorf("%s: %w", value, err)
	}
	return nil
}

func (c *config) setLogLevel(value string) error {
	levels := map[string]slog.Level{
		"DEBUG": slog.LevelDebug, "INFO": slog.LevelInfo, "WARNING": slog.LevelWarn, "WARN": slog.LevelWarn,
		"ERROR": slog.LevelError, "CRITICAL": slog.LevelError + 4,
	}
	level, ok := levels[strings.ToUpper(value)]
	if !ok {
		return fmt.Errorf("unknown level %q; there are DEBUG, INFO, WARNING, ERROR and CRITICAL", value)
	}
	c.logLevel = level
	return nil
}

const hooksPrefix = "jumpgate.common.hooks."

// setRequestHooks takes the names of the original's hooks. What they did is
// built in.
func (c *config) setRequestHooks(value string) error {
	for _, name := range words(value) {
		switch strings.TrimPrefix(name, hooksPrefix) {
		case "log", "auth_token", "core", "sl.client":
		case "admin_token":
			return errors.New("there is no token that opens everything; remove admin_token")
		default:
			return fmt.Errorf("unknown hook %q; there are log and auth_token", name)
		}
	}
	return nil
}

func (c *config) setResponseHooks(value string) error {
	c.accessLog = false
	for _, name := range words(value) {
		switch strings.TrimPrefix(name, hooksPrefix) {
		case "log":
			c.accessLog = true
		case "core":
		default:
			return fmt.Errorf("unknown hook %q; there is log", name)
		}
	}
	return nil
}

func (c *config) setKeys(value string) (err error) {
	c.identity.Keys, err = identity.OpenKeyRing(value)
	if err != nil {
		return fmt.Errorf("%w; -rotate-keys DIR makes keys", err)
	}
	return nil
}

// setCredentials takes the file of an earlier release. With a store its content
// is taken over when the server starts.
func (c *config) setCredentials(value string) (err error) {
	if c.storeKeys != nil && c.softlayer.Store != nil {
		c.oldCredentials = value
		return nil
	}
	c.identity.ApplicationCredentials, err = identity.OpenCredentials(value)
	return err
}

func (c *config) setStoreKeys(value string) (err error) {
	c.storeKeys, err = jumpgate.OpenStoreKeys(value)
	if err != nil {
		return fmt.Errorf("%w; -rotate-store-keys DIR makes keys", err)
	}
	return nil
}

func (c *config) setStore(value string) error {
	if c.storeKeys == nil {
		return errors.New("what is kept is sealed: name the directory of the keys with store_key_directory; -rotate-store-keys DIR makes keys")
	}
	store, err := jumpgate.OpenFileStore(value, c.storeKeys, jumpgate.StoreOptions{})
	if err != nil {
		return err
	}
	c.useStore(store)
	return nil
}

// useStore keeps everything that the clouds have no place for in one store.
func (c *config) useStore(store jumpgate.Store) {
	c.softlayer.Store, c.identity.Store = store, store
}

func (c *config) setExpiry(value string) error {
	d, err := duration(value)
	c.identity.Expiry = d
	return err
}

func (c *config) setTimeout(value string) error {
	d, err := duration(value)
	c.softlayer.Timeout = d
	return err
}

// duration reads seconds, as Keystone's expiration is given, or Go's form.
func duration(value string) (time.Duration, error) {
	d, err := time.ParseDuration(value)
	if err != nil {
		d, err = time.ParseDuration(value + "s")
	}
	if err != nil || d <= 0 {
		return 0, fmt.Errorf("%q is no duration; write for example 3600 or 1h", value)
	}
	return d, nil
}

// toggle reads true or false.
func toggle(field func(*config) *bool) func(*config, string) error {
	return func(c *config, value string) (err error) {
		if *field(c), err = strconv.ParseBool(value); err != nil {
			return fmt.Errorf("%q is neither true nor false", value)
		}
		return nil
	}
}

func (c *config) setEndpoint(value string) error {
	switch {
	case value == "simulator":
		c.simulate = true
		return nil
	case strings.Contains(value, "/xmlrpc/"):
		return fmt.Errorf("XML-RPC is not spoken here; write %s", softlayer.DefaultEndpoint)
	}
	_, err := softlayer.New(softlayer.Options{Endpoint: value})
	c.simulate = false
	return keep(&c.softlayer.Endpoint, value, err)
}

func (c *config) setDomain(value string) error {
	_, err := softlayer.New(softlayer.Options{Domain: value})
	return keep(&c.softlayer.Domain, value, err)
}
