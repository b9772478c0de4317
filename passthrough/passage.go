package passthrough

import (
	"errors"
	"io"
	"net/http"
	"sync"
	"time"
)

// copyBuffer is what is copied at a time.
const copyBuffer = 64 << 10

// passage is where the body of an answer passes. It ends a body of which
// nothing comes for too long. It is used again, for its buffers and its timer
// are most of what a small answer costs; but not after an error, for HTTP/2
// returns from Write when a client leaves while it is still at work on what was
// to be sent.
type passage struct {
	body  io.ReadCloser
	src   io.Reader // of what the client gets, where that is not the body itself
	stall time.Duration
	buf   []byte
	out   []byte // of a small body that was rewritten

	mu      sync.Mutex
	waiting time.Time   // since when for upstream; zero if it does not
	timer   *time.Timer // looks at waiting
	running bool        // the timer; it runs on from one answer to the next
}

func newPassage(stall time.Duration) *passage {
	p := &passage{stall: stall, buf: make([]byte, copyBuffer)}
	p.timer = time.AfterFunc(stall, p.look)
	p.running = true
	return p
}

// Read reads from upstream.
func (p *passage) Read(b []byte) (int, error) {
	p.wait(time.Now())
	n, err := p.body.Read(b)
	p.wait(time.Time{})
	return n, err
}

func (p *passage) wait(since time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.waiting = since; !since.IsZero() && !p.running {
		p.running = true
		p.timer.Reset(p.stall)
	}
}

// look ends the body if nothing has come for too long.
func (p *passage) look() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.running = !p.waiting.IsZero(); !p.running {
		return
	}
	left := p.stall - time.Since(p.waiting)
	if left <= 0 {
		_ = p.body.Close()
		left = p.stall
	}
	p.timer.Reset(left)
}

// copy sends the body to the client. What came before has reached the client
// when it waits for more.
func (p *passage) copy(x *exchange, res *http.Response) (failed error) {
	if res.Body == http.NoBody {
		return nil
	}
	src, buf := p.src, p.buf
	if src == nil {
		src = p
	}
	if res.ContentLength > bulkBuffer {
		bulk := bulkBuffers.Get().(*[]byte)
		defer func() {
			if failed == nil {
				bulkBuffers.Put(bulk)
			}
		}()
		buf = *bulk
	}
	for {
		n, err := src.Read(buf)
		if n > 0 {
			if _, err := x.w.Write(buf[:n]); err != nil {
				return err
			}
		}
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		x.flush()
	}
}
