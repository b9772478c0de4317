package identity

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/pbkdf2"
	"crypto/sha256"
	"time"

	"github.com/softlayer/jumpgate"
)

// ApplicationCredential lets a program act for a user in one project without
// the user's password. It reveals neither its secret nor the user's credential
// in the cloud, which is sealed with the secret.
type ApplicationCredential struct {
	ID                     string // 32 hexadecimal digits
	Name, Description      string
	UserID, UserName       string
	ProjectID, ProjectName string
	DefaultProjectID       string
	Roles                  []string
	ExpiresAt              time.Time    // zero: never
	Unrestricted           *bool        // nil: the client left it out, which means false
	AccessRules            []AccessRule // nil: any request

	// Sealed is the user's Credential, encrypted with a key derived from the
	// secret.
	Sealed []byte
	// Iterations is the cost of deriving that key; it is higher for a secret
	// that a person chose.
	Iterations int
}

// AccessRule is a kind of request that an application credential allows.
type AccessRule struct {
	ID      string
	Service string // a type of the catalog: "compute"
	Path    string // below the service, with wildcards: "/v2.1/servers/*/ips"
	Method  string
}

// same tells whether two rules allow the same.
func (a AccessRule) same(b AccessRule) bool {
	return a.Service == b.Service && a.Path == b.Path && a.Method == b.Method
}

// ApplicationCredentials keeps application credentials: MemoryCredentials, in
// the process or in a file; package redisstore, for replicas; or a table of
// yours. They are plain values, which encoding/json reads and writes. Whoever
// can read the store learns no secret; whoever can write it can remove
// restrictions.
//
// An implementation must be safe for concurrent use. The package answers any
// other error than those below with 503.
type ApplicationCredentials interface {
	// Create stores c, and its access rules as the user's. It MUST return a
	// jumpgate.Conflict error if the user has a credential of that name.
	Create(ctx context.Context, c ApplicationCredential) error
	// Get returns a credential, or a jumpgate.NotFound error.
	Get(ctx context.Context, id string) (*ApplicationCredential, error)
	// List returns the credentials of the user with an id or a name: one of the
	// two is set.
	List(ctx context.Context, userID, userName string) ([]ApplicationCredential, error)
	// Delete deletes a credential, or returns a jumpgate.NotFound error.
	Delete(ctx context.Context, id string) error

	// AccessRules lists the access rules of a user. They outlive the
	// credentials that they were made with.
	AccessRules(ctx context.Context, userID string) ([]AccessRule, error)
	// DeleteAccessRule deletes an access rule of a user. It MUST return a
	// jumpgate.Forbidden error while a credential has the rule, and a
	// jumpgate.NotFound error for an unknown rule.
	DeleteAccessRule(ctx context.Context, userID, id string) error
}

// The cost of a key: a secret that this service made has 512 random bits and
// can't be guessed; one that somebody chose can.
const (
	madeIterations   = 1
	chosenIterations = 100_000
)

// lock seals credential with secret.
func (c *ApplicationCredential) lock(secret string, credential jumpgate.Secret) error {
	key, err := c.key(secret)
	if err != nil {
		return err
	}
	// Each key seals once, so that the nonce may be fixed.
	c.Sealed = key.Seal(nil, make([]byte, key.NonceSize()), []byte(credential), []byte(c.ID))
	return nil
}

// unlock returns the user's credential, if secret is the right one.
func (c *ApplicationCredential) unlock(secret string) (jumpgate.Secret, bool) {
	key, err := c.key(secret)
	if err != nil {
		return "", false
	}
	plain, err := key.Open(nil, make([]byte, key.NonceSize()), c.Sealed, []byte(c.ID))
	return jumpgate.Secret(plain), err == nil
}

func (c *ApplicationCredential) key(secret string) (cipher.AEAD, error) {
	key, err := pbkdf2.Key(sha256.New, secret, []byte(c.ID), max(c.Iterations, 1), KeySize)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}
