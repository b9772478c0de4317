package softlayer

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
)

// sshKey is SoftLayer_Security_Ssh_Key. Keys belong to the account, so all
// its users share them.
type sshKey struct {
	ID         int       `json:"id"`
	Label      string    `json:"label"`
	Key        string    `json:"key"`
	CreateDate timestamp `json:"createDate"`
}

const sshKeyMask = "mask[id,label,key,createDate]"

func (k *sshKey) keypair() *compute.Keypair {
	return &compute.Keypair{ID: k.ID, Name: k.Label, PublicKey: k.Key, Created: k.CreateDate.Time}
}

// Keypairs lists the account's keys. Of several with one label, which
// SoftLayer allows, the first is the one the label names.
func (d *Driver) Keypairs(ctx context.Context) ([]*compute.Keypair, error) {
	keys, err := d.sshKeys(ctx)
	if err != nil {
		return nil, err
	}
	var list []*compute.Keypair
	seen := make(map[string]bool)
	for i := range keys {
		if k := &keys[i]; !seen[k.Label] {
			seen[k.Label] = true
			list = append(list, k.keypair())
		}
	}
	return list, nil
}

func (d *Driver) sshKeys(ctx context.Context) ([]sshKey, error) {
	var keys []sshKey
	_, err := d.api.do(ctx, call{
		service: "Account", method: "getSshKeys", mask: sshKeyMask,
		filter: filter{"sshKeys": filter{"id": orderBy("ASC")}},
	}, &keys)
	return keys, err
}

// sshKey finds the key with a label.
func (d *Driver) sshKey(ctx context.Context, label string) (*sshKey, error) {
	keys, err := d.sshKeys(ctx)
	if err != nil {
		return nil, err
	}
	for i := range keys {
		if keys[i].Label == label {
			return &keys[i], nil
		}
	}
	return nil, jumpgate.NotFound
}

// ImportKeypair stores a key. It takes two calls: SoftLayer would take a
// label twice.
func (d *Driver) ImportKeypair(ctx context.Context, name, publicKey string) (*compute.Keypair, error) {
	_, err := d.sshKey(ctx, name)
	if err == nil {
		return nil, jumpgate.Conflict
	}
	if !errors.Is(err, jumpgate.NotFound) {
		return nil, err
	}
	var k sshKey
	_, err = d.api.do(ctx, call{
		service: "Security_Ssh_Key", method: "createObject", mask: sshKeyMask,
		args: []any{map[string]string{"label": name, "key": publicKey}},
	}, &k)
	var no *refusal
	if errors.As(err, &no) {
		switch {
		case strings.Contains(no.text, "already exists"):
			return nil, jumpgate.Conflict.Wrap(err, "This public key is stored under another name already; this cloud keeps a key once.")
		case strings.Contains(no.text, "fingerprint"):
			return nil, jumpgate.BadRequest.Wrap(err, "Keypair data is invalid: failed to generate fingerprint")
		}
	}
	if err != nil {
		return nil, err
	}
	if k.ID == 0 {
		return nil, unexpected("Security_Ssh_Key::createObject")
	}
	return k.keypair(), nil
}

// DeleteKeypair deletes a key. It takes two calls: one finds the key's id.
func (d *Driver) DeleteKeypair(ctx context.Context, name string) error {
	k, err := d.sshKey(ctx, name)
	if err != nil {
		return err
	}
	return d.api.order(ctx, call{service: "Security_Ssh_Key", id: strconv.Itoa(k.ID), method: "deleteObject"})
}
