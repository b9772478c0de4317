package image

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// isoPattern is the grammar of Python's iso8601 module, which Glance parses
// dates with. The groups are year, month with and without a dash, day with
// and without a dash, hour, minute, second, fraction, zone, sign, hours and
// minutes.
var isoPattern = regexp.MustCompile(`^([0-9]{4})` +
	`(?:(?:-([0-9]{1,2})|([0-9]{2}))` +
	`(?:(?:-([0-9]{1,2})|([0-9]{2}))` +
	`(?:[ T]([0-9]{2})(?::?([0-9]{2}))?(?::?([0-9]{1,2})(?:[.,]([0-9]+))?)?` +
	`(Z|([-+])([0-9]{2}):?([0-9]{2})?)?)?)?)?$`)

// parseISOTime reads a date as Glance does. A missing zone is UTC.
func parseISOTime(s string) (time.Time, bool) {
	g := isoPattern.FindStringSubmatch(s)
	if g == nil || g[3] != "" && g[4] == "" && g[5] == "" { // YYYYMM could be YYMMDD
		return time.Time{}, false
	}
	number := func(text string, otherwise int) int {
		if n, err := strconv.Atoi(text); err == nil {
			return n
		}
		return otherwise
	}
	year, month, day := number(g[1], 0), number(g[2]+g[3], 1), number(g[4]+g[5], 1)
	hour, minute, second := number(g[6], 0), number(g[7], 0), number(g[8], 0)
	if hour > 23 || minute > 59 || second > 59 || year < 1 {
		return time.Time{}, false
	}
	nanos := number((g[9] + "000000")[:6], 0) * 1000 // Python keeps microseconds
	zone := time.UTC
	if g[11] != "" {
		offset := number(g[12], 0)*3600 + number(g[13], 0)*60
		if offset >= 24*3600 {
			return time.Time{}, false
		}
		if g[11] == "-" {
			offset = -offset
		}
		zone = time.FixedZone("", offset)
	}
	t := time.Date(year, time.Month(month), day, hour, minute, second, nanos, zone)
	if t.Month() != time.Month(month) || t.Day() != day {
		return time.Time{}, false
	}
	return t.UTC(), true
}

// parseInt reads a number as Python's int does: with spaces around it, a
// sign, and single underscores between digits. What does not fit is the
// nearest number that does.
func parseInt(s string) (int64, bool) {
	s = strings.TrimSpace(s)
	digits := strings.TrimLeft(s, "+-")
	sign := s[:len(s)-len(digits)]
	if len(sign) > 1 || digits == "" || digits[0] == '_' || digits[len(digits)-1] == '_' || strings.Contains(digits, "__") {
		return 0, false
	}
	digits = strings.ReplaceAll(digits, "_", "")
	if strings.Trim(digits, "0123456789") != "" {
		return 0, false
	}
	n, _ := strconv.ParseInt(sign+digits, 10, 64) // out of range it returns the nearest
	return n, true
}
