package redisstore_test

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/softlayer/jumpgate/redisstore"
)

// TestCheckServer: a server that may forget revoked tokens is told.
func TestCheckServer(t *testing.T) {
	binary, err := exec.LookPath("redis-server")
	if err != nil {
		t.Skip("no redis-server")
	}
	addr, stop := startRedis(t, binary) // without an append-only file
	client := connect(t, addr)
	if err := redisstore.CheckServer(t.Context(), client); err == nil || !strings.Contains(err.Error(), "append-only") || strings.Contains(err.Error(), "evicts") {
		t.Errorf("no append-only file: %v", err)
	}
	for _, setting := range [][2]string{{"appendonly", "yes"}, {"maxmemory-policy", "allkeys-lru"}} {
		if err := client.ConfigSet(t.Context(), setting[0], setting[1]).Err(); err != nil {
			t.Fatal(err)
		}
	}
	if err := redisstore.CheckServer(t.Context(), client); err == nil || !strings.Contains(err.Error(), "allkeys-lru") || strings.Contains(err.Error(), "append-only") {
		t.Errorf("eviction: %v", err)
	}
	if err := client.ConfigSet(t.Context(), "maxmemory-policy", "noeviction").Err(); err != nil {
		t.Fatal(err)
	}
	if err := redisstore.CheckServer(t.Context(), client); err != nil {
		t.Error(err)
	}
	stop()
	if err := redisstore.CheckServer(t.Context(), client); err == nil {
		t.Error("a server that is away")
	}
}
