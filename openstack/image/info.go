package image

import (
	"github.com/softlayer/jumpgate"
)

// infoImport answers GET /v2/info/import.
func (s *service) infoImport(*jumpgate.Request) (any, error) {
	methods := []string{}
	if s.updater != nil && s.keeper != nil {
		methods = importMethods
	}
	return jumpgate.Object{{Name: "import-methods", Value: jumpgate.Object{
		{Name: "description", Value: "Import methods available."},
		{Name: "type", Value: "array"},
		{Name: "value", Value: methods},
	}}}, nil
}

// infoStores answers GET /v2/info/stores.
func (s *service) infoStores(r *jumpgate.Request) (any, error) { return s.listStores(r, false) }

// infoStoresDetail answers GET /v2/info/stores/detail.
func (s *service) infoStoresDetail(r *jumpgate.Request) (any, error) {
	if err := s.check(r.Context(), "stores_info_detail", nil); err != nil {
		return nil, err
	}
	return s.listStores(r, true)
}

func (s *service) listStores(r *jumpgate.Request, detail bool) (any, error) {
	if s.stores == nil {
		return nil, jumpgate.NotFound.New("Multi backend is not supported at this site.")
	}
	stores, err := s.stores.ListImageStores(r.Context())
	if err != nil {
		return nil, err
	}
	list := make([]jumpgate.Object, 0, len(stores))
	for _, store := range stores {
		o := jumpgate.Object{{Name: "id", Value: store.ID}}
		if store.Description != "" {
			o = append(o, jumpgate.Member{Name: "description", Value: store.Description})
		}
		if store.Default {
			o = append(o, jumpgate.Member{Name: "default", Value: "true"})
		}
		if store.ReadOnly {
			o = append(o, jumpgate.Member{Name: "read-only", Value: "true"})
		}
		if detail {
			o = append(o, jumpgate.Member{Name: "properties", Value: jumpgate.Object{}})
		}
		list = append(list, o)
	}
	return jumpgate.Object{{Name: "stores", Value: list}}, nil
}

// infoUsage answers GET /v2/info/usage. Without Keystone's unified limits
// Glance counts nothing.
func (s *service) infoUsage(*jumpgate.Request) (any, error) {
	return jumpgate.Object{{Name: "usage", Value: jumpgate.Object{}}}, nil
}
