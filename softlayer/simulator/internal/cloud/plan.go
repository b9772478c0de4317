package cloud

import "slices"

// plan is a mask compiled against the type it applies to: what to write for each object, in order.
// A nil plan writes the default properties.
type plan struct {
	// columns: also write the object's default properties, because the mask names relations only.
	columns bool
	fields  []planField
}

type planField struct {
	*property
	sub *plan
}

func (p *plan) has(name string) bool {
	for i := range p.fields {
		if p.fields[i].name == name {
			return true
		}
	}
	return false
}

// compileMask checks m against typ. A property the type lacks is an error when strict and ignored otherwise.
func (s *schema) compileMask(m *mask, typ *schemaType, strict bool) (*plan, error) {
	if len(m.items) == 0 || typ == nil {
		return nil, nil
	}
	p := &plan{columns: true}
	for _, it := range m.items {
		owner := typ
		if it.cast != "" {
			if owner = s.byName(it.cast); owner == nil {
				if strict {
					return nil, public("Invalid object mask: unknown type '%s'.", it.cast)
				}
				continue
			}
		}
		prop := owner.prop(it.name)
		if prop == nil || prop.kind == scalar && len(it.sub.items) > 0 {
			if strict {
				return nil, public("Invalid object mask: property '%s' is not valid for '%s%s'.",
					it.name, servicePrefix, owner.name)
			}
			continue
		}
		sub, err := s.compileMask(&it.sub, prop.typ, strict)
		if err != nil {
			return nil, err
		}
		if prop.local {
			p.columns = false
		}
		p.fields = append(p.fields, planField{prop, sub})
	}
	// Columns first, then relations, each in alphabetical order, as the real API writes them.
	slices.SortFunc(p.fields, func(a, b planField) int {
		if (a.kind == scalar) != (b.kind == scalar) {
			return int(min(a.kind, 1)) - int(min(b.kind, 1))
		}
		if a.name < b.name {
			return -1
		}
		return 1
	})
	return p, nil
}
