package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"sync"
	"syscall"
	"time"

	"github.com/softlayer/jumpgate/softlayer/simulator"
)

// outcome is what a client knows of what it ordered.
type outcome int

const (
	told    outcome = iota // made, with an id
	refused                // certainly not made
	unknown                // an error that says nothing, or the client has left
)

// client speaks to the gateway.
type client struct {
	gw     *process
	token  string
	mu     sync.Mutex
	random *rand.Rand
}

func (c *client) float() float64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.random.Float64()
}

// do makes a request and decodes the answer of a success into out.
func (c *client) do(ctx context.Context, method, path string, body, out any, header ...string) (int, http.Header, error) {
	var reader io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return 0, nil, err
		}
		reader = bytes.NewReader(text)
	}
	req, err := http.NewRequestWithContext(ctx, method, "http://"+c.gw.address+path, reader)
	if err != nil {
		return 0, nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-Auth-Token", c.token)
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return 0, nil, err
	}
	if resp.StatusCode/100 == 2 && out != nil {
		err = json.Unmarshal(text, out)
	}
	return resp.StatusCode, resp.Header, err
}

// order makes a request that costs money, once; it is only made again where
// nobody was there to hear it. A tenth of the clients leave before the answer.
func (c *client) order(ctx context.Context, path string, body, out any, header ...string) outcome {
	if c.float() < 0.1 {
		var leave context.CancelFunc
		ctx, leave = context.WithTimeout(ctx, time.Duration(c.float()*60)*time.Millisecond)
		defer leave()
	}
	for {
		status, _, err := c.do(ctx, http.MethodPost, path, body, out, header...)
		switch {
		case errors.Is(err, syscall.ECONNREFUSED) && ctx.Err() == nil:
			time.Sleep(20 * time.Millisecond)
			continue
		case err != nil || status == http.StatusBadGateway || status == http.StatusGatewayTimeout || status == http.StatusInternalServerError:
			return unknown
		case status/100 == 2:
			return told
		}
		return refused
	}
}

// insist makes a request until it is answered with one of some statuses.
func (c *client) insist(ctx context.Context, method, path string, out any, statuses ...int) (int, error) {
	for ctx.Err() == nil {
		status, _, err := c.do(ctx, method, path, nil, out)
		for _, s := range statuses {
			if err == nil && status == s {
				return s, nil
			}
		}
		time.Sleep(50 * time.Millisecond)
	}
	return 0, fmt.Errorf("%s %s: %w", method, path, ctx.Err())
}

func (c *client) signIn(ctx context.Context) error {
	body := map[string]any{"auth": map[string]any{"identity": map[string]any{
		"methods": []string{"password"},
		"password": map[string]any{"user": map[string]any{
			"name": simulator.DemoUser, "password": simulator.DemoKey, "domain": map[string]any{"id": "default"},
		}},
	}}}
	status, header, err := c.do(ctx, http.MethodPost, "/v3/auth/tokens", body, nil)
	if err != nil || status != http.StatusCreated {
		return fmt.Errorf("sign in: %d, %w", status, err)
	}
	c.token = header.Get("X-Subject-Token")
	return nil
}
