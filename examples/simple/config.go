package main

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"gopkg.in/ini.v1"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/memory"
	"github.com/softlayer/jumpgate/openstack/identity"
	"github.com/softlayer/jumpgate/passthrough"
	"github.com/softlayer/jumpgate/softlayer"
)

// config is what a configuration file says: the INI form of the original
// Jumpgate's jumpgate.conf, with its names where it had them.
type config struct {
	gateway   jumpgate.Options // Services without their drivers
	softlayer softlayer.Options
	identity  identity.Options

	storeKeys      *jumpgate.StoreKeys
	oldCredentials string // a file to take over into the store
	openstack      passthrough.Options
	drivers        map[jumpgate.Service][]string // see driverNames
	images         imageConfig
	simulate       bool // no SoftLayer was named
	accessLog      bool
	compress       bool // long answers, for clients that ask for it
	logLevel       slog.Level
	memory         memory.Options
	cloud          *memory.Cloud // to be served; nil: a new one
}

// defaultConfig is for a start without a file: the simulator, and the
// services that the SoftLayer driver has.
func defaultConfig() *config {
	c := &config{simulate: true, accessLog: true, compress: true, drivers: map[jumpgate.Service][]string{}}
	c.softlayer.SnapshotSpace = true                             // it costs nothing there
	c.useStore(jumpgate.NewMemoryStore(jumpgate.StoreOptions{})) // it ends with the process, unless a file is set
	c.gateway.Services = map[jumpgate.Service]jumpgate.ServiceOptions{}
	for _, s := range []jumpgate.Service{jumpgate.Identity, jumpgate.Compute, jumpgate.Image, jumpgate.Volume, jumpgate.Network, jumpgate.Baremetal} {
		c.gateway.Services[s], c.drivers[s] = jumpgate.ServiceOptions{}, driverNames[:1]
	}
	return c
}

// useMemory serves all that the memory driver has by it.
func (c *config) useMemory() {
	c.simulate = false
	c.gateway.Services = map[jumpgate.Service]jumpgate.ServiceOptions{}
	c.drivers = map[jumpgate.Service][]string{}
	for s := range new(memory.Cloud).Services() {
		c.gateway.Services[s], c.drivers[s] = jumpgate.ServiceOptions{}, []string{"memory"}
	}
}

// usesMemory tells whether a service is served by the memory driver.
func (c *config) usesMemory() bool {
	for _, names := range c.drivers {
		if slices.Contains(names, "memory") {
			return true
		}
	}
	return false
}

// users are the users that are known to exist; nil with a real cloud.
func (c *config) users() []cloudUser {
	switch {
	case c.simulate:
		return simulatorUsers()
	case slices.Contains(c.drivers[jumpgate.Identity], "memory"):
		return memoryUsers
	}
	return nil
}

// region is the region of the catalog.
func (c *config) region() string { return cmp.Or(c.gateway.Region, "RegionOne") }

// readConfig reads a configuration file. All that is wrong with it is
// reported at once, each with its line.
func readConfig(file string) (*config, error) {
	at, err := linesOf(file)
	if err != nil {
		return nil, err
	}
	parsed, err := ini.LoadSources(ini.LoadOptions{SpaceBeforeInlineComment: true, KeyValueDelimiters: "="}, file)
	if err != nil {
		text := strings.TrimSpace(err.Error())
		return nil, fmt.Errorf("%s:%d: %s; lines are like [section] or key = value", file, at.endOf(text), text)
	}
	known := slices.Clone(settings)
	for _, s := range jumpgate.Services() {
		known = append(known, serviceSettings(s)...)
	}

	c := defaultConfig()
	c.softlayer.SnapshotSpace = false
	var faults []lineError
	fault := func(section, key string, err error) {
		line := at.keys[section+"\n"+key]
		if line == 0 { // what the file does not say goes wrong for what it enables
			section, key = ini.DefaultSection, "enabled_services"
			line = at.keys[section+"\n"+key]
		}
		faults = append(faults, lineError{line, fmt.Errorf("%s:%d: [%s] %s: %w", file, line, section, key, err)})
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
			err := unknown(known, section.Name(), key.Name())
			if section.Name() == modesSection {
				err = c.addModes(key.Name(), key.String())
			} else if service, ok := strings.CutSuffix(section.Name(), policySuffix); ok {
				err = c.addRule(jumpgate.Service(service), key.Name(), key.String())
			}
			if err != nil {
				fault(section.Name(), key.Name(), err)
			}
		}
	}
	if err := c.images.complete(); err != nil {
		fault("image", "data_s3_endpoint", err)
	}
	c.complete(fault)
	slices.SortStableFunc(faults, func(a, b lineError) int { return cmp.Compare(a.line, b.line) })
	var list []error
	for _, f := range faults {
		list = append(list, f)
	}
	return c, errors.Join(list...)
}

// lineError is what is wrong in a line.
type lineError struct {
	line int
	error
}

// unknown says what to write for a key that is none.
func unknown(known []setting, section, key string) error {
	var sections, keys []string
	for _, s := range known {
		if s.section == section {
			keys = append(keys, s.key)
		}
		if !slices.Contains(sections, s.section) {
			sections = append(sections, s.section)
		}
	}
	switch advice := advice(section, key); {
	case slices.Contains(keys, key):
		return nil
	case advice != "":
		return errors.New(advice)
	case keys == nil:
		return fmt.Errorf("unknown section; there are %s", strings.Join(append(sections, modesSection), ", "))
	}
	return fmt.Errorf("unknown key; there are %s", strings.Join(keys, ", "))
}

// policySuffix ends the names of sections that replace rules of a service's
// policy: [compute_policy] os_compute_api:servers:create = role:admin.
const policySuffix = "_policy"

// modesSection holds rules for endpoints: compute.v2*_server = pass.
const modesSection = "modes"

// lines is what the INI library does not tell.
type lines struct {
	keys map[string]int // by "section\nkey"
	text []string
}

// linesOf finds the line of each key.
func linesOf(file string) (*lines, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	l, section := &lines{make(map[string]int), strings.Split(strings.TrimPrefix(string(data), "\ufeff"), "\n")}, ini.DefaultSection
	for i, line := range l.text {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "[") && strings.Contains(line, "]") {
			section = strings.TrimSpace(line[1:strings.Index(line, "]")])
		} else if key, _, ok := strings.Cut(line, "="); ok {
			l.keys[section+"\n"+strings.Trim(key, " \t\"`")] = i + 1
		}
	}
	return l, nil
}

// endOf finds the line that text quotes at its end, 0 if none.
func (l *lines) endOf(text string) int {
	return 1 + slices.IndexFunc(l.text, func(line string) bool {
		line = strings.TrimSpace(line)
		return line != "" && strings.HasSuffix(text, line)
	})
}

// paths are the keys of files and folders.
var paths = []string{"catalog_template_file", "key_directory", "application_credentials_file", "store_key_directory", "store_file", "data_directory"}

// relative makes a path relative to the configuration file's folder.
func relative(file, key, value string) string {
	if slices.Contains(paths, key) && value != "" && !filepath.IsAbs(value) {
		return filepath.Join(filepath.Dir(file), value)
	}
	return value
}

// complete looks at what only makes sense together.
func (c *config) complete(fault func(section, key string, err error)) {
	mounts := make(map[string]jumpgate.Service)
	for _, s := range jumpgate.Services() {
		service, enabled := c.gateway.Services[s]
		if !enabled {
			continue
		}
		if slices.Contains(c.drivers[s], "openstack") && c.openstack.Endpoints[s] == "" {
			fault(string(s), "driver", fmt.Errorf("[openstack] must have %s_endpoint, the address of the service behind", s))
			continue
		}
		alone := *c
		rules := service.Policy
		service.Policy = nil
		alone.gateway.Services = map[jumpgate.Service]jumpgate.ServiceOptions{s: service}
		gw, err := newGateway(&alone, nil)
		if err != nil {
			fault(string(s), "driver", err)
			continue
		}
		for rule, check := range rules {
			service.Policy = map[string]string{rule: check}
			alone.gateway.Services[s] = service
			if _, err := newGateway(&alone, nil); err != nil {
				fault(string(s)+policySuffix, rule, err)
			}
		}
		mount := gw.Dispatcher(s).Mount() + "/"
		if other, taken := mounts[mount]; taken {
			if service.Mount == "" {
				s, other = other, s
			}
			fault(string(s), "mount", fmt.Errorf("%s is at %s already", other, mount))
		}
		mounts[mount] = s
	}
	if slices.Equal(c.drivers[jumpgate.Identity], []string{"openstack"}) {
		for s := range c.gateway.Services {
			if slices.Contains(c.drivers[s], "softlayer") {
				fault("identity", "driver", fmt.Errorf("%s on softlayer needs SoftLayer's users: to take tokens from elsewhere write a program with passthrough's TokenHook", s))
			}
		}
	}
}
