package cloud

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"slices"
	"strings"
	"time"
)

// filter is a compiled objectFilter: which objects of a list to return, and in what order.
type filter struct {
	test   *test
	orders []order
}

// test is one level of a filter: every condition on the properties of one object. All of them must hold.
type test struct {
	conditions []condition
}

// condition is a property and either a comparison of its value (leaf) or a test of the object behind it.
type condition struct {
	prop string
	leaf func(v any) bool
	sub  *test
}

// order is one orderBy: the path of the property to sort on.
type order struct {
	path     []string
	down     bool
	priority int // sortOrder, where a filter has several
}

// filterCompiler checks a filter against the type it applies to. What does not fit is an error when strict. The real
// API ignores it in silence and returns everything, which is what lenient does.
type filterCompiler struct {
	strict bool
	now    time.Time
	zone   *time.Location
	orders []order
}

// parseFilter reads the JSON of an objectFilter; an empty text is no filter.
func parseFilter(text string) (map[string]any, error) {
	if text == "" {
		return nil, nil
	}
	d := json.NewDecoder(bytes.NewReader([]byte(text)))
	d.UseNumber()
	var f map[string]any
	if err := d.Decode(&f); err != nil {
		return nil, public("Invalid object filter: not a JSON object.")
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, public("Invalid object filter: text after the JSON object.")
	}
	return f, nil
}

// compileFilter prepares f for a list of typ. The paths of a getter's filter start with the property it gets: roots
// are the keys allowed for it, owner is the type that has them. Without roots the paths start at typ itself.
func (c *filterCompiler) compileFilter(f map[string]any, typ, owner *schemaType, roots []string) (*filter, error) {
	t := &test{}
	below := f
	if len(roots) > 0 {
		var err error
		if below, err = c.enter(f, owner, roots); err != nil {
			return nil, err
		}
	}
	if err := c.compile(t, below, typ, nil); err != nil {
		return nil, err
	}
	slices.SortStableFunc(c.orders, func(a, b order) int { return a.priority - b.priority })
	return &filter{t, c.orders}, nil
}

// enter returns what is below the root of a getter's filter. The same filter may serve several getters, so that
// other properties beside the right one are fine. Without the right one it would filter nothing.
func (c *filterCompiler) enter(f map[string]any, owner *schemaType, roots []string) (map[string]any, error) {
	var below map[string]any
	var wrong, sibling string
	for _, key := range slices.Sorted(maps.Keys(f)) {
		m, ok := f[key].(map[string]any)
		switch {
		case ok && slices.Contains(roots, key):
			below = m
		case owner.prop(key) == nil:
			wrong = key
		default:
			sibling = key
		}
	}
	if wrong == "" && below == nil {
		wrong = sibling
	}
	if c.strict && wrong != "" {
		return nil, public("Invalid object filter: the path must start with '%s', not '%s'.", roots[0], wrong)
	}
	return below, nil
}

func (c *filterCompiler) compile(t *test, f map[string]any, typ *schemaType, path []string) error {
	if len(path) > maxNesting {
		return public("Invalid object filter: nested too deeply.")
	}
	for _, name := range slices.Sorted(maps.Keys(f)) {
		here := append(path[:len(path):len(path)], name)
		cond, err := c.condition(name, f[name], typ, here)
		if err != nil && c.strict {
			return err
		}
		if err == nil && cond != nil {
			t.conditions = append(t.conditions, *cond)
		}
	}
	return nil
}

func (c *filterCompiler) condition(name string, v any, typ *schemaType, path []string) (*condition, error) {
	where := strings.Join(path, ".")
	prop := typ.prop(name)
	if prop == nil {
		return nil, public("Invalid object filter: property '%s' is not valid for '%s%s'.", where, servicePrefix, typ.name)
	}
	if prop.countOf != "" || name == "fullyQualifiedDomainName" {
		return nil, public("Invalid object filter: '%s' is computed and cannot be filtered on.", where)
	}
	below, ok := v.(map[string]any)
	if !ok {
		return nil, public("Invalid object filter: '%s' holds no operation.", where)
	}
	if prop.typ != nil {
		sub := &test{}
		if err := c.compile(sub, below, prop.typ, path); err != nil {
			return nil, err
		}
		if len(sub.conditions) == 0 {
			return nil, nil
		}
		return &condition{prop: name, sub: sub}, nil
	}
	op, ok := below["operation"]
	if !ok {
		return nil, public("Invalid object filter: '%s' holds no operation.", where)
	}
	for key := range below {
		if key != "operation" && key != "options" {
			return nil, public("Invalid object filter: unknown key '%s' below '%s'.", key, where)
		}
	}
	options, err := filterOptions(below["options"])
	if err != nil {
		return nil, err
	}
	if op == "orderBy" {
		c.orders = append(c.orders, newOrder(path, options))
		return nil, nil
	}
	leaf, err := c.operation(op, options)
	if err != nil {
		return nil, err
	}
	return &condition{prop: name, leaf: leaf}, nil
}

// filterOptions reads [{"name":"data","value":[…]}] into a table.
func filterOptions(v any) (map[string][]any, error) {
	if v == nil {
		return nil, nil
	}
	list, ok := v.([]any)
	if !ok {
		return nil, public("Invalid object filter: options must be a list.")
	}
	options := map[string][]any{}
	for _, o := range list {
		option, _ := o.(map[string]any)
		name, ok := option["name"].(string)
		if !ok {
			return nil, public("Invalid object filter: an option has no name.")
		}
		switch value := option["value"].(type) {
		case []any:
			options[name] = value
		default:
			options[name] = []any{value}
		}
	}
	return options, nil
}

func newOrder(path []string, options map[string][]any) order {
	o := order{path: path}
	if by := options["sort"]; len(by) > 0 {
		s, _ := by[0].(string)
		o.down = strings.EqualFold(s, "DESC")
	}
	if at := options["sortOrder"]; len(at) > 0 {
		o.priority, _ = toInt(at[0])
	}
	return o
}

// match tells whether n passes; a nil n stands for an unset relation, of which only "is null" holds.
func (t *test) match(n node) bool {
	for i := range t.conditions {
		c := &t.conditions[i]
		var v any
		if n != nil {
			v, _ = n.value(c.prop)
		}
		if c.leaf != nil {
			if !matchLeaf(c.leaf, v) {
				return false
			}
			continue
		}
		switch v := v.(type) {
		case []node:
			if !slices.ContainsFunc(v, c.sub.match) && (len(v) > 0 || !c.sub.match(nil)) {
				return false
			}
		case node:
			if !c.sub.match(v) {
				return false
			}
		default:
			if !c.sub.match(nil) {
				return false
			}
		}
	}
	return true
}

func matchLeaf(leaf func(any) bool, v any) bool {
	if list, ok := v.([]string); ok {
		return slices.ContainsFunc(list, func(s string) bool { return leaf(s) })
	}
	return leaf(v)
}

// apply returns the objects of list that pass, in order.
func (f *filter) apply(list []node) []node {
	if f == nil {
		return list
	}
	if len(f.test.conditions) > 0 {
		kept := make([]node, 0, len(list))
		for _, n := range list {
			if f.test.match(n) {
				kept = append(kept, n)
			}
		}
		list = kept
	}
	if len(f.orders) > 0 {
		list = sorted(list, f.orders)
	}
	return list
}

// sorted returns list in the order asked for. Keys are read once, because reading one may cost a lookup.
func sorted(list []node, orders []order) []node {
	type row struct {
		n    node
		keys []any
	}
	rows := make([]row, len(list))
	for i, n := range list {
		rows[i] = row{n, make([]any, len(orders))}
		for j, o := range orders {
			rows[i].keys[j] = follow(n, o.path)
		}
	}
	slices.SortStableFunc(rows, func(a, b row) int {
		for i, o := range orders {
			c := compareValues(a.keys[i], b.keys[i])
			if o.down {
				c = -c
			}
			if c != 0 {
				return c
			}
		}
		return 0
	})
	out := make([]node, len(rows))
	for i := range rows {
		out[i] = rows[i].n
	}
	return out
}

// follow reads the value at the end of a path; through a list it takes the first element.
func follow(n node, path []string) any {
	for i, name := range path {
		v, _ := n.value(name)
		if list, ok := v.([]node); ok {
			if len(list) == 0 {
				return nil
			}
			v = list[0]
		}
		if i == len(path)-1 {
			return v
		}
		next, ok := v.(node)
		if !ok {
			return nil
		}
		n = next
	}
	return nil
}
