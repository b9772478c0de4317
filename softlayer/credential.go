package softlayer

import (
	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
)

// Credential returns the Principal.Credential with which the driver acts as a
// SoftLayer user. It is for programs whose users sign in elsewhere;
// Authenticate makes it for users who sign in here.
func Credential(user, key string) jumpgate.Secret {
	return upstream.Credential{User: user, Key: key}.Seal()
}
