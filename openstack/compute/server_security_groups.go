package compute

import (
	"context"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// NoSecurityGroup is for a group that the project of ctx does not have.
func NoSecurityGroup(ctx context.Context, group string) error {
	project := ""
	if p := jumpgate.PrincipalFrom(ctx); p != nil {
		project = p.ProjectID
	}
	return jumpgate.NotFound.New("Security group %s is not found for project %s", group, project)
}

// ManySecurityGroups is for a name that several groups have.
func ManySecurityGroups(name string) error {
	return jumpgate.Conflict.New("Multiple security_group matches found for name '%s', use an ID to be more specific.", name)
}

// SecurityGroupAdded is for a group that a server has already.
func SecurityGroupAdded(groupID string) error {
	return jumpgate.BadRequest.New("Invalid input for security_groups. Reason: Duplicate items in the list: '%s'.", groupID)
}

// SecurityGroupNotAdded is for a group that a server does not have.
func SecurityGroupNotAdded(group, server string) error {
	return jumpgate.NotFound.New("Security group %s not associated with the instance %s", group, server)
}

// NoAddressYet is for a server whose interfaces can't have groups yet.
func NoAddressYet() error {
	return jumpgate.BadRequest.New("Network requires port_security_enabled and subnet associated in order to apply security groups.")
}

// doersOfSecurityGroups are the actions that add and remove a group.
func (s *service) doersOfSecurityGroups(driver any, can map[string]doer) {
	d, ok := driver.(ServerSecurityGrouper)
	if !ok {
		return
	}
	by := func(do func(ctx context.Context, id, group string) error) doer {
		return func(r *jumpgate.Request, id string, in schema.Object) (any, error) {
			group, err := groupNamed(in)
			if err == nil {
				return nil, do(r.Context(), id, group)
			}
			if s.serverGetter != nil { // Nova looks for the server first
				if _, missing := s.serverGetter.Server(r.Context(), id); missing != nil {
					return nil, missing
				}
			}
			return nil, err
		}
	}
	can["addSecurityGroup"] = by(d.AddServerSecurityGroup)
	can["removeSecurityGroup"] = by(d.RemoveServerSecurityGroup)
}

// groupNamed is the group that the body of an action names.
func groupNamed(in schema.Object) (string, error) {
	switch name := in.String("name"); {
	case in == nil:
		return "", jumpgate.BadRequest.New("Missing parameter dict")
	case !in.Has("name"):
		return "", jumpgate.BadRequest.New("Security group not specified")
	case strings.TrimSpace(name) == "":
		return "", jumpgate.BadRequest.New("Security group name cannot be empty")
	default:
		return name, nil
	}
}
