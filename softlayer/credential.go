package softlayer

import (
	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
)

// Credential is what Principal.Credential must be for the driver to act as a
// SoftLayer user. It is for programs whose users sign in elsewhere; for those
// who sign in here Authenticate makes it.
func Credential(user, key string) jumpgate.Secret {
	return upstream.Credential{User: user, Key: key}.Seal()
}
