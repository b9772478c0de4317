package compute

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/schema"
)

// action is one of the things that POST /servers/{id}/action can do.
type action struct {
	doing string         // how faults name it: "Cannot 'start' instance ..."
	body  *schema.Schema // of the value under the action's name; nil: anything
	lost  string         // how Nova words an unknown server; empty: as everywhere
	do    func(ctx context.Context, id string, in schema.Object) error
}

// actionNames are all actions that Nova knows: one that the driver lacks
// answers 501, one that Nova lacks 400.
var actionNames = []string{
	"addFixedIp", "addFloatingIp", "addSecurityGroup", "changePassword", "confirmResize", "createBackup", "createImage",
	"evacuate", "forceDelete", "injectNetworkInfo", "lock", "migrate", "os-getConsoleOutput", "os-getRDPConsole",
	"os-getSPICEConsole", "os-getSerialConsole", "os-getVNCConsole", "os-migrateLive", "os-resetState", "os-start",
	"os-stop", "pause", "reboot", "rebuild", "removeFixedIp", "removeFloatingIp", "removeSecurityGroup", "rescue",
	"resetNetwork", "resize", "restore", "resume", "revertResize", "shelve", "shelveOffload", "suspend",
	"trigger_crash_dump", "unlock", "unpause", "unrescue", "unshelve",
}

var rebootBody = &schema.Schema{
	Type: []schema.Type{schema.Map},
	Properties: []schema.Property{{Name: "type", Schema: &schema.Schema{
		Type: stringType, Enum: []any{"HARD", "Hard", "hard", "SOFT", "Soft", "soft"},
	}}},
	Required: []string{"type"},
}

// unmapped is what Nova says where it looks in its map of cells first.
const unmapped = "Instance %s has no mapping to a cell."

func actions(_ *service, driver any, t *table) {
	all := actionsOf(driver)
	if len(all) > 0 {
		t.add(http.MethodPost, "server_action", func(r *jumpgate.Request) (any, error) { return serverAction(r, all) })
	}
}

// actionsOf returns the actions that driver can do, by their names in bodies.
func actionsOf(driver any) map[string]action {
	all := make(map[string]action)
	if d, ok := driver.(ServerStarter); ok {
		all["os-start"] = action{doing: "start", lost: unmapped, do: func(ctx context.Context, id string, _ schema.Object) error {
			return d.StartServer(ctx, id)
		}}
	}
	if d, ok := driver.(ServerStopper); ok {
		all["os-stop"] = action{doing: "stop", lost: unmapped, do: func(ctx context.Context, id string, _ schema.Object) error {
			return d.StopServer(ctx, id)
		}}
	}
	if d, ok := driver.(ServerRebooter); ok {
		all["reboot"] = action{doing: "reboot", body: rebootBody, do: func(ctx context.Context, id string, in schema.Object) error {
			return d.RebootServer(ctx, id, RebootType(strings.ToUpper(in.String("type"))))
		}}
	}
	return all
}

func serverAction(r *jumpgate.Request, actions map[string]action) (any, error) {
	value, err := parseBody(r)
	if err != nil {
		return nil, err
	}
	name, err := actionName(value)
	if err != nil {
		return nil, err
	}
	a, ok := actions[name]
	if !ok {
		if slices.Contains(actionNames, name) {
			return nil, jumpgate.NotImplemented.New("Action %s is not implemented here.", name)
		}
		return nil, jumpgate.BadRequest.New("There is no such action: %s", name)
	}
	if a.body != nil {
		s := &schema.Schema{Type: mapType, Properties: []schema.Property{{Name: name, Schema: a.body}}}
		if value, err = checkBody(r, s, value); err != nil {
			return nil, err
		}
	}
	id := serverID(r)
	if err := a.do(r.Context(), id, value.(schema.Object).Object(name)); err != nil {
		if a.lost != "" {
			err = missing(err, a.lost, id)
		}
		return nil, serverFault(err, id, a.doing)
	}
	return empty(http.StatusAccepted), nil
}

// actionName is the only name in a body. Nova takes whatever has a length to
// be an object, and what fails later for a path that does not exist.
func actionName(value any) (string, error) {
	malformed := jumpgate.BadRequest.New("Malformed request body")
	n := 0
	switch v := value.(type) {
	case schema.Object:
		if len(v) != 1 {
			return "", malformed
		}
		return v[0].Name, nil
	case []any:
		n = len(v)
	case string:
		n = utf8.RuneCountInString(v)
	case nil:
		return "", malformed
	default:
		n = 1
	}
	if n != 1 {
		return "", malformed
	}
	return "", jumpgate.NotFound.New("The resource could not be found.")
}
