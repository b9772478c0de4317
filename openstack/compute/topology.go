package compute

import (
	"net/http"

	"github.com/softlayer/jumpgate"
)

func topology(s *service, _ any, t *table) {
	if s.serverGetter != nil {
		t.One(http.MethodGet, "v21_server_topology", s.showTopology)
	}
}

// showTopology answers as Nova does for a server without a NUMA topology of
// its own, which is how clouds that sell sizes make all of theirs.
func (s *service) showTopology(r *jumpgate.Request) (any, error) {
	if minor(r) < 78 {
		return nil, jumpgate.NotFound
	}
	id := serverID(r)
	if _, err := s.serverGetter.Server(r.Context(), id); err != nil {
		return nil, serverFault(err, id, 0)
	}
	return jumpgate.Object{{Name: "nodes", Value: []any{}}, {Name: "pagesize_kb", Value: nil}}, nil
}
