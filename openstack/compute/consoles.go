package compute

import (
	"errors"
	"net/http"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// ConsoleUnavailable is for a type of console that the cloud does not have.
func ConsoleUnavailable(kind string) error {
	return jumpgate.BadRequest.New("Unavailable console type %s.", kind)
}

// consoleActions are the actions that opened consoles until 2.6.
var consoleActions = map[string]string{
	"os-getVNCConsole":    "vnc",
	"os-getSPICEConsole":  "spice",
	"os-getRDPConsole":    "rdp",
	"os-getSerialConsole": "serial",
}

var (
	consoleProtocols = []string{"vnc", "spice", "rdp", "serial"}
	consoleTypes     = []string{"novnc", "xvpvnc", "rdp-html5", "spice-html5", "serial"}
	consoleBody      = &versionedBody{name: "remote_console", members: []bodyMember{
		{name: "protocol", until: 8, required: 1, schema: &schema.Schema{Type: stringType, Enum: anys(consoleProtocols...)}},
		{name: "protocol", since: 8, required: 8, schema: &schema.Schema{Type: stringType, Enum: append(anys(consoleProtocols...), "mks")}},
		{name: "type", until: 8, required: 1, schema: &schema.Schema{Type: stringType, Enum: anys(consoleTypes...)}},
		{name: "type", since: 8, until: directSPICE, required: 8, schema: &schema.Schema{Type: stringType, Enum: append(anys(consoleTypes...), "webmks")}},
		{name: "type", since: directSPICE, required: directSPICE, schema: &schema.Schema{Type: stringType, Enum: append(anys(consoleTypes...), "webmks", "spice-direct")}},
	}}
)

func (s *service) doersOfConsoles(driver any, can map[string]doer) {
	if d, ok := driver.(ServerConsoler); ok {
		for name, protocol := range consoleActions {
			can[name] = func(r *jumpgate.Request, id string, in schema.Object) (any, error) {
				kind := in.String("type")
				url, err := d.ServerConsole(r.Context(), id, protocol, kind)
				if err != nil {
					return nil, notReady(err, id)
				}
				return jumpgate.Object{{Name: "console", Value: jumpgate.Object{{Name: "type", Value: kind}, {Name: "url", Value: url}}}}, nil
			}
		}
	}
	if d, ok := driver.(ServerConsoleReader); ok {
		can["os-getConsoleOutput"] = func(r *jumpgate.Request, id string, in schema.Object) (any, error) {
			output, err := d.ConsoleOutput(r.Context(), id, in.Int("length", -1))
			if err != nil {
				return nil, notReady(err, id)
			}
			return jumpgate.Object{{Name: "output", Value: strings.Map(visible, output)}}, nil
		}
	}
}

// visible drops the control characters that Nova drops from consoles.
func visible(r rune) rune {
	if r < ' ' && r != '\t' && r != '\n' {
		return -1
	}
	return r
}

// notReady words a state in which there is no console.
func notReady(err error, id string) error {
	if _, ok := err.(*StateError); ok {
		return jumpgate.Conflict.New("Instance %s is not ready", id)
	}
	return err
}

func remoteConsoles(_ *service, driver any, t *table) {
	if d, ok := driver.(ServerConsoler); ok {
		t.One(http.MethodPost, "v21_server_remote_consoles", func(r *jumpgate.Request) (any, error) { return createConsole(r, d) })
	}
	if d, ok := driver.(ConsoleFinder); ok {
		t.add(http.MethodGet, "os_console_auth_token", func(r *jumpgate.Request) (any, error) { return findConsole(r, d) })
	}
}

// findConsole shows where the console is that a token leads to. Before 2.31
// there was nothing but RDP, which is gone.
func findConsole(r *jumpgate.Request, d ConsoleFinder) (any, error) {
	if minor(r) < 31 {
		return nil, jumpgate.BadRequest
	}
	if err := allow(r, "os_compute_api:os-console-auth-tokens", nil); err != nil {
		return nil, err
	}
	c, err := d.ConsoleOfToken(r.Context(), r.Var("console_token"))
	if errors.Is(err, jumpgate.NotFound) {
		return nil, jumpgate.NotFound.Wrap(err, "Token not found")
	}
	if err != nil {
		return nil, err
	}
	o := jumpgate.Object{
		{Name: "instance_uuid", Value: c.ServerID}, {Name: "host", Value: c.Host}, {Name: "port", Value: c.Port},
		{Name: "internal_access_path", Value: rest.OrNil(c.InternalPath)},
	}
	if minor(r) >= directSPICE && c.Type == "spice-direct" {
		var port any
		if c.TLSPort != 0 {
			port = c.TLSPort
		}
		o = append(o, jumpgate.Member{Name: "tls_port", Value: port})
	}
	return jumpgate.Object{{Name: "console", Value: o}}, nil
}

// directSPICE is the version that came with spice-direct.
const directSPICE = 99

func createConsole(r *jumpgate.Request, d ServerConsoler) (any, error) {
	body, err := readBody(r, consoleBody)
	if err != nil {
		return nil, err
	}
	in, id := body.Object("remote_console"), serverID(r)
	protocol, kind := in.String("protocol"), in.String("type")
	url, err := d.ServerConsole(r.Context(), id, protocol, kind)
	if err != nil {
		return nil, serverFault(notReady(err, id), id, 0)
	}
	return jumpgate.Object{{Name: "remote_console", Value: jumpgate.Object{
		{Name: "protocol", Value: protocol}, {Name: "type", Value: kind}, {Name: "url", Value: url},
	}}}, nil
}
