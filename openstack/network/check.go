package network

import (
	"encoding/json"
	"fmt"
	"maps"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// check says whether a value that a client sent will do and returns it in the
// type of the field. A reason that it returns as its error is put into
// Neutron's sentence about a bad value.
type check func(v any) (any, error)

// reason is why a value won't do.
type reason string

func (r reason) Error() string { return string(r) }

func because(format string, args ...any) error { return reason(fmt.Sprintf(format, args...)) }

// show writes a value as Python shows it.
func show(v any) string { return schema.Str(v) }

// quoted writes a list of words as Python shows it.
func quoted(words []string) string { return "['" + strings.Join(words, "', '") + "']" }

func text(limit int) check {
	return func(v any) (any, error) {
		s, ok := v.(string)
		switch {
		case !ok:
			return nil, because("'%s' is not a valid string", show(v))
		case utf8.RuneCountInString(s) > limit:
			return nil, because("'%s' exceeds maximum length of %d", s, limit)
		}
		return s, nil
	}
}

// orNull takes null, too.
func orNull(is check) check {
	return func(v any) (any, error) {
		if v == nil {
			return nil, nil
		}
		return is(v)
	}
}

func boolean(v any) (any, error) {
	switch v := v.(type) {
	case bool:
		return v, nil
	case string:
		switch strings.ToLower(v) {
		case "true", "1":
			return true, nil
		case "false", "0":
			return false, nil
		}
	case json.Number:
		switch v {
		case "1":
			return true, nil
		case "0":
			return false, nil
		}
	}
	return nil, Invalid("'%s' cannot be converted to boolean.", show(v))
}

func integer(v any) (any, error) {
	switch v := v.(type) {
	case json.Number:
		if n, err := strconv.Atoi(v.String()); err == nil {
			return n, nil
		}
	case string:
		if n, err := strconv.Atoi(strings.TrimSpace(v)); err == nil {
			return n, nil
		}
	case bool: // Python's int() takes them
		if v {
			return 1, nil
		}
		return 0, nil
	}
	return nil, Invalid("'%s' is not an integer.", show(v))
}

func between(least, most int) check {
	return func(v any) (any, error) {
		n, err := integer(v)
		if err != nil {
			return nil, because("'%s' is not an integer", show(v))
		}
		switch i, _ := n.(int); {
		case i < least:
			return nil, because("'%d' is too small - must be at least '%d'", i, least)
		case i > most:
			return nil, because("'%d' is too large - must be no larger than '%d'", i, most)
		}
		return n, nil
	}
}

func natural(v any) (any, error) {
	n, err := integer(v)
	if err != nil {
		return nil, because("'%s' is not an integer", show(v))
	}
	if i, _ := n.(int); i < 0 {
		return nil, because("'%d' should be non-negative", i)
	}
	return n, nil
}

func oneOf(words ...string) check {
	return func(v any) (any, error) {
		if s, ok := v.(string); ok && slices.Contains(words, s) {
			return s, nil
		}
		return nil, because("%s is not in valid_values", show(v))
	}
}

func ipVersion(v any) (any, error) {
	n, err := integer(v)
	if err != nil {
		return nil, err
	}
	if n != 4 && n != 6 {
		return nil, because("%s is not in valid_values", show(v))
	}
	return n, nil
}

func uuid(v any) (any, error) {
	s, ok := v.(string)
	if !ok || !schema.UUIDLike(s) {
		return nil, because("'%s' is not a valid UUID", show(v))
	}
	return s, nil
}

// list takes a list whose items are all as is says.
func list(v any) ([]any, error) {
	l, ok := v.([]any)
	if !ok {
		return nil, because("'%s' is not a list", show(v))
	}
	return l, nil
}

func listOf(is check) check {
	return func(v any) (any, error) {
		if v == nil {
			return []string{}, nil
		}
		l, err := list(v)
		if err != nil {
			return nil, err
		}
		all, seen := make([]string, len(l)), make(map[string]bool, len(l))
		for i, item := range l {
			s, err := is(item)
			if err != nil {
				return nil, err
			}
			all[i], _ = s.(string)
			if seen[all[i]] {
				return nil, because("Duplicate items in the list: '%s'", all[i])
			}
			seen[all[i]] = true
		}
		return all, nil
	}
}

func mac(v any) (any, error) {
	s, _ := v.(string)
	if hw, err := net.ParseMAC(s); err == nil && len(hw) == 6 {
		return hw.String(), nil
	}
	return nil, because("'%s' is not a valid MAC address", show(v))
}

func address(v any) (any, error) {
	s, ok := v.(string)
	if a, err := netip.ParseAddr(s); ok && err == nil && a.Zone() == "" {
		return a, nil
	}
	return nil, because("'%s' is not a valid IP address", show(v))
}

// cidr takes a network; host bits are cut, as Neutron does.
func cidr(v any) (any, error) {
	s, ok := v.(string)
	if !ok {
		return nil, because("'%s' is not a valid IP subnet", show(v))
	}
	p, err := netip.ParsePrefix(s)
	if err != nil {
		return nil, Invalid("%s is not in a CIDR format.", s)
	}
	return p.Masked(), nil
}

// cidrText takes a network in the form that the client wrote.
func cidrText(v any) (any, error) {
	s, ok := v.(string)
	if ok {
		if _, err := netip.ParseAddr(s); err == nil {
			return s, nil
		}
		if _, err := netip.ParsePrefix(s); err == nil {
			return s, nil
		}
	}
	return nil, because("'%s' is not a valid IP subnet", show(v))
}

// members takes an object that has no members but those named; the ones
// before the bar must be there.
func members(v any, must, may []string) (map[string]any, error) {
	o, ok := v.(map[string]any)
	if !ok {
		return nil, because("'%s' is not a dictionary", show(v))
	}
	for _, name := range must {
		if _, ok := o[name]; !ok {
			return nil, because("Expected keys not found: {'%s'}", name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(o)) {
		if !slices.Contains(must, name) && !slices.Contains(may, name) {
			return nil, because("Unexpected keys supplied: %s", name)
		}
	}
	return o, nil
}

func routes(v any) (any, error) {
	if v == nil {
		return []Route{}, nil
	}
	l, err := list(v)
	if err != nil {
		return nil, because("Invalid data format for hostroute: '%s'", show(v))
	}
	all := make([]Route, len(l))
	for i, item := range l {
		o, err := members(item, []string{"destination", "nexthop"}, nil)
		if err != nil {
			return nil, err
		}
		hop, err := address(o["nexthop"])
		if err != nil {
			return nil, err
		}
		text, err := cidrText(o["destination"])
		if err != nil {
			return nil, err
		}
		all[i].NextHop, _ = hop.(netip.Addr)
		s, _ := text.(string)
		all[i].Destination = prefix(s)
		if slices.Contains(all[:i], all[i]) {
			return nil, because("Duplicate hostroute '%s'", show(item))
		}
	}
	return all, nil
}

// prefix reads a network or an address, which is a network of one.
func prefix(s string) netip.Prefix {
	if p, err := netip.ParsePrefix(s); err == nil {
		return p.Masked()
	}
	if a, err := netip.ParseAddr(s); err == nil {
		return netip.PrefixFrom(a, a.BitLen())
	}
	return netip.Prefix{}
}

func pools(v any) (any, error) {
	l, err := list(v)
	if err != nil {
		return nil, because("Invalid data format for IP pool: '%s'", show(v))
	}
	all := make([]Pool, len(l))
	for i, item := range l {
		o, ok := item.(map[string]any)
		if !ok || len(o) != 2 || o["start"] == nil || o["end"] == nil {
			return nil, because("Invalid data format for IP pool: '%s'", show(v))
		}
		start, err := address(o["start"])
		if err != nil {
			return nil, err
		}
		end, err := address(o["end"])
		if err != nil {
			return nil, err
		}
		all[i].Start, _ = start.(netip.Addr)
		all[i].End, _ = end.(netip.Addr)
	}
	return all, nil
}

func fixedIPs(v any) (any, error) {
	if v == nil {
		return []FixedIP{}, nil
	}
	l, err := list(v)
	if err != nil {
		return nil, because("Invalid data format for fixed IP: '%s'", show(v))
	}
	all := make([]FixedIP, len(l))
	for i, item := range l {
		o, ok := item.(map[string]any)
		if !ok {
			return nil, because("Invalid data format for fixed IP: '%s'", show(item))
		}
		if a, ok := o["ip_address"]; ok && a != nil {
			ip, err := address(a)
			if err != nil {
				return nil, err
			}
			all[i].Address, _ = ip.(netip.Addr)
			if slices.ContainsFunc(all[:i], func(o FixedIP) bool { return o.Address == all[i].Address }) {
				return nil, because("Duplicate IP address '%s'", show(a))
			}
		}
		if s, ok := o["subnet_id"]; ok {
			id, err := uuid(s)
			if err != nil {
				return nil, err
			}
			all[i].SubnetID, _ = id.(string)
		}
		if all[i] == (FixedIP{}) {
			return nil, Invalid("IP allocation requires subnet_id or ip_address")
		}
	}
	return all, nil
}
