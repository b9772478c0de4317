package identity

import (
	"context"
	"errors"

	"github.com/softlayer/jumpgate"
)

// credentialStore keeps application credentials in a jumpgate.Store: each under
// its user, with the user's names of credentials and access rules beside it.
type credentialStore struct {
	list  owned[ApplicationCredential]
	names shelf[string] // of a user: each name's id, so that there are no two of one
	rules shelf[AccessRule]
	users shelf[string] // by the users' names: their ids
}

// StoredCredentials returns ApplicationCredentials that a store keeps.
func StoredCredentials(store jumpgate.Store) ApplicationCredentials {
	return newCredentialStore(store)
}

func newCredentialStore(store jumpgate.Store) *credentialStore {
	return &credentialStore{
		list:  newOwned[ApplicationCredential](store, "application_credential"),
		names: shelf[string]{store, "application_credential_name"},
		rules: shelf[AccessRule]{store, "access_rule"},
		users: shelf[string]{store, "application_credential_of"},
	}
}

// ofName is the owner of what leads from a user's name to the user.
func ofName(userName string) string { return "name:" + userName }

// Create implements ApplicationCredentials. Cut off it
// leaves a name or a rule of nothing, which the next one takes over.
func (s *credentialStore) Create(ctx context.Context, c ApplicationCredential) error {
	owner := ofUser(c.UserID)
	version, err := s.takeName(ctx, owner, &c)
	if err != nil {
		return err
	}
	for _, rule := range c.AccessRules {
		if err := s.rules.put(ctx, owner, rule.ID, &rule, 0); err != nil && !errors.Is(err, jumpgate.Conflict) {
			return err
		}
	}
	if _, version, err := s.users.get(ctx, ofName(c.UserName), c.UserName); err == nil || errors.Is(err, jumpgate.NotFound) {
		if err := s.users.put(ctx, ofName(c.UserName), c.UserName, &c.UserID, version); err != nil && !errors.Is(err, jumpgate.Conflict) {
			return err
		}
	} else {
		return err
	}
	if err := s.list.create(ctx, c.UserID, c.ID, &c); err != nil {
		return err
	}
	// Somebody who did not find c yet may have taken its name over. Of all who
	// want a name at once the last to take it keeps it.
	if err := s.names.put(ctx, owner, c.Name, &c.ID, version); err != nil {
		return errors.Join(err, ignoreMissing(s.list.delete(context.WithoutCancel(ctx), c.UserID, c.ID)))
	}
	return nil
}

// takeName makes the name of c its own, unless it is another one's, and returns
// the version of the record that says so.
func (s *credentialStore) takeName(ctx context.Context, owner string, c *ApplicationCredential) (uint64, error) {
	version, err := s.names.replace(ctx, owner, c.Name, &c.ID, 0)
	if !errors.Is(err, jumpgate.Conflict) {
		return version, err
	}
	id, version, err := s.names.get(ctx, owner, c.Name)
	if err != nil {
		return 0, err
	}
	if _, _, _, err := s.list.find(ctx, *id); !errors.Is(err, jumpgate.NotFound) {
		return 0, orConflict(err)
	}
	return s.names.replace(ctx, owner, c.Name, &c.ID, version)
}

// Get implements ApplicationCredentials.
func (s *credentialStore) Get(ctx context.Context, id string) (*ApplicationCredential, error) {
	c, _, _, err := s.list.find(ctx, id)
	return c, err
}

// List implements ApplicationCredentials.
func (s *credentialStore) List(ctx context.Context, userID, userName string) ([]ApplicationCredential, error) {
	if userID == "" {
		id, _, err := s.users.get(ctx, ofName(userName), userName)
		if errors.Is(err, jumpgate.NotFound) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		userID = *id
	}
	var list []ApplicationCredential
	for c, err := range s.list.of(ctx, userID) {
		if err != nil {
			return nil, err
		}
		list = append(list, *c)
	}
	return list, nil
}

// Delete implements ApplicationCredentials.
func (s *credentialStore) Delete(ctx context.Context, id string) error {
	c, userID, _, err := s.list.find(ctx, id)
	if err != nil {
		return err
	}
	if err := s.list.delete(ctx, userID, id); err != nil {
		return err
	}
	if named, _, err := s.names.get(ctx, ofUser(userID), c.Name); err == nil && *named == id {
		return ignoreMissing(s.names.delete(ctx, ofUser(userID), c.Name))
	}
	return nil
}

// AccessRules implements ApplicationCredentials.
func (s *credentialStore) AccessRules(ctx context.Context, userID string) ([]AccessRule, error) {
	var list []AccessRule
	for rule, err := range s.rules.list(ctx, ofUser(userID)) {
		if err != nil {
			return nil, err
		}
		list = append(list, *rule)
	}
	return list, nil
}

// DeleteAccessRule implements ApplicationCredentials.
func (s *credentialStore) DeleteAccessRule(ctx context.Context, userID, id string) error {
	if _, _, err := s.rules.get(ctx, ofUser(userID), id); err != nil {
		return err
	}
	for c, err := range s.list.of(ctx, userID) {
		if err != nil {
			return err
		}
		for _, rule := range c.AccessRules {
			if rule.ID == id {
				return jumpgate.Forbidden
			}
		}
	}
	return s.rules.delete(ctx, ofUser(userID), id)
}
