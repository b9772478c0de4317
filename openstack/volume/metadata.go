package volume

import (
	"bytes"
	"crypto/md5"
	"encoding/hex"
	"maps"
	"net/http"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// metadataOf is how the metadata of one kind of thing is reached.
type metadataOf struct {
	endpoint, variable string
	etags              bool // lost updates can be refused from 3.15 on
	read               func(r *jumpgate.Request, id string) (map[string]string, error)
	change             func(r *jumpgate.Request, id string, change func(map[string]string) (map[string]string, error)) (map[string]string, error)
	missing            func(id, key string) error
}

func volumeMetadata(s *service, _ any, t *table) {
	if s.updater == nil || s.getter == nil {
		return
	}
	(&metadataOf{
		endpoint: "volume", variable: "volume_id", etags: true,
		read: func(r *jumpgate.Request, id string) (map[string]string, error) {
			v, err := s.volume(r.Context(), id)
			if err != nil {
				return nil, err
			}
			return v.Metadata, nil
		},
		change: func(r *jumpgate.Request, id string, change func(map[string]string) (map[string]string, error)) (map[string]string, error) {
			v, err := s.change(r, id, func(v *Volume) (err error) {
				if v.Status == "maintenance" || v.Status == "uploading" {
					return InvalidVolume("cannot update metadata when volume is in %s status.", v.Status)
				}
				v.Metadata, err = change(v.Metadata)
				return err
			})
			if err != nil {
				return nil, err
			}
			return v.Metadata, nil
		},
		missing: func(id, key string) error {
			return jumpgate.NotFound.New("Volume %s has no metadata with key %s.", id, key)
		},
	}).register(t)
}

func (m *metadataOf) register(t *table) {
	all, one := m.endpoint+"_metadata", m.endpoint+"_metadata_single"
	t.add(http.MethodGet, all, m.list)
	t.add(http.MethodPost, all, func(r *jumpgate.Request) (any, error) { return m.set(r, false) })
	t.add(http.MethodPut, all, func(r *jumpgate.Request) (any, error) { return m.set(r, true) })
	t.add(http.MethodGet, one, m.show)
	t.add(http.MethodPut, one, m.setOne)
	t.add(http.MethodDelete, one, m.remove)
}

func (m *metadataOf) list(r *jumpgate.Request) (any, error) {
	have, err := m.read(r, r.Var(m.variable))
	if err != nil {
		return nil, err
	}
	o := jumpgate.Object{{Name: "metadata", Value: rest.Sorted(have)}}
	if !m.etags || minor(r) < 15 {
		return o, nil
	}
	return &jumpgate.Response{Body: o, Header: http.Header{"Etag": {etag(have)}}}, nil
}

// etag is a digest of metadata, by which a client tells that it has changed.
func etag(m map[string]string) string {
	var buf bytes.Buffer
	_ = jumpgate.EncodeJSON(&buf, jumpgate.Object{{Name: "metadata", Value: rest.Sorted(m)}}) // strings always encode
	sum := md5.Sum(buf.Bytes())
	return hex.EncodeToString(sum[:])
}

// fresh refuses a change of what has changed since the client looked.
func (m *metadataOf) fresh(r *jumpgate.Request, have map[string]string) error {
	asked := r.Header.Get("If-Match")
	if !m.etags || minor(r) < 15 || asked == "" || asked == "*" {
		return nil
	}
	for part := range strings.SplitSeq(asked, ",") {
		if strings.Trim(strings.TrimSpace(part), `"`) == etag(have) {
			return nil
		}
	}
	return jumpgate.Precondition
}

func (m *metadataOf) set(r *jumpgate.Request, replace bool) (any, error) {
	body, err := readBody(r, wrapped("metadata", metadataSchema))
	if err != nil {
		return nil, err
	}
	given := body.Strings("metadata")
	now, err := m.change(r, r.Var(m.variable), func(have map[string]string) (map[string]string, error) {
		if replace {
			return given, m.fresh(r, have)
		}
		return merged(have, given), nil
	})
	return jumpgate.Object{{Name: "metadata", Value: rest.Sorted(now)}}, err
}

func (m *metadataOf) show(r *jumpgate.Request) (any, error) {
	id, key := r.Var(m.variable), r.Var("key")
	have, err := m.read(r, id)
	if err != nil {
		return nil, err
	}
	value, ok := have[key]
	if !ok {
		return nil, m.missing(id, key)
	}
	return jumpgate.Object{{Name: "meta", Value: jumpgate.Object{{Name: key, Value: value}}}}, nil
}

func (m *metadataOf) setOne(r *jumpgate.Request) (any, error) {
	body, err := readBody(r, &schema.Schema{
		Type: mapType, Required: []string{"meta"}, Open: true,
		Properties: []schema.Property{member("meta", metadataSchema)},
	})
	if err != nil {
		return nil, err
	}
	given, key := body.Strings("meta"), r.Var("key")
	if _, ok := given[key]; !ok {
		return nil, jumpgate.BadRequest.New("Request body and URI mismatch")
	}
	if len(given) > 1 {
		return nil, jumpgate.BadRequest.New("Request body contains too many items")
	}
	_, err = m.change(r, r.Var(m.variable), func(have map[string]string) (map[string]string, error) {
		return with(have, key, given[key]), m.fresh(r, have)
	})
	return jumpgate.Object{{Name: "meta", Value: rest.Sorted(given)}}, err
}

func (m *metadataOf) remove(r *jumpgate.Request) (any, error) {
	id, key := r.Var(m.variable), r.Var("key")
	_, err := m.change(r, id, func(have map[string]string) (map[string]string, error) {
		if _, ok := have[key]; !ok {
			return nil, m.missing(id, key)
		}
		return without(have, key), nil
	})
	return done, err
}

// merged is a new map of what is in m and in more, which goes before.
func merged(m, more map[string]string) map[string]string {
	c := make(map[string]string, len(m)+len(more))
	maps.Copy(c, m)
	maps.Copy(c, more)
	return c
}

// with is m with one more value.
func with(m map[string]string, name, value string) map[string]string {
	return merged(m, map[string]string{name: value})
}

// without is m with one value less.
func without(m map[string]string, name string) map[string]string {
	c := maps.Clone(m)
	delete(c, name)
	return c
}
