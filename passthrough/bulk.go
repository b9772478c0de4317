package passthrough

import (
	"io"
	"sync"
)

// bulkBuffer is how much of a long body is copied at a time. It is most of
// what a proxy can do for the speed of images: the more, the fewer times three
// programs wake each other.
const bulkBuffer = 512 << 10

var bulkBuffers = sync.Pool{New: func() any {
	b := make([]byte, bulkBuffer)
	return &b
}}

// copyBulk is io.Copy for long bodies.
func copyBulk(w io.Writer, r io.Reader) (int64, error) {
	buf := bulkBuffers.Get().(*[]byte)
	defer bulkBuffers.Put(buf)
	return io.CopyBuffer(struct{ io.Writer }{w}, struct{ io.Reader }{r}, *buf)
}
