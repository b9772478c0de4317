package records

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// Number is one that SoftLayer writes as a string: "8", ".5". What is none,
// such as "N/A", counts as 0: it must not hide the rest of a list.
type Number float64

func (n *Number) UnmarshalJSON(b []byte) error {
	v, err := strconv.ParseFloat(strings.Trim(string(b), `"`), 64)
	if err != nil || math.IsNaN(v) || math.Abs(v) > 1<<53 {
		v = 0
	}
	*n = Number(v)
	return nil
}

type Named struct {
	Name string `json:"name"`
}

type Numbered struct {
	ID int `json:"id"`
}

// Timestamp is a SoftLayer date: RFC 3339 in the time zone of the user, null
// or empty for none. What is no date, such as MySQL's year 0, is none either:
// it must not hide the rest of a list.
type Timestamp struct{ time.Time }

func (t *Timestamp) UnmarshalJSON(b []byte) error {
	parsed, err := time.Parse(time.RFC3339Nano, strings.Trim(string(b), `"`))
	if err != nil || parsed.Year() <= 0 {
		parsed = time.Time{}
	}
	t.Time = parsed.UTC()
	return nil
}

type KeyName struct {
	KeyName string `json:"keyName"`
}
