package compute

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
	"github.com/softlayer/jumpgate/softlayer/internal/core"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
)

// certificate is a key pair that SoftLayer has no place for, so it is in the
// program's store, by its name: one of type x509, by which Windows lets people
// in, or a key that SoftLayer has under another name.
type certificate struct {
	PublicKey string
	Created   time.Time
}

const certificateRecord = "softlayer_certificate"

// isCertificate tells whether a public key is one in PEM.
func isCertificate(publicKey string) bool {
	return strings.HasPrefix(strings.TrimSpace(publicKey), "-----BEGIN")
}

// keypair is c in Nova's terms.
func (c *certificate) keypair(name string) *compute.Keypair {
	return &compute.Keypair{ID: int(crc32.ChecksumIEEE([]byte(name)) >> 1), Name: name, PublicKey: c.PublicKey, Created: c.Created}
}

// certificates are those of the project.
func (d *Servers) certificates(ctx context.Context) ([]*compute.Keypair, error) {
	all, err := core.RecallAll[certificate](ctx, d.Core, certificateRecord)
	var list []*compute.Keypair
	for _, name := range slices.Sorted(maps.Keys(all)) {
		c := all[name]
		list = append(list, c.keypair(name))
	}
	return list, err
}

// importCertificate keeps one.
func (d *Servers) importCertificate(ctx context.Context, name, publicKey string) (*compute.Keypair, error) {
	c := certificate{publicKey, d.Opts.Now().UTC().Truncate(time.Second)}
	value, err := json.Marshal(c)
	if err != nil {
		return nil, err
	}
	key := jumpgate.StoreKey{Project: keep.Account(ctx), Kind: certificateRecord, ID: name}
	_, err = d.Opts.Store.Put(ctx, jumpgate.Record{StoreKey: key, Value: value})
	var full *jumpgate.StoreFullError
	if errors.As(err, &full) {
		return nil, fmt.Errorf("%w: %w", compute.TooManyKeypairs(), err)
	}
	return c.keypair(name), err
}

// deleteCertificate forgets one.
func (d *Servers) deleteCertificate(ctx context.Context, name string) error {
	return d.Opts.Store.Delete(ctx, jumpgate.StoreKey{Project: keep.Account(ctx), Kind: certificateRecord, ID: name}, 0)
}

// orderedKey is the number of the key that an order names.
func (d *Servers) orderedKey(ctx context.Context, name string) (int, string, error) {
	key, err := d.sshKey(ctx, name)
	if err == nil {
		return key.ID, key.Label, nil
	}
	if !errors.Is(err, jumpgate.NotFound) {
		return 0, "", err
	}
	var c certificate
	found, err := d.Recall(ctx, certificateRecord, name, &c)
	switch {
	case err != nil:
		return 0, "", err
	case found && !isCertificate(c.PublicKey):
		return d.keyOf(ctx, name, c.PublicKey)
	case found:
		return 0, "", jumpgate.BadRequest.New("Key pair %s is a certificate, which this cloud can't give to a server.", name)
	}
	return 0, "", compute.KeypairNotFound()
}

// keyOf is the number of a key that SoftLayer had under another name when it was
// stored as name. If it was deleted there since, it is made anew.
func (d *Servers) keyOf(ctx context.Context, name, publicKey string) (int, string, error) {
	keys, err := d.sshKeys(ctx)
	if err != nil {
		return 0, "", err
	}
	for _, k := range keys {
		if sameKey(k.Key, publicKey) {
			return k.ID, k.Label, nil
		}
	}
	k, err := d.createKey(ctx, name, publicKey)
	if err != nil {
		return 0, "", err
	}
	d.Drop(ctx, certificateRecord, name)
	return k.ID, k.Label, nil
}

// sameKey tells whether two keys differ in their comments at most.
func sameKey(a, b string) bool {
	x, y := strings.Fields(a), strings.Fields(b)
	return len(x) >= 2 && len(y) >= 2 && x[0] == y[0] && x[1] == y[1]
}
