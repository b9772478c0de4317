package baremetal

import (
	"errors"
	"net/http"

	"github.com/softlayer/jumpgate"
)

// absent are endpoints that an Ironic of the newest version served does not
// have: they are of later ones, or of the original Jumpgate alone. Below a
// node, what follows its name is taken for a list of fields.
var absent = []struct {
	name      string
	methods   []string
	belowNode bool
	why       string
}{
	{"v1_node_firmware", []string{"GET"}, true, later},
	{"v1_node_children", []string{"GET"}, true, later},
	{"v1_node_vmedia", []string{"GET", "POST", "DELETE"}, true, later},
	{"v1_state", []string{"GET", "PUT"}, true, never},
	{"v1_meta_data", []string{"GET", "PUT"}, true, never},
	{"v1_driver_configuration", []string{"GET", "PUT"}, true, never},
	{"v1_driver_configuration_parameters", []string{"GET"}, false, never},
	{"v1_runbooks", []string{"GET", "POST"}, false, later},
	{"v1_runbook", []string{"GET", "PATCH", "DELETE"}, false, later},
	{"v1_inspection_rules", []string{"GET", "POST", "DELETE"}, false, later},
	{"v1_inspection_rule", []string{"GET", "PATCH", "DELETE"}, false, later},
	{"v1_continue_inspection", []string{"POST"}, false, later},
	{"v1_images", []string{"GET", "POST"}, false, never},
	{"v1_image", []string{"GET", "PATCH", "DELETE"}, false, never},
	{"v1_versions", []string{"GET"}, false, never},
	{"v1_version", []string{"GET"}, false, never},
}

const (
	later = "newer than API 1.82; answered as an Ironic of that version does"
	never = "a name of the original Jumpgate, which Ironic does not have; answered as Ironic does"
)

// serveAbsent answers for what is not there, as Ironic does.
func (s *service) serveAbsent() error {
	var faults []error
	for _, e := range absent {
		for _, method := range e.methods {
			h := func(*call) (any, error) { return nil, abort(jumpgate.NotFound, "") }
			if e.belowNode && method == http.MethodGet {
				h = fieldOfNode
			} else if e.belowNode && method == http.MethodPut {
				h = func(*call) (any, error) { return nil, abort(jumpgate.MethodNotAllowed, "") }
			}
			s.endpoint(method, e.name, 0, missing, h)
			faults = append(faults, s.disp.Explain(e.name, method, e.why))
		}
	}
	return errors.Join(faults...)
}

// fieldOfNode shows the fields of a node that a path names instead of its
// query.
func fieldOfNode(c *call) (any, error) {
	n, err := c.node("get")
	if err != nil {
		return nil, err
	}
	path := c.Endpoint().Path
	name := path[len("/v1/nodes/{node_id}/"):]
	fields, err := c.s.nodes.fields(c, arguments{"fields": name}, true)
	if err != nil {
		return nil, err
	}
	return c.s.nodes.view(c, n, fields), nil
}
