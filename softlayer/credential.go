package softlayer

import (
	"strings"

	"github.com/softlayer/jumpgate"
)

// credential is what a user signs in to SoftLayer with.
type credential struct {
	user, key string
}

// seal packs c for the token. Neither part can hold a zero byte: identity
// refuses them in names, and a header can't carry one.
func (c credential) seal() jumpgate.Secret {
	return jumpgate.Secret(c.user + "\x00" + c.key)
}

func parseCredential(s jumpgate.Secret) (credential, error) {
	user, key, ok := strings.Cut(string(s), "\x00")
	if !ok {
		return credential{}, jumpgate.Unauthorized
	}
	return credential{user, key}, nil
}
