package schema_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// TestRepr holds Repr against Python's repr(json.loads(text)).
func TestRepr(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{`"it's"`, `"it's"`},
		{`"\"q\""`, `'"q"'`},
		{`"'\""`, `'\'"'`},
		{`"a\\b"`, `'a\\b'`},
		{`"\u0000\t\n\r\u001f\u007f"`, `'\x00\t\n\r\x1f\x7f'`},
		{`"\u00a0\u00ad\u00e9\u200b\u2028\u3000\ufeff\ue000"`, `'\xa0\xadé\u200b\u2028\u3000\ufeff\ue000'`},
		{`"\ud83d\ude00 \udb40\udc01"`, `'😀 \U000e0001'`},
		{`1.0`, `1.0`},
		{`1.10`, `1.1`},
		{`1e3`, `1000.0`},
		{`1.0e+2`, `100.0`},
		{`100e-2`, `1.0`},
		{`1E400`, `inf`},
		{`-1E400`, `-inf`},
		{`-0`, `0`},
		{`-0.0`, `-0.0`},
		{`0.0001`, `0.0001`},
		{`0.00001`, `1e-05`},
		{`1e15`, `1000000000000000.0`},
		{`1e16`, `1e+16`},
		{`1e22`, `1e+22`},
		{`1.5e-7`, `1.5e-07`},
		{`5e-324`, `5e-324`},
		{`1e-320`, `1e-320`},
		{`123456789.123456789`, `123456789.12345679`},
		{`123456789012345678901234567890`, `123456789012345678901234567890`},
		{`{"a": [null, true, false, {}, []], "b": "x"}`, `{'a': [None, True, False, {}, []], 'b': 'x'}`},
		{`{"b": 1, "a": 2, "b": 3}`, `{'b': 3, 'a': 2}`},
	} {
		v, err := schema.Parse([]byte(c.text))
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
			continue
		}
		if got := schema.Repr(v); got != c.want {
			t.Errorf("Repr(%s) = %s, want %s", c.text, got, c.want)
		}
	}
	if got := schema.Str("it's\n"); got != "it's\n" {
		t.Errorf("Str = %q, want the text as it is", got)
	}
	if got := schema.Repr([]any{true, "HARD", 5}); got != "[True, 'HARD', 5]" {
		t.Errorf("Repr of Go's own values = %s", got)
	}
}

func TestParseRefuses(t *testing.T) {
	for _, text := range []string{
		" ", "\n", "{", `{"a"}`, `{"a": 1,}`, "[1,]", "1 2", "{} x", "nul", "'a'", "\xef\xbb\xbf{}", "\"\xff\"", "NaN", "01", `"\x"`,
		strings.Repeat("[", 70) + strings.Repeat("]", 70),
		strings.Repeat("[", 1_000_000),
	} {
		if v, err := schema.Parse([]byte(text)); !errors.Is(err, schema.ErrSyntax) {
			t.Errorf("Parse(%.20q) = %v, %v, want ErrSyntax", text, v, err)
		}
	}
	if v, err := schema.Parse(nil); v != nil || err != nil {
		t.Errorf("Parse of nothing = %v, %v, want nil", v, err)
	}
}

func TestUUIDLike(t *testing.T) {
	const uuid = "018f906a-f4db-47e5-9d1c-3ab6ac6a82ae"
	for text, want := range map[string]bool{
		uuid: true, strings.ToUpper(uuid): true, strings.ReplaceAll(uuid, "-", ""): true, "{" + uuid + "}": true, "urn:uuid:" + uuid: true,
		"": false, uuid + "0": false, uuid[1:]: false, "x" + uuid[1:]: false, " " + uuid: false,
	} {
		if schema.UUIDLike(text) != want {
			t.Errorf("%q: %v", text, !want)
		}
	}
}
