package identity

import (
	"context"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"net/http"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// signatureTTL is Keystone's auth_ttl: how old a signed request may be.
const signatureTTL = 15 * time.Minute

// signatureCheck computes the signature that a request must have, from what a
// body says of it; ok is false for what can't be signed.
type signatureCheck func(secret string, signed schema.Object) (signatures []string, ok bool)

// signedToken answers POST /v3/ec2tokens and /v3/s3tokens: whoever serves
// requests that are signed with an access key, and may ask, gets a token for
// the key's user. The policy guards it, for a signed request that was seen must
// yield nobody a token.
func (s *service) signedToken(check signatureCheck, withToken bool) func(*jumpgate.Request) (any, error) {
	return func(r *jumpgate.Request) (any, error) {
		body, err := readBody(r)
		if err != nil {
			return nil, err
		}
		if len(body) == 0 {
			return nil, badRequest("request must include a request body")
		}
		var signed schema.Object
		for _, name := range []string{"credentials", "credential", "ec2Credentials"} {
			if signed = body.Object(name); len(signed) > 0 {
				break
			}
		}
		if !signed.Has("access") {
			return nil, jumpgate.Unauthorized.New("EC2 Signature not supplied")
		}
		c, _, _, err := s.keycreds.find(r.Context(), accessID(signed.String("access")))
		if errors.Is(err, jumpgate.NotFound) || err == nil && !isEC2(c.Type) {
			return nil, jumpgate.NotFound.New("EC2 access key not found.")
		}
		if err != nil {
			return nil, err
		}
		t, err := s.proveSignature(r, c, signed, check)
		if err != nil {
			return nil, err
		}
		id, err := s.mint(t)
		if err != nil {
			return nil, err
		}
		shown, err := s.present(r, t, true)
		answer := &jumpgate.Response{Status: http.StatusOK, Body: jumpgate.Object{{Name: "token", Value: shown}}}
		if withToken {
			answer.Header = http.Header{"X-Subject-Token": {id}}
		}
		return answer, err
	}
}

// proveSignature makes the token of an access key, if the request was signed
// with it.
func (s *service) proveSignature(r *jumpgate.Request, c *credential, signed schema.Object, check signatureCheck) (*token, error) {
	blob, err := accessBlob(c.Blob)
	if err != nil {
		return nil, jumpgate.Unauthorized
	}
	given := signed.String("signature")
	if given == "" {
		return nil, jumpgate.Unauthorized.New("EC2 signature not supplied.")
	}
	wanted, ok := check(blob.String("secret"), signed)
	right := 0
	for _, w := range wanted {
		right |= subtle.ConstantTimeCompare([]byte(w), []byte(given))
	}
	if !ok || right != 1 {
		return nil, jumpgate.Unauthorized.New("Invalid EC2 signature.")
	}
	if err := s.checkSignatureTime(signed); err != nil {
		return nil, err
	}
	return s.accessToken(r.Context(), c, blob)
}

// checkSignatureTime refuses a request that was signed long ago. One without a
// time was signed so on purpose.
func (s *service) checkSignatureTime(signed schema.Object) error {
	params, headers := signed.Object("params"), signed.Object("headers")
	text := params.String("Timestamp")
	for _, other := range []string{headers.String("X-Amz-Date"), params.String("X-Amz-Date")} {
		if text == "" {
			text = other
		}
	}
	if text == "" {
		return nil
	}
	for _, layout := range []string{time.RFC3339Nano, "20060102T150405Z", "2006-01-02T15:04:05"} {
		if at, err := time.Parse(layout, text); err == nil {
			if s.now().After(at.Add(signatureTTL)) {
				return jumpgate.Unauthorized.New("Credential is expired")
			}
			return nil
		}
	}
	return jumpgate.Unauthorized.New("Credential timestamp is invalid: %s", text)
}

// accessToken makes the token of an access key: for its project, and for no
// more than the application credential or the trust that it was made with.
func (s *service) accessToken(ctx context.Context, c *credential, blob *record) (*token, error) {
	ses := &session{principal: jumpgate.Principal{UserID: c.UserID, Credential: jumpgate.Secret(c.Upstream)}, methods: ec2Credential}
	if err := s.ownerNow(ctx, &ses.principal); err != nil {
		return nil, err
	}
	if trust := blob.String("trust_id"); trust != "" {
		return s.trustToken(ctx, ses, trust)
	}
	if id := blob.String("app_cred_id"); id != "" {
		if err := s.limitTo(ctx, ses, id); err != nil {
			return nil, err
		}
		if ses.principal.ProjectID != c.ProjectID {
			return nil, jumpgate.Unauthorized.New("EC2 credential project does not match the application credential project.")
		}
	}
	if ses.principal.UserName == "" {
		ses.principal.UserName = c.UserID
	}
	at, err := s.place(ctx, ses, scope{kind: projectScope, projectID: c.ProjectID})
	if err != nil {
		return nil, unauthorized(err)
	}
	return s.issue(ses, at), nil
}

// unauthorized hides that something is not there.
func unauthorized(err error) error {
	if errors.Is(err, jumpgate.NotFound) {
		return jumpgate.Unauthorized
	}
	return err
}

// limitTo makes ses no more than an application credential of its user grants.
func (s *service) limitTo(ctx context.Context, ses *session, id string) error {
	c, err := s.credentials.Get(ctx, id)
	if err != nil {
		return unauthorized(err)
	}
	if c.UserID != ses.principal.UserID || !c.ExpiresAt.IsZero() && !s.now().Before(c.ExpiresAt) {
		return jumpgate.Unauthorized
	}
	g := &grant{name: c.Name, unrestricted: c.Unrestricted != nil && *c.Unrestricted, rules: len(c.AccessRules) > 0}
	if n, err := hex.Decode(g.id[:], []byte(c.ID)); err != nil || n != len(g.id) {
		return errors.New("identity: the id of an application credential is not 32 hexadecimal digits")
	}
	ses.grant = g
	ses.principal.ProjectID, ses.principal.ProjectName, ses.principal.Roles, ses.principal.UserName = c.ProjectID, c.ProjectName, c.Roles, c.UserName
	if at := s.now().Add(s.expiry); !c.ExpiresAt.IsZero() && c.ExpiresAt.Before(at) {
		ses.expires = c.ExpiresAt.Unix()
	}
	return nil
}
