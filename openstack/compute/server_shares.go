package compute

import (
	"net/http"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

const sharesSince = 97

// shareBody is the order to attach a share.
func shareBody() *schema.Schema {
	share := object(
		member("share_id", uuidSchema),
		member("tag", &schema.Schema{Type: stringType, MinLength: 1, MaxLength: 255}),
	)
	share.Required = []string{"share_id"}
	body := object(member("share", share))
	body.Required = []string{"share"}
	return body
}

// shares serves the file shares of servers as a Nova that is not set up for
// them: no server has one.
func shares(s *service, _ any, t *table) {
	if s.serverGetter == nil {
		return
	}
	t.One(http.MethodGet, "v21_server_shares", s.listShares)
	t.One(http.MethodPost, "v21_server_shares", s.attachShare)
	t.One(http.MethodGet, "v21_server_share", s.showShare)
	t.One(http.MethodDelete, "v21_server_share", s.detachShare)
	t.Explain(http.MethodPost, "v21_server_shares", "409: as Nova without a service of file shares")
}

// sharing finds the server that r's path names, at a version that has shares,
// for those who may do with it what rule guards.
func (s *service) sharing(r *jumpgate.Request, rule string) (*Server, error) {
	if minor(r) < sharesSince {
		return nil, jumpgate.NotFound
	}
	if r.Method == http.MethodGet {
		if err := checkQuery(r, &querySchema{strict: true}); err != nil {
			return nil, err
		}
	}
	server, err := s.serverGetter.Server(r.Context(), serverID(r))
	if err != nil {
		return nil, serverFault(err, serverID(r), 0)
	}
	return server, allow(r, rule, nil)
}

func (s *service) listShares(r *jumpgate.Request) (any, error) {
	if _, err := s.sharing(r, "os_compute_api:os-server-shares:index"); err != nil {
		return nil, err
	}
	return jumpgate.Object{{Name: "shares", Value: []jumpgate.Object{}}}, nil
}

func (s *service) showShare(r *jumpgate.Request) (any, error) {
	if _, err := s.sharing(r, "os_compute_api:os-server-shares:show"); err != nil {
		return nil, err
	}
	return nil, jumpgate.NotFound.New("Share %s could not be found.", r.Var("share_id"))
}

func (s *service) attachShare(r *jumpgate.Request) (any, error) {
	if minor(r) < sharesSince {
		return nil, jumpgate.NotFound
	}
	value, err := rest.ReadJSON(r)
	if err != nil {
		return nil, err
	}
	if _, err := checkBody(r, shareBody(), value); err != nil {
		return nil, err
	}
	server, err := s.sharing(r, "os_compute_api:os-server-shares:create")
	switch {
	case err != nil:
		return nil, err
	case server.VMState != "stopped":
		return nil, serverFault(&StateError{VMState: server.VMState}, server.ID, ActionCreateShare)
	}
	return nil, jumpgate.Conflict.New("Feature not supported because either compute or instance are not configured correctly.")
}

func (s *service) detachShare(r *jumpgate.Request) (any, error) {
	server, err := s.sharing(r, "os_compute_api:os-server-shares:delete")
	switch {
	case err != nil:
		return nil, err
	case server.VMState != "stopped" && server.VMState != "error":
		return nil, serverFault(&StateError{VMState: server.VMState}, server.ID, ActionDeleteShare)
	}
	return nil, jumpgate.NotFound.New("Share %s could not be found.", r.Var("share_id"))
}
