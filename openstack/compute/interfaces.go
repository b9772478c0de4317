package compute

import (
	"net/http"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

var interfaceBody = &versionedBody{members: []bodyMember{
	{name: "net_id", schema: uuidSchema},
	{name: "port_id", schema: uuidSchema},
	{name: "fixed_ips", schema: &schema.Schema{
		Type: listType, Items: must(member("ip_address", ipSchema)), MinItems: 1, MaxItems: 1,
	}},
	{name: "tag", since: 49, schema: tagSchema},
}}

// interfaces serves the network interfaces of servers. Where the driver can't
// change them Nova's hypervisor can't.
func interfaces(s *service, driver any, t *table) {
	if d, ok := driver.(ServerInterfaceLister); ok {
		t.add(http.MethodGet, "server_os_interface", func(r *jumpgate.Request) (any, error) { return listInterfaces(r, d) })
		t.add(http.MethodGet, "server_os_interface_single", func(r *jumpgate.Request) (any, error) { return showInterface(r, d) })
	}
	d, able := driver.(ServerInterfaceAttacher)
	if !able && s.serverGetter == nil {
		return
	}
	t.add(http.MethodPost, "server_os_interface", func(r *jumpgate.Request) (any, error) { return s.attachInterface(r, d) })
	t.add(http.MethodDelete, "server_os_interface_single", func(r *jumpgate.Request) (any, error) { return s.detachInterface(r, d) })
	if !able {
		for _, version := range []string{"v2_", "v21_"} {
			t.Explain(http.MethodPost, version+"server_os_interface", "400: servers keep the interfaces that they were made with")
			t.Explain(http.MethodDelete, version+"server_os_interface_single", "501: servers keep the interfaces that they were made with")
		}
	}
}

// attachInterface connects a server to a network; d may be nil.
func (s *service) attachInterface(r *jumpgate.Request, d ServerInterfaceAttacher) (any, error) {
	value, err := rest.ReadJSON(r)
	if err != nil {
		return nil, err
	}
	whole := object(member("interfaceAttachment", interfaceBody.value(minor(r), legacy(r))))
	if value, err = checkBody(r, whole, value); err != nil {
		return nil, err
	}
	in := value.(schema.Object).Object("interfaceAttachment")
	a := InterfaceAttachment{NetworkID: in.String("net_id"), PortID: in.String("port_id"), Tag: in.String("tag")}
	if ips := in.List("fixed_ips"); len(ips) > 0 {
		a.FixedIP = ips[0].(schema.Object).String("ip_address")
	}
	var wrong error
	switch {
	case a.NetworkID != "" && a.PortID != "":
		wrong = jumpgate.BadRequest.New("Must not input both network_id and port_id")
	case a.FixedIP != "" && a.NetworkID == "":
		wrong = jumpgate.BadRequest.New("Must input network_id when request IP address")
	}
	id := serverID(r)
	if wrong != nil || d == nil {
		return nil, s.refuseInterface(r, ActionAttachInterface, wrong, jumpgate.BadRequest.New("Attaching interfaces is not supported for instance %s.", id))
	}
	one, err := d.AttachServerInterface(r.Context(), id, a)
	if err != nil {
		return nil, serverFault(err, id, ActionAttachInterface)
	}
	return jumpgate.Object{{Name: "interfaceAttachment", Value: interfaceView(r, *one)}}, nil
}

// detachInterface takes a server from a network; d may be nil.
func (s *service) detachInterface(r *jumpgate.Request, d ServerInterfaceAttacher) (any, error) {
	if d == nil {
		return nil, s.refuseInterface(r, ActionDetachInterface, nil, jumpgate.NotImplemented.New(unsupported))
	}
	id := serverID(r)
	if err := d.DetachServerInterface(r.Context(), id, r.Var("port_id")); err != nil {
		return nil, serverFault(err, id, ActionDetachInterface)
	}
	return empty(http.StatusAccepted), nil
}

// refuseInterface says why nothing is done to r's server: there is none, the
// request is wrong, the server's state forbids it, or else unable.
func (s *service) refuseInterface(r *jumpgate.Request, doing Action, wrong, unable error) error {
	id := serverID(r)
	if s.serverGetter != nil {
		server, err := s.serverGetter.Server(r.Context(), id)
		if err == nil && wrong == nil {
			err = MayDo(doing, server)
		}
		if err != nil {
			return serverFault(err, id, doing)
		}
	}
	if wrong != nil {
		return wrong
	}
	return unable
}

func listInterfaces(r *jumpgate.Request, d ServerInterfaceLister) (any, error) {
	id := serverID(r)
	all, err := d.ServerInterfaces(r.Context(), id)
	if err != nil {
		return nil, serverFault(err, id, 0)
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
		return nil, serverFault(err, id, 0)
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
