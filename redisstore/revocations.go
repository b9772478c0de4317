// Package redisstore shares what identity must remember among replicas, on
// Redis or Valkey: revoked tokens, so that one revoked on a replica is refused
// by all from then on, application credentials, and the records of a
// jumpgate.Store.
package redisstore

import (
	"cmp"
	"context"
	"encoding/base64"
	"log/slog"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/softlayer/jumpgate/openstack/identity"
)

// Options configure Revocations or Credentials. The zero value works.
type Options struct {
	// Prefix is put before the keys. Default "jumpgate:".
	Prefix string

	// Timeout bounds each command. Default 250 ms. For a *redis.Client it
	// overrides the client's options; a cluster or ring client must be made
	// with ContextTimeoutEnabled.
	Timeout time.Duration

	// FailOpen lets requests through while the server can't be reached: a
	// token revoked on another replica works until it can. By default such
	// requests are refused with 503. Revoking fails in any case.
	FailOpen bool

	// Logger receives every failure. Default slog.Default().
	Logger *slog.Logger
}

// Revocations are an identity.Revocations on a Redis server.
type Revocations struct {
	client redis.UniversalClient
	opts   Options
}

var _ identity.Revocations = (*Revocations)(nil)

// NewRevocations returns Revocations on the server of client. It makes no call, and leaves
// closing the client to its owner.
func NewRevocations(client redis.UniversalClient, opts Options) *Revocations {
	opts = opts.withDefaults()
	return &Revocations{bounded(client, opts.Timeout), opts}
}

// bounded returns a client on the same connections that heeds deadlines of a
// context. By default go-redis does not, and waits for its own ReadTimeout,
// once for each of its retries.
func bounded(client redis.UniversalClient, timeout time.Duration) redis.UniversalClient {
	c, ok := client.(*redis.Client)
	if !ok || c.Options().ContextTimeoutEnabled {
		return client
	}
	c = c.WithTimeout(timeout) // a copy, with options of its own
	c.Options().ContextTimeoutEnabled = true
	return c
}

func (o Options) withDefaults() Options {
	o.Prefix = cmp.Or(o.Prefix, "jumpgate:")
	o.Timeout = cmp.Or(o.Timeout, 250*time.Millisecond)
	o.Logger = cmp.Or(o.Logger, slog.Default())
	return o
}

// Revoke implements identity.Revocations. The entry goes when the token would
// have expired.
func (s *Revocations) Revoke(ctx context.Context, id identity.AuditID, until time.Time) error {
	ctx, cancel := context.WithTimeout(ctx, s.opts.Timeout)
	defer cancel()
	left := max(time.Until(until), time.Second) // Redis takes no less than a positive time
	if err := s.client.Set(ctx, s.key(id), 1, left).Err(); err != nil {
		s.opts.Logger.ErrorContext(ctx, "revoke token on Redis", "error", err)
		return err
	}
	return nil
}

// Revoked implements identity.Revocations.
func (s *Revocations) Revoked(ctx context.Context, id identity.AuditID) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, s.opts.Timeout)
	defer cancel()
	n, err := s.client.Exists(ctx, s.key(id)).Result()
	if err != nil {
		s.opts.Logger.ErrorContext(ctx, "look for a revoked token on Redis", "let_through", s.opts.FailOpen, "error", err)
		if s.opts.FailOpen {
			return false, nil
		}
		return false, err
	}
	return n > 0, nil
}

func (s *Revocations) key(id identity.AuditID) string {
	return s.opts.Prefix + "revoked:" + base64.RawURLEncoding.EncodeToString(id[:])
}
