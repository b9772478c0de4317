package jumpgate

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
)

// StoreKeys seal the values of a Store, with AES-256-GCM. The first seals,
// all of them open. They are not the keys of tokens: those leave in time,
// these only after Reseal.
type StoreKeys struct {
	keys []storeKey // the primary first, never empty
}

type storeKey struct {
	id [storeKeyID]byte // of its hash, to find it by
	cipher.AEAD
}

const (
	storeKeyID    = 8
	storeFormat   = 1 // the first byte of what is sealed
	storeSealHead = 1 + storeKeyID
)

// NewStoreKeys returns keys of 32 random bytes each, the primary first.
func NewStoreKeys(keys ...[]byte) (*StoreKeys, error) {
	if len(keys) == 0 {
		return nil, errors.New("jumpgate: a store needs a key")
	}
	s := new(StoreKeys)
	for i, key := range keys {
		if len(key) != 32 {
			return nil, fmt.Errorf("jumpgate: key %d of the store has %d bytes, want 32", i, len(key))
		}
		block, err := aes.NewCipher(key)
		if err != nil {
			return nil, fmt.Errorf("jumpgate: key %d of the store: %w", i, err)
		}
		aead, err := cipher.NewGCM(block)
		if err != nil {
			return nil, fmt.Errorf("jumpgate: key %d of the store: %w", i, err)
		}
		hash := sha256.Sum256(append([]byte("jumpgate store key "), key...))
		s.keys = append(s.keys, storeKey{[storeKeyID]byte(hash[:]), aead})
	}
	return s, nil
}

// place binds a sealed value to its key: moved to another one it does not
// open.
func place(head []byte, key StoreKey) []byte {
	b := append([]byte(nil), head...)
	for _, s := range [...]string{key.Project, key.Kind, key.ID} {
		b = binary.AppendUvarint(b, uint64(len(s)))
		b = append(b, s...)
	}
	return b
}

// Seal seals the value of the record at key with the primary.
func (s *StoreKeys) Seal(key StoreKey, value []byte) []byte {
	k := s.keys[0]
	n := storeSealHead + k.NonceSize()
	out := make([]byte, n, n+len(value)+k.Overhead())
	out[0] = storeFormat
	copy(out[1:], k.id[:])
	_, _ = rand.Read(out[storeSealHead:]) // never fails
	return k.Seal(out, out[storeSealHead:n], value, place(out[:storeSealHead], key))
}

// Open opens what Seal made.
func (s *StoreKeys) Open(key StoreKey, sealed []byte) ([]byte, error) {
	if len(sealed) > storeSealHead && sealed[0] == storeFormat {
		for _, k := range s.keys {
			n := storeSealHead + k.NonceSize()
			if [storeKeyID]byte(sealed[1:]) != k.id || len(sealed) < n {
				continue
			}
			value, err := k.AEAD.Open(nil, sealed[storeSealHead:n], sealed[n:], place(sealed[:storeSealHead], key))
			if err == nil {
				return value, nil
			}
		}
	}
	return nil, fmt.Errorf("jumpgate: no key of the store opens %s %s", key.Kind, key.ID)
}

func (s *StoreKeys) isPrimary(sealed []byte) bool {
	return len(sealed) > storeSealHead && [storeKeyID]byte(sealed[1:]) == s.keys[0].id
}

// KeyedStore is a Store whose records can all be walked as they are kept.
type KeyedStore interface {
	Store
	Keys(ctx context.Context) iter.Seq2[StoreKey, error]
}

// SealedStore returns a Store that seals the values of another one. Without
// keys it is refused.
func SealedStore(inner KeyedStore, keys *StoreKeys) (*Sealed, error) {
	if keys == nil || len(keys.keys) == 0 {
		return nil, errors.New("jumpgate: a store that outlives the process needs keys")
	}
	return &Sealed{inner, keys}, nil
}

// Sealed is a Store with sealed values.
type Sealed struct {
	inner KeyedStore
	keys  *StoreKeys
}

var _ KeyedStore = (*Sealed)(nil)

// Get implements Store.
func (s *Sealed) Get(ctx context.Context, key StoreKey) (*Record, error) {
	r, err := s.inner.Get(ctx, key)
	if err != nil {
		return nil, err
	}
	r.Value, err = s.keys.Open(key, r.Value)
	if err != nil {
		return nil, err
	}
	return r, nil
}

// Put implements Store.
func (s *Sealed) Put(ctx context.Context, r Record) (uint64, error) {
	r.Value = s.keys.Seal(r.StoreKey, r.Value)
	return s.inner.Put(ctx, r)
}

// Delete implements Store.
func (s *Sealed) Delete(ctx context.Context, key StoreKey, version uint64) error {
	return s.inner.Delete(ctx, key, version)
}

// List implements Store.
func (s *Sealed) List(ctx context.Context, project, kind string) iter.Seq2[*Record, error] {
	return func(yield func(*Record, error) bool) {
		for r, err := range s.inner.List(ctx, project, kind) {
			if err == nil {
				r.Value, err = s.keys.Open(r.StoreKey, r.Value)
			}
			if err != nil {
				yield(nil, err)
				return
			}
			if !yield(r, nil) {
				return
			}
		}
	}
}

// Keys yields the keys of all records.
func (s *Sealed) Keys(ctx context.Context) iter.Seq2[StoreKey, error] { return s.inner.Keys(ctx) }

// Reseal seals with the primary key what other keys have sealed, and returns
// how many records that were. When it returns no error, and every process that
// writes to the store has this primary, the other keys may leave. Whoever
// changes a record meanwhile wins.
func (s *Sealed) Reseal(ctx context.Context) (int, error) {
	n := 0
	for key, err := range s.inner.Keys(ctx) {
		if err != nil {
			return n, err
		}
		done, err := s.resealOne(ctx, key)
		if err != nil {
			return n, fmt.Errorf("jumpgate: reseal %s %s: %w", key.Kind, key.ID, err)
		}
		if done {
			n++
		}
	}
	return n, nil
}

func (s *Sealed) resealOne(ctx context.Context, key StoreKey) (bool, error) {
	for {
		r, err := s.inner.Get(ctx, key)
		if errors.Is(err, NotFound) {
			return false, nil
		}
		if err != nil || s.keys.isPrimary(r.Value) {
			return false, err
		}
		if r.Value, err = s.keys.Open(key, r.Value); err != nil {
			return false, err
		}
		r.Value = s.keys.Seal(key, r.Value)
		if _, err = s.inner.Put(ctx, *r); err == nil {
			return true, nil
		}
		if !errors.Is(err, Conflict) {
			return false, err
		}
	}
}
