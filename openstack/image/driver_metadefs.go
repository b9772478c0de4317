package image

import (
	"context"
	"encoding/json"
	"iter"
	"time"
)

// MetadefKeeper keeps metadata definitions: what properties, objects and tags
// mean that clients put onto images, volumes and flavors. Without it lists are
// empty and nothing can be added. Who may see and change what is the package's
// business.
type MetadefKeeper interface {
	// ListMetadefNamespaces yields all namespaces, in any order.
	ListMetadefNamespaces(ctx context.Context) iter.Seq2[*MetadefNamespace, error]

	// MetadefNamespace returns the namespace of that name. It MUST return a
	// jumpgate.NotFound error if there is none.
	MetadefNamespace(ctx context.Context, name string) (*MetadefNamespace, error)

	// CreateMetadefNamespace keeps ns, whose dates are set. It MUST return a
	// jumpgate.Conflict error if there is one of that name.
	CreateMetadefNamespace(ctx context.Context, ns *MetadefNamespace) error

	// UpdateMetadefNamespace calls change with a namespace and keeps what it
	// makes of it, as one step, the name included: if another namespace has
	// the new one, it MUST return a jumpgate.Conflict error. An error of change
	// is returned as it is. It MUST return a jumpgate.NotFound error if there
	// is no namespace of that name.
	UpdateMetadefNamespace(ctx context.Context, name string, change func(*MetadefNamespace) error) (*MetadefNamespace, error)

	// DeleteMetadefNamespace removes a namespace with all that is in it.
	DeleteMetadefNamespace(ctx context.Context, name string) error

	// ListMetadefResourceTypes yields the resource types that definitions may
	// be for. A type that a namespace names is one of them from then on.
	ListMetadefResourceTypes(ctx context.Context) iter.Seq2[*MetadefResourceType, error]
}

// MetadefNamespace holds definitions that belong together. Lists within it are
// in the order in which their items were made.
type MetadefNamespace struct {
	Name        string // unique
	DisplayName string // optional
	Description string // optional
	Visibility  string // public or private
	Protected   bool   // may not be deleted, nor may what is in it
	Owner       string // the project
	Created     time.Time
	Updated     time.Time

	ResourceTypes []MetadefAssociation
	Objects       []MetadefObject
	Properties    []MetadefProperty
	Tags          []MetadefTag
}

// MetadefResourceType is a type of resources, named as in Heat.
type MetadefResourceType struct {
	Name    string
	Created time.Time
}

// MetadefAssociation says that a namespace is for resources of a type.
type MetadefAssociation struct {
	Name             string
	Prefix           string // optional: goes before the names of properties there
	PropertiesTarget string // optional
	Created          time.Time
	Updated          time.Time
}

// MetadefObject is a group of properties.
type MetadefObject struct {
	Name        string
	Description string            // optional
	Required    []string          // optional
	Properties  []MetadefProperty // optional
	Created     time.Time
	Updated     time.Time
}

// MetadefProperty defines a property. Schema is the definition, a JSON Schema
// that only clients understand.
type MetadefProperty struct {
	Name   string
	Schema json.RawMessage
}

// MetadefTag is a tag that clients may offer.
type MetadefTag struct {
	Name    string
	Created time.Time
	Updated time.Time
}
