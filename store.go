package jumpgate

import (
	"context"
	"fmt"
	"iter"
	"time"
)

// Store keeps what exists in OpenStack before there is any thing in the cloud
// for it: credentials, an image record without data, metadata that the cloud
// has no place for. Whatever ends a bill does not belong here.
//
// Implementations are MemoryStore, what OpenFileStore returns and the one of
// package redisstore; package storetest checks others. All methods may be
// called at the same time. What is not there is NotFound, a version that is not the
// current one Conflict, and a project at its bound a *StoreFullError.
type Store interface {
	// Get returns a record, which the caller may change.
	Get(ctx context.Context, key StoreKey) (*Record, error)

	// Put keeps a record and returns its new version. With Version 0 it must
	// be a new one, else the one that has this version is replaced.
	Put(ctx context.Context, r Record) (version uint64, err error)

	// Delete removes the record that has this version; whichever is there
	// with 0.
	Delete(ctx context.Context, key StoreKey, version uint64) error

	// List yields the records of a kind of a project in the order of ids. An
	// error ends it.
	List(ctx context.Context, project, kind string) iter.Seq2[*Record, error]
}

// StoreKey says where a record is. No part of it is sealed.
type StoreKey struct {
	Project string // whose bound counts it; empty: nobody's in particular, which is a tenant of its own
	Kind    string // "application_credential"; not empty
	ID      string // unique within kind and project; not empty
}

// Record is what a Store keeps under a key.
type Record struct {
	StoreKey
	Value   []byte
	Version uint64    // 0: not kept yet; never used twice for one key
	Expires time.Time // when it is gone; zero: never
}

// Bounds of a Store, unless its options say otherwise.
const (
	MaxStoreRecords = 10_000  // of a project, of all kinds together
	MaxStoreValue   = 1 << 20 // bytes, as they are kept: sealing adds 37
)

// StoreFullError tells that a project has as many records as it may have. A
// service answers with its own fault for limits. Replacing and deleting
// records still work, and other projects don't notice.
type StoreFullError struct {
	Project string
	Limit   int
}

// Error implements error.
func (e *StoreFullError) Error() string {
	return fmt.Sprintf("store: project %q has its %d records", e.Project, e.Limit)
}

// CheckRecord tells whether a Store takes r, for implementations: key and size
// are checked, else it is a BadRequest or a TooLarge.
func CheckRecord(r *Record) error {
	if r.Kind == "" || r.ID == "" {
		return BadRequest.New("A record needs a kind and an id.")
	}
	if len(r.Value) > MaxStoreValue {
		return TooLarge.New("A record has at most %d bytes.", MaxStoreValue)
	}
	return nil
}
