package identity

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// This file has the types that Keystone's schemas are made of
// (keystone.common.validation.parameter_types), and what all its resources do
// with a body.

func nameField(maxLength int) *field {
	return &field{types: []string{"string"}, minLength: 1, maxLength: maxLength, pattern: `[\S]+`}
}

func idField() *field {
	return &field{types: []string{"string"}, minLength: 1, maxLength: 64, pattern: `^[a-zA-Z0-9-]+$`}
}

func nullableID() *field {
	f := idField()
	f.types = []string{"string", "null"}
	return f
}

func stringField() *field  { return &field{types: []string{"string"}} }
func nullableText() *field { return &field{types: []string{"string", "null"}} }

// booleanField is as Keystone's validator shows it: nullable() adds None to the
// one list of values that all booleans share (recording 067).
func booleanField() *field {
	return &field{types: []string{"boolean"}, enum: []any{true, false, nil}}
}

func nullableBoolean() *field {
	f := booleanField()
	f.types = append(f.types, "null")
	return f
}

// openObject may have members besides those of the schema.
func openObject(members []member, required ...string) *field {
	return &field{
		types: []string{"object"}, members: members, required: required,
		inert: schema.Object{{Name: "additionalProperties", Value: true}},
	}
}

// changed wants one member at least.
func changed(f *field) *field {
	f.minProperties = 1
	return f
}

// fault is a BadRequest in Keystone's words for the first thing wrong with v;
// nil if there is none.
func (f *field) fault(v any) error {
	if text := f.check(v); text != "" {
		return jumpgate.BadRequest.New("%s", text)
	}
	return nil
}

// bodyFor is the member of the body that a resource is in. Without it Keystone
// goes on with an empty one.
func (s *service) bodyFor(r *jumpgate.Request, name string) (schema.Object, error) {
	body, err := readBody(r)
	if err != nil {
		return nil, err
	}
	value, ok := body.Get(name)
	object, isObject := value.(schema.Object)
	switch {
	case !ok:
		return schema.Object{}, nil
	case !isObject:
		return nil, openObject(nil).fault(value)
	}
	return object, nil
}

// newID makes an id in the form of Keystone's.
func newID() string {
	var id [16]byte
	_, _ = rand.Read(id[:]) // never fails
	return hex.EncodeToString(id[:])
}

// trimmed is a name as Keystone keeps it.
func trimmed(name string) string { return strings.TrimSpace(name) }

// sameName compares as Keystone's database does: without regard to case.
func sameName(a, b string) bool { return strings.EqualFold(a, b) }

const malformed = " The server could not comply with the request since it is either malformed or otherwise incorrect. The client is assumed to be in error."

func badRequest(text string) error { return jumpgate.BadRequest.New("%s", text) }

// sameID refuses a body that names something else than the path.
func sameID(body schema.Object, id string) error {
	if v, ok := body.Get("id"); ok && v != id {
		return badRequest("Cannot change ID")
	}
	return nil
}

// sameDomain refuses to move something to another domain.
func sameDomain(body schema.Object, now string) error {
	if v, ok := body.Get("domain_id"); ok && v != domainOf(now) {
		return badRequest("Cannot change Domain ID")
	}
	return nil
}

// newDomain is the domain of something new: the one in the body, that of the
// token, or that of the token's project; the default one for a token of the
// system (keystone.server.flask.common, _normalize_domain_id).
func (s *service) newDomain(r *jumpgate.Request, body schema.Object) (string, error) {
	id, by := body.String("domain_id"), r.Env.Principal
	if id == "" {
		id = by.DomainID
	}
	if id == "" {
		id = domainOf(by.ProjectDomainID)
	}
	if s.projects == nil {
		return id, nil
	}
	d, err := s.findDomain(r.Context(), id, "")
	if d == nil && err == nil {
		err = noDomain(id)
	}
	return id, err
}

// duplicateIn words the conflict of names within a domain.
func duplicateIn(err error, kind, name, domain string) error {
	if errors.Is(err, jumpgate.Conflict) {
		return jumpgate.Conflict.New("Conflict occurred attempting to store %s - Duplicate entry found with name %s at domain ID %s.", kind, name, domainOf(domain))
	}
	return err
}

// errLacking is for what the driver can't do, when the policy would allow it.
var errLacking = jumpgate.NotImplemented.New("The cloud behind has no such operation.")

// allow asks the policy whether the caller may do action to target, in which
// nothing but what is said is known.
func (s *service) allow(r *jumpgate.Request, action string, target jumpgate.Target) error {
	if target == nil {
		target = jumpgate.Target{}
	}
	return s.disp.Policy().Check(r.Context(), "identity:"+action, target)
}

// addTarget says what rules want to know of an object.
func addTarget(t jumpgate.Target, kind, id, domain string) {
	t["target."+kind+".id"] = id
	t["target."+kind+".domain_id"] = domainOf(domain)
}
