package softlayer

import (
	"context"
	"strings"

	"github.com/softlayer/jumpgate"
)

// credential is what a user signs in to SoftLayer with.
type credential struct {
	user, key string
}

// Credential is what Principal.Credential must be for the driver to act as a
// SoftLayer user. It is for programs whose users sign in elsewhere; for those
// who sign in here Authenticate makes it.
func Credential(user, key string) jumpgate.Secret { return credential{user, key}.seal() }

// seal packs c for the token. Neither part can hold a zero byte: identity
// refuses them in names, and a header can't carry one.
func (c credential) seal() jumpgate.Secret {
	return jumpgate.Secret(c.user + "\x00" + c.key)
}

// credentialOf unpacks what ctx's principal signed in with.
func credentialOf(ctx context.Context) (credential, error) {
	p := jumpgate.PrincipalFrom(ctx)
	if p == nil {
		return credential{}, jumpgate.Unauthorized
	}
	user, key, ok := strings.Cut(string(p.Credential), "\x00")
	if !ok || user == "" || key == "" { // without a key none of both would be sent
		return credential{}, jumpgate.Unauthorized
	}
	return credential{user, key}, nil
}
