package compute

import (
	"cmp"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1" //nolint:gosec // Nova's fingerprint of a certificate
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"math/big"
	"strings"
	"time"

	"github.com/softlayer/jumpgate"
)

const certificateType = "CERTIFICATE"

// isCertificate tells whether the public key of a key pair is a certificate.
func isCertificate(publicKey string) bool {
	return strings.HasPrefix(strings.TrimSpace(publicKey), "-----BEGIN "+certificateType+"-----")
}

// kind is the type of a key pair.
func (k *Keypair) kind() string {
	if isCertificate(k.PublicKey) {
		return "x509"
	}
	return "ssh"
}

// certificateFingerprint is the SHA-1 fingerprint of a certificate in PEM.
func certificateFingerprint(text string) (string, error) {
	block, _ := pem.Decode([]byte(text))
	if block == nil || block.Type != certificateType {
		return "", errors.New("no certificate in PEM")
	}
	if _, err := x509.ParseCertificate(block.Bytes); err != nil {
		return "", err
	}
	sum := sha1.Sum(block.Bytes) //nolint:gosec // see the import
	return colons(sum[:]), nil
}

// certificateLife is how long Nova's certificates are good.
const certificateLife = 3650 * 24 * time.Hour

// generateCertificate makes a key and a certificate that signs itself, by which
// Windows lets its owner in (nova.crypto.generate_winrm_x509_cert). The private
// half is for the client alone.
func generateCertificate(who *jumpgate.Principal) (public, private string, err error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return "", "", err
	}
	name := "user"
	if who != nil {
		name = cmp.Or(who.UserID, name)
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return "", "", err
	}
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber:   serial,
		Subject:        pkix.Name{CommonName: name},
		NotBefore:      now.Add(-time.Hour),
		NotAfter:       now.Add(certificateLife),
		ExtKeyUsage:    []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
		EmailAddresses: []string{name + "@localhost"},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return "", "", err
	}
	public = string(pem.EncodeToMemory(&pem.Block{Type: certificateType, Bytes: der}))
	private = string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: mustPKCS8(key)}))
	return public, private, nil
}

func mustPKCS8(key *rsa.PrivateKey) []byte {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		panic(err) // an RSA key always fits
	}
	return der
}
