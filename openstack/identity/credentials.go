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
	ExpiresAt              time.Time    // zero: never
	Unrestricted           *bool        // nil: not said, which is no
	AccessRules            []AccessRule // nil: any request

	// Sealed is the user's Credential under a key made of the secret.
	Sealed []byte
	// Iterations is what making that key costs: more for a secret that a
	// person chose.
	Iterations int
}

// AccessRule is a kind of request that an application credential is for.
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

// ApplicationCredentials keeps application credentials. An implementation
// must be safe for concurrent use.
type ApplicationCredentials interface {
	// Create keeps c, and its access rules as the user's. It MUST return a jumpgate.Conflict error when the user
	// has one of that name.
	Create(ctx context.Context, c ApplicationCredential) error
	// Get returns one, or a jumpgate.NotFound error.
	Get(ctx context.Context, id string) (*ApplicationCredential, error)
	// List returns those of a user, by id or by name: one of them is set.
	List(ctx context.Context, userID, userName string) ([]ApplicationCredential, error)
	// Delete forgets one, or returns a jumpgate.NotFound error.
	Delete(ctx context.Context, id string) error

	// AccessRules lists the access rules of a user. They outlive the
	// credentials that they were made with.
	AccessRules(ctx context.Context, userID string) ([]AccessRule, error)
	// DeleteAccessRule forgets one of a user. It MUST return a
	// jumpgate.Forbidden error for one that a credential has, and a
	// jumpgate.NotFound error for one that there is not.
	DeleteAccessRule(ctx context.Context, userID, id string) error
}

// MemoryCredentials are ApplicationCredentials that end with the process. The
// zero value is ready to use.
type MemoryCredentials struct {
	mu    sync.RWMutex
	list  []ApplicationCredential
	rules map[string][]AccessRule // by user
}

// Create implements ApplicationCredentials.
func (m *MemoryCredentials) Create(_ context.Context, c ApplicationCredential) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if slices.ContainsFunc(m.list, func(o ApplicationCredential) bool { return o.UserID == c.UserID && o.Name == c.Name }) {
		return jumpgate.Conflict
	}
	m.list = append(m.list, c)
	for _, rule := range c.AccessRules {
		if !slices.Contains(m.rules[c.UserID], rule) {
			if m.rules == nil {
				m.rules = make(map[string][]AccessRule)
			}
			m.rules[c.UserID] = append(m.rules[c.UserID], rule)
		}
	}
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

// AccessRules implements ApplicationCredentials.
func (m *MemoryCredentials) AccessRules(_ context.Context, userID string) ([]AccessRule, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return slices.Clone(m.rules[userID]), nil
}

// DeleteAccessRule implements ApplicationCredentials.
func (m *MemoryCredentials) DeleteAccessRule(_ context.Context, userID, id string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	is := func(rule AccessRule) bool { return rule.ID == id }
	i := slices.IndexFunc(m.rules[userID], is)
	if i < 0 {
		return jumpgate.NotFound
	}
	for _, c := range m.list {
		if c.UserID == userID && slices.ContainsFunc(c.AccessRules, is) {
			return jumpgate.Forbidden
		}
	}
	m.rules[userID] = slices.Delete(m.rules[userID], i, i+1)
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
