package image

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
)

// Op is how a Filter compares.
type Op string

// The operators. Text has only In; only dates have Equal and NotEqual.
const (
	In             Op = "in" // equal to one of Filter.Values
	Equal          Op = "eq"
	NotEqual       Op = "neq"
	Greater        Op = "gt"
	GreaterOrEqual Op = "gte"
	Less           Op = "lt"
	LessOrEqual    Op = "lte"
)

// Filter is one condition on an image. A null attribute satisfies no Filter.
type Filter struct {
	// Name is the attribute's name on the wire ("disk_format", "owner",
	// "created_at"), or a property's.
	Name string
	Op   Op

	Values []string  // with In
	Number int64     // with GreaterOrEqual and LessOrEqual of size, virtual_size, min_disk and min_ram
	Time   time.Time // with created_at and updated_at
}

// parseFilter reads one parameter that is left when all others are taken
// (_make_conditions_from_filters in glance/db/sqlalchemy/api.py).
func parseFilter(name, value string) (Filter, error) {
	if attribute, op, ok := cutRange(name); ok {
		n, isNumber := rest.Int(value)
		if !isNumber {
			return Filter{}, jumpgate.BadRequest.New("Unable to filter on a range with a non-numeric value.")
		}
		// Glance answers 500 to a range of what is no column; here it is an
		// odd name for a property.
		if isNumeric(attribute) {
			return Filter{Name: attribute, Op: op, Number: n}, nil
		}
	}
	switch name {
	case "created_at", "updated_at":
		op, text := splitOp(value)
		t, ok := rest.ParseDate(text)
		if !ok {
			return Filter{}, jumpgate.BadRequest.New("Bad \"%s\" query filter format. Use ISO 8601 DateTime notation.", name)
		}
		switch op {
		case Equal, NotEqual, Greater, GreaterOrEqual, Less, LessOrEqual:
			return Filter{Name: name, Op: op, Time: t}, nil
		}
		return Filter{}, jumpgate.BadRequest.New("Unable to filter on a unknown operator.")
	case "name", "id", "status", "container_format", "disk_format":
		op, text := splitOp(value)
		switch op {
		case In:
			values, err := splitValues(text)
			return Filter{Name: name, Op: In, Values: values}, err
		case Equal:
			return Filter{Name: name, Op: In, Values: []string{text}}, nil
		}
		return Filter{}, jumpgate.BadRequest.New("Unable to filter by unknown operator '%s'.", op)
	case "size", "virtual_size", "min_disk", "min_ram":
		if n, ok := rest.Int(value); ok {
			value = strconv.FormatInt(n, 10)
		}
	}
	return Filter{Name: name, Op: In, Values: []string{value}}, nil
}

// cutRange splits "size_min" and "size_max".
func cutRange(name string) (string, Op, bool) {
	if attribute, ok := strings.CutSuffix(name, "_min"); ok {
		return attribute, GreaterOrEqual, true
	}
	attribute, ok := strings.CutSuffix(name, "_max")
	return attribute, LessOrEqual, ok
}

func isNumeric(attribute string) bool {
	return attribute == "size" || attribute == "virtual_size" || attribute == "min_disk" || attribute == "min_ram"
}

// splitOp splits "gte:2026-01-02" at the first colon, unless all of it is a
// date (split_filter_op in glance/common/utils.py). A name with a colon in it
// is an unknown operator, in Glance too.
func splitOp(expression string) (Op, string) {
	op, value, found := strings.Cut(expression, ":")
	if !found {
		return Equal, expression
	}
	if _, ok := rest.ParseDate(expression); ok {
		return Equal, expression
	}
	return Op(op), value
}

// valuePattern finds a quoted value, a plain one, or a comma with nothing in
// front of it.
var valuePattern = regexp.MustCompile(`"([^"\\]*(?:\\.[^"\\]*)*)",?|([^,]+),?|,`)

// splitValues splits the values of "in:", which are quoted if they have
// commas (split_filter_value_for_quotes). Escapes in quotes stay as they are.
func splitValues(s string) ([]string, error) {
	if err := checkQuotes(s); err != nil {
		return nil, err
	}
	var values []string
	for _, m := range valuePattern.FindAllStringSubmatch(s, -1) {
		if m[1] != "" {
			values = append(values, m[1])
		} else {
			values = append(values, m[2])
		}
	}
	return values, nil
}

func checkQuotes(s string) error {
	open := false
	for i := range len(s) {
		if s[i] != '"' || i > 0 && s[i-1] == '\\' {
			continue
		}
		switch {
		case !open && i > 0 && s[i-1] != ',':
			return jumpgate.BadRequest.New("Invalid filter value %s. There is no comma before opening quotation mark.", s)
		case open && i+1 != len(s) && s[i+1] != ',':
			return jumpgate.BadRequest.New("Invalid filter value %s. There is no comma after closing quotation mark.", s)
		}
		open = !open
	}
	if open {
		return jumpgate.BadRequest.New("Invalid filter value %s. The quote is not closed.", s)
	}
	return nil
}

func (f *Filter) matches(img *Image) bool {
	switch {
	case f.Op == In:
		text, ok := img.text(f.Name)
		return ok && slices.Contains(f.Values, text)
	case f.Name == "created_at":
		return f.compare(img.Created.Truncate(time.Second).Compare(f.Time))
	case f.Name == "updated_at":
		return f.compare(img.updated().Truncate(time.Second).Compare(f.Time))
	}
	n, ok := img.number(f.Name)
	switch {
	case !ok:
		return false
	case n < f.Number:
		return f.compare(-1)
	case n > f.Number:
		return f.compare(1)
	}
	return f.compare(0)
}

// compare tells whether f's operator is true of two values that compare as c.
func (f *Filter) compare(c int) bool {
	switch f.Op {
	case Equal:
		return c == 0
	case NotEqual:
		return c != 0
	case Greater:
		return c > 0
	case GreaterOrEqual:
		return c >= 0
	case Less:
		return c < 0
	case LessOrEqual:
		return c <= 0
	}
	return false
}

// text returns what an attribute or a property of img is compared with; false
// where it is null or missing.
func (img *Image) text(name string) (string, bool) {
	var s string
	switch name {
	case "id":
		s = img.ID
	case "name":
		s = img.Name
	case "status":
		s = img.Status
	case "visibility":
		s = img.Visibility
	case "owner":
		s = img.Owner
	case "disk_format":
		s = img.DiskFormat
	case "container_format":
		s = img.ContainerFormat
	case "checksum":
		s = img.Checksum
	case "os_hash_algo":
		s = img.HashAlgo
	case "os_hash_value":
		s = img.HashValue
	case "protected":
		s = strconv.FormatBool(img.Protected)
	default:
		if isNumeric(name) {
			n, ok := img.number(name)
			return strconv.FormatInt(n, 10), ok
		}
		if reserved(name) {
			return "", false
		}
		s, ok := img.Properties[name]
		return s, ok
	}
	return s, s != ""
}

// number returns a numeric attribute; false where it is null.
func (img *Image) number(name string) (int64, bool) {
	var n *int64
	switch name {
	case "size":
		n = img.Size
	case "virtual_size":
		n = img.VirtualSize
	case "min_disk":
		return int64(img.MinDisk), true
	case "min_ram":
		return int64(img.MinRAM), true
	}
	if n == nil {
		return 0, false
	}
	return *n, true
}

// updated is when img was changed last.
func (img *Image) updated() time.Time {
	if img.Updated.IsZero() {
		return img.Created
	}
	return img.Updated
}
