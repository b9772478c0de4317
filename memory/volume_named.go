package memory

import (
	"slices"

	"github.com/softlayer/jumpgate"
)

// Types, group types and QoS specs are lists of things that operators make and
// call by names of their own. head points to the id and the name of one.

// addNamed puts made into a list, with an id, unless its name is taken.
func addNamed[T any](list *[]*T, made *T, head func(*T) (id, name *string)) error {
	id, name := head(made)
	if nameTaken(*list, "", *name, head) {
		return jumpgate.Conflict
	}
	*id = jumpgate.NewUUID()
	*list = append(*list, made)
	return nil
}

// changeNamed puts a changed copy in the place of what has the id, and returns
// another copy.
func changeNamed[T any](list []*T, id string, head func(*T) (id, name *string), clone func(*T) *T, change func(*T) error) (*T, error) {
	i := slices.IndexFunc(list, func(t *T) bool { has, _ := head(t); return *has == id })
	if i < 0 {
		return nil, jumpgate.NotFound
	}
	t := clone(list[i])
	if err := change(t); err != nil {
		return nil, err
	}
	if _, name := head(t); nameTaken(list, id, *name, head) {
		return nil, jumpgate.Conflict
	}
	list[i] = t
	return clone(t), nil
}

// nameTaken tells whether another than id has a name.
func nameTaken[T any](list []*T, id, name string, head func(*T) (id, name *string)) bool {
	return slices.ContainsFunc(list, func(t *T) bool {
		other, has := head(t)
		return *has == name && *other != id
	})
}
