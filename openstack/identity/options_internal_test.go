package identity

import (
	"testing"

	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// TestOptionsOfUsers: users take the options that a Keystone 22 knows, which
// says this to others.
func TestOptionsOfUsers(t *testing.T) {
	user := func(name string, v any) schema.Object {
		return schema.Object{{Name: "name", Value: "a"}, {Name: "options", Value: schema.Object{{Name: name, Value: v}}}}
	}
	for _, c := range []struct {
		body schema.Object
		want string
	}{
		{user("lock_password", true), ""},
		{user("lock_password", nil), ""},
		{user("multi_factor_auth_rules", []any{[]any{"password", "totp"}}), ""},
		{user("lock_password", "x"), "Invalid input for field 'options/lock_password': 'x' is not of type 'boolean', 'null'\n\n" +
			"Failed validating 'type' in schema['properties']['options']['properties']['lock_password']:\n    {'enum': [True, False, None], 'type': ['boolean', 'null']}\n\n" +
			"On instance['options']['lock_password']:\n    'x'"},
		{user("multi_factor_auth_rules", []any{[]any{}}), "Invalid input for field 'options/multi_factor_auth_rules/0': [] is too short\n\n" +
			"Failed validating 'minItems' in schema['properties']['options']['properties']['multi_factor_auth_rules']['items']:\n" +
			"    {'items': {'type': 'string'},\n     'minItems': 1,\n     'type': 'array',\n     'uniqueItems': True}\n\n" +
			"On instance['options']['multi_factor_auth_rules'][0]:\n    []"},
	} {
		if got := userCreateSchema.check(c.body); got != c.want {
			t.Errorf("%v: %s\nwant %s", c.body, got, c.want)
		}
	}
	if userCreateSchema.check(user("nonsense", true)) == "" {
		t.Error("users take an option that there is not")
	}
}
