package compute

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
)

var sshKeyForm = records.FormOf[records.SSHKey]()

// keypairOf is k in Nova's terms. Nova keeps a key as it came, to the last line
// feed; SoftLayer cuts its end off, so that is in the notes.
func keypairOf(k *records.SSHKey) *compute.Keypair {
	_, kept := keep.Split(k.Notes)
	return &compute.Keypair{ID: k.ID, Name: k.Label, PublicKey: strings.TrimSuffix(k.Key, kept.Ending) + kept.Ending, Created: k.CreateDate.Time}
}

// Keypairs lists the account's keys. Of several with one label, which
// SoftLayer allows, the first is the one the label names.
func (d *Servers) Keypairs(ctx context.Context) ([]*compute.Keypair, error) {
	keys, err := d.sshKeys(ctx)
	if err != nil {
		return nil, err
	}
	var list []*compute.Keypair
	seen := make(map[string]bool)
	for i := range keys {
		if k := &keys[i]; !seen[k.Label] {
			seen[k.Label] = true
			list = append(list, keypairOf(k))
		}
	}
	others, err := d.certificates(ctx)
	if err != nil {
		return nil, err
	}
	for _, k := range others {
		if !seen[k.Name] {
			list = append(list, k)
		}
	}
	return list, nil
}

// sshKeys are the account's keys, the oldest first.
func (d *Servers) sshKeys(ctx context.Context) ([]records.SSHKey, error) {
	keys, err := sshKeyForm.All(ctx, d.API, upstream.Call{Service: "Account", Method: "getSshKeys"})
	slices.SortFunc(keys, func(a, b records.SSHKey) int { return cmp.Compare(a.ID, b.ID) })
	return keys, err
}

// sshKey finds the key with a label.
func (d *Servers) sshKey(ctx context.Context, label string) (*records.SSHKey, error) {
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
// label twice. A certificate it has no place for, nor for a key under a second
// name.
func (d *Servers) ImportKeypair(ctx context.Context, name, publicKey string) (*compute.Keypair, error) {
	if found, err := d.Recall(ctx, certificateRecord, name, new(certificate)); found || err != nil {
		return nil, cmp.Or(err, error(jumpgate.Conflict))
	}
	_, err := d.sshKey(ctx, name)
	if err == nil {
		return nil, jumpgate.Conflict
	}
	if !errors.Is(err, jumpgate.NotFound) {
		return nil, err
	}
	if isCertificate(publicKey) {
		return d.importCertificate(ctx, name, publicKey)
	}
	k, err := d.createKey(ctx, name, publicKey)
	var no *upstream.Refusal
	if errors.As(err, &no) {
		switch {
		case strings.Contains(no.Text, "already exists"):
			return d.importCertificate(ctx, name, publicKey)
		case strings.Contains(no.Text, "fingerprint"):
			return nil, fmt.Errorf("%w: %w", compute.InvalidKey(), err)
		}
	}
	if err != nil {
		return nil, err
	}
	return keypairOf(k), nil
}

// createKey makes a key, once. If SoftLayer does not say what came of it, the
// label tells.
func (d *Servers) createKey(ctx context.Context, label, key string) (*records.SSHKey, error) {
	bare := strings.TrimRight(key, " \t\r\n")
	notes, err := keep.Join("", keep.Envelope{Known: keep.Known{Ending: key[len(bare):]}})
	if err != nil {
		return nil, err
	}
	k, err := sshKeyForm.One(ctx, d.API, upstream.Call{
		Service: "Security_Ssh_Key", Method: "createObject", Args: []any{map[string]string{"label": label, "key": bare, "notes": notes}},
	})
	var unsure *upstream.Unsure
	if errors.As(err, &unsure) || err == nil && k.ID == 0 {
		if made, lookErr := d.sshKey(context.WithoutCancel(ctx), label); lookErr == nil && strings.TrimSpace(made.Key) == strings.TrimSpace(bare) {
			return made, nil
		}
		err = cmp.Or(err, upstream.NotTold(upstream.Unexpected("Security_Ssh_Key::createObject")))
	}
	return k, err
}

// DeleteKeypair deletes a key. It takes two calls: one finds the key's id.
func (d *Servers) DeleteKeypair(ctx context.Context, name string) error {
	k, err := d.sshKey(ctx, name)
	if errors.Is(err, jumpgate.NotFound) {
		return d.deleteCertificate(ctx, name)
	}
	if err != nil {
		return err
	}
	err = d.API.Order(ctx, upstream.Call{Service: "Security_Ssh_Key", ID: strconv.Itoa(k.ID), Method: "deleteObject"})
	return d.Gone(ctx, err, func(ctx context.Context) error {
		_, err := d.sshKey(ctx, name)
		return err
	})
}
