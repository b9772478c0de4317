package compute

import (
	"net/http"

	"github.com/softlayer/jumpgate"
)

// addresses serves a server's addresses, its interfaces, and its password,
// which only guests that encrypt it themselves have.
func addresses(s *service, driver any, t *table) {
	if s.serverGetter != nil {
		t.add(http.MethodGet, "server_ips", s.listIPs)
		t.add(http.MethodGet, "server_ips_network", s.showIPs)
		t.add(http.MethodGet, "server_os_server_password", s.showPassword)
		t.add(http.MethodDelete, "server_os_server_password", s.clearPassword)
	}
	if d, ok := driver.(ServerInterfaceLister); ok {
		t.add(http.MethodGet, "server_os_interface", func(r *jumpgate.Request) (any, error) { return listInterfaces(r, d) })
		t.add(http.MethodGet, "server_os_interface_single", func(r *jumpgate.Request) (any, error) { return showInterface(r, d) })
	}
}

// addressViews are a server's addresses by network, without what only a
// server shows of them.
func (s *service) addressViews(r *jumpgate.Request) (jumpgate.Object, error) {
	server, err := s.thisServer(r)
	if err != nil {
		return nil, err
	}
	v := &serverView{Server: server, form: updateForm}
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

func listInterfaces(r *jumpgate.Request, d ServerInterfaceLister) (any, error) {
	id := serverID(r)
	all, err := d.ServerInterfaces(r.Context(), id)
	if err != nil {
		return nil, serverFault(err, id, "")
	}
	list := make([]jumpgate.Object, len(all))
	for i, one := range all {
		list[i] = interfaceView(r, one)
	}
	return jumpgate.Object{{Name: "interfaceAttachments", Value: list}}, nil
}

func showInterface(r *jumpgate.Request, d ServerInterfaceLister) (any, error) {
	id, port := serverID(r), r.Var("port_id")
	all, err := d.ServerInterfaces(r.Context(), id)
	if err != nil {
		return nil, serverFault(err, id, "")
	}
	for _, one := range all {
		if one.PortID == port {
			return jumpgate.Object{{Name: "interfaceAttachment", Value: interfaceView(r, one)}}, nil
		}
	}
	return nil, jumpgate.NotFound.New("Port id %s could not be found.", port)
}

func interfaceView(r *jumpgate.Request, i Interface) jumpgate.Object {
	ips := make([]jumpgate.Object, len(i.FixedIPs))
	for n, ip := range i.FixedIPs {
		ips[n] = jumpgate.Object{{Name: "subnet_id", Value: ip.SubnetID}, {Name: "ip_address", Value: ip.Address}}
	}
	o := jumpgate.Object{
		{Name: "net_id", Value: i.NetworkID},
		{Name: "port_id", Value: i.PortID},
		{Name: "mac_addr", Value: i.MAC},
		{Name: "port_state", Value: i.State},
		{Name: "fixed_ips", Value: ips},
	}
	if minor(r) >= 70 {
		o = append(o, jumpgate.Member{Name: "tag", Value: nil})
	}
	return o
}
