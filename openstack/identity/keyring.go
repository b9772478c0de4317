package identity

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// KeySize is the length of a key in bytes.
const KeySize = 32

// KeyRing holds the keys that tokens are sealed with. Its first key, the
// primary, seals; all of them open. The keys of a directory can be rotated
// without ever refusing a valid token: see RotateKeys.
//
// It is safe for concurrent use.
type KeyRing struct {
	dir    string
	reload sync.Mutex
	keys   atomic.Pointer[[]cipher.AEAD] // the primary first, never empty
}

// NewKeyRing returns a ring of fixed keys of KeySize random bytes each. The
// first one is the primary.
func NewKeyRing(keys ...[]byte) (*KeyRing, error) {
	k := &KeyRing{}
	if err := k.set(keys); err != nil {
		return nil, err
	}
	return k, nil
}

// OpenKeyRing returns the ring of a directory that RotateKeys keeps.
func OpenKeyRing(dir string) (*KeyRing, error) {
	k := &KeyRing{dir: dir}
	if err := k.Reload(); err != nil {
		return nil, err
	}
	return k, nil
}

// newRandomKeyRing returns a ring whose tokens end with the process.
func newRandomKeyRing() *KeyRing {
	k := &KeyRing{}
	_ = k.set([][]byte{newKey()}) // a random key is as good as they get
	return k
}

func newKey() []byte {
	key := make([]byte, KeySize)
	_, _ = rand.Read(key) // never fails
	return key
}

// Reload reads the directory of the ring again. When that fails the keys
// read before stay in use. For a ring of fixed keys it does nothing.
func (k *KeyRing) Reload() error {
	if k.dir == "" {
		return nil
	}
	k.reload.Lock()
	defer k.reload.Unlock()
	files, err := keyFiles(k.dir)
	if err != nil {
		return err
	}
	var keys [][]byte
	for _, number := range slices.Backward(files) { // the highest is the primary; 0, the staged, comes last
		key, err := readKey(filepath.Join(k.dir, strconv.Itoa(number)))
		if err != nil {
			return err
		}
		keys = append(keys, key)
	}
	return k.set(keys)
}

// Watch reloads the ring in intervals until ctx ends. Failures are reported
// to failed, which may be nil.
func (k *KeyRing) Watch(ctx context.Context, every time.Duration, failed func(error)) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if err := k.Reload(); err != nil && failed != nil {
				failed(err)
			}
		}
	}
}

func (k *KeyRing) set(keys [][]byte) error {
	if len(keys) == 0 {
		return errors.New("identity: a key ring needs a key")
	}
	aeads := make([]cipher.AEAD, len(keys))
	for i, key := range keys {
		switch {
		case len(key) != KeySize:
			return fmt.Errorf("identity: key %d of the ring has %d bytes, want %d", i, len(key), KeySize)
		case bytes.Count(key, key[:1]) == KeySize: // Keystone's NULL key, and its like
			return fmt.Errorf("identity: key %d of the ring is one byte repeated", i)
		}
		block, err := aes.NewCipher(key)
		if err != nil {
			return fmt.Errorf("identity: key %d of the ring: %w", i, err)
		}
		if aeads[i], err = cipher.NewGCM(block); err != nil {
			return fmt.Errorf("identity: key %d of the ring: %w", i, err)
		}
	}
	k.keys.Store(&aeads)
	return nil
}

// seal encrypts plain with the primary key. The result begins with the byte
// version, which can't be changed without notice either.
func (k *KeyRing) seal(version byte, plain []byte) []byte {
	key := (*k.keys.Load())[0]
	n := 1 + key.NonceSize()
	out := make([]byte, n, n+len(plain)+key.Overhead())
	out[0] = version
	_, _ = rand.Read(out[1:]) // never fails
	return key.Seal(out, out[1:n], plain, out[:1])
}

// open decrypts what seal made, appending to dst. It takes about as long for
// what is no token as for one of the oldest key.
func (k *KeyRing) open(dst, sealed []byte) ([]byte, bool) {
	for _, key := range *k.keys.Load() {
		n := 1 + key.NonceSize()
		if len(sealed) < n+key.Overhead() {
			return nil, false
		}
		if plain, err := key.Open(dst, sealed[1:n], sealed[n:], sealed[:1]); err == nil {
			return plain, true
		}
	}
	return nil, false
}

// RotateKeys moves the keys in dir on by one, as "keystone-manage
// fernet_rotate" does: the staged key, file 0, becomes the primary, the file
// with the highest number; the old primary becomes a secondary, which only
// opens tokens; a new staged key is made. RotateKeys deletes the oldest
// secondaries until at most max keys remain in all. An empty or missing
// directory gets its first two keys.
//
// A staged key is known to every replica before any of them seals with it,
// provided that the directory reaches all of them between two rotations. A
// token is valid only while its key is kept: max must be at least the expiry of
// tokens divided by the interval of rotations, rounded up, plus two.
func RotateKeys(dir string, max int) error {
	if max < 3 {
		return errors.New("identity: rotation needs at least 3 keys: staged, primary and secondary")
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("identity: rotate keys: %w", err)
	}
	files, err := keyFiles(dir)
	if err != nil {
		return err
	}
	staged := filepath.Join(dir, "0")
	switch {
	case len(files) == 0:
		if err := writeKey(filepath.Join(dir, "1")); err != nil {
			return err
		}
		files = []int{1}
	case files[0] != 0: // a rotation that was cut off in between, with the new primary in place
	default:
		if _, err := readKey(staged); err != nil {
			return err
		}
		primary := files[len(files)-1] + 1
		if err := os.Rename(staged, filepath.Join(dir, strconv.Itoa(primary))); err != nil {
			return fmt.Errorf("identity: rotate keys: %w", err)
		}
		files = append(files[1:], primary)
	}
	if err := writeKey(staged); err != nil {
		return err
	}
	for ; len(files) > max-1; files = files[1:] {
		if err := os.Remove(filepath.Join(dir, strconv.Itoa(files[0]))); err != nil {
			return fmt.Errorf("identity: rotate keys: %w", err)
		}
	}
	return nil
}

// keyFiles returns the numbers of the key files in dir in order.
func keyFiles(dir string) ([]int, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("identity: read keys: %w", err)
	}
	var files []int
	for _, e := range entries {
		n, err := strconv.Atoi(e.Name())
		if err == nil && n >= 0 && strconv.Itoa(n) == e.Name() && !e.IsDir() {
			files = append(files, n)
		}
	}
	slices.Sort(files)
	return files, nil
}

// readKey reads a key file in Keystone's form: base64 for URLs.
func readKey(file string) ([]byte, error) {
	info, err := os.Stat(file)
	if err != nil {
		return nil, fmt.Errorf("identity: read keys: %w", err)
	}
	if info.Mode()&fs.ModePerm&0o007 != 0 {
		return nil, fmt.Errorf("identity: key file %s is open to everybody (mode %v)", file, info.Mode())
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("identity: read keys: %w", err)
	}
	text = bytes.TrimRight(bytes.TrimSpace(text), "=")
	key := make([]byte, base64.RawURLEncoding.DecodedLen(len(text)))
	if _, err := base64.RawURLEncoding.Decode(key, text); err != nil || len(key) != KeySize {
		return nil, fmt.Errorf("identity: key file %s does not hold %d bytes in base64", file, KeySize) // without the cause, which quotes it
	}
	return key, nil
}

// writeKey makes a new key file.
func writeKey(file string) error {
	if err := writeFile(file, []byte(base64.URLEncoding.EncodeToString(newKey()))); err != nil {
		return fmt.Errorf("identity: write key: %w", err)
	}
	return nil
}

// writeFile makes a file for its owner alone, or replaces one, whole or not at
// all.
func writeFile(file string, text []byte) error {
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
