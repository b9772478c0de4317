package cloud

import (
	"fmt"
	"strings"
)

// mask is a parsed object mask: the properties asked for, nested. An empty mask asks for the default ones.
//
//	mask   := ext | legacy
//	ext    := roots | "[" roots "]"
//	roots  := root ("," root)*
//	root   := ("mask"|"filteredMask") [ "(" Type ")" ] [ "." item | set ]
//	set    := "[" [ item ("," item)* ] "]"
//	item   := prop [ "(" Type ")" ] [ "." item | set ]
//	legacy := item (";" item)*
type mask struct {
	items []*maskItem
}

type maskItem struct {
	name string
	// cast is the subclass the property was looked for in, from the nearest "(Type)" above it. Empty: as declared.
	cast string
	sub  mask
}

// maxNesting keeps a hostile mask or filter from exhausting the stack.
const maxNesting = 64

// maxMask is the length of the longest mask read, far beyond any sensible one.
const maxMask = 64 << 10

// child returns the item called name below m, adding it when it is new: a mask may name a property more than once.
func (m *mask) child(name, cast string) *maskItem {
	for _, it := range m.items {
		if it.name == name && it.cast == cast {
			return it
		}
	}
	it := &maskItem{name: name, cast: cast}
	m.items = append(m.items, it)
	return it
}

func parseMask(text string) (*mask, error) {
	p := &maskParser{text: text}
	m := &mask{}
	if len(text) > maxMask {
		return nil, p.fail("longer than %d bytes", maxMask)
	}
	p.space()
	if p.done() {
		return m, nil
	}
	var err error
	switch {
	case p.eat('['):
		if err = p.roots(m); err == nil {
			err = p.expect(']')
		}
	case p.atRoot():
		err = p.roots(m)
	default:
		err = p.items(m, "", ';', 0)
	}
	if err == nil && !p.done() {
		err = p.fail("unexpected %q", p.text[p.pos])
	}
	if err != nil {
		return nil, err
	}
	return m, nil
}

type maskParser struct {
	text string
	pos  int
}

func (p *maskParser) fail(format string, args ...any) error {
	return public("Invalid object mask at offset %d: %s.", p.pos, fmt.Sprintf(format, args...))
}

func (p *maskParser) done() bool { return p.pos >= len(p.text) }

func (p *maskParser) space() {
	for !p.done() && strings.IndexByte(" \t\r\n", p.text[p.pos]) >= 0 {
		p.pos++
	}
}

// eat consumes c and the white space behind it, if c is next.
func (p *maskParser) eat(c byte) bool {
	if p.done() || p.text[p.pos] != c {
		return false
	}
	p.pos++
	p.space()
	return true
}

func (p *maskParser) expect(c byte) error {
	if p.eat(c) {
		return nil
	}
	if p.done() {
		return p.fail("missing %q", c)
	}
	return p.fail("expected %q, got %q", c, p.text[p.pos])
}

func (p *maskParser) word() (string, error) {
	start := p.pos
	for !p.done() && isWord(p.text[p.pos]) {
		p.pos++
	}
	if p.pos == start {
		return "", p.fail("expected a property name")
	}
	w := p.text[start:p.pos]
	p.space()
	return w, nil
}

func isWord(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// atRoot tells "mask[…" from a legacy mask whose first property merely starts with these letters.
func (p *maskParser) atRoot() bool {
	q := *p
	w, err := q.word()
	return err == nil && (w == "mask" || w == "filteredMask") && (q.done() || strings.IndexByte(".[(,]", q.text[q.pos]) >= 0)
}

func (p *maskParser) roots(m *mask) error {
	for {
		if !p.atRoot() {
			return p.fail("expected mask or filteredMask")
		}
		if _, err := p.word(); err != nil {
			return err
		}
		if err := p.below(m, "", 0); err != nil {
			return err
		}
		if !p.eat(',') {
			return nil
		}
	}
}

// below parses what may follow a root or a property: a cast, then a dotted path or a set.
func (p *maskParser) below(m *mask, cast string, depth int) error {
	if depth > maxNesting {
		return p.fail("nested too deeply")
	}
	if p.eat('(') {
		typ, err := p.word()
		if err != nil {
			return err
		}
		if err := p.expect(')'); err != nil {
			return err
		}
		cast = typ
	}
	switch {
	case p.eat('.'):
		return p.item(m, cast, depth)
	case p.eat('['):
		if p.eat(']') {
			return nil
		}
		if err := p.items(m, cast, ',', depth); err != nil {
			return err
		}
		return p.expect(']')
	}
	return nil
}

func (p *maskParser) items(m *mask, cast string, separator byte, depth int) error {
	for {
		if err := p.item(m, cast, depth); err != nil {
			return err
		}
		if !p.eat(separator) {
			return nil
		}
	}
}

func (p *maskParser) item(m *mask, cast string, depth int) error {
	name, err := p.word()
	if err != nil {
		return err
	}
	return p.below(&m.child(name, cast).sub, "", depth+1)
}
