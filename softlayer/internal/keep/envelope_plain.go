package keep

import "strings"

// readPlain reads the JSON of an envelope in printable ASCII without escapes,
// of which each member is a text, true, or texts by name, into e, which is empty.
// It tells whether text is that. Most envelopes are.
// Reading one with encoding/json, and writing it again to compare, takes twenty
// times as long, which was a sixth of the time for a list of servers.
func readPlain(text string, e *Known) bool {
	rest, ok := cutObject(text, func(name, rest string) (_ string, ok bool) {
		switch field := e.member(name).(type) {
		case *string:
			*field, rest, ok = cutString(rest)
			return rest, ok && *field != ""
		case *bool:
			*field = true
			return strings.CutPrefix(rest, "true")
		case *map[string]string:
			*field = make(map[string]string)
			return cutObject(rest, func(name, rest string) (_ string, ok bool) {
				(*field)[name], rest, ok = cutString(rest)
				return rest, ok
			})
		}
		return "", false
	})
	return ok && rest == ""
}

// member is where readPlain puts what a name stands for; nil: it does not read
// that. encoding/json would find it in Known's tags, by reflection, which puts
// every envelope on the heap.
func (k *Known) member(name string) any {
	switch name {
	case "4":
		return &k.AccessIPv4
	case "6":
		return &k.AccessIPv6
	case "a":
		return &k.AutoDisk
	case "b":
		return &k.Reservation
	case "d":
		return &k.Description
	case "e":
		return &k.Shelf
	case "f":
		return &k.Flavor
	case "g":
		return &k.Group
	case "h":
		return &k.Hostname
	case "i":
		return &k.Image
	case "j":
		return &k.DeviceTags
	case "l":
		return &k.LockReason
	case "m":
		return &k.Metadata
	case "n":
		return &k.Name
	case "o":
		return &k.System
	case "p":
		return &k.Protected
	case "q":
		return &k.KeyName
	case "r":
		return &k.Request
	case "s":
		return &k.Shared
	case "t":
		return &k.Ending
	case "u":
		return &k.Unnamed
	case "x":
		return &k.Overflow
	case "y":
		return &k.Hidden
	}
	return nil
}

// cutObject cuts an object with at least one member off the front of text.
// Its members are sorted; cutValue cuts their values off.
func cutObject(text string, cutValue func(name, text string) (rest string, ok bool)) (rest string, ok bool) {
	if text, ok = strings.CutPrefix(text, "{"); !ok {
		return "", false
	}
	for last := ""; ok; text, ok = strings.CutPrefix(text, ",") {
		var name string
		if name, text, ok = cutString(text); !ok || name <= last {
			return "", false
		}
		last = name
		if text, ok = strings.CutPrefix(text, ":"); !ok {
			return "", false
		}
		if text, ok = cutValue(name, text); !ok {
			return "", false
		}
	}
	return strings.CutPrefix(text, "}")
}

// cutString cuts a string that needs no escapes off the front of text.
func cutString(text string) (s, rest string, ok bool) {
	if text, ok = strings.CutPrefix(text, `"`); !ok {
		return "", "", false
	}
	for i := range len(text) {
		switch c := text[i]; {
		case c == '"':
			return text[:i], text[i+1:], true
		case c < ' ' || c > '~' || c == '\\':
			return "", "", false
		}
	}
	return "", "", false
}
