package jumpgatetest

import "net/http"

// guard stands before the Gateway. It knows the tokens that the Gateway gives
// out, and which answers are under way: a client may have read the whole of one
// before its request is recorded.
func (c *Cloud) guard(gw http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if c.expired(req.Header.Get("X-Auth-Token")) {
			req.Header.Set("X-Auth-Token", "expired") // which the services refuse in their own words
		}
		a := &answer{ResponseWriter: w, cloud: c}
		defer a.end()
		gw.ServeHTTP(a, req)
	})
}

func (c *Cloud) expired(token string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.dead[token]
}

// answer is a ResponseWriter that says when an answer begins and ends.
type answer struct {
	http.ResponseWriter
	cloud *Cloud
	begun bool
}

// Unwrap is for http.ResponseController.
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }

func (a *answer) begin() {
	if a.begun {
		return
	}
	a.begun = true
	a.cloud.mu.Lock()
	defer a.cloud.mu.Unlock()
	a.cloud.answering++
	if token := a.Header().Get("X-Subject-Token"); token != "" {
		a.cloud.live[token] = true
	}
}

func (a *answer) end() {
	if !a.begun {
		return
	}
	a.cloud.mu.Lock()
	defer a.cloud.mu.Unlock()
	a.cloud.answering--
	a.cloud.answered.Broadcast()
}

// WriteHeader implements http.ResponseWriter.
func (a *answer) WriteHeader(status int) {
	a.begin()
	a.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (a *answer) Write(b []byte) (int, error) {
	a.begin()
	return a.ResponseWriter.Write(b)
}
