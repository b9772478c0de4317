package jumpgate

import (
	"crypto/rand"
	"encoding/hex"
)

// NewUUID returns a random UUID of version 4, in lower case.
func NewUUID() string { return string(appendUUID(make([]byte, 0, 36))) }

func appendUUID(to []byte) []byte {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	for i, part := range [...][]byte{b[:4], b[4:6], b[6:8], b[8:10], b[10:]} {
		if i > 0 {
			to = append(to, '-')
		}
		to = hex.AppendEncode(to, part)
	}
	return to
}
