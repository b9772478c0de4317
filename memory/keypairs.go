package memory

import (
	"context"
	"slices"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
)

var (
	_ compute.KeypairLister  = machines{}
	_ compute.KeypairCreator = machines{}
	_ compute.KeypairDeleter = machines{}
)

// Keypairs implements compute.KeypairLister.
func (m machines) Keypairs(ctx context.Context) ([]*compute.Keypair, error) {
	return m.KeypairsOf(ctx, caller(ctx).UserID)
}

// KeypairsOf implements compute.UserKeypairs.
func (m machines) KeypairsOf(_ context.Context, userID string) ([]*compute.Keypair, error) {
	m.c.mu.Lock()
	defer m.c.mu.Unlock()
	return slices.Clone(m.c.keypairs[userID]), nil
}

// keypair finds a user's key pair. The lock is held.
func (c *Cloud) keypair(userID, name string) *compute.Keypair {
	i := slices.IndexFunc(c.keypairs[userID], func(k *compute.Keypair) bool { return k.Name == name })
	if i < 0 {
		return nil
	}
	return c.keypairs[userID][i]
}

// ImportKeypair implements compute.KeypairCreator.
func (m machines) ImportKeypair(ctx context.Context, name, publicKey string) (*compute.Keypair, error) {
	return m.ImportKeypairFor(ctx, caller(ctx).UserID, name, publicKey)
}

// ImportKeypairFor implements compute.UserKeypairs.
func (m machines) ImportKeypairFor(ctx context.Context, userID, name, publicKey string) (*compute.Keypair, error) {
	m.c.mu.Lock()
	defer m.c.mu.Unlock()
	if m.c.keypair(userID, name) != nil {
		return nil, jumpgate.Conflict
	}
	if limit := m.c.limits(caller(ctx).ProjectID, userID).MaxKeypairs; limit >= 0 && len(m.c.keypairs[userID]) >= limit {
		return nil, compute.TooManyKeypairs()
	}
	m.c.serial++
	k := &compute.Keypair{ID: m.c.serial, Name: name, UserID: userID, PublicKey: publicKey, Created: m.c.now().UTC()}
	m.c.keypairs[userID] = append(m.c.keypairs[userID], k)
	return k, nil
}

// DeleteKeypair implements compute.KeypairDeleter.
func (m machines) DeleteKeypair(ctx context.Context, name string) error {
	return m.DeleteKeypairOf(ctx, caller(ctx).UserID, name)
}

// DeleteKeypairOf implements compute.UserKeypairs.
func (m machines) DeleteKeypairOf(_ context.Context, userID, name string) error {
	m.c.mu.Lock()
	defer m.c.mu.Unlock()
	if m.c.keypair(userID, name) == nil {
		return jumpgate.NotFound
	}
	m.c.keypairs[userID] = slices.DeleteFunc(slices.Clone(m.c.keypairs[userID]), func(k *compute.Keypair) bool { return k.Name == name })
	return nil
}
