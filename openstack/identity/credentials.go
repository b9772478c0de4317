package identity

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/pbkdf2"
	"crypto/sha256"
	"slices"
	"sync"
	"time"

	"github.com/softlayer/jumpgate"
)

// ApplicationCredential lets a program act for a user in one project without
// the user's password. Nothing in it tells its secret or the user's
// credential in the cloud behind, which is sealed with the secret.
type ApplicationCredential struct {
	ID                     string // 32 hexadecimal digits
	Name, Description      string
	UserID, UserName       string
	ProjectID, ProjectName string
	DefaultProjectID       string
	Roles                  []string
	ExpiresAt              time.Time // zero: never
	Unrestricted           *bool     // nil: not said, which is no

	// Sealed is the user's Credential under a key made of the secret.
	Sealed []byte
	// Iterations is what making that key costs: more for a secret that a
	// person chose.
	Iterations int
}

// ApplicationCredentials keeps application credentials. An implementation
// must be safe for concurrent use.
type ApplicationCredentials interface {
	// Create keeps c. It MUST return a jumpgate.Conflict error when the user
	// has one of that name.
	Create(ctx context.Context, c ApplicationCredential) error
	// Get returns one, or a jumpgate.NotFound error.
	Get(ctx context.Context, id string) (*ApplicationCredential, error)
	// List returns those of a user, by id or by name: one of them is set.
	List(ctx context.Context, userID, userName string) ([]ApplicationCredential, error)
	// Delete forgets one, or returns a jumpgate.NotFound error.
	Delete(ctx context.Context, id string) error
}

// MemoryCredentials are ApplicationCredentials that end with the process. The
// zero value is ready to use.
type MemoryCredentials struct {
	mu   sync.RWMutex
	list []ApplicationCredential
}

// Create implements ApplicationCredentials.
func (m *MemoryCredentials) Create(_ context.Context, c ApplicationCredential) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if slices.ContainsFunc(m.list, func(o ApplicationCredential) bool { return o.UserID == c.UserID && o.Name == c.Name }) {
		return jumpgate.Conflict
	}
	m.list = append(m.list, c)
	return nil
}

// Get implements ApplicationCredentials.
func (m *MemoryCredentials) Get(_ context.Context, id string) (*ApplicationCredential, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	for _, c := range m.list {
		if c.ID == id {
			return &c, nil
		}
	}
	return nil, jumpgate.NotFound
}

// List implements ApplicationCredentials.
func (m *MemoryCredentials) List(_ context.Context, userID, userName string) ([]ApplicationCredential, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	var list []ApplicationCredential
	for _, c := range m.list {
		if userID != "" && c.UserID == userID || userID == "" && c.UserName == userName {
			list = append(list, c)
		}
	}
	return list, nil
}

// Delete implements ApplicationCredentials.
func (m *MemoryCredentials) Delete(_ context.Context, id string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	i := slices.IndexFunc(m.list, func(c ApplicationCredential) bool { return c.ID == id })
	if i < 0 {
		return jumpgate.NotFound
	}
	m.list = slices.Delete(m.list, i, i+1)
	return nil
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
