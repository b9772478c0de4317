package identity

import (
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/schema"
)

// Everything is in the one domain that every Keystone is born with.
const (
	domainID   = "default"
	domainName = "Default"
)

var domainRef = jumpgate.Object{{Name: "id", Value: domainID}, {Name: "name", Value: domainName}}

// ourDomain tells whether d names the default domain. As in Keystone the name
// goes before the id, and names are compared as MySQL compares them: without
// regard to case.
func ourDomain(d schema.Object) bool {
	if name := d.String("name"); name != "" {
		return strings.EqualFold(name, domainName)
	}
	return d.String("id") == domainID
}
