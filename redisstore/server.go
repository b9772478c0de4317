package redisstore

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/redis/go-redis/v9"
)

// CheckServer returns an error if the server of client may lose what is kept
// here: without an append-only file a restart forgets revoked tokens, which
// work again, and records; with eviction so does a full memory. It asks for
// INFO, which hosted servers answer too, and believes what it says. Programs
// call it when they start, and decide whether to go on.
func CheckServer(ctx context.Context, client redis.UniversalClient) error {
	text, err := client.Info(ctx, "persistence", "memory").Result()
	if err != nil {
		return fmt.Errorf("redisstore: ask the server how it keeps data: %w", err)
	}
	info := make(map[string]string)
	for line := range strings.Lines(text) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ":")
		info[name] = value
	}
	var faults []error
	if info["aof_enabled"] != "1" {
		faults = append(faults, errors.New("redisstore: the server has no append-only file (appendonly yes): a restart makes revoked tokens good"))
	}
	if policy := info["maxmemory_policy"]; policy != "noeviction" {
		faults = append(faults, fmt.Errorf("redisstore: the server evicts keys (maxmemory-policy %q, not noeviction): a full memory makes revoked tokens good", policy))
	}
	return errors.Join(faults...)
}
