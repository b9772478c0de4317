package compute

import (
	"errors"
	"strings"
)

const base64Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

var errBase64 = errors.New("incorrect padding or not ASCII")

// lenientBase64 decodes base64 as Python's base64.b64decode does, which Nova
// uses for user data and files: characters outside of the alphabet are
// skipped, and what follows the padding is not looked at. Only text that ends
// within a group of four, or is not ASCII, is refused.
func lenientBase64(s string) ([]byte, error) {
	if strings.ContainsFunc(s, func(r rune) bool { return r >= 0x80 }) {
		return nil, errBase64
	}
	out := make([]byte, 0, len(s)*3/4)
	var group uint32
	n, pads := 0, 0 // characters of the group; "=" seen since the last one
	for i := range len(s) {
		if s[i] == '=' {
			if pads++; n >= 2 && n+pads >= 4 {
				return out, nil
			}
			continue
		}
		value := strings.IndexByte(base64Alphabet, s[i])
		if value < 0 {
			continue
		}
		pads = 0
		group = group<<6 | uint32(value)
		switch n++; n {
		case 2:
			out = append(out, byte(group>>4))
		case 3:
			out = append(out, byte(group>>2))
		case 4:
			out = append(out, byte(group))
			n, group = 0, 0
		}
	}
	if n != 0 {
		return nil, errBase64
	}
	return out, nil
}
