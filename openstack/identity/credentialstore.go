package identity

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"sync"

	"github.com/softlayer/jumpgate"
)

// MemoryCredentials are ApplicationCredentials that end with the process,
// unless they come from OpenCredentials. The zero value is ready to use.
type MemoryCredentials struct {
	file string // empty: none

	mu   sync.RWMutex
	kept keptCredentials
}

// keptCredentials are what a file has, too. They are never changed in place.
type keptCredentials struct {
	Credentials []ApplicationCredential
	AccessRules map[string][]AccessRule // by user
}

// OpenCredentials returns the MemoryCredentials of a file. The first credential
// makes the file, and every change rewrites it. Only one process may use the
// file at a time.
func OpenCredentials(file string) (*MemoryCredentials, error) {
	m := &MemoryCredentials{file: file}
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return m, nil
	}
	if err == nil {
		err = json.Unmarshal(text, &m.kept)
	}
	if err != nil {
		return nil, fmt.Errorf("identity: read application credentials: %w", err)
	}
	return m, nil
}

// change replaces what is kept by what f makes of a copy, once that is in the
// file.
func (m *MemoryCredentials) change(f func(*keptCredentials) error) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	next := keptCredentials{slices.Clone(m.kept.Credentials), make(map[string][]AccessRule)}
	for user, rules := range m.kept.AccessRules {
		next.AccessRules[user] = slices.Clone(rules)
	}
	if err := f(&next); err != nil {
		return err
	}
	if m.file != "" {
		text, err := json.MarshalIndent(next, "", "\t")
		if err == nil {
			err = writeFile(m.file, text)
		}
		if err != nil {
			return fmt.Errorf("identity: keep application credentials: %w", err)
		}
	}
	m.kept = next
	return nil
}

// Create implements ApplicationCredentials.
func (m *MemoryCredentials) Create(_ context.Context, c ApplicationCredential) error {
	return m.change(func(k *keptCredentials) error {
		if slices.ContainsFunc(k.Credentials, func(o ApplicationCredential) bool { return o.UserID == c.UserID && o.Name == c.Name }) {
			return jumpgate.Conflict
		}
		k.Credentials = append(k.Credentials, c)
		for _, rule := range c.AccessRules {
			if !slices.Contains(k.AccessRules[c.UserID], rule) {
				k.AccessRules[c.UserID] = append(k.AccessRules[c.UserID], rule)
			}
		}
		return nil
	})
}

// Get implements ApplicationCredentials.
func (m *MemoryCredentials) Get(_ context.Context, id string) (*ApplicationCredential, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	for _, c := range m.kept.Credentials {
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
	for _, c := range m.kept.Credentials {
		if userID != "" && c.UserID == userID || userID == "" && c.UserName == userName {
			list = append(list, c)
		}
	}
	return list, nil
}

// Delete implements ApplicationCredentials.
func (m *MemoryCredentials) Delete(_ context.Context, id string) error {
	return m.change(func(k *keptCredentials) error {
		i := slices.IndexFunc(k.Credentials, func(c ApplicationCredential) bool { return c.ID == id })
		if i < 0 {
			return jumpgate.NotFound
		}
		k.Credentials = slices.Delete(k.Credentials, i, i+1)
		return nil
	})
}

// AccessRules implements ApplicationCredentials.
func (m *MemoryCredentials) AccessRules(_ context.Context, userID string) ([]AccessRule, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return slices.Clone(m.kept.AccessRules[userID]), nil
}

// DeleteAccessRule implements ApplicationCredentials.
func (m *MemoryCredentials) DeleteAccessRule(_ context.Context, userID, id string) error {
	is := func(rule AccessRule) bool { return rule.ID == id }
	return m.change(func(k *keptCredentials) error {
		i := slices.IndexFunc(k.AccessRules[userID], is)
		if i < 0 {
			return jumpgate.NotFound
		}
		for _, c := range k.Credentials {
			if c.UserID == userID && slices.ContainsFunc(c.AccessRules, is) {
				return jumpgate.Forbidden
			}
		}
		k.AccessRules[userID] = slices.Delete(k.AccessRules[userID], i, i+1)
		return nil
	})
}
