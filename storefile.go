package jumpgate

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// storedFile is what a file of OpenFileStore has.
type storedFile struct {
	Version uint64 // the last one given
	Records []Record
}

// OpenFileStore returns the Store of a file, which is made with the first
// record and written anew, whole or not at all, with every change. It serves
// one process at a time. Values are sealed with keys, without which it is
// refused.
func OpenFileStore(file string, keys *StoreKeys, opts StoreOptions) (*Sealed, error) {
	m := NewMemoryStore(opts)
	text, err := os.ReadFile(file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("jumpgate: read store: %w", err)
	}
	if err == nil {
		var kept storedFile
		if err := json.Unmarshal(text, &kept); err != nil {
			return nil, fmt.Errorf("jumpgate: read store %s: %w", file, err)
		}
		m.version = kept.Version
		for _, r := range kept.Records {
			m.set(r)
		}
	}
	m.save = func(version uint64, records map[StoreKey]Record) error {
		kept := storedFile{Version: version, Records: make([]Record, 0, len(records))}
		for _, r := range records {
			if !m.expired(r) {
				kept.Records = append(kept.Records, r)
			}
		}
		text, err := json.Marshal(kept)
		if err == nil {
			err = replaceFile(file, text)
		}
		if err != nil {
			return Unavailable.Wrap(fmt.Errorf("write store: %w", err), "")
		}
		return nil
	}
	return SealedStore(m, keys)
}

// replaceFile makes a file for its owner alone, or replaces one, whole or not
// at all.
func replaceFile(file string, text []byte) error {
	temporary := file + ".tmp"
	f, err := os.OpenFile(temporary, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(temporary, file)
	}
	return err
}
