package image

import (
	"context"
	"encoding/json"
	"iter"
	"time"
)

// MetadefKeeper keeps metadata definitions: the meaning of the properties,
// objects and tags that clients put on images, volumes and flavors. Without it
// lists are empty and clients can't add anything. The package decides who may
// see and change what.
type MetadefKeeper interface {
	// ListMetadefNamespaces yields all namespaces, in any order.
	ListMetadefNamespaces(ctx context.Context) iter.Seq2[*MetadefNamespace, error]

	// MetadefNamespace returns the namespace of that name. It MUST return a
	// jumpgate.NotFound error if there is none.
	MetadefNamespace(ctx context.Context, name string) (*MetadefNamespace, error)

	// CreateMetadefNamespace stores ns, whose dates are set. It MUST return a
	// jumpgate.Conflict error if the name is taken.
	CreateMetadefNamespace(ctx context.Context, ns *MetadefNamespace) error

	// UpdateMetadefNamespace calls change with a namespace and stores the
	// changed namespace, as one step. change may rename it: if the new name is
	// taken, UpdateMetadefNamespace MUST return a jumpgate.Conflict error. An
	// error of change is returned as it is. It MUST return a jumpgate.NotFound
	// error if there is no namespace of that name.
	UpdateMetadefNamespace(ctx context.Context, name string, change func(*MetadefNamespace) error) (*MetadefNamespace, error)

	// DeleteMetadefNamespace removes a namespace with its contents.
	DeleteMetadefNamespace(ctx context.Context, name string) error

	// ListMetadefResourceTypes yields the resource types that definitions may
	// apply to, and every type that a namespace has ever named.
	ListMetadefResourceTypes(ctx context.Context) iter.Seq2[*MetadefResourceType, error]
}

// MetadefNamespace holds definitions that belong together. Its lists have the
// order in which their items were made.
type MetadefNamespace struct {
	Name        string // unique
	DisplayName string // optional
	Description string // optional
	Visibility  string // public or private
	Protected   bool   // neither it nor its contents may be deleted
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
	Prefix           string // optional: a prefix of the names of properties there
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
