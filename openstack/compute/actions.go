package compute

import (
	"context"
	"net/http"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/schema"
)

// action is one of the things that POST /servers/{id}/action can do.
type action struct {
	doing string         // how faults name it: "Cannot 'start' instance ..."
	body  *schema.Schema // of the value under the action's name; nil: anything
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

// actionsOf returns the actions that driver can do, by their names in bodies.
func actionsOf(driver any) map[string]action {
	all := make(map[string]action)
	if d, ok := driver.(ServerStarter); ok {
		all["os-start"] = action{doing: "start", do: func(ctx context.Context, id string, _ schema.Object) error {
			return d.StartServer(ctx, id)
		}}
	}
	if d, ok := driver.(ServerStopper); ok {
		all["os-stop"] = action{doing: "stop", do: func(ctx context.Context, id string, _ schema.Object) error {
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

func (s *service) serverAction(r *jumpgate.Request) (any, error) {
	value, err := parseBody(r)
	if err != nil {
		return nil, err
	}
	body, ok := value.(schema.Object)
	if !ok || len(body) != 1 {
		return nil, jumpgate.BadRequest.New("Malformed request body")
	}
	name := body[0].Name
	a, ok := s.actions[name]
	if !ok {
		for _, known := range actionNames {
			if name == known {
				return nil, jumpgate.NotImplemented.New("Action %s is not implemented here.", name)
			}
		}
		return nil, jumpgate.BadRequest.New("There is no such action: %s", name)
	}
	if a.body != nil {
		s := &schema.Schema{Type: []schema.Type{schema.Map}, Properties: []schema.Property{{Name: name, Schema: a.body}}}
		if legacy(r) {
			body = s.Prune(body).(schema.Object)
		}
		if err := check(s, body); err != nil {
			return nil, err
		}
	}
	id := serverID(r)
	if err := a.do(r.Context(), id, body.Object(name)); err != nil {
		return nil, serverFault(err, id, a.doing)
	}
	return &jumpgate.Response{Status: http.StatusAccepted}, nil
}
