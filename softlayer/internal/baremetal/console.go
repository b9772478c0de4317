package baremetal

import (
	"context"
	"net/url"

	"github.com/softlayer/jumpgate/openstack/baremetal"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
)

// managed is how a server is asked for the way to its management controller.
var managed = records.FormOf[struct {
	ID int `json:"id"`
	records.Management
	Accounts []struct {
		Username string `json:"username"`
		Password string `json:"password"`
	} `json:"remoteManagementAccounts"`
}]()

// Console implements baremetal.ConsoleKeeper: the console is the server's
// management controller, which the account reaches through SoftLayer's private
// network. Its URL has the account there and its password, as whoever may have
// the console needs them: ipmi://root:secret@10.201.1.12.
func (d nodes) Console(ctx context.Context, uuid string) (*baremetal.Console, error) {
	h, err := managed.Get(ctx, d.API, records.HardwareServer, uuid)
	if err != nil || !h.Managed() || len(h.Accounts) == 0 {
		return nil, err
	}
	a := h.Accounts[0]
	return &baremetal.Console{Type: "ipmi", URL: (&url.URL{Scheme: "ipmi", User: url.UserPassword(a.Username, a.Password), Host: h.ManagementIP}).String()}, nil
}

// SetConsole implements baremetal.ConsoleKeeper: it connects the management
// controller to the network, or takes it off.
func (d nodes) SetConsole(ctx context.Context, uuid string, on bool) error {
	return d.order(ctx, uuid, "toggleManagementInterface", on)
}
