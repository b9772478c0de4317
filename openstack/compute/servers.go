package compute

import (
	"iter"
	"net/http"
	"slices"

	"github.com/softlayer/jumpgate"
)

func (s *service) listServers(r *jumpgate.Request) (any, error) { return s.serverList(r, briefForm) }

func (s *service) listServersDetail(r *jumpgate.Request) (any, error) {
	return s.serverList(r, detailForm)
}

// serverList answers with one page of servers, item by item as the driver
// yields them.
func (s *service) serverList(r *jumpgate.Request, f form) (any, error) {
	q, nothing, err := serverQuery(r, f == detailForm)
	if err != nil {
		return nil, err
	}
	servers := func(func(*Server, error) bool) {}
	if !nothing {
		servers = s.page(r, q)
	}
	last, n := "", 0
	return &jumpgate.Response{Body: &jumpgate.List{
		Key: "servers",
		Items: func(yield func(any, error) bool) {
			for server, err := range servers {
				if err != nil {
					yield(nil, badMarker(err, q.Marker))
					return
				}
				view, err := s.view(r, server, f)
				if !yield(view, err) || err != nil {
					return
				}
				last, n = server.ID, n+1
			}
		},
		// Nova links to a next page whenever this one is full, even if that
		// one turns out to be empty.
		Tail: func() (jumpgate.Object, error) {
			if n < q.Limit {
				return nil, nil
			}
			next, err := s.next(r, last)
			return jumpgate.Object{{Name: "servers_links", Value: next}}, err
		},
	}}, nil
}

// page yields the servers of one page. The driver's own order is the default
// one; for another all matches have to be looked at.
func (s *service) page(r *jumpgate.Request, q ServerQuery) iter.Seq2[*Server, error] {
	if q.sort == nil {
		ask := q
		return s.matching(r, ask, q.Limit)
	}
	return func(yield func(*Server, error) bool) {
		ask := q
		ask.Limit, ask.Marker = 0, ""
		var all []*Server
		for server, err := range s.matching(r, ask, 0) {
			if err != nil {
				yield(nil, err)
				return
			}
			all = append(all, server)
		}
		slices.SortStableFunc(all, func(a, b *Server) int {
			for _, key := range q.sort {
				c := serverOrder[key.name](a, b)
				if key.desc {
					c = -c
				}
				if c != 0 {
					return c
				}
			}
			return 0
		})
		if q.Marker != "" {
			i := slices.IndexFunc(all, func(s *Server) bool { return s.ID == q.Marker })
			if i < 0 {
				yield(nil, jumpgate.NotFound)
				return
			}
			all = all[i+1:]
		}
		for _, server := range all[:min(q.Limit, len(all))] {
			if !yield(server, nil) {
				return
			}
		}
	}
}

// matching yields at most limit of the driver's servers that match q; all of
// them where limit is 0.
func (s *service) matching(r *jumpgate.Request, q ServerQuery, limit int) iter.Seq2[*Server, error] {
	return func(yield func(*Server, error) bool) {
		n := 0
		for server, err := range s.serverLister.ListServers(r.Context(), q) {
			if err != nil {
				yield(nil, err)
				return
			}
			if !q.Matches(server) {
				continue
			}
			if !yield(server, nil) {
				return
			}
			if n++; n == limit {
				return
			}
		}
	}
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
		return nil, serverFault(err, id, "")
	}
	return s.serverAnswer(r, server, showForm)
}

func (s *service) serverAnswer(r *jumpgate.Request, server *Server, f form) (any, error) {
	view, err := s.view(r, server, f)
	if err != nil {
		return nil, err
	}
	return jumpgate.Object{{Name: "server", Value: view}}, nil
}

func (s *service) updateServer(r *jumpgate.Request) (any, error) {
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
	server, err := s.serverUpdater.UpdateServer(r.Context(), id, ServerUpdate{
		Name:        set("name"),
		Description: set("description"),
		AccessIPv4:  set("accessIPv4"),
		AccessIPv6:  set("accessIPv6"),
		Hostname:    set("hostname"),
	})
	if err != nil {
		return nil, serverFault(err, id, "update")
	}
	return s.serverAnswer(r, server, updateForm)
}

func (s *service) deleteServer(r *jumpgate.Request) (any, error) {
	id := serverID(r)
	if err := s.serverDeleter.DeleteServer(r.Context(), id); err != nil {
		return nil, serverFault(err, id, "delete")
	}
	return &jumpgate.Response{Status: http.StatusNoContent}, nil
}
