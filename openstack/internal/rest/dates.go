package rest

import (
	"regexp"
	"strconv"
	"time"
)

// isoDate is the grammar of Python's iso8601 module, which Nova and Glance
// parse dates with.
var isoDate = regexp.MustCompile(`^(\d{4})(?:(?:-(\d{1,2})|(\d{2}))(?:(?:-(\d{1,2})|(\d{2}))` +
	`(?:[ T](\d{2})(?::?(\d{2}))?(?::?(\d{1,2})(?:[.,](\d+))?)?(Z|[-+]\d{2}:?(?:\d{2})?)?)?)?)?$`)

// ParseDate reads a date in one of the forms of ISO 8601 that iso8601.parse_date
// takes, and returns it in UTC. One without a zone is in UTC. Fractions of a
// second are cut to microseconds. It returns false where text is no date.
func ParseDate(text string) (time.Time, bool) {
	m := isoDate.FindStringSubmatch(text)
	if m == nil || m[3] != "" && len(text) == 6 { // YYYYMM could be YYMMDD
		return time.Time{}, false
	}
	number := func(otherwise int, groups ...int) int {
		for _, g := range groups {
			if n, err := strconv.Atoi(m[g]); err == nil {
				return n
			}
		}
		return otherwise
	}
	year, month, day := number(0, 1), number(1, 2, 3), number(1, 4, 5)
	hour, minute, second := number(0, 6), number(0, 7), number(0, 8)
	micros, _ := strconv.Atoi((m[9] + "000000")[:6])
	zone, ok := parseZone(m[10])
	t := time.Date(year, time.Month(month), day, hour, minute, second, micros*1000, time.UTC)
	// time.Date makes 2026-02-30 the 2nd of March.
	ok = ok && year > 0 && t.Month() == time.Month(month) && t.Day() == day && hour < 24 && minute < 60 && second < 60
	return t.Add(-zone), ok
}

// parseZone reads "", "Z", "+01", "+0130" or "-01:30".
func parseZone(text string) (time.Duration, bool) {
	if text == "" || text == "Z" {
		return 0, true
	}
	hours, _ := strconv.Atoi(text[1:3])
	minutes, _ := strconv.Atoi(text[len(text)-2:])
	if len(text) <= 4 { // no minutes: "+01" or "+01:"
		minutes = 0
	}
	zone := time.Duration(hours)*time.Hour + time.Duration(minutes)*time.Minute
	if text[0] == '-' {
		zone = -zone
	}
	return zone, zone.Abs() < 24*time.Hour
}
