package compute

import (
	"iter"
	"net/http"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

func servers(s *service, driver any, t *table) {
	if d, ok := driver.(ServerLister); ok {
		s.serverLister = d
		t.add(http.MethodGet, "servers", s.listServers)
		t.add(http.MethodGet, "servers_detail", s.listServersDetail)
	}
	if d, ok := driver.(ServerGetter); ok {
		s.serverGetter, s.serverMarker = d, d.Server
		t.add(http.MethodGet, "server", s.showServer)
	}
	if d, ok := driver.(ServerMarker); ok {
		s.serverMarker = d.ServerMarker
	}
	if d, ok := driver.(ServerCreator); ok {
		t.add(http.MethodPost, "servers", func(r *jumpgate.Request) (any, error) { return s.createServer(r, d) })
	}
	if d, ok := driver.(ServerUpdater); ok {
		t.add(http.MethodPut, "server", func(r *jumpgate.Request) (any, error) { return s.updateServer(r, d) })
	}
	if d, ok := driver.(ServerDeleter); ok {
		t.add(http.MethodDelete, "server", func(r *jumpgate.Request) (any, error) { return s.deleteServer(r, d) })
	}
}

func (s *service) listServers(r *jumpgate.Request) (any, error) { return s.serverList(r, briefForm) }

func (s *service) listServersDetail(r *jumpgate.Request) (any, error) {
	return s.serverList(r, detailForm)
}

// serverList answers with one page of servers, item by item as the driver
// yields them.
func (s *service) serverList(r *jumpgate.Request, f rest.Set) (any, error) {
	p, err := readParams(r)
	if err != nil {
		return nil, err
	}
	q, nothing, err := serverQuery(r, p, f == detailForm)
	if err != nil {
		return nil, err
	}
	servers := func(func(*Server, error) bool) {}
	if !nothing {
		servers = s.page(r, q)
	}
	last, n := "", 0
	links := s.linker(r)
	return &jumpgate.Response{Body: &jumpgate.List{
		Key: "servers",
		Items: func(yield func(any, error) bool) {
			for server, err := range servers {
				if err != nil {
					yield(nil, badMarker(err, q.Marker))
					return
				}
				if !yield(view(links, server, f), nil) {
					return
				}
				last, n = server.ID, n+1
			}
		},
		// Nova links to a next page whenever this one is full, even if that
		// one turns out to be empty.
		Tail: func() (jumpgate.Object, error) {
			if n == 0 || n < q.Limit {
				return nil, nil
			}
			next, err := nextLink(r, p, last)
			return jumpgate.Object{{Name: "servers_links", Value: next}}, err
		},
	}}, nil
}

// page yields the servers of one page. The driver's own order is the default
// one. For another all matches are looked at, of which no more than a page is
// kept at any time; only an order that begins with the newest is done at the
// first that is older than a whole page.
func (s *service) page(r *jumpgate.Request, q ServerQuery) iter.Seq2[*Server, error] {
	page := rest.Page[Server]{Keep: q.Matches, Limit: q.Limit}
	if q.sort == nil {
		return page.Of(s.serverLister.ListServers(r.Context(), q))
	}
	page.Order = serverColumns.Order(q.sort)
	if q.sort[0] == (rest.SortKey{Key: "created_at", Descending: true}) {
		page.Enough = func(last, next *Server) bool { return next.Created.Before(last.Created) }
	}
	return func(yield func(*Server, error) bool) {
		var err error
		if page.Marker, err = s.marker(r, q.Marker); err != nil {
			yield(nil, err)
			return
		}
		ask := q
		ask.Limit, ask.Marker = 0, ""
		page.Of(s.serverLister.ListServers(r.Context(), ask))(yield)
	}
}

// marker is the server called id, which need not match; nil for "".
func (s *service) marker(r *jumpgate.Request, id string) (*Server, error) {
	switch {
	case id == "":
		return nil, nil
	case s.serverMarker != nil:
		return s.serverMarker(r.Context(), id)
	}
	all := s.serverLister.ListServers(r.Context(), ServerQuery{Detail: true})
	return rest.Find(all, func(server *Server) bool { return server.ID == id }, jumpgate.NotFound)
}

func badMarker(err error, marker string) error {
	if marker != "" && jumpgate.AsError(err).Kind == jumpgate.NotFound {
		return jumpgate.BadRequest.Wrap(err, "marker [%s] not found", marker)
	}
	return err
}

func (s *service) showServer(r *jumpgate.Request) (any, error) {
	id := serverID(r)
	server, err := s.serverGetter.Server(r.Context(), id)
	if err != nil {
		return nil, serverFault(err, id, 0)
	}
	return s.serverAnswer(r, server, showForm), nil
}

func (s *service) serverAnswer(r *jumpgate.Request, server *Server, f rest.Set) jumpgate.Object {
	return jumpgate.Object{{Name: "server", Value: view(s.linker(r), server, f)}}
}

func (s *service) updateServer(r *jumpgate.Request, d ServerUpdater) (any, error) {
	body, err := readBody(r, serverUpdateBody)
	if err != nil {
		return nil, err
	}
	id, change := serverID(r), body.Object("server")
	set := func(name string) *string {
		if !change.Has(name) {
			return nil
		}
		value := change.String(name)
		return &value
	}
	name := set("name")
	if name != nil {
		*name = strings.TrimSpace(*name) // /v2 allows spaces around it
	}
	ipv6 := set("accessIPv6")
	if ipv6 != nil {
		*ipv6 = shortIPv6(*ipv6)
	}
	pinned, err := s.pinnedZone(r, id, change)
	if err != nil {
		return nil, serverFault(err, id, ActionUpdate)
	}
	server, err := d.UpdateServer(r.Context(), id, ServerUpdate{
		PinnedZone:  pinned,
		Name:        name,
		Description: set("description"),
		AccessIPv4:  set("accessIPv4"),
		AccessIPv6:  ipv6,
		Hostname:    set("hostname"),
		AutoDisk:    autoDisk(change),
	})
	if err != nil {
		return nil, serverFault(err, id, ActionUpdate)
	}
	return s.serverAnswer(r, server, updateForm), nil
}

// pinnedZone is what a change wants of the zone that a server is pinned to;
// nil: it stays. A server can be pinned to where it is, and must be unpinned
// before it gets another zone.
func (s *service) pinnedZone(r *jumpgate.Request, id string, change schema.Object) (*string, error) {
	if !change.Has("pinned_availability_zone") || s.serverGetter == nil {
		return nil, nil
	}
	zone := change.String("pinned_availability_zone") // null unpins
	server, err := s.serverGetter.Server(r.Context(), id)
	switch {
	case err != nil:
		return nil, err
	case zone == "" || zone == server.PinnedZone:
	case server.PinnedZone != "":
		return nil, jumpgate.Conflict.New("Cannot change pinned availability zone directly. Unpin first by setting pinned_availability_zone to null.")
	case zone != server.AvailabilityZone:
		return nil, jumpgate.Conflict.New("Server can only be pinned to its current availability zone '%s', but '%s' was requested.",
			server.AvailabilityZone, zone)
	}
	return &zone, nil
}

// autoDisk is what a change wants of OS-DCF:diskConfig; nil: it stays.
func autoDisk(change schema.Object) *bool {
	if !change.Has("OS-DCF:diskConfig") {
		return nil
	}
	auto := change.String("OS-DCF:diskConfig") == "AUTO"
	return &auto
}

func (s *service) deleteServer(r *jumpgate.Request, d ServerDeleter) (any, error) {
	id := serverID(r)
	if err := d.DeleteServer(r.Context(), id); err != nil {
		return nil, serverFault(err, id, ActionDelete)
	}
	return empty(http.StatusNoContent), nil
}

// empty is an answer without a body. Nova gives those a type too.
func empty(status int) *jumpgate.Response {
	return &jumpgate.Response{Status: status, Header: http.Header{"Content-Type": {"application/json"}}}
}
