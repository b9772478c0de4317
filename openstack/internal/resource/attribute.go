// Package resource is what OpenStack's uniform resources have in common, as
// Neutron, Ironic and parts of Nova have them: one table of attributes per
// resource, from which its views, the fields that clients select, what bodies
// may set, filters, sort keys and pages of lists follow. What a service says
// about a bad request, and to whom, stays with the service.
package resource

import (
	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// Attribute is one member of a resource of type T.
type Attribute[T any] struct {
	Name string
	// Since is the minor version that brought the attribute, Until the first
	// one that does not have it any more. 0: no bound.
	Since, Until int
	Does         Traits
	// At returns a pointer to the field that holds the attribute; see Form for
	// the types that it may have. Where the field alone does not say what is
	// shown, View does; where a value is not simply written to the field, Set
	// does that.
	At   func(*T) any
	View func(*T) any
	Set  func(*T, any)
	// Check checks what a client sent, and returns it in the form that the
	// field takes. nil: anything will do.
	Check   Check
	Default any // what a new thing gets where the client says nothing; nil: nothing
	// Schema is what a body must have for the attribute, before Check. nil:
	// bodies are read without schemas.
	Schema *schema.Schema
}

// Check checks a value of the attribute called name for a request of a minor
// version. Its error is what the client gets.
type Check func(minor int, name string, v any) (any, error)

// Traits say what clients may do with an attribute.
type Traits uint

// The traits that all services have. A service adds its own from Own on.
const (
	Post     Traits = 1 << iota // may be set when the thing is made
	Put                         // may be changed
	Required                    // must be set when the thing is made
	Filter                      // lists may be filtered by it
	Sort                        // lists may be sorted by it
	Hidden                      // is never shown
	Null                        // its zero value is shown as null
	LeaveOut                    // not shown while it is null or an empty text
	Own
)

// Has tells whether t has all of some.
func (t Traits) Has(some Traits) bool { return t&some == some }

// In tells whether a minor version has the attribute.
func (a *Attribute[T]) In(minor int) bool {
	return rest.Within(minor, a.Since, a.Until)
}

// Get returns the attribute of item in the terms of Go: nil for null.
func (a *Attribute[T]) Get(item *T) any {
	if a.View != nil {
		return a.View(item)
	}
	return Load(a.At(item), a.Does.Has(Null))
}

// Is tells whether the attribute of item is v. An empty text is null, too.
func (a *Attribute[T]) Is(item *T, v any) bool {
	have := a.Get(item)
	return have == v || have == nil && v == ""
}

// Read checks what a client sent.
func (a *Attribute[T]) Read(minor int, v any) (any, error) {
	if a.Check == nil {
		return v, nil
	}
	return a.Check(minor, a.Name, v)
}

// Writable tells whether the attribute has a place in T.
func (a *Attribute[T]) Writable() bool { return a.At != nil || a.Set != nil }

// Write gives the attribute of item a value that was checked.
func (a *Attribute[T]) Write(item *T, v any) {
	if a.Set != nil {
		a.Set(item, v)
		return
	}
	Store(a.At(item), v)
}

// Form returns the type of the field that holds the attribute.
func (a *Attribute[T]) Form() Form {
	if a.At == nil {
		return Other
	}
	return formOf(a.At(new(T)))
}

// Attributes are those of a resource, in the order in which it shows them.
type Attributes[T any] []Attribute[T]

// Named returns the attribute called name, or nil.
func (as Attributes[T]) Named(name string) *Attribute[T] {
	for i := range as {
		if as[i].Name == name {
			return &as[i]
		}
	}
	return nil
}

// With returns the names of the attributes that have a trait.
func (as Attributes[T]) With(trait Traits) []string {
	var names []string
	for i := range as {
		if as[i].Does.Has(trait) {
			names = append(names, as[i].Name)
		}
	}
	return names
}

// Schema describes the bodies that set attributes which have one of traits, in
// a minor version. Those that are Required must be there.
func (as Attributes[T]) Schema(minor int, traits Traits) *schema.Schema {
	s := &schema.Schema{Type: []schema.Type{schema.Map}}
	for i := range as {
		a := &as[i]
		if a.Does&traits == 0 || !a.In(minor) {
			continue
		}
		s.Properties = append(s.Properties, schema.Property{Name: a.Name, Schema: a.Schema})
		if a.Does.Has(Required) {
			s.Required = append(s.Required, a.Name)
		}
	}
	return s
}

// Fill checks the members of a body that are attributes with a place in T, and
// writes them to item.
func (as Attributes[T]) Fill(minor int, item *T, body schema.Object) error {
	for i := range as {
		a := &as[i]
		v, given := body.Get(a.Name)
		if !given || !a.Writable() {
			continue
		}
		v, err := a.Read(minor, v)
		if err != nil {
			return err
		}
		a.Write(item, schema.Plain(v))
	}
	return nil
}

// Selection are the attributes that an answer shows.
type Selection[T any] []*Attribute[T]

// Select returns the attributes that want wants, but none that are hidden. nil
// wants all.
func (as Attributes[T]) Select(want func(*Attribute[T]) bool) Selection[T] {
	chosen := make(Selection[T], 0, len(as))
	for i := range as {
		if a := &as[i]; !a.Does.Has(Hidden) && (want == nil || want(a)) {
			chosen = append(chosen, a)
		}
	}
	return chosen
}

// Version selects what a minor version has.
func (as Attributes[T]) Version(minor int) Selection[T] {
	return as.Select(func(a *Attribute[T]) bool { return a.In(minor) })
}

// View shows the selected attributes of item.
func (s Selection[T]) View(item *T) jumpgate.Object {
	o := make(jumpgate.Object, 0, len(s))
	for _, a := range s {
		v := a.Get(item)
		if a.Does.Has(LeaveOut) && (v == nil || v == "") {
			continue
		}
		o = append(o, jumpgate.Member{Name: a.Name, Value: JSON(v)})
	}
	return o
}

// Changes are what a client changes of a thing of type T. The zero value
// changes nothing.
type Changes[T any] struct {
	Names  []string // of the attributes
	writes []func(*T)
}

// Add notes that an attribute gets a value, which was checked.
func (c *Changes[T]) Add(a *Attribute[T], v any) {
	c.Names = append(c.Names, a.Name)
	c.writes = append(c.writes, func(to *T) { a.Write(to, v) })
}

// Apply makes the changes to a thing.
func (c *Changes[T]) Apply(to *T) {
	for _, write := range c.writes {
		write(to)
	}
}
