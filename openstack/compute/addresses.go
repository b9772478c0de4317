package compute

import (
	"net/http"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
)

// addresses serves a server's addresses, and its password, which only guests
// that encrypt it themselves have.
func addresses(s *service, _ any, t *table) {
	if s.serverGetter != nil {
		t.add(http.MethodGet, "server_ips", s.listIPs)
		t.add(http.MethodGet, "server_ips_network", s.showIPs)
		t.add(http.MethodGet, "server_os_server_password", s.showPassword)
		t.add(http.MethodDelete, "server_os_server_password", s.clearPassword)
	}
}

// addressViews are a server's addresses by network, without what only a
// server shows of them.
func (s *service) addressViews(r *jumpgate.Request) (jumpgate.Object, error) {
	server, err := s.thisServer(r)
	if err != nil {
		return nil, err
	}
	v := &serverView{Server: server, Answer: rest.Answer{Form: updateForm}}
	return v.addresses().(jumpgate.Object), nil
}

func (s *service) listIPs(r *jumpgate.Request) (any, error) {
	all, err := s.addressViews(r)
	if err != nil {
		return nil, err
	}
	return jumpgate.Object{{Name: "addresses", Value: all}}, nil
}

func (s *service) showIPs(r *jumpgate.Request) (any, error) {
	all, err := s.addressViews(r)
	if err != nil {
		return nil, err
	}
	for _, network := range all {
		if network.Name == r.Var("network_label") {
			return jumpgate.Object{network}, nil
		}
	}
	return nil, jumpgate.NotFound.New("Instance is not a member of specified network")
}

func (s *service) showPassword(r *jumpgate.Request) (any, error) {
	if _, err := s.thisServer(r); err != nil {
		return nil, err
	}
	return jumpgate.Object{{Name: "password", Value: ""}}, nil
}

func (s *service) clearPassword(r *jumpgate.Request) (any, error) {
	if _, err := s.thisServer(r); err != nil {
		return nil, err
	}
	return empty(http.StatusNoContent), nil
}
