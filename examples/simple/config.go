package main

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"gopkg.in/ini.v1"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/identity"
	"github.com/softlayer/jumpgate/passthrough"
	"github.com/softlayer/jumpgate/softlayer"
)

// config is what a configuration file says: the INI form of the original
// Jumpgate's jumpgate.conf, with its names where it had them.
type config struct {
	gateway   jumpgate.Options // Services without their drivers
	softlayer softlayer.Options
	openstack passthrough.Options
	drivers   map[jumpgate.Service][]string // see driverNames
	simulate  bool                          // no SoftLayer was named
	accessLog bool
	logLevel  slog.Level
}

// defaultConfig is for a start without a file: the simulator, and the
// services that the SoftLayer driver has.
func defaultConfig() *config {
	c := &config{simulate: true, accessLog: true, drivers: map[jumpgate.Service][]string{}}
	c.softlayer.Identity.ApplicationCredentials = &identity.MemoryCredentials{} // they end with the process
	c.gateway.Services = map[jumpgate.Service]jumpgate.ServiceOptions{}
	for _, s := range []jumpgate.Service{jumpgate.Identity, jumpgate.Compute, jumpgate.Image} {
		c.gateway.Services[s], c.drivers[s] = jumpgate.ServiceOptions{}, driverNames[:1]
	}
	return c
}

// region is the region of the catalog.
func (c *config) region() string { return cmp.Or(c.gateway.Region, "RegionOne") }

// driverNames are the drivers to choose from; the first is the default.
var driverNames = []string{"softlayer", "openstack"}

// setting reads the value of one key into a config.
type setting struct {
	section, key string
	set          func(c *config, value string) error
}

// settings are all keys that a file may have, except the sections of
// services, which are alike: see serviceSettings.
var settings = []setting{
	{"DEFAULT", "enabled_services", (*config).setServices},
	{"DEFAULT", "public_url", func(c *config, v string) error { c.gateway.PublicURL = v; return nil }},
	{"DEFAULT", "base_path", func(c *config, v string) error { c.gateway.BasePath = v; return nil }},
	{"DEFAULT", "region", func(c *config, v string) error { c.gateway.Region = v; return nil }},
	{"DEFAULT", "trusted_proxies", (*config).setProxies},
	{"DEFAULT", "catalog_template_file", (*config).setCatalog},
	{"DEFAULT", "log_level", (*config).setLogLevel},
	{"DEFAULT", "request_hooks", (*config).setRequestHooks},
	{"DEFAULT", "response_hooks", (*config).setResponseHooks},
	{"DEFAULT", "key_directory", (*config).setKeys},
	{"DEFAULT", "token_expiration", (*config).setExpiry},
	{"DEFAULT", "secret_key", instead("token keys are kept in a directory: make one with -rotate-keys DIR and name it with key_directory")},
	{"DEFAULT", "admin_token", instead("there is no token that opens everything; remove the line")},
	{"softlayer", "endpoint", (*config).setEndpoint},
	{"softlayer", "timeout", (*config).setTimeout},
	{"softlayer", "portal_passwords", (*config).setPortal},
	{"softlayer", "domain", func(c *config, v string) error { c.softlayer.Domain = v; return nil }},
	{"softlayer", "catalog_template_file", (*config).setCatalog},
	{"softlayer", "catalog_template_file_v3", instead("one catalog serves v2.0 and v3: name it with catalog_template_file")},
	{"compute", "default_availability_zone", func(c *config, v string) error { c.softlayer.Datacenter = strings.Trim(v, `'"`); return nil }},
}

func instead(advice string) func(*config, string) error {
	return func(*config, string) error { return errors.New(advice) }
}

// serviceSettings are the keys of each service's section.
func serviceSettings(s jumpgate.Service) []setting {
	return []setting{
		{string(s), "driver", func(c *config, v string) error { return c.setDriver(s, v) }},
		{"openstack", string(s) + "_endpoint", func(c *config, v string) error { return c.setUpstream(s, v) }},
		{string(s), "mount", func(c *config, v string) error {
			o := c.gateway.Services[s]
			o.Mount = v
			c.gateway.Services[s] = o
			return nil
		}},
	}
}

// readConfig reads a configuration file. All that is wrong with it is
// reported at once, each with its line.
func readConfig(file string) (*config, error) {
	parsed, err := ini.LoadSources(ini.LoadOptions{SpaceBeforeInlineComment: true, KeyValueDelimiters: "="}, file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	lines, err := linesOf(file)
	if err != nil {
		return nil, err
	}
	known := slices.Clone(settings)
	for _, s := range jumpgate.Services() {
		known = append(known, serviceSettings(s)...)
	}

	c := defaultConfig()
	c.simulate = false
	var faults []error
	fault := func(section, key string, err error) {
		faults = append(faults, fmt.Errorf("%s:%d: [%s] %s: %w", file, lines[section+"\n"+key], section, key, err))
	}
	// In the order of settings, so that services are known before their mounts.
	for _, s := range known {
		if !parsed.HasSection(s.section) || !parsed.Section(s.section).HasKey(s.key) {
			continue
		}
		key := parsed.Section(s.section).Key(s.key)
		if err := s.set(c, relative(file, s.key, key.String())); err != nil {
			fault(s.section, s.key, err)
		}
	}
	for _, section := range parsed.Sections() {
		for _, key := range section.Keys() {
			if section.Name() == modesSection {
				modes, err := passthrough.ParseModes(strings.NewReader(key.Name() + " = " + key.String()))
				if err != nil {
					fault(section.Name(), key.Name(), err)
				}
				c.openstack.Modes = append(c.openstack.Modes, modes...)
				continue
			}
			if slices.ContainsFunc(known, func(s setting) bool { return s.section == section.Name() && s.key == key.Name() }) {
				continue
			}
			var names []string
			for _, s := range known {
				if s.section == section.Name() {
					names = append(names, s.key)
				}
			}
			if names == nil {
				fault(section.Name(), key.Name(), errors.New("unknown section; there are DEFAULT, softlayer, openstack, modes and one for each service"))
				continue
			}
			fault(section.Name(), key.Name(), fmt.Errorf("unknown key; there are %s", strings.Join(names, ", ")))
		}
	}
	c.complete(fault)
	return c, errors.Join(faults...)
}

// modesSection holds rules for endpoints: compute.v2*_server = pass.
const modesSection = "modes"

// linesOf finds the line of each key, by "section\nkey". The INI library
// does not tell.
func linesOf(file string) (map[string]int, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	lines, section := make(map[string]int), ini.DefaultSection
	scan := bufio.NewScanner(f)
	for n := 1; scan.Scan(); n++ {
		line := strings.TrimSpace(scan.Text())
		if strings.HasPrefix(line, "[") && strings.Contains(line, "]") {
			section = strings.TrimSpace(line[1:strings.Index(line, "]")])
		} else if key, _, ok := strings.Cut(line, "="); ok {
			lines[section+"\n"+strings.TrimSpace(key)] = n
		}
	}
	return lines, scan.Err()
}

// relative makes a path relative to the configuration file's folder.
func relative(file, key, value string) string {
	if (key == "catalog_template_file" || key == "key_directory") && value != "" && !filepath.IsAbs(value) {
		return filepath.Join(filepath.Dir(file), value)
	}
	return value
}

func words(value string) []string {
	return strings.FieldsFunc(value, func(r rune) bool { return r == ',' || r == ' ' || r == '\t' })
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
		return errors.New("no service; write for example: enabled_services = identity, compute, image")
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
	u, err := url.Parse(value)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return fmt.Errorf("%q is no address; write for example http://127.0.0.1:8774", value)
	}
	if c.openstack.Endpoints == nil {
		c.openstack.Endpoints = make(map[jumpgate.Service]string)
	}
	c.openstack.Endpoints[s] = value
	return nil
}

// complete looks at what only makes sense together.
func (c *config) complete(fault func(section, key string, err error)) {
	for _, s := range jumpgate.Services() {
		_, enabled := c.gateway.Services[s]
		if enabled && slices.Contains(c.drivers[s], "openstack") && c.openstack.Endpoints[s] == "" {
			fault(string(s), "driver", fmt.Errorf("[openstack] must have %s_endpoint, the address of the service behind", s))
		}
	}
	if slices.Equal(c.drivers[jumpgate.Identity], []string{"openstack"}) {
		for s := range c.gateway.Services {
			if slices.Contains(c.drivers[s], "softlayer") {
				fault("identity", "driver", fmt.Errorf("%s on softlayer needs SoftLayer's users: to take tokens from elsewhere write a program with passthrough's TokenHook", s))
			}
		}
	}
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
	c.softlayer.Identity.Keys, err = identity.OpenKeyRing(value)
	if err != nil {
		return fmt.Errorf("%w; -rotate-keys DIR makes keys", err)
	}
	return nil
}

func (c *config) setExpiry(value string) error {
	d, err := duration(value)
	c.softlayer.Identity.Expiry = d
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

func (c *config) setPortal(value string) (err error) {
	if c.softlayer.PortalPasswords, err = strconv.ParseBool(value); err != nil {
		return fmt.Errorf("%q is neither true nor false", value)
	}
	return nil
}

func (c *config) setEndpoint(value string) error {
	switch {
	case value == "simulator":
		c.simulate = true
		return nil
	case strings.Contains(value, "/xmlrpc/"):
		return fmt.Errorf("XML-RPC is not spoken here; write %s", softlayer.DefaultEndpoint)
	}
	c.softlayer.Endpoint = value
	return nil
}
