package jumpgate

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
)

// This file keeps the keys of a store in a directory, in the form of
// Keystone's credential keys: files with numbers for names, of which the
// highest is the primary and 0 the staged one, each with 32 bytes in base64.

// OpenStoreKeys reads the keys of a directory that RotateStoreKeys keeps. All of
// them open, the staged one too: a process that rotates later reads what one
// that rotated before has sealed.
func OpenStoreKeys(dir string) (*StoreKeys, error) {
	numbers, err := storeKeyFiles(dir)
	if err != nil {
		return nil, err
	}
	var keys [][]byte
	for _, n := range slices.Backward(numbers) {
		key, err := readStoreKey(filepath.Join(dir, strconv.Itoa(n)))
		if err != nil {
			return nil, err
		}
		keys = append(keys, key)
	}
	return NewStoreKeys(keys...)
}

// RotateStoreKeys makes the staged key in dir the primary and stages a new one.
// An empty or missing directory gets its first two keys. Older keys stay: only
// Sealed.Reseal makes them useless, and PruneStoreKeys takes them away then.
func RotateStoreKeys(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("jumpgate: rotate store keys: %w", err)
	}
	numbers, err := storeKeyFiles(dir)
	if err != nil {
		return err
	}
	staged := filepath.Join(dir, "0")
	switch {
	case len(numbers) == 0:
		err = writeStoreKey(filepath.Join(dir, "1"))
	case numbers[0] != 0: // a rotation that was cut off in between, with the new primary in place
	default:
		if _, err = readStoreKey(staged); err == nil {
			err = os.Rename(staged, filepath.Join(dir, strconv.Itoa(numbers[len(numbers)-1]+1)))
		}
	}
	if err == nil {
		err = writeStoreKey(staged)
	}
	if err != nil {
		return fmt.Errorf("jumpgate: rotate store keys: %w", err)
	}
	return nil
}

// PruneStoreKeys removes the keys in dir that are neither staged nor primary,
// and returns how many those were. Call it when Sealed.Reseal has returned no
// error with the keys that are in dir now, and no process seals with an older
// primary: what an older key has sealed can't be read any more.
func PruneStoreKeys(dir string) (int, error) {
	numbers, err := storeKeyFiles(dir)
	if err != nil {
		return 0, err
	}
	pruned := 0
	for _, n := range numbers[:max(len(numbers)-1, 0)] {
		if n == 0 {
			continue
		}
		if err := os.Remove(filepath.Join(dir, strconv.Itoa(n))); err != nil {
			return pruned, fmt.Errorf("jumpgate: prune store keys: %w", err)
		}
		pruned++
	}
	return pruned, nil
}

// storeKeyFiles are the numbers of the key files in dir, in order.
func storeKeyFiles(dir string) ([]int, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("jumpgate: read store keys: %w", err)
	}
	var numbers []int
	for _, e := range entries {
		n, err := strconv.Atoi(e.Name())
		if err == nil && n >= 0 && strconv.Itoa(n) == e.Name() && !e.IsDir() {
			numbers = append(numbers, n)
		}
	}
	slices.Sort(numbers)
	return numbers, nil
}

func readStoreKey(file string) ([]byte, error) {
	info, err := os.Stat(file)
	if err != nil {
		return nil, fmt.Errorf("jumpgate: read store keys: %w", err)
	}
	if info.Mode()&fs.ModePerm&0o007 != 0 {
		return nil, fmt.Errorf("jumpgate: key file %s is open to everybody (mode %v)", file, info.Mode())
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("jumpgate: read store keys: %w", err)
	}
	text = bytes.TrimRight(bytes.TrimSpace(text), "=")
	key := make([]byte, base64.RawURLEncoding.DecodedLen(len(text)))
	if _, err := base64.RawURLEncoding.Decode(key, text); err != nil || len(key) != 32 {
		return nil, errors.New("jumpgate: key file " + file + " does not hold 32 bytes in base64") // without the cause, which quotes it
	}
	return key, nil
}

func writeStoreKey(file string) error {
	key := make([]byte, 32)
	_, _ = rand.Read(key) // never fails
	return replaceFile(file, []byte(base64.URLEncoding.EncodeToString(key)))
}
