package identity

import (
	"mime"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// maxBody is more than any body of this service needs. What comes without a
// token gets no more memory than this.
const maxBody = 16 << 10

// readBody reads a JSON object as Keystone reads every body, before it looks
// at anything else (keystone.server.flask.request_processing.json_body;
// recordings 026 to 030). No body at all is an empty object. It may be called
// again.
func readBody(r *jumpgate.Request) (schema.Object, error) {
	if body, ok := r.Env.Value(bodyKey{}).(schema.Object); ok {
		return body, nil
	}
	body, err := parseBody(r)
	if err == nil {
		r.Env.Set(bodyKey{}, body)
	}
	return body, err
}

// bodyKey is where the environment of a request has its body.
type bodyKey struct{}

func parseBody(r *jumpgate.Request) (schema.Object, error) {
	text, err := r.ReadBody(maxBody)
	if err != nil || len(text) == 0 {
		return nil, err
	}
	if t := r.Header.Get("Content-Type"); t != "" && !isJSON(t) {
		return nil, expecting("application/json", "Content-Type header")
	}
	v, err := schema.Parse(text)
	if err != nil {
		return nil, quiet{expecting("valid JSON", "request body")} // without the cause, which may quote it
	}
	object, ok := v.(schema.Object)
	if !ok {
		return nil, expecting("valid JSON", "request body")
	}
	return object, nil
}

// isJSON is Flask's Request.is_json.
func isJSON(contentType string) bool {
	t, _, err := mime.ParseMediaType(contentType)
	if err != nil {
		t, _, _ = strings.Cut(contentType, ";")
		t = strings.ToLower(strings.TrimSpace(t))
	}
	return t == "application/json" || strings.HasPrefix(t, "application/") && strings.HasSuffix(t, "+json")
}

// expecting is Keystone's ValidationError.
func expecting(attribute, target string) *jumpgate.Error {
	return jumpgate.BadRequest.New("Expecting to find %s in %s. The server could not comply with the request since it is either malformed or otherwise incorrect. The client is assumed to be in error.", attribute, target)
}

// quiet is a fault about a body that may hold secrets. Keystone quotes the
// body in the answer; the log gets nothing of it.
type quiet struct{ fault error }

func (quiet) Error() string   { return "malformed body" }
func (q quiet) Unwrap() error { return q.fault }
