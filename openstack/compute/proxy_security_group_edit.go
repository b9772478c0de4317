package compute

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// defaultGroup is the name of the group that every project has: there is no
// other of that name, in any spelling, and it stays.
const defaultGroup = "default"

func securityGroupEdit(s *service, driver any, t *table) {
	list, listed := driver.(SecurityGroupLister)
	if d, ok := driver.(SecurityGroupEditor); ok && listed {
		t.add(http.MethodPost, "os_security_groups", before(endOfProxies, func(r *jumpgate.Request) (any, error) { return createSecurityGroup(r, d) }))
		t.add(http.MethodPut, "os_security_group", before(endOfProxies, func(r *jumpgate.Request) (any, error) { return updateSecurityGroup(r, list, d) }))
		t.add(http.MethodDelete, "os_security_group", before(endOfProxies, func(r *jumpgate.Request) (any, error) { return deleteSecurityGroup(r, list, d) }))
	}
	if d, ok := driver.(SecurityGroupRuler); ok && listed {
		t.add(http.MethodPost, "os_security_group_rules", before(endOfProxies, func(r *jumpgate.Request) (any, error) { return createSecurityRule(r, list, d) }))
		t.add(http.MethodDelete, "os_security_group_rule", before(endOfProxies, func(r *jumpgate.Request) (any, error) { return deleteSecurityRule(r, list, d) }))
	}
}

func createSecurityGroup(r *jumpgate.Request, d SecurityGroupEditor) (any, error) {
	body, err := bodyUnder(r, "security_group")
	if err != nil {
		return nil, err
	}
	name, description, err := groupTexts(body)
	if err != nil {
		return nil, err
	}
	if strings.EqualFold(name, defaultGroup) {
		return nil, jumpgate.Forbidden.New("Default security group already exists.")
	}
	g, err := d.CreateSecurityGroup(r.Context(), name, description)
	if err != nil {
		return nil, err
	}
	return jumpgate.Object{{Name: "security_group", Value: g.view([]SecurityGroup{*g})}}, nil
}

func updateSecurityGroup(r *jumpgate.Request, lister SecurityGroupLister, d SecurityGroupEditor) (any, error) {
	value, err := rest.ReadJSON(r)
	if err != nil {
		return nil, err
	}
	id := r.Var("security_group_id")
	all, i, err := findSecurityGroup(r.Context(), lister, id)
	if err != nil {
		return nil, err
	}
	body, err := under(value, "security_group")
	if err != nil {
		return nil, err
	}
	name, description, err := groupTexts(body)
	if err != nil {
		return nil, err
	}
	g := &all[i]
	if g.Name == defaultGroup || strings.EqualFold(name, defaultGroup) {
		return nil, jumpgate.BadRequest.New("Updating default security group not allowed.")
	}
	if err := d.UpdateSecurityGroup(r.Context(), g.ID, name, description); err != nil {
		return nil, missingGroup(err, id)
	}
	g.Name, g.Description = name, description
	return jumpgate.Object{{Name: "security_group", Value: g.view(all)}}, nil
}

func deleteSecurityGroup(r *jumpgate.Request, lister SecurityGroupLister, d SecurityGroupEditor) (any, error) {
	id := r.Var("security_group_id")
	all, i, err := findSecurityGroup(r.Context(), lister, id)
	if err != nil {
		return nil, err
	}
	if all[i].Name == defaultGroup {
		return nil, jumpgate.BadRequest.New("Insufficient rights for removing default security group.")
	}
	err = d.DeleteSecurityGroup(r.Context(), all[i].ID)
	if jumpgate.AsError(err).Kind == jumpgate.Conflict {
		return nil, jumpgate.BadRequest.Wrap(err, "Security Group %s in use.", id)
	}
	if err != nil {
		return nil, missingGroup(err, id)
	}
	return empty(http.StatusAccepted), nil
}

// findSecurityGroup returns all groups and which of them is called id.
func findSecurityGroup(ctx context.Context, d SecurityGroupLister, id string) (all []SecurityGroup, i int, err error) {
	if !schema.UUIDLike(id) {
		return nil, 0, jumpgate.BadRequest.New("Security group id should be uuid")
	}
	if all, err = d.SecurityGroups(ctx); err != nil {
		return nil, 0, err
	}
	if i = slices.IndexFunc(all, func(g SecurityGroup) bool { return strings.EqualFold(g.ID, id) }); i < 0 {
		return nil, 0, missingGroup(jumpgate.NotFound, id)
	}
	return all, i, nil
}

func missingGroup(err error, id string) error {
	return missing(err, "Security group %s does not exist", id)
}

// bodyUnder is the object that r's body has under name.
func bodyUnder(r *jumpgate.Request, name string) (schema.Object, error) {
	value, err := rest.ReadJSON(r)
	if err != nil {
		return nil, err
	}
	return under(value, name)
}

// under is the object that a body has under name, looked for as Nova did
// before it had schemas for everything.
func under(body any, name string) (schema.Object, error) {
	outer, ok := body.(schema.Object)
	switch {
	case body == nil || ok && len(outer) == 0:
		return nil, jumpgate.BadRequest.New("The request body can't be empty")
	case !ok:
		return nil, jumpgate.BadRequest.New("Malformed request body")
	}
	inner, _ := outer.Get(name)
	if inner == nil {
		return nil, jumpgate.BadRequest.New("Missing parameter %s", name)
	}
	object, ok := inner.(schema.Object)
	if !ok {
		return nil, jumpgate.BadRequest.New("Malformed request body")
	}
	return object, nil
}

// groupTexts are the name and the description of a group.
func groupTexts(body schema.Object) (name, description string, err error) {
	name, err = groupText(body, "name")
	description, descriptionErr := groupText(body, "description")
	return name, description, cmp.Or(err, descriptionErr)
}

func groupText(body schema.Object, property string) (string, error) {
	const most = 255
	value, _ := body.Get(property)
	text, ok := value.(string)
	switch n := utf8.RuneCountInString(text); {
	case !ok:
		return "", jumpgate.BadRequest.New("%s is not a string or unicode", property)
	case n > most:
		return "", jumpgate.BadRequest.New("%s has %d characters, more than %d.", property, n, most)
	}
	return text, nil
}
