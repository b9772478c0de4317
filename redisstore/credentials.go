package redisstore

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"github.com/redis/go-redis/v9"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/identity"
)

// Credentials are identity.ApplicationCredentials on a Redis server, which must
// not lose data: use an append-only file and no eviction. While the server is
// down nobody can make or use a credential (503). They ignore FailOpen and
// Logger.
//
// The credentials of a user are in one hash, by name, so that two replicas
// can't make two of one name. Further keys lead to the hash from a credential's
// id and from the user's name.
type Credentials struct {
	client redis.UniversalClient
	opts   Options
}

var _ identity.ApplicationCredentials = (*Credentials)(nil)

// NewCredentials returns Credentials on the server of client. It makes no
// call, and leaves closing the client to its owner.
func NewCredentials(client redis.UniversalClient, opts Options) *Credentials {
	opts = opts.withDefaults()
	return &Credentials{bounded(client, opts.Timeout), opts}
}

// The fields of a user's hash.
const (
	credentialField = "credential:"
	ruleField       = "rule:"
)

func (c *Credentials) userKey(userID string) string { return c.opts.Prefix + "user:" + userID }

// place is where a credential is: what is kept under its id.
type place struct{ UserID, Name string }

func (c *Credentials) placeKey(id string) string { return c.opts.Prefix + "credential:" + id }

func (c *Credentials) nameKey(userName string) string { return c.opts.Prefix + "username:" + userName }

// Create implements identity.ApplicationCredentials. If it is interrupted it
// leaves only keys that lead nowhere.
func (c *Credentials) Create(ctx context.Context, credential identity.ApplicationCredential) error {
	ctx, cancel := context.WithTimeout(ctx, c.opts.Timeout)
	defer cancel()
	text, err := json.Marshal(credential)
	if err != nil {
		return err
	}
	at, err := json.Marshal(place{credential.UserID, credential.Name})
	if err != nil {
		return err
	}
	_, err = c.client.Pipelined(ctx, func(p redis.Pipeliner) error {
		p.Set(ctx, c.placeKey(credential.ID), at, 0)
		p.Set(ctx, c.nameKey(credential.UserName), credential.UserID, 0)
		for _, rule := range credential.AccessRules {
			text, err := json.Marshal(rule)
			if err != nil {
				return err
			}
			p.HSet(ctx, c.userKey(credential.UserID), ruleField+rule.ID, text)
		}
		return nil
	})
	if err != nil {
		return err
	}
	made, err := c.client.HSetNX(ctx, c.userKey(credential.UserID), credentialField+credential.Name, text).Result()
	if err == nil && !made {
		return errors.Join(jumpgate.Conflict, c.client.Del(ctx, c.placeKey(credential.ID)).Err())
	}
	return err
}

// Get implements identity.ApplicationCredentials.
func (c *Credentials) Get(ctx context.Context, id string) (*identity.ApplicationCredential, error) {
	ctx, cancel := context.WithTimeout(ctx, c.opts.Timeout)
	defer cancel()
	return c.get(ctx, id)
}

func (c *Credentials) get(ctx context.Context, id string) (*identity.ApplicationCredential, error) {
	var at place
	if err := read(c.client.Get(ctx, c.placeKey(id)), &at); err != nil {
		return nil, err
	}
	credential := new(identity.ApplicationCredential)
	if err := read(c.client.HGet(ctx, c.userKey(at.UserID), credentialField+at.Name), credential); err != nil {
		return nil, err
	}
	if credential.ID != id { // another one of that name
		return nil, jumpgate.NotFound
	}
	return credential, nil
}

// read decodes what a command returned.
func read(cmd *redis.StringCmd, v any) error {
	text, err := cmd.Bytes()
	if errors.Is(err, redis.Nil) {
		return jumpgate.NotFound
	}
	if err != nil {
		return err
	}
	return json.Unmarshal(text, v)
}

// List implements identity.ApplicationCredentials.
func (c *Credentials) List(ctx context.Context, userID, userName string) ([]identity.ApplicationCredential, error) {
	ctx, cancel := context.WithTimeout(ctx, c.opts.Timeout)
	defer cancel()
	if userID == "" {
		var err error
		userID, err = c.client.Get(ctx, c.nameKey(userName)).Result()
		if errors.Is(err, redis.Nil) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
	}
	list, _, err := c.ofUser(ctx, userID)
	return list, err
}

// ofUser reads all that is kept of a user, in the order of ids.
func (c *Credentials) ofUser(ctx context.Context, userID string) ([]identity.ApplicationCredential, []identity.AccessRule, error) {
	fields, err := c.client.HGetAll(ctx, c.userKey(userID)).Result()
	if err != nil {
		return nil, nil, err
	}
	var list []identity.ApplicationCredential
	var rules []identity.AccessRule
	for field, text := range fields {
		if strings.HasPrefix(field, ruleField) {
			var rule identity.AccessRule
			err = json.Unmarshal([]byte(text), &rule)
			rules = append(rules, rule)
		} else {
			var credential identity.ApplicationCredential
			err = json.Unmarshal([]byte(text), &credential)
			list = append(list, credential)
		}
		if err != nil {
			return nil, nil, err
		}
	}
	slices.SortFunc(list, func(a, b identity.ApplicationCredential) int { return strings.Compare(a.ID, b.ID) })
	slices.SortFunc(rules, func(a, b identity.AccessRule) int { return strings.Compare(a.ID, b.ID) })
	return list, rules, nil
}

// Delete implements identity.ApplicationCredentials.
func (c *Credentials) Delete(ctx context.Context, id string) error {
	ctx, cancel := context.WithTimeout(ctx, c.opts.Timeout)
	defer cancel()
	credential, err := c.get(ctx, id)
	if err != nil {
		return err
	}
	if err := c.client.HDel(ctx, c.userKey(credential.UserID), credentialField+credential.Name).Err(); err != nil {
		return err
	}
	return c.client.Del(ctx, c.placeKey(id)).Err()
}

// AccessRules implements identity.ApplicationCredentials.
func (c *Credentials) AccessRules(ctx context.Context, userID string) ([]identity.AccessRule, error) {
	ctx, cancel := context.WithTimeout(ctx, c.opts.Timeout)
	defer cancel()
	_, rules, err := c.ofUser(ctx, userID)
	return rules, err
}

// DeleteAccessRule implements identity.ApplicationCredentials.
func (c *Credentials) DeleteAccessRule(ctx context.Context, userID, id string) error {
	ctx, cancel := context.WithTimeout(ctx, c.opts.Timeout)
	defer cancel()
	list, _, err := c.ofUser(ctx, userID)
	if err != nil {
		return err
	}
	for _, credential := range list {
		if slices.ContainsFunc(credential.AccessRules, func(rule identity.AccessRule) bool { return rule.ID == id }) {
			return jumpgate.Forbidden
		}
	}
	deleted, err := c.client.HDel(ctx, c.userKey(userID), ruleField+id).Result()
	if err == nil && deleted == 0 {
		return jumpgate.NotFound
	}
	return err
}

// TakeOver puts all application credentials and access rules into another store,
// such as OpenStore's, and deletes them here. It leaves what the store has
// already as it is, so that it can be called again after it was interrupted. It
// returns how many credentials it put. It scans one server and fails on a
// cluster.
func (c *Credentials) TakeOver(ctx context.Context, store jumpgate.Store) (int, error) {
	if _, ok := c.client.(*redis.ClusterClient); ok {
		return 0, errors.New("redisstore: keys of a cluster can't be walked")
	}
	n := 0
	head := c.userKey("")
	var cursor uint64
	for {
		keys, next, err := c.client.Scan(ctx, cursor, escapeGlob(head)+"*", 100).Result()
		if err != nil {
			return n, err
		}
		for _, key := range keys {
			put, err := c.takeOverUser(ctx, store, strings.TrimPrefix(key, head))
			n += put
			if err != nil {
				return n, err
			}
		}
		if cursor = next; cursor == 0 {
			return n, nil
		}
	}
}

// takeOverUser takes over what a user has. The user's hash goes last.
func (c *Credentials) takeOverUser(ctx context.Context, store jumpgate.Store, userID string) (int, error) {
	list, rules, err := c.ofUser(ctx, userID)
	if err != nil {
		return 0, err
	}
	n, err := identity.TakeOver(ctx, store, list, map[string][]identity.AccessRule{userID: rules})
	if err != nil {
		return n, err
	}
	keys := []string{}
	for _, credential := range list {
		keys = append(keys, c.placeKey(credential.ID), c.nameKey(credential.UserName))
	}
	return n, c.client.Del(ctx, append(keys, c.userKey(userID))...).Err()
}
