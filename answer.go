package jumpgate

import (
	"fmt"
	"io"
	"iter"
	"net/http"
	"slices"
	"strconv"
	"sync"
)

// answer writes what a Methods function returned.
func (r *Request) answer(v any) error {
	resp := Response{Body: v}
	if whole, ok := v.(*Response); ok {
		resp = *whole
	}
	status := resp.Status
	if status == 0 {
		status = http.StatusOK
		if resp.Body == nil {
			status = http.StatusNoContent
		}
	}
	if status < 200 || status > 599 {
		return BadGateway.Wrap(fmt.Errorf("an answer has the status %d", status), "")
	}
	h := r.writer.Header()
	for name, values := range resp.Header {
		name = http.CanonicalHeaderKey(name)
		if name == "Vary" {
			values = slices.Concat(h[name], values)
		}
		h[name] = values
	}

	switch body := resp.Body.(type) {
	case nil:
		if status != http.StatusNoContent {
			h.Set("Content-Length", "0")
		}
		r.writer.WriteHeader(status)
		return nil
	case []byte:
		defaultType(h, "application/octet-stream")
		h.Set("Content-Length", strconv.Itoa(len(body)))
		r.writer.WriteHeader(status)
		_, err := r.writer.Write(body)
		return r.broken(err)
	case io.Reader:
		if c, ok := body.(io.Closer); ok {
			defer c.Close()
		}
		defaultType(h, "application/octet-stream")
		r.writer.WriteHeader(status)
		_, err := r.writer.ReadFrom(body)
		return r.broken(err)
	case Stream:
		defaultType(h, "application/json")
		// Until the buffer is full the status is still open, so an upstream
		// that fails early, as most do, is answered with a proper fault.
		w := newLateHeader(&r.writer, status)
		defer w.release()
		if err := body.StreamJSON(w); err != nil {
			if r.writer.status == 0 {
				return err
			}
			return r.broken(err)
		}
		return r.broken(w.flush())
	default:
		kept := scratch.Get().(*[]byte)
		text, err := AppendJSON((*kept)[:0], body)
		if err != nil {
			return fmt.Errorf("encode answer: %w", err)
		}
		defaultType(h, "application/json")
		h.Set("Content-Length", strconv.Itoa(len(text)))
		r.writer.WriteHeader(status)
		if _, err := r.writer.Write(text); err != nil {
			return r.broken(err)
		}
		giveBack(kept, text)
		return nil
	}
}

// defaultType gives an answer a Content-Type unless it has one, so that
// net/http does not guess one from what users have stored.
func defaultType(h http.Header, media string) {
	if h.Get("Content-Type") == "" {
		h.Set("Content-Type", media)
	}
}

// broken ends a request whose answer can't be completed: the client must see
// a broken connection, not a short body that looks whole.
func (r *Request) broken(err error) error {
	if err == nil {
		return nil
	}
	r.err = err
	panic(http.ErrAbortHandler)
}

// lateHeader is the way of a stream to the client, in pieces of pieceSize. The
// header goes with the first, and an answer that is one piece has a
// Content-Length. A client that reads slowly costs one piece.
type lateHeader struct {
	w      *responseWriter
	status int
	piece  *[]byte
	sent   bool
}

// pieceSize holds the details of some 150 servers.
const pieceSize = 256 << 10

// pieces are buffers for short answers, and those that have grown.
var pieces = sync.Pool{New: func() any { b := make([]byte, 0, 4<<10); return &b }}

func newLateHeader(w *responseWriter, status int) *lateHeader {
	return &lateHeader{w: w, status: status, piece: pieces.Get().(*[]byte)}
}

// release gives the buffer back. Nothing may be written then.
func (l *lateHeader) release() {
	*l.piece = (*l.piece)[:0]
	pieces.Put(l.piece)
}

func (l *lateHeader) Write(p []byte) (int, error) {
	done := 0
	for {
		n := min(len(p)-done, pieceSize-len(*l.piece))
		*l.piece = append(*l.piece, p[done:done+n]...)
		if done += n; done == len(p) {
			return done, nil
		}
		if err := l.send(); err != nil {
			return done, err
		}
	}
}

// send sends what there is.
func (l *lateHeader) send() error {
	if !l.sent {
		l.sent = true
		l.w.WriteHeader(l.status)
	}
	if _, err := l.w.Write(*l.piece); err != nil {
		l.piece = new([]byte) // for the server may be at the old one, see giveBack
		return err
	}
	*l.piece = (*l.piece)[:0]
	return nil
}

// flush sends the end.
func (l *lateHeader) flush() error {
	if !l.sent {
		l.w.Header().Set("Content-Length", strconv.Itoa(len(*l.piece)))
	}
	return l.send()
}

// List is a Stream of a collection: {"<Key>": [items...], ...}. Items are
// encoded one by one as the sequence yields them.
type List struct {
	Key   string
	Items iter.Seq2[any, error]

	// Tail is called after the last item and returns the members to write
	// beside the collection, links to the next page for example. May be nil.
	Tail func() (Object, error)
}

// scratch are buffers to encode in.
var scratch = sync.Pool{New: func() any { b := make([]byte, 0, 8<<10); return &b }}

// mostKept is the size up to which a buffer is kept that has grown.
const mostKept = 64 << 10

// giveBack gives a buffer back, which has become grown. Nobody may use it then:
// not after a Write that failed, for HTTP/2 returns from it when a client leaves
// while it is still at work on what was to be sent.
func giveBack(kept *[]byte, grown []byte) {
	if cap(grown) <= mostKept {
		*kept = grown
	}
	scratch.Put(kept)
}

// StreamJSON implements Stream.
func (l *List) StreamJSON(w io.Writer) error {
	kept := scratch.Get().(*[]byte)
	buf := fmt.Appendf((*kept)[:0], "{%q: [", l.Key)
	first := true
	for item, err := range l.Items {
		if err != nil {
			return err
		}
		if !first {
			buf = append(buf, ", "...)
		}
		first = false
		if buf, err = AppendJSON(buf, item); err != nil {
			return fmt.Errorf("encode %s: %w", l.Key, err)
		}
		if len(buf) >= 4<<10 {
			if _, err := w.Write(buf); err != nil {
				return err
			}
			buf = buf[:0]
		}
	}
	buf = append(buf, ']')
	if l.Tail != nil {
		members, err := l.Tail()
		if err != nil {
			return err
		}
		for _, m := range members {
			buf = fmt.Appendf(buf, ", %q: ", m.Name)
			if buf, err = AppendJSON(buf, m.Value); err != nil {
				return fmt.Errorf("encode %s: %w", l.Key, err)
			}
		}
	}
	buf = append(buf, '}')
	if _, err := w.Write(buf); err != nil {
		return err
	}
	giveBack(kept, buf)
	return nil
}

// After returns the items of list that follow the one whose id is marker, as
// the pages of OpenStack's lists do, and whether there is such an item: most
// services answer BadRequest if not. All items follow an empty marker.
func After[T any](list []T, marker string, id func(T) string) ([]T, bool) {
	if marker == "" {
		return list, true
	}
	i := slices.IndexFunc(list, func(item T) bool { return id(item) == marker })
	if i < 0 {
		return nil, false
	}
	return list[i+1:], true
}
