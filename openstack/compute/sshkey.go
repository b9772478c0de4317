package compute

import (
	"crypto/md5"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/binary"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"
)

// keyFields is how many fields follow the type in the blob of an SSH key.
var keyFields = map[string]int{
	"ssh-rsa":             2, // exponent, modulus
	"ssh-dss":             4,
	"ssh-ed25519":         1,
	"ecdsa-sha2-nistp256": 2, // curve, point
	"ecdsa-sha2-nistp384": 2,
	"ecdsa-sha2-nistp521": 2,
}

var errNoKey = errors.New("no public key in the form TYPE KEY [COMMENT]")

// fingerprintOf is the MD5 fingerprint of an SSH public key, as Nova and
// SoftLayer show it, or the SHA-1 fingerprint of a certificate.
func fingerprintOf(publicKey string) (string, error) {
	if isCertificate(publicKey) {
		return certificateFingerprint(publicKey)
	}
	fields := strings.Fields(publicKey)
	if len(fields) < 2 {
		return "", errNoKey
	}
	blob, err := base64.StdEncoding.DecodeString(fields[1])
	if err != nil {
		return "", err
	}
	if err := checkBlob(fields[0], blob); err != nil {
		return "", err
	}
	sum := md5.Sum(blob)
	return colons(sum[:]), nil
}

// colons writes a sum in pairs of digits.
func colons(sum []byte) string {
	pairs := make([]string, len(sum))
	for i, b := range sum {
		pairs[i] = fmt.Sprintf("%02x", b)
	}
	return strings.Join(pairs, ":")
}

// checkBlob tells whether blob is a key of a type: its fields with their
// lengths before them, the first of which repeats the type.
func checkBlob(kind string, blob []byte) error {
	var fields [][]byte
	for len(blob) > 0 {
		if len(blob) < 4 {
			return errNoKey
		}
		n := binary.BigEndian.Uint32(blob)
		if blob = blob[4:]; uint64(n) > uint64(len(blob)) {
			return errNoKey
		}
		fields, blob = append(fields, blob[:n]), blob[n:]
	}
	want, known := keyFields[kind]
	switch {
	case !known || len(fields) != want+1 || string(fields[0]) != kind,
		kind == "ssh-ed25519" && len(fields[1]) != 32:
		return errNoKey
	}
	return nil
}

// generateKey makes a key as Nova does: RSA of 2048 bits, the private half in
// PEM for the client alone.
func generateKey() (public, private string, err error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return "", "", err
	}
	field := func(b []byte) []byte { return append(binary.BigEndian.AppendUint32(nil, uint32(len(b))), b...) }
	number := func(n *big.Int) []byte { // two's complement: a leading zero keeps it positive
		return field(append([]byte{0}, n.Bytes()...))
	}
	blob := slices.Concat(field([]byte("ssh-rsa")), field(big.NewInt(int64(key.E)).Bytes()), number(key.N))
	public = "ssh-rsa " + base64.StdEncoding.EncodeToString(blob) + " Generated-by-Jumpgate"
	private = string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)}))
	return public, private, nil
}
