package redisstore

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/softlayer/jumpgate"
)

// StoreOptions configure OpenStore. The zero value works.
type StoreOptions struct {
	Options
	MaxRecords int // of a project. Default jumpgate.MaxStoreRecords
}

// OpenStore returns a jumpgate.Store on the server of client, which must not
// lose data: use an append-only file and no eviction. It seals values with
// keys; nil keys are an error. It makes no call. It ignores FailOpen and
// Logger.
//
// All records of a project are in one hash, so that one script can count and
// compare them. Expired records are removed when the project reaches its bound.
func OpenStore(client redis.UniversalClient, keys *jumpgate.StoreKeys, opts StoreOptions) (*jumpgate.Sealed, error) {
	o := opts.withDefaults()
	return jumpgate.SealedStore(&records{bounded(client, o.Timeout), o, cmp.Or(opts.MaxRecords, jumpgate.MaxStoreRecords)}, keys)
}

type records struct {
	client redis.UniversalClient
	opts   Options
	max    int
}

// kept is what a field of a hash has.
type kept struct {
	Version uint64
	Expires int64 // Unix microseconds; 0: never
	Value   []byte
}

func (k *kept) expired() bool { return k.Expires != 0 && time.Now().UnixMicro() >= k.Expires }

func (s *records) hash(project string) string { return s.opts.Prefix + "records:{" + project + "}" }

// field puts the length of the kind first, so that no two keys are alike.
func field(kind, id string) string { return strconv.Itoa(len(kind)) + ":" + kind + id }

func parseField(project, f string) (jumpgate.StoreKey, error) {
	length, rest, ok := strings.Cut(f, ":")
	n, err := strconv.Atoi(length)
	if !ok || err != nil || n < 0 || n > len(rest) {
		return jumpgate.StoreKey{}, fmt.Errorf("redisstore: field %q is none of a record", f)
	}
	return jumpgate.StoreKey{Project: project, Kind: rest[:n], ID: rest[n:]}, nil
}

func (s *records) record(project, f, text string) (*jumpgate.Record, bool, error) {
	key, err := parseField(project, f)
	if err != nil {
		return nil, false, err
	}
	var k kept
	if err := json.Unmarshal([]byte(text), &k); err != nil {
		return nil, false, fmt.Errorf("redisstore: record %s %s: %w", key.Kind, key.ID, err)
	}
	r := &jumpgate.Record{StoreKey: key, Value: k.Value, Version: k.Version}
	if k.Expires != 0 {
		r.Expires = time.UnixMicro(k.Expires)
	}
	return r, !k.expired(), nil
}

// swap changes a field if it has what was read before ("": it is not there).
// It answers 0 for another content, -1 at the bound, else 1.
var swap = redis.NewScript(`
local old = redis.call('HGET', KEYS[1], ARGV[1]) or ''
if old ~= ARGV[2] then return 0 end
if ARGV[3] == '' then redis.call('HDEL', KEYS[1], ARGV[1]) return 1 end
if old == '' and redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[4]) then return -1 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 1`)

func (s *records) swap(ctx context.Context, key jumpgate.StoreKey, old, text string) (int, error) {
	return swap.Run(ctx, s.client, []string{s.hash(key.Project)}, field(key.Kind, key.ID), old, text, s.max).Int()
}

func (s *records) read(ctx context.Context, key jumpgate.StoreKey) (r *jumpgate.Record, live bool, text string, err error) {
	f := field(key.Kind, key.ID)
	text, err = s.client.HGet(ctx, s.hash(key.Project), f).Result()
	if errors.Is(err, redis.Nil) {
		return nil, false, "", nil
	}
	if err != nil {
		return nil, false, "", err
	}
	r, live, err = s.record(key.Project, f, text)
	return r, live, text, err
}

// Get implements jumpgate.Store.
func (s *records) Get(ctx context.Context, key jumpgate.StoreKey) (*jumpgate.Record, error) {
	ctx, cancel := context.WithTimeout(ctx, s.opts.Timeout)
	defer cancel()
	r, live, _, err := s.read(ctx, key)
	if err == nil && !live {
		err = jumpgate.NotFound
	}
	if err != nil {
		return nil, err
	}
	return r, nil
}

// Put implements jumpgate.Store.
func (s *records) Put(ctx context.Context, r jumpgate.Record) (uint64, error) {
	if err := jumpgate.CheckRecord(&r); err != nil {
		return 0, err
	}
	ctx, cancel := context.WithTimeout(ctx, s.opts.Timeout)
	defer cancel()
	old, live, text, err := s.read(ctx, r.StoreKey)
	if err != nil {
		return 0, err
	}
	if live && old.Version != r.Version || !live && r.Version != 0 {
		return 0, jumpgate.Conflict
	}
	version, err := s.client.Incr(ctx, s.opts.Prefix+"records-version").Uint64()
	if err != nil {
		return 0, err
	}
	k := kept{Version: version, Value: r.Value}
	if !r.Expires.IsZero() {
		k.Expires = r.Expires.UnixMicro()
	}
	next, err := json.Marshal(k)
	if err != nil {
		return 0, err
	}
	done, err := s.swap(ctx, r.StoreKey, text, string(next))
	if err == nil && done < 0 {
		if err = s.sweep(ctx, r.Project); err == nil {
			done, err = s.swap(ctx, r.StoreKey, text, string(next))
		}
	}
	switch {
	case err != nil:
		return 0, err
	case done < 0:
		return 0, &jumpgate.StoreFullError{Project: r.Project, Limit: s.max}
	case done == 0:
		return 0, jumpgate.Conflict
	}
	return version, nil
}

// sweep removes what has expired of a project.
func (s *records) sweep(ctx context.Context, project string) error {
	fields, err := s.client.HGetAll(ctx, s.hash(project)).Result()
	if err != nil {
		return err
	}
	for f, text := range fields {
		r, live, err := s.record(project, f, text)
		if err == nil && !live {
			_, err = s.swap(ctx, r.StoreKey, text, "")
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Delete implements jumpgate.Store.
func (s *records) Delete(ctx context.Context, key jumpgate.StoreKey, version uint64) error {
	ctx, cancel := context.WithTimeout(ctx, s.opts.Timeout)
	defer cancel()
	for {
		r, live, text, err := s.read(ctx, key)
		switch {
		case err != nil:
			return err
		case !live:
			return jumpgate.NotFound
		case version != 0 && version != r.Version:
			return jumpgate.Conflict
		}
		if done, err := s.swap(ctx, key, text, ""); err != nil || done > 0 {
			return err
		}
	}
}

// List implements jumpgate.Store.
func (s *records) List(ctx context.Context, project, kind string) iter.Seq2[*jumpgate.Record, error] {
	return func(yield func(*jumpgate.Record, error) bool) {
		list, err := s.list(ctx, project, kind)
		if err != nil {
			yield(nil, err)
			return
		}
		for _, r := range list {
			if !yield(r, nil) {
				return
			}
		}
	}
}

func (s *records) list(ctx context.Context, project, kind string) ([]*jumpgate.Record, error) {
	ctx, cancel := context.WithTimeout(ctx, s.opts.Timeout)
	defer cancel()
	fields, err := s.client.HGetAll(ctx, s.hash(project)).Result()
	if err != nil {
		return nil, err
	}
	var list []*jumpgate.Record
	for f, text := range fields {
		r, live, err := s.record(project, f, text)
		if err != nil {
			return nil, err
		}
		if live && r.Kind == kind {
			list = append(list, r)
		}
	}
	slices.SortFunc(list, func(a, b *jumpgate.Record) int { return strings.Compare(a.ID, b.ID) })
	return list, nil
}

// Keys implements jumpgate.KeyedStore. It scans one server: of a cluster it
// fails.
func (s *records) Keys(ctx context.Context) iter.Seq2[jumpgate.StoreKey, error] {
	return func(yield func(jumpgate.StoreKey, error) bool) {
		if _, ok := s.client.(*redis.ClusterClient); ok {
			yield(jumpgate.StoreKey{}, errors.New("redisstore: keys of a cluster can't be walked"))
			return
		}
		head := s.opts.Prefix + "records:{"
		var cursor uint64
		for {
			hashes, next, err := s.client.Scan(ctx, cursor, escapeGlob(head)+"*", 100).Result()
			if err != nil {
				yield(jumpgate.StoreKey{}, err)
				return
			}
			for _, hash := range hashes {
				project := strings.TrimSuffix(strings.TrimPrefix(hash, head), "}")
				fields, err := s.client.HKeys(ctx, hash).Result()
				if err != nil {
					yield(jumpgate.StoreKey{}, err)
					return
				}
				for _, f := range fields {
					key, err := parseField(project, f)
					if !yield(key, err) || err != nil {
						return
					}
				}
			}
			if cursor = next; cursor == 0 {
				return
			}
		}
	}
}

var globs = strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`, `]`, `\]`)

func escapeGlob(s string) string { return globs.Replace(s) }
