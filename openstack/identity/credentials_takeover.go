package identity

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"

	"github.com/softlayer/jumpgate"
)

// All returns everything that m keeps: the credentials, and the access rules by
// the ids of their users.
func (m *MemoryCredentials) All() ([]ApplicationCredential, map[string][]AccessRule) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return slices.Clone(m.kept.Credentials), maps.Clone(m.kept.AccessRules)
}

// TakeOver puts application credentials of an earlier release into a store,
// with the access rules of each user. It leaves what the store has already as
// it is, so that it can be called again after it was interrupted. It returns
// how many credentials it put.
func TakeOver(ctx context.Context, store jumpgate.Store, list []ApplicationCredential, rules map[string][]AccessRule) (int, error) {
	s, n := newCredentialStore(store), 0
	for _, c := range list {
		switch err := s.Create(ctx, c); {
		case err == nil:
			n++
		case !errors.Is(err, jumpgate.Conflict):
			return n, fmt.Errorf("identity: take over application credential %s: %w", c.ID, err)
		}
	}
	for userID, list := range rules {
		for _, rule := range list {
			if err := s.rules.put(ctx, ofUser(userID), rule.ID, &rule, 0); err != nil && !errors.Is(err, jumpgate.Conflict) {
				return n, fmt.Errorf("identity: take over access rule %s: %w", rule.ID, err)
			}
		}
	}
	return n, nil
}

// TakeOverFile is TakeOver for a file of OpenCredentials, which is renamed to
// have ".taken" at its end afterwards. A missing file has no credentials.
func TakeOverFile(ctx context.Context, store jumpgate.Store, file string) (int, error) {
	if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	m, err := OpenCredentials(file)
	if err != nil {
		return 0, err
	}
	list, rules := m.All()
	n, err := TakeOver(ctx, store, list, rules)
	if err != nil {
		return n, err
	}
	if err := os.Rename(file, file+".taken"); err != nil {
		return n, fmt.Errorf("identity: take over application credentials: %w", err)
	}
	return n, nil
}
