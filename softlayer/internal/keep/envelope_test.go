package keep

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/softlayer/jumpgate"
)

// texts are notes that people, other tools or other versions may have written.
var texts = []string{
	"", "db master, ask Ann", "two\nlines", "ends in a newline\n", "\n", "\n\n", "\r\n", "dos\r\nlines\r\n", "dos\r", " spaces ",
	"--os:", "--os:{}", "--os:{}\n", "a\n--os:{}", "--os:{\"n\":5}", "--os:{\"n\":null}", "--os:{\"n\": \"spaced\"}", "--os:{\"color\":\"red\"}",
	"--os:{\"n\":\"x\",\"n\":\"y\"}", "--os:{\"N\":\"x\"}", "--os:[1]", "--os:{\"m\":{}}", "--os:{\"n\":\"x\"} trailing", "x--os:{\"n\":\"x\"}",
	"--os:{\"d\":\"old\"}", "--os:{\"d\":\"old\"}\n--os:{\"d\":\"older\"}", "--os:{\"d\":\"old\"}\nand then somebody wrote this",
	"before\n--os:{\"d\":\"old\"}\nafter", "--os:{\"d\":\"old\"}\r\nafter", "日本語 🙂 \u2028", "<b>&amp;</b>", "\x00\x7f", "a\n\n\n",
	strings.Repeat("--os:{}\n", 50), "--os:{\"d\":\"old\"}\n" + strings.Repeat("--os:{}\n", 50), "--os:{\"d\":\"old\"}\n" + strings.Repeat("--os:{}\n", 51),
}

var envelopes = []Envelope{
	{}, {more: map[string]json.RawMessage{"zz": json.RawMessage(`[1,{"a":null}]`)}},
	{Known: Known{Name: "Wéb", Hostname: "W-b"}}, {Known: Known{Description: "--os:{\"n\":\"x\"}"}}, {Known: Known{Description: "a\nb"}},
	{Known: Known{Metadata: map[string]string{"k": "<&>", "--os:": "\u2028"}}},
	{Known: Known{AccessIPv4: "1.2.3.4", AccessIPv6: "::1", AutoDisk: true}}, {Known: Known{Flavor: "B1_2X4X25", System: "UBUNTU_22_64", Request: "3ed3b33c", Reservation: "r-8iamfq8z"}},
	{Known: Known{Name: "x", Volumes: []string{"d77200004", "s60500002"}}},
	{Known: Known{Name: "x", Hostname: "y"}, more: map[string]json.RawMessage{"c": json.RawMessage(`1`), "zz": json.RawMessage(`"\u0041"`)}},
}

func TestEnvelope(t *testing.T) {
	for _, text := range texts {
		for _, e := range envelopes {
			roundTrip(t, text, e)
		}
		// What is there keeps all its words through any change.
		kept, e := Split(text)
		e.Description = "new"
		notes, err := Join(kept, e)
		if err != nil {
			t.Fatal(err)
		}
		if words, rest := strings.Fields(kept), strings.Fields(notes); len(rest) < len(words) || !reflect.DeepEqual(rest[:len(words)], words) {
			t.Errorf("%q became %q", text, notes)
		}
		if kept, e := Split(notes); e.Description != "new" {
			t.Errorf("%q in %q", kept, notes)
		}
	}
	for text, want := range map[string]string{ // foreign to the last byte
		"--os:{\"color\":\"red\"}": "", "--os:{\"n\":5}": "--os:{\"n\":5}", "--os:{}": "--os:{}", "--os:{\"n\": \"x\"}": "--os:{\"n\": \"x\"}",
		"--os:{}\n--os:{\"d\":\"x\"}\n--os:{}\n--os:{}\na": "--os:{}\n--os:{}\n--os:{}\na", "--os:{}\n--os:{}": "--os:{}\n--os:{}",
		"--os:{\"d\":\"x\"}\n--os:{}\na":      "--os:{\"d\":\"x\"}\na",
		"before\n--os:{\"d\":\"old\"}\nafter": "before\nafter", "a\n--os:{\"d\":\"x\"}\n": "a", "a\r\n--os:{\"d\":\"x\"}\r\n": "a\r",
	} {
		if got, e := Split(text); got != want {
			t.Errorf("%q: text %q, %+v", text, got, e)
		}
	}
	// A member of a later version stays.
	_, e := Split(`--os:{"d":"x","lock":{"by":"admin"}}`)
	e.Description = ""
	if notes, _ := Join("", e); notes != `--os:{"lock":{"by":"admin"}}` {
		t.Error(notes)
	}
}

func roundTrip(t *testing.T, text string, e Envelope) {
	t.Helper()
	notes, err := Join(text, e)
	if errors.Is(err, jumpgate.Forbidden) {
		if n := utf8.RuneCountInString(text) + len(e.encode()) + 10; n < maxNotes {
			t.Errorf("%d characters refused", n)
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	if e.Empty() && !hasEnvelope(text) && notes != text {
		t.Errorf("%q became %q for nothing", text, notes)
	}
	if n := utf8.RuneCountInString(notes); notes != text && n > maxNotes {
		t.Errorf("%d characters", n)
	}
	gotText, got := Split(notes)
	if e.Empty() && notes == text {
		return
	}
	if gotText != text || string(got.encode()) != string(e.encode()) {
		t.Errorf("%q and %s became %q, read as %q and %s", text, e.encode(), notes, gotText, got.encode())
	}
}

func FuzzEnvelope(f *testing.F) {
	for i, text := range texts {
		f.Add(text, "name", "host", fmt.Sprint(i), "value")
	}
	f.Fuzz(func(t *testing.T, text, name, hostname, key, value string) {
		for _, s := range []string{text, name, hostname, key, value} {
			if !utf8.ValidString(s) { // JSON carries no other
				return
			}
		}
		e := Envelope{Known: Known{Name: name, Hostname: hostname, Metadata: map[string]string{key: value}}}
		roundTrip(t, text, e)
		roundTrip(t, text, Envelope{})
		kept, _ := Split(text)
		if !strings.HasPrefix(text, kept) && !strings.Contains(text, EnvelopeMark) {
			t.Errorf("%q became %q", text, kept)
		}
		if notes, err := Join(kept, e); err == nil && len(strings.Fields(notes)) < len(strings.Fields(kept)) {
			t.Errorf("%q lost words in %q", kept, notes)
		}
	})
}

// FuzzPlainEnvelope: the quick way to read an envelope and the long one agree.
func FuzzPlainEnvelope(f *testing.F) {
	for _, e := range envelopes {
		f.Add(string(e.encode()))
	}
	for _, text := range append([]string{
		"}", "{", "{}", `{"n":""}`, `{"n":"x"`, `{"n":"x"}}`, `{"n":"x",}`, `{"n":"x" }`, `{"d":"x","n":"y"}`, `{"n":"y","d":"x"}`, `{"n":"x","n":"y"}`,
		`{"m":{}}`, `{"m":{"":""}}`, `{"m":{"a":"","b":"1"}}`, `{"m":{"b":"","a":"1"}}`, `{"m":"x"}`, `{"a":true}`, `{"a":false}`, `{"n":{"a":"b"}}`, `{"m":{"a":"b"},"z":"1"}`, `{"n":"\u0041"}`, `{"0":1}`,
	}, texts...) {
		f.Add(strings.TrimPrefix(text, EnvelopeMark))
	}
	f.Fuzz(func(t *testing.T, text string) {
		var e, short Known
		plain := readPlain(text, &short)
		long := json.Unmarshal([]byte(text), &e) == nil && string(encode(&e)) == text
		if plain && (!long || !reflect.DeepEqual(short, e)) {
			t.Errorf("%q is %+v, and %+v, %v", text, short, e, long)
		}
		simple := !strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r > '~' || r == '\\' }) && !strings.Contains(text, `""`)
		others := e.Boot != 0 || e.MinDisk != 0 || e.MinRAM != 0 || e.Volumes != nil || e.Along != nil // numbers and lists
		if long && simple && text != "{}" && !others && !plain {
			t.Errorf("%q is not plain", text)
		}
	})
}

// TestRequestGivesWay: what nobody would miss goes first when notes are full.
func TestRequestGivesWay(t *testing.T) {
	e := Envelope{Known: Known{Description: strings.Repeat("d", maxNotes-len(`--os:{"d":""}`)), Request: "3ed3b33c"}}
	notes, err := Join("", e)
	if _, kept := Split(notes); err != nil || kept.Request != "" || kept.Description != e.Description {
		t.Errorf("%v, %+v", err, kept)
	}
	e.Description += "d"
	if _, err := Join("", e); !errors.Is(err, jumpgate.Forbidden) {
		t.Error(err)
	}
}
