package baremetal

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// arguments are what a handler gets by name, of the query and of a JSON object
// in the body: text, or values of JSON.
type arguments map[string]any

// arguments reads those that a handler knows. The type that the client says
// the body has does not matter; what is no JSON object is taken for no body.
func (c *call) arguments(known ...string) (arguments, error) {
	args, err := c.query()
	if err != nil {
		return nil, err
	}
	if c.Method != http.MethodGet {
		text, err := c.ReadBody(0)
		if err != nil {
			return nil, err
		}
		if body, err := schema.Parse(text); err == nil {
			o, _ := body.(schema.Object)
			for _, m := range o {
				args[m.Name] = m.Value
			}
		}
	}
	var unknown []string
	for name := range args {
		if !slices.Contains(known, name) {
			unknown = append(unknown, name)
		}
	}
	if unknown != nil {
		slices.Sort(unknown)
		return nil, badRequest("Unexpected arguments: %s", strings.Join(unknown, ", "))
	}
	return args, nil
}

// query reads the query. A name that comes twice has a list.
func (c *call) query() (arguments, error) {
	values, err := url.ParseQuery(c.URL.RawQuery)
	if err != nil {
		return nil, badRequest("Invalid query string.")
	}
	args := make(arguments)
	for name, all := range values {
		if len(all) == 1 {
			args[name] = all[0]
			continue
		}
		list := make([]any, len(all))
		for i, v := range all {
			list[i] = v
		}
		args[name] = list
	}
	return args, nil
}

// must refuses a request without the argument.
func (a arguments) must(name string) error {
	if _, ok := a[name]; !ok {
		return badRequest("Missing mandatory parameter: %s", name)
	}
	return nil
}

// text returns an argument that is text; ok is false where it is null or not
// there.
func (a arguments) text(name string) (s string, ok bool, err error) {
	switch v := a[name].(type) {
	case nil:
		return "", false, nil
	case string:
		return v, true, nil
	default:
		return "", false, badRequest("Expected string for %s: %s", name, schema.Str(v))
	}
}

// mustText is the text of an argument that a request needs; "" for null.
func (a arguments) mustText(name string) (string, error) {
	if err := a.must(name); err != nil {
		return "", err
	}
	s, _, err := a.text(name)
	return s, err
}

func (a arguments) uuid(name string) (s string, ok bool, err error) {
	v := a[name]
	if v == nil {
		return "", false, nil
	}
	s, _ = v.(string)
	if !schema.UUIDLike(s) {
		return "", false, badRequest("Expected UUID for %s: %s", name, schema.Str(v))
	}
	return s, true, nil
}

func (a arguments) boolean(name string) (value, ok bool, err error) {
	v := a[name]
	if v == nil {
		return false, false, nil
	}
	value, err = toBool(name, v)
	return value, err == nil, err
}

func (a arguments) integer(name string) (n int, ok bool, err error) {
	v := a[name]
	if v == nil {
		return 0, false, nil
	}
	n, err = strconv.Atoi(strings.TrimSpace(schema.Str(v)))
	if err != nil {
		return 0, false, badRequest("Expected an integer for %s: %s", name, schema.Str(v))
	}
	return n, true, nil
}

// list returns the parts of a text that has commas between them.
func (a arguments) list(name string) (list []string, ok bool, err error) {
	s, ok, err := a.text(name)
	if !ok || err != nil {
		return nil, false, err
	}
	seen := make(map[string]bool)
	for part := range strings.SplitSeq(s, ",") {
		if part = strings.ToLower(strings.TrimSpace(part)); part != "" && !seen[part] {
			seen[part] = true
			list = append(list, part)
		}
	}
	return list, true, nil
}

// toBool reads a boolean as oslo.utils does strictly.
func toBool(name string, v any) (bool, error) {
	if b, ok := v.(bool); ok {
		return b, nil
	}
	text := schema.Str(v)
	if b, ok := jumpgate.ParseBool(strings.TrimSpace(text)); ok {
		return b, nil
	}
	return false, badRequest("Invalid %s: Unrecognized value '%s', acceptable values are: '0', '1', 'f', 'false', 'n', 'no', 'off', 'on', 't', 'true', 'y', 'yes'", name, text)
}

var (
	logicalName  = regexp.MustCompile(`^[a-zA-Z0-9\-._~]+$`)
	hostnameSafe = regexp.MustCompile(`^[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?(\.[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?)*$`)
	macAddress   = regexp.MustCompile(`^[0-9a-f]{2}([:-][0-9a-f]{2}){5}$`)
)

// nameable tells whether a thing may have the name in the version asked for.
func (c *call) nameable(name string) bool {
	if c.minor < 10 {
		return len(name) <= 255 && hostnameSafe.MatchString(name)
	}
	return logicalName.MatchString(name)
}

// toMAC reads a MAC address and writes it as Ironic does.
func toMAC(name string, v any) (string, error) {
	s, _ := v.(string)
	low := strings.ToLower(s)
	if !macAddress.MatchString(low) {
		return "", badRequest("Expected valid MAC address for %s: %s", name, schema.Str(v))
	}
	return low, nil
}

// ident reads what a path names a thing by.
func ident(name, v string) error {
	if !logicalName.MatchString(v) && !schema.UUIDLike(v) {
		return badRequest("Expected UUID or name for %s: %s", name, v)
	}
	return nil
}

// body reads the JSON of a body that a handler takes as a whole. What is no
// JSON is a fault of the server, as in Ironic.
func (c *call) body() (any, error) {
	text, err := c.ReadBody(0)
	if err != nil || len(text) == 0 {
		return nil, err
	}
	v, err := schema.Parse(text)
	if err != nil {
		return nil, &jumpgate.Error{Kind: jumpgate.Internal, Err: fmt.Errorf("no JSON: %w", err)}
	}
	return v, nil
}
