package upstream

import (
	"context"
	"strings"

	"github.com/softlayer/jumpgate"
)

// Credential is what a user signs in to SoftLayer with.
type Credential struct {
	User, Key string
}

// Seal packs c for the token. Neither part can hold a zero byte: identity
// refuses them in names, and a header can't carry one.
func (c Credential) Seal() jumpgate.Secret {
	return jumpgate.Secret(c.User + "\x00" + c.Key)
}

// CredentialOf unpacks what ctx's principal signed in with.
func CredentialOf(ctx context.Context) (Credential, error) {
	p := jumpgate.PrincipalFrom(ctx)
	if p == nil {
		return Credential{}, jumpgate.Unauthorized
	}
	user, key, ok := strings.Cut(string(p.Credential), "\x00")
	if !ok || user == "" || key == "" { // without a key none of both would be sent
		return Credential{}, jumpgate.Unauthorized
	}
	return Credential{user, key}, nil
}
