package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/softlayer/jumpgate/softlayer/simulator"
)

// watcher is a client that has signed in and never breaks a rule: a 401 to it
// is false, but for the token that it has revoked.
type watcher struct {
	url     string
	revoked string

	mu     sync.Mutex
	counts map[int]int // answers by status; 0 is none
	faults []string
	kept   []string // key pairs whose creation was answered with success
}

// watch asks until ctx is done, then looks whether all that was promised is
// there.
func watch(ctx context.Context, url string, out io.Writer) error {
	w := &watcher{url: url, counts: make(map[int]int)}
	token, err := w.signIn()
	if err != nil {
		return err
	}
	if w.revoked, err = w.signIn(); err != nil {
		return err
	}
	if status, _ := w.ask(token, "DELETE", "/v3/auth/tokens", "", w.revoked); status != http.StatusNoContent {
		return fmt.Errorf("revoke: %d", status)
	}
	fmt.Fprintln(out, "watching")
	var all sync.WaitGroup
	for n := range 4 {
		all.Go(func() {
			for i := 0; ctx.Err() == nil; i++ {
				w.step(token, n, i)
				time.Sleep(20 * time.Millisecond)
			}
		})
	}
	all.Wait()
	status, body := w.ask(token, "GET", "/compute/v2.1/os-keypairs", "", "")
	if status != http.StatusOK {
		return fmt.Errorf("list of key pairs at the end: %d", status)
	}
	for _, name := range w.kept {
		if !strings.Contains(body, `"`+name+`"`) {
			w.faults = append(w.faults, "key pair "+name+" was promised and is not there")
		}
	}
	fmt.Fprintf(out, "answers by status: %v; %d key pairs promised and kept\n", w.counts, len(w.kept))
	if len(w.faults) > 0 {
		return fmt.Errorf("%d faults, the first: %s", len(w.faults), w.faults[0])
	}
	return nil
}

// step makes the requests of a round and counts what comes.
func (w *watcher) step(token string, n, i int) {
	name := fmt.Sprintf("k%d-%d", n, i)
	for _, r := range []struct{ method, path, body, subject string }{
		{"GET", "/v3/auth/tokens", "", token},
		{"GET", "/v3/auth/tokens", "", w.revoked},
		{"GET", "/compute/v2.1/servers", "", ""},
		{"POST", "/compute/v2.1/os-keypairs", `{"keypair": {"name": "` + name + `"}}`, ""},
	} {
		if r.method == "POST" && i%10 > 0 {
			continue
		}
		status, _ := w.ask(token, r.method, r.path, r.body, r.subject)
		w.mu.Lock()
		w.counts[status]++
		switch {
		case status == http.StatusUnauthorized:
			w.faults = append(w.faults, "a false 401 to "+r.method+" "+r.path)
		case r.subject == w.revoked && status == http.StatusOK:
			w.faults = append(w.faults, "a revoked token is good again")
		case r.method == "POST" && status == http.StatusOK:
			w.kept = append(w.kept, name)
		}
		w.mu.Unlock()
	}
}

func (w *watcher) signIn() (string, error) {
	account := simulator.DemoAccounts()[0]
	body := fmt.Sprintf(`{"auth": {"identity": {"methods": ["password"], "password": {"user": {"name": %q, "domain": {"id": "default"}, "password": %q}}}}}`,
		account.Users[0].Name, account.Users[0].Key)
	resp, err := http.Post(w.url+"/v3/auth/tokens", "application/json", strings.NewReader(body))
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusCreated {
		return "", fmt.Errorf("sign in: %s", resp.Status)
	}
	return resp.Header.Get("X-Subject-Token"), nil
}

// ask returns the status of an answer that came whole, 0 for none.
func (w *watcher) ask(token, method, path, body, subject string) (int, string) {
	req, err := http.NewRequestWithContext(context.Background(), method, w.url+path, strings.NewReader(body))
	if err != nil {
		return 0, ""
	}
	req.Header.Set("X-Auth-Token", token)
	req.Header.Set("Content-Type", "application/json")
	if subject != "" {
		req.Header.Set("X-Subject-Token", subject)
	}
	client := http.Client{Timeout: 20 * time.Second}
	resp, err := client.Do(req)
	if err != nil {
		return 0, ""
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode == http.StatusOK && !json.Valid(text) {
		return 0, ""
	}
	return resp.StatusCode, string(text)
}
