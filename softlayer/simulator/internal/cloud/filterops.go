package cloud

import (
	"cmp"
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// operation compiles the operation of a filter's leaf into a test of one value. A null value passes only "is null",
// as in SQL.
func (c *filterCompiler) operation(op any, options map[string][]any) (func(any) bool, error) {
	text, ok := op.(string)
	if !ok {
		switch op.(type) {
		case bool, json.Number:
			want := textOf(op)
			return notNull(func(v any) bool { return equal(v, want) }), nil
		}
		return nil, public("Invalid object filter: an operation must be a string, a number or a boolean.")
	}
	switch text {
	case "is null":
		return func(v any) bool { return v == nil }, nil
	case "not null":
		return func(v any) bool { return v != nil }, nil
	case "in", "not in":
		data, ok := options["data"]
		if !ok {
			return nil, public("Invalid object filter: operation '%s' needs the option 'data'.", text)
		}
		want := map[string]bool{}
		for _, v := range data {
			want[textOf(v)] = true
		}
		member := text == "in"
		return notNull(func(v any) bool { return want[textOf(v)] == member }), nil
	case "and", "or":
		return c.combine(text, options["data"])
	case "isDate", "lessThanDate", "greaterThanDate", "betweenDate":
		return c.dates(text, options)
	}
	if len(options) > 0 && c.strict {
		return nil, public("Invalid object filter: operation '%s' takes no options.", text)
	}
	return c.comparison(text)
}

// tokens are the operators a value may start with, the longer ones first.
var tokens = []string{"!^=", "!$=", "!*=", "!=", "!~", ">=", "<=", "^=", "$=", "*=", "_=", ">", "<", "~"}

func (c *filterCompiler) comparison(text string) (func(any) bool, error) {
	token := ""
	for _, t := range tokens {
		if strings.HasPrefix(text, t) {
			token = t
			break
		}
	}
	want := strings.TrimSpace(strings.TrimPrefix(text, token))
	switch token {
	case "":
		return notNull(func(v any) bool { return equal(v, want) }), nil
	case "!=":
		return notNull(func(v any) bool { return !equal(v, want) }), nil
	case "_=":
		return notNull(func(v any) bool { return strings.EqualFold(textOf(v), want) }), nil
	case ">", ">=", "<", "<=":
		return c.ordering(token, want)
	case "~", "!~":
		re, err := regexp.Compile(want)
		if err != nil {
			return nil, public("Invalid object filter: bad regular expression.")
		}
		return notNull(func(v any) bool { return re.MatchString(textOf(v)) == (token == "~") }), nil
	}
	// These ignore case, as slcli documents them.
	has := strings.Contains
	switch token[len(token)-2] {
	case '^':
		has = strings.HasPrefix
	case '$':
		has = strings.HasSuffix
	}
	positive := token[0] != '!'
	want = strings.ToLower(want)
	return notNull(func(v any) bool { return has(strings.ToLower(textOf(v)), want) == positive }), nil
}

var daysPast = regexp.MustCompile(`^(?:currentDate|sysdate)(?:\s*-\s*(\d{1,6}))?$`)

func (c *filterCompiler) ordering(token, want string) (func(any) bool, error) {
	var bound any = want
	if m := daysPast.FindStringSubmatch(want); m != nil {
		days, _ := strconv.Atoi(m[1]) // absent: today
		bound = c.now.AddDate(0, 0, -days)
	}
	return notNull(func(v any) bool {
		var d int
		switch v := v.(type) {
		case time.Time:
			at, ok := bound.(time.Time)
			if !ok {
				if at, ok = c.date(want); !ok {
					return false
				}
			}
			d = v.Compare(at)
		default:
			a, err1 := strconv.ParseFloat(textOf(v), 64)
			b, err2 := strconv.ParseFloat(want, 64)
			if err1 == nil && err2 == nil {
				d = cmp.Compare(a, b)
			} else {
				d = cmp.Compare(textOf(v), want)
			}
		}
		return token[0] == '>' && d > 0 || token[0] == '<' && d < 0 || len(token) == 2 && d == 0
	}), nil
}

// combine is "and" and "or": operations in the option "data".
func (c *filterCompiler) combine(text string, data []any) (func(any) bool, error) {
	if len(data) == 0 {
		return nil, public("Invalid object filter: operation '%s' needs the option 'data'.", text)
	}
	var tests []func(any) bool
	for _, d := range data {
		if s, ok := d.(string); ok && (s == "and" || s == "or" || s == "in") {
			return nil, public("Invalid object filter: operation '%s' cannot be nested.", s)
		}
		t, err := c.operation(d, nil)
		if err != nil {
			return nil, err
		}
		tests = append(tests, t)
	}
	decides := text == "or"
	return func(v any) bool {
		for _, t := range tests {
			if t(v) == decides {
				return decides
			}
		}
		return !decides
	}, nil
}

func (c *filterCompiler) dates(text string, options map[string][]any) (func(any) bool, error) {
	option := func(name string) (time.Time, error) {
		if list := options[name]; len(list) == 1 {
			if t, ok := c.date(textOf(list[0])); ok {
				return t, nil
			}
		}
		return time.Time{}, public("Invalid object filter: operation '%s' needs a date as option '%s'.", text, name)
	}
	from, until := "date", "date"
	if text == "betweenDate" {
		from, until = "startDate", "endDate"
	}
	a, err := option(from)
	if err != nil {
		return nil, err
	}
	b, err := option(until)
	if err != nil {
		return nil, err
	}
	return func(v any) bool {
		t, ok := v.(time.Time)
		if !ok {
			return false
		}
		switch text {
		case "lessThanDate":
			return t.Before(a)
		case "greaterThanDate":
			return t.After(a)
		case "isDate":
			return !t.Before(a) && t.Before(a.AddDate(0, 0, 1))
		}
		return !t.Before(a) && !t.After(b)
	}, nil
}

var dateLayouts = []string{
	"01/02/2006", "01/02/2006 15:04:05", "2006-01-02", "2006-01-02 15:04:05", "2006-01-02T15:04:05",
	time.RFC3339Nano, "2006-01-02T15:04:05.999999-0700",
}

func (c *filterCompiler) date(s string) (time.Time, bool) {
	for _, layout := range dateLayouts {
		if t, err := time.ParseInLocation(layout, s, c.zone); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

func notNull(f func(any) bool) func(any) bool {
	return func(v any) bool { return v != nil && f(v) }
}

// equal compares as text, except that a flag also equals its number.
func equal(v any, want string) bool {
	if b, ok := v.(bool); ok {
		return want == strconv.FormatBool(b) || b && want == "1" || !b && want == "0"
	}
	return textOf(v) == want
}

func textOf(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	case int:
		return strconv.Itoa(v)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case bool:
		return strconv.FormatBool(v)
	case time.Time:
		return v.Format(dateFormat)
	}
	return ""
}

// compareValues orders two values of one column; null sorts first.
func compareValues(a, b any) int {
	switch a := a.(type) {
	case int:
		if b, ok := b.(int); ok {
			return cmp.Compare(a, b)
		}
	case float64:
		if b, ok := b.(float64); ok {
			return cmp.Compare(a, b)
		}
	case time.Time:
		if b, ok := b.(time.Time); ok {
			return a.Compare(b)
		}
	}
	return strings.Compare(textOf(a), textOf(b))
}

// page cuts a list to a resultLimit of "offset,limit".
func page(list []node, resultLimit string) ([]node, error) {
	if resultLimit == "" {
		return list, nil
	}
	parts := strings.Split(resultLimit, ",")
	if len(parts) == 1 {
		parts = []string{"0", parts[0]}
	}
	offset, ok1 := parseInt(parts[0])
	limit, ok2 := parseInt(parts[1])
	if len(parts) > 2 || !ok1 || !ok2 || offset < 0 || limit < 0 {
		return nil, badRequest("Invalid result limit: expected offset,limit.")
	}
	offset = min(offset, len(list))
	if limit == 0 { // no limit
		limit = len(list)
	}
	return slices.Clip(list[offset:min(len(list), offset+min(limit, len(list)))]), nil
}
