package identity

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"github.com/softlayer/jumpgate"
)

// method is one of the ways to sign in, as bits of a set.
type method uint8

const (
	password method = 1 << iota
	byToken
	applicationCredential
	ec2Credential // of a token for a request that was signed with an access key
)

// names lists the methods of a set from the highest bit down, which is the
// order in which Keystone unpacks them (auth.plugins.core,
// convert_integer_to_method_list): rescoped tokens say "token", "password".
func (m method) names() []string {
	var list []string
	for _, one := range [...]struct {
		bit  method
		name string
	}{{ec2Credential, "ec2credential"}, {applicationCredential, "application_credential"}, {byToken, "token"}, {password, "password"}} {
		if m&one.bit != 0 {
			list = append(list, one.name)
		}
	}
	return list
}

// AuditID names a token in public, in logs and in the list of revoked ones.
type AuditID [16]byte

// String returns the id as tokens show it.
func (a AuditID) String() string { return base64.RawURLEncoding.EncodeToString(a[:]) }

// token is what a token says. Sealed, it is the token.
type token struct {
	principal      jumpgate.Principal
	defaultProject string
	methods        method
	issued         int64 // Unix seconds, as Keystone's: its tokens end in .000000Z
	expires        int64
	audit          AuditID
	parent         AuditID // of the first token in a chain of rescoped ones; zero in that one
	grant          *grant  // of a token made with an application credential; else nil
	trust          string  // the id of the trust that it is for
}

// scope is what the token is for; zero: nothing.
func (t *token) scope() Scope {
	p := &t.principal
	return Scope{ProjectID: p.ProjectID, DomainID: p.DomainID, System: p.SystemScope != ""}
}

func (t *token) scoped() bool { return t.scope() != Scope{} }

// formatVersion is the first byte of a token, in the clear. A change of the
// format needs another one, so that tokens of the release before are still
// read. This one makes tokens begin with "g", as Keystone's do: a token that
// begins with "-" is an option to the openstack command.
const formatVersion = 0x80

const (
	hasParent        = 1 << iota // the parent's audit id follows the token's own
	isDefaultProject             // the default project is the project
	hasGrant                     // an application credential follows the rest
	isUnrestricted               // and may make others
	hasRules                     // and has access rules
	hasMore                      // the domains, a scope that is no project, and a trust come last
)

// encoding is strict, so that there is one way to write a token. That it
// skips line ends is seen to by unseal.
var encoding = base64.RawURLEncoding.Strict()

// seal makes a token id.
func (t *token) seal(ring *KeyRing) string {
	flags := byte(0)
	if t.parent != (AuditID{}) {
		flags |= hasParent
	}
	if t.defaultProject == t.principal.ProjectID {
		flags |= isDefaultProject
	}
	if t.grant != nil {
		flags |= hasGrant
		if t.grant.unrestricted {
			flags |= isUnrestricted
		}
		if t.grant.rules {
			flags |= hasRules
		}
	}
	p := &t.principal
	more := domainOf(p.UserDomainID) != domainID || p.ProjectDomainID != "" && p.ProjectDomainID != domainID || p.DomainID != "" || p.SystemScope != "" || t.trust != ""
	if more {
		flags |= hasMore
	}
	b := make([]byte, 0, 256)
	b = append(b, flags, byte(t.methods))
	b = binary.AppendUvarint(b, uint64(t.issued))
	b = binary.AppendUvarint(b, uint64(t.expires-t.issued))
	b = append(b, t.audit[:]...)
	if flags&hasParent != 0 {
		b = append(b, t.parent[:]...)
	}
	b = appendString(b, p.UserID)
	b = appendString(b, p.UserName)
	b = appendString(b, p.ProjectID)
	b = appendString(b, p.ProjectName)
	if flags&isDefaultProject == 0 {
		b = appendString(b, t.defaultProject)
	}
	b = appendRoles(b, p.Roles)
	b = appendString(b, string(p.Credential))
	if t.grant != nil {
		b = append(b, t.grant.id[:]...)
		b = appendString(b, t.grant.name)
	}
	if more {
		for _, text := range [...]string{domainOf(p.UserDomainID), p.ProjectDomainID, p.DomainID, p.SystemScope, t.trust} {
			b = appendString(b, text)
		}
	}
	return encoding.EncodeToString(ring.seal(formatVersion, b))
}

// maxTokenLength is well above what a token needs and below what a header
// field may have.
const maxTokenLength = 4 << 10

// unseal reads a token id. It fails alike for everything that seal did not
// make; whether the token is valid still is another question.
func unseal(ring *KeyRing, id string) (*token, bool) {
	if id == "" || len(id) > maxTokenLength || strings.ContainsAny(id, "\r\n") {
		return nil, false
	}
	n := encoding.DecodedLen(len(id))
	buf := make([]byte, 2*n)
	n, err := encoding.Decode(buf, []byte(id))
	if err != nil || n == 0 || buf[0] != formatVersion {
		return nil, false
	}
	plain, ok := ring.open(buf[n:n], buf[:n])
	if !ok {
		return nil, false
	}
	return decode(string(plain))
}

// decode reads what seal encoded. That was sealed, so that a fault in it is a
// mistake of ours and no attack; but it must not panic either.
func decode(plain string) (*token, bool) {
	d := decoder{rest: plain}
	flags := d.byte()
	t := &token{methods: method(d.byte())}
	t.issued = int64(d.uvarint())
	t.expires = t.issued + int64(d.uvarint())
	copy(t.audit[:], d.bytes(len(t.audit)))
	if flags&hasParent != 0 {
		copy(t.parent[:], d.bytes(len(t.parent)))
	}
	p := &t.principal
	p.UserID = d.string()
	p.UserName = d.string()
	p.UserDomainID = domainID
	p.ProjectID = d.string()
	p.ProjectName = d.string()
	if p.ProjectID != "" {
		p.ProjectDomainID = domainID
	}
	t.defaultProject = p.ProjectID
	if flags&isDefaultProject == 0 {
		t.defaultProject = d.string()
	}
	p.Roles = d.roles()
	p.Credential = jumpgate.Secret(d.string())
	if flags&hasGrant != 0 {
		t.grant = &grant{unrestricted: flags&isUnrestricted != 0, rules: flags&hasRules != 0}
		copy(t.grant.id[:], d.bytes(len(t.grant.id)))
		t.grant.name = d.string()
	}
	if flags&hasMore != 0 {
		for _, text := range [...]*string{&p.UserDomainID, &p.ProjectDomainID, &p.DomainID, &p.SystemScope, &t.trust} {
			*text = d.string()
		}
	}
	return t, !d.failed && d.rest == ""
}

// Strings are written with their length. Ids and keys are mostly hexadecimal
// digits: a run of them takes half the room.
//
//	length<<1, text
//	length<<1|1, text, length of the run in bytes, run, length<<1.., text
const shortestRun = 16

func appendString(b []byte, s string) []byte {
	start, end := longestRun(s)
	if end-start < shortestRun {
		b = binary.AppendUvarint(b, uint64(len(s))<<1)
		return append(b, s...)
	}
	b = binary.AppendUvarint(b, uint64(start)<<1|1)
	b = append(b, s[:start]...)
	b = binary.AppendUvarint(b, uint64(end-start)/2)
	b, _ = hex.AppendDecode(b, []byte(s[start:end])) // longestRun saw to the digits
	return appendString(b, s[end:])
}

// longestRun finds the longest run of lower-case hexadecimal digits of even
// length.
func longestRun(s string) (start, end int) {
	for i := 0; i < len(s); i++ {
		j := i
		for j < len(s) && (s[j] >= '0' && s[j] <= '9' || s[j] >= 'a' && s[j] <= 'f') {
			j++
		}
		if (j-i)&^1 > end-start {
			start, end = i, i+(j-i)&^1
		}
		i = j
	}
	return start, end
}

// wellKnown roles take one bit each.
var wellKnown = [...]string{"reader", "member", "admin", "manager", "service"}

// appendRoles keeps the order of the well-known roles to themselves and puts
// others behind; canonicalRoles does the same before a token is issued.
func appendRoles(b []byte, roles []string) []byte {
	bits, others := byte(0), []string(nil)
	for _, r := range roles {
		if i := slices.Index(wellKnown[:], r); i >= 0 {
			bits |= 1 << i
		} else {
			others = append(others, r)
		}
	}
	b = append(b, bits)
	b = binary.AppendUvarint(b, uint64(len(others)))
	for _, r := range others {
		b = appendString(b, r)
	}
	return b
}

// canonicalRoles puts roles into the order that a sealed token has, each once.
func canonicalRoles(roles []string) []string {
	list := make([]string, 0, len(roles))
	for _, r := range wellKnown {
		if slices.Contains(roles, r) {
			list = append(list, r)
		}
	}
	for _, r := range roles {
		if r != "" && !slices.Contains(list, r) {
			list = append(list, r)
		}
	}
	return list
}

type decoder struct {
	rest   string
	failed bool
}

func (d *decoder) bytes(n int) string {
	if n < 0 || n > len(d.rest) {
		d.failed, d.rest = true, ""
		return ""
	}
	s := d.rest[:n]
	d.rest = d.rest[n:]
	return s
}

func (d *decoder) byte() byte {
	if s := d.bytes(1); s != "" {
		return s[0]
	}
	return 0
}

func (d *decoder) uvarint() uint64 {
	var n uint64
	for shift := 0; shift < 63; shift += 7 {
		c := d.byte()
		n |= uint64(c&0x7f) << shift
		if c < 0x80 {
			return n
		}
	}
	d.failed = true
	return 0
}

func (d *decoder) length(n uint64) int { return int(min(n, maxTokenLength)) }

func (d *decoder) string() string {
	n := d.uvarint()
	text := d.bytes(d.length(n >> 1))
	if n&1 == 0 {
		return text
	}
	run := d.bytes(d.length(d.uvarint()))
	const digits = "0123456789abcdef"
	var b strings.Builder
	b.Grow(len(text) + 2*len(run) + 8)
	b.WriteString(text)
	for _, c := range []byte(run) {
		b.WriteByte(digits[c>>4])
		b.WriteByte(digits[c&15])
	}
	if !d.failed {
		b.WriteString(d.string())
	}
	return b.String()
}

func (d *decoder) roles() []string {
	bits := d.byte()
	n := d.length(d.uvarint())
	list := make([]string, 0, min(n, 16)+len(wellKnown))
	for i, r := range wellKnown {
		if bits&(1<<i) != 0 {
			list = append(list, r)
		}
	}
	for ; n > 0 && !d.failed; n-- {
		list = append(list, d.string())
	}
	return list
}

// checkTime tells whether t is valid at now: not expired, with the window of
// allow_expired on top, and not issued in a future that clocks can't explain.
func (t *token) checkTime(now time.Time, window time.Duration) (valid, expired bool) {
	const skew = 60
	at := now.Unix()
	if t.issued > at+skew {
		return false, false
	}
	if at >= t.expires+int64(window/time.Second) {
		return false, true
	}
	return true, false
}
