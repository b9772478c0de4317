package compute

import (
	"github.com/softlayer/jumpgate"
)

// In Nova's controllers the schema of a body is checked before the policy is
// asked: whoever may not do something is told first that it makes no sense. The
// policy's table marks the rules of such requests with "body:" before the name
// of the endpoint, and this file asks them.

// versioned is a check of a body that changes with the microversion.
func versioned(b *versionedBody) func(*jumpgate.Request) error {
	return func(r *jumpgate.Request) error {
		_, err := readBody(r, b)
		return err
	}
}

// bodyChecks are the checks of bodies, by method and endpoint without its
// version. A request that is not here is refused unread.
var bodyChecks = func() map[string]func(*jumpgate.Request) error {
	metadata := func(r *jumpgate.Request) error { _, err := readSchema(r, metadataBody); return err }
	meta := func(r *jumpgate.Request) error { _, err := readSchema(r, metaBody); return err }
	return map[string]func(*jumpgate.Request) error{
		"POST servers":                     versioned(serverCreateBody),
		"POST os_volumes_boot":             versioned(serverCreateBody),
		"PUT server":                       versioned(serverUpdateBody),
		"PUT os_volumes_boot_single":       versioned(serverUpdateBody),
		"POST server_metadata":             metadata,
		"PUT server_metadata":              metadata,
		"PUT server_metadata_key":          meta,
		"POST image_metadata":              metadata,
		"PUT image_metadata":               metadata,
		"PUT image_metadata_single":        meta,
		"PUT server_tags":                  func(r *jumpgate.Request) error { _, err := readSchema(r, tagsBody); return err },
		"POST os_server_groups":            func(r *jumpgate.Request) error { _, err := readSchema(r, serverGroupBody(minor(r))); return err },
		"POST os_volumes":                  versioned(volumeBody),
		"POST os_snapshots":                versioned(snapshotBody),
		"POST os_volume_attachments":       versioned(volumeAttachBody),
		"PUT os_volume_attachments_detail": versioned(volumeUpdateBody),
	}
}()

// guardBodies has the handlers of such requests ask their rules. Of a server
// that is not there Nova speaks before it refuses, too.
func (s *service) guardBodies(t *table, p *jumpgate.Policy) {
	for e := range s.disp.EachEndpoint() {
		for _, method := range e.Methods {
			h, rule := t.Handlers(e.Name)[method], p.EndpointRule("body:"+e.Name, method)
			if h == nil || rule == "" {
				continue
			}
			check := bodyChecks[method+" "+unversioned(e.Name)]
			t.One(method, e.Name, func(r *jumpgate.Request) (any, error) {
				refused := allow(r, rule, nil)
				if refused == nil {
					return h(r)
				}
				if check != nil {
					if err := check(r); err != nil {
						return nil, err
					}
				}
				if serverGiven(r) && s.serverGetter != nil {
					if _, err := s.thisServer(r); err != nil {
						return nil, err
					}
				}
				return nil, refused
			})
		}
	}
}

// serverGiven tells whether r's path names a server.
func serverGiven(r *jumpgate.Request) bool {
	for _, name := range []string{"server_id", "instance_id"} {
		if _, ok := r.LookupVar(name); ok {
			return true
		}
	}
	return false
}

// unversioned is the name of an endpoint without the version of the API.
func unversioned(name string) string {
	for _, prefix := range []string{"v21_", "v2_"} {
		if len(name) > len(prefix) && name[:len(prefix)] == prefix {
			return name[len(prefix):]
		}
	}
	return name
}
