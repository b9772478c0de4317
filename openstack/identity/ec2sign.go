package identity

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"hash"
	"net"
	"regexp"
	"slices"
	"strings"

	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// ec2Signatures are the signatures that a request may have, as AWS computes
// them: versions 0, 1, 2 and 4, with the port of the host and without, which
// some clients leave out (keystoneclient.contrib.ec2.utils).
func ec2Signatures(secret string, signed schema.Object) ([]string, bool) {
	params := stringsOf(signed.Object("params"))
	host, verb, path := signed.String("host"), signed.String("verb"), signed.String("path")
	hosts := []string{host}
	if name, _, err := net.SplitHostPort(host); err == nil {
		hosts = append(hosts, name)
	}
	switch version := params["SignatureVersion"]; {
	case version == "0":
		return []string{mac(sha1.New, secret, params["Action"]+params["Timestamp"])}, true
	case version == "1":
		names := sorted(params, strings.ToLower)
		var text strings.Builder
		for _, name := range names {
			text.WriteString(name + params[name])
		}
		return []string{mac(sha1.New, secret, text.String())}, true
	case version == "2":
		params["SignatureMethod"] = "HmacSHA256"
		var list []string
		for _, h := range hosts {
			list = append(list, mac(sha256.New, secret, verb+"\n"+h+"\n"+path+"\n"+canonicalQuery(params)))
		}
		return list, true
	}
	headers := stringsOf(signed.Object("headers"))
	if !strings.HasPrefix(headers["Authorization"], "AWS4-HMAC-SHA256") && params["X-Amz-Algorithm"] != "AWS4-HMAC-SHA256" {
		return nil, false
	}
	signature, ok := signature4(secret, params, headers, verb, path, signed.String("body_hash"))
	return []string{signature}, ok
}

// stringsOf are the members of an object as Python's str has them.
func stringsOf(o schema.Object) map[string]string {
	m := make(map[string]string, len(o))
	for _, member := range o {
		if text, ok := member.Value.(string); ok {
			m[member.Name] = text
		} else {
			m[member.Name] = schema.Str(member.Value)
		}
	}
	return m
}

func sorted(m map[string]string, by func(string) string) []string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int { return strings.Compare(by(a), by(b)) })
	return names
}

func keyed(h func() hash.Hash, key []byte, text string) []byte {
	m := hmac.New(h, key)
	m.Write([]byte(text))
	return m.Sum(nil)
}

func mac(h func() hash.Hash, secret, text string) string {
	return base64.StdEncoding.EncodeToString(keyed(h, []byte(secret), text))
}

// canonicalQuery is the query as it is signed.
func canonicalQuery(params map[string]string) string {
	var pairs []string
	for _, name := range sorted(params, func(s string) string { return s }) {
		pairs = append(pairs, quote(name, "_.-~")+"="+quote(params[name], "-_~."))
	}
	return strings.Join(pairs, "&")
}

// quote is Python's urllib.parse.quote.
func quote(text, safe string) string {
	var b strings.Builder
	for _, c := range []byte(text) {
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte(safe, c) >= 0 {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

// oldBoto names clients that sign the host without its port.
var oldBoto = regexp.MustCompile(`^Boto/2\.[0-9]\.[0-2]`)

// signature4 is AWS Signature Version 4.
func signature4(secret string, params, headers map[string]string, verb, path, bodyHash string) (string, bool) {
	param := func(name string) string {
		if auth, ok := headers["Authorization"]; ok {
			_, after, _ := strings.Cut(auth, name+"=")
			value, _, _ := strings.Cut(after, ",")
			return value
		}
		return params["X-Amz-"+name]
	}
	date := headers["X-Amz-Date"]
	if date == "" {
		date = params["X-Amz-Date"]
	}
	query := ""
	if !strings.EqualFold(verb, "POST") {
		query = canonicalQuery(params)
	}
	lower := make(map[string]string, len(headers))
	for name, value := range headers {
		lower[strings.ToLower(strings.TrimSpace(name))] = strings.TrimSpace(value)
	}
	var canonical []string
	for name := range strings.SplitSeq(param("SignedHeaders"), ";") {
		value, ok := lower[name]
		if !ok {
			continue
		}
		if name == "host" && oldBoto.MatchString(lower["user-agent"]) {
			value, _, _ = strings.Cut(value, ":")
		}
		canonical = append(canonical, name+":"+value)
	}
	request := strings.Join([]string{
		strings.ToUpper(verb), path, query, strings.Join(canonical, "\n") + "\n", param("SignedHeaders"), bodyHash,
	}, "\n")
	credential := strings.Split(param("Credential"), "/")
	if len(credential) < 4 || date == "" || !strings.HasPrefix(date, credential[1]) {
		return "", false
	}
	sum := sha256.Sum256([]byte(request))
	text := strings.Join([]string{"AWS4-HMAC-SHA256", date, strings.Join(credential[1:], "/"), hex.EncodeToString(sum[:])}, "\n")
	key := keyed(sha256.New, []byte("AWS4"+secret), credential[1])
	for _, part := range []string{credential[2], credential[3], "aws4_request"} {
		key = keyed(sha256.New, key, part)
	}
	return hex.EncodeToString(keyed(sha256.New, key, text)), true
}

// s3Signatures is the signature of what an S3 service was told to sign.
func s3Signatures(secret string, signed schema.Object) ([]string, bool) {
	text, err := base64.URLEncoding.DecodeString(signed.String("token"))
	if err != nil {
		return nil, false
	}
	if !strings.HasPrefix(string(text), "AWS4") {
		return []string{mac(sha1.New, secret, string(text))}, true
	}
	lines := strings.Split(string(text), "\n")
	if len(lines) != 4 || lines[0] != "AWS4-HMAC-SHA256" {
		return nil, false
	}
	place := strings.Split(lines[2], "/")
	if len(place) != 4 || place[3] != "aws4_request" || !slices.Contains([]string{"s3", "iam", "sts"}, place[2]) {
		return nil, false
	}
	key := []byte("AWS4" + secret)
	for _, part := range place {
		key = keyed(sha256.New, key, part)
	}
	return []string{hex.EncodeToString(keyed(sha256.New, key, string(text)))}, true
}
