package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/identity"
	"github.com/softlayer/jumpgate/softlayer"
)

// makeKeys makes what a gateway needs to go on where the last one was killed.
func makeKeys(state string) error {
	key := make([]byte, 32)
	if _, err := rand.Read(key); err != nil {
		return err
	}
	return errors.Join(os.Mkdir(filepath.Join(state, "keys"), 0o700), identity.RotateKeys(filepath.Join(state, "keys"), 3),
		os.WriteFile(filepath.Join(state, "store.key"), key, 0o600))
}

// serveGateway is the process that is killed.
func serveGateway(endpoint, listen, state string) error {
	ring, err := identity.OpenKeyRing(filepath.Join(state, "keys"))
	if err != nil {
		return err
	}
	key, err := os.ReadFile(filepath.Join(state, "store.key"))
	if err != nil {
		return err
	}
	keys, err := jumpgate.NewStoreKeys(key)
	if err != nil {
		return err
	}
	store, err := jumpgate.OpenFileStore(filepath.Join(state, "store.json"), keys, jumpgate.StoreOptions{})
	if err != nil {
		return err
	}
	driver, err := softlayer.New(softlayer.Options{Endpoint: endpoint, Store: store, Timeout: 10 * time.Second})
	if err != nil {
		return err
	}
	gw, err := jumpgate.New(jumpgate.Options{
		Logger: slog.New(slog.DiscardHandler),
		Services: map[jumpgate.Service]jumpgate.ServiceOptions{
			jumpgate.Identity: {Driver: identity.New(driver.Identity(), identity.Options{Keys: ring, Store: store})},
			jumpgate.Compute:  {Driver: driver}, jumpgate.Image: {Driver: driver}, jumpgate.Volume: {Driver: driver}, jumpgate.Network: {Driver: driver},
		},
	})
	if err != nil {
		return err
	}
	return http.ListenAndServe(listen, gw)
}

// process is the gateway, seen from outside.
type process struct {
	softlayer, state string

	mu      sync.Mutex
	address string
	cmd     *exec.Cmd
}

// start starts the process and waits until it answers.
func (p *process) start(ctx context.Context) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.address == "" {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return err
		}
		p.address = l.Addr().String()
		l.Close()
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	p.cmd = exec.Command(self, "-gateway", p.softlayer, "-listen", p.address, "-state", p.state)
	p.cmd.Stderr = os.Stderr
	if err := p.cmd.Start(); err != nil {
		return err
	}
	for ctx.Err() == nil {
		if resp, err := http.Get("http://" + p.address + "/"); err == nil {
			resp.Body.Close()
			return nil
		}
		time.Sleep(10 * time.Millisecond)
	}
	return fmt.Errorf("the gateway does not start: %w", ctx.Err())
}

// kill ends the process as a power cut does.
func (p *process) kill() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cmd != nil {
		_ = p.cmd.Process.Kill()
		_ = p.cmd.Wait()
		p.cmd = nil
	}
}

func (p *process) restart(ctx context.Context) error {
	p.kill()
	return p.start(ctx)
}

// killNowAndThen kills and starts the process again and again, until stop is
// called. It counts how often.
func (p *process) killNowAndThen(ctx context.Context, pause time.Duration) (killed *int, stop func()) {
	killed, quit, done := new(int), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for {
			select {
			case <-quit:
				return
			case <-ctx.Done():
				return
			case <-time.After(pause):
			}
			if p.restart(ctx) == nil {
				*killed++
			}
		}
	}()
	return killed, func() {
		close(quit)
		<-done
	}
}
