package passthrough

import (
	"bytes"
	"io"
	"strings"
)

// links rewrites URLs. Of bases that fit the first one counts, so longer ones
// go first.
type links struct {
	bases []base
	// to returns what gets to the place of a base; "" leaves it.
	to func(base) string
}

// opening begins every string of a JSON text that may be a URL. Within a
// string a quote has a backslash before it, so the place of a string is known
// without having read what is before.
//
// What is searched for is the first slash after it: slashes are rare where
// quotes are not.
const opening = `"http`

// opened returns where the string begins whose URL has its first slash at
// s[k], or -1.
func opened(s []byte, k int) int {
	if k > 0 && s[k-1] == '\\' {
		k--
	}
	if k == 0 || s[k-1] != ':' {
		return -1
	}
	k--
	if k > 0 && s[k-1] == 's' {
		k--
	}
	if k < len(opening) || string(s[k-len(opening):k]) != opening {
		return -1
	}
	return k - len(opening)
}

// unsure is how long an opening is that may go on after the end of a text.
const unsure = len(opening) + len(`s:\`)

// longest is how much of a text must be seen to tell whether a base fits: the
// quote, the base with every slash escaped, and what ends it.
func (l links) longest() int {
	n := 0
	for _, b := range l.bases {
		n = max(n, len(b.url)+strings.Count(b.url, "/"))
	}
	return n + 3
}

// appendJSON appends src to dst with the URLs at the beginning of JSON strings
// rewritten. before is the byte before src. Unless eof, the end of src is left
// where it may hold a part of a URL; n is how much was read.
func (l links) appendJSON(dst, src []byte, before byte, eof bool) (out []byte, n int) {
	longest := 0
	if !eof {
		longest = l.longest()
	}
	done := 0
	for i := 0; ; i++ {
		k := bytes.IndexByte(src[i:], '/')
		if k < 0 {
			end := len(src)
			if !eof {
				end = max(done, end-unsure)
			}
			return append(dst, src[done:end]...), end
		}
		i += k
		j := opened(src[done:], i-done)
		if j < 0 {
			continue
		}
		j += done
		if !eof && len(src)-j < longest {
			return append(dst, src[done:j]...), j
		}
		if j > 0 {
			before = src[j-1]
		}
		if before == '\\' {
			continue
		}
		if to, length := l.match(src[j+1:]); length > 0 {
			dst = append(append(dst, src[done:j+1]...), to...)
			done = j + 1 + length
			i = done - 1
		}
	}
}

// match finds the base with which a JSON string begins.
func (l links) match(s []byte) (to string, length int) {
	for _, b := range l.bases {
		n, escaped, ok := prefix(s, b.url)
		if !ok || n == len(s) || !ends(s[n:]) {
			continue
		}
		if to = l.to(b); to == "" {
			continue
		}
		if escaped {
			to = strings.ReplaceAll(to, "/", `\/`)
		}
		return to, n
	}
	return "", 0
}

// prefix tells whether s begins with from, whose slashes may be escaped in s,
// and how long that is in s.
func prefix(s []byte, from string) (n int, escaped, ok bool) {
	if len(s) >= len(from) && string(s[:len(from)]) == from {
		return len(from), false, true
	}
	if i := len("http:"); len(s) > i+1 && s[i] != '\\' && s[i+1] != '\\' { // an encoder escapes all slashes or none
		return 0, false, false
	}
	for i := 0; i < len(from); i++ {
		if from[i] == '/' && n+1 < len(s) && s[n] == '\\' && s[n+1] == '/' {
			escaped = true
			n++
		} else if n >= len(s) || s[n] != from[i] {
			return 0, false, false
		}
		n++
	}
	return n, escaped, true
}

// ends tells whether a base URL can end before s: "http://h:80" is none of
// "http://h:8080"'s.
func ends(s []byte) bool {
	switch s[0] {
	case '/', '"', '?', '#':
		return true
	case '\\':
		return len(s) > 1 && s[1] == '/'
	}
	return false
}

// text rewrites the URLs in a header field, which stand at its beginning, in
// quotes or in angle brackets.
func (l links) text(s string) string {
	var b strings.Builder
	rest := s
	for {
		i := strings.Index(rest, "http")
		if i < 0 {
			break
		}
		start := i == 0 && b.Len() == 0 || i > 0 && strings.IndexByte(`"'<=, `, rest[i-1]) >= 0
		b.WriteString(rest[:i])
		rest = rest[i:]
		n := len("http")
		for _, from := range l.bases {
			after, ok := strings.CutPrefix(rest, from.url)
			if !start || !ok || after != "" && strings.IndexByte(`/?#"'>;, `, after[0]) < 0 {
				continue
			}
			if to := l.to(from); to != "" {
				b.WriteString(to)
				rest, n = after, 0
				break
			}
		}
		b.WriteString(rest[:n])
		rest = rest[n:]
	}
	if b.Len() == 0 {
		return s
	}
	return b.String() + rest
}

// linkReader rewrites a JSON text while it is read.
type linkReader struct {
	src    io.Reader
	links  links
	in     []byte // read and not yet rewritten
	out    []byte // rewritten and not yet handed out
	buf    []byte // out's memory
	before byte
	err    error
}

func newLinkReader(src io.Reader, l links) *linkReader {
	return &linkReader{src: src, links: l, in: make([]byte, 0, copyBuffer), buf: make([]byte, 0, copyBuffer+copyBuffer/4)}
}

func (r *linkReader) Read(p []byte) (int, error) {
	for len(r.out) == 0 {
		if r.err != nil {
			return 0, r.err
		}
		var n int
		n, r.err = r.src.Read(r.in[len(r.in):cap(r.in)])
		r.in = r.in[:len(r.in)+n]
		r.out, n = r.links.appendJSON(r.buf[:0], r.in, r.before, r.err != nil)
		r.buf = r.out
		if n > 0 {
			r.before = r.in[n-1]
		}
		r.in = r.in[:copy(r.in, r.in[n:])]
	}
	n := copy(p, r.out)
	r.out = r.out[n:]
	return n, nil
}
