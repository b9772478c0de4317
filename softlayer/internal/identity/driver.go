// Package identity is SoftLayer's users and accounts as OpenStack's.
package identity

import (
	"github.com/softlayer/jumpgate/openstack/identity"
	"github.com/softlayer/jumpgate/softlayer/internal/core"
)

// Users is the driver of identity.
type Users struct{ *core.Core }

var _ interface {
	identity.Authenticator
	identity.ProjectLister
	identity.UserGetter
	identity.UserLister
} = (*Users)(nil)

// New returns the driver of identity.
func New(c *core.Core) *Users { return &Users{c} }
