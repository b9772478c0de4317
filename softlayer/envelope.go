package softlayer

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode/utf8"

	"github.com/softlayer/jumpgate"
)

// envelope holds what Nova keeps of a server and SoftLayer has no place for.
// It is a line of the server's notes, behind the text that people wrote
// there, which is never touched:
//
//	db master, ask Ann before reboot
//	--os:{"m":{"role":"db"},"n":"Master (blue)"}
//
// The JSON is in the form that encode gives it: compact, members sorted. Any
// other line is somebody's text, whatever it looks like.
type envelope struct {
	Name        string            // "n": where the host name can't hold it
	Hostname    string            // "h": the host name that Name was mapped to
	Description string            // "d"
	Metadata    map[string]string // "m"
	AccessIPv4  string            // "4"
	AccessIPv6  string            // "6"
	Flavor      string            // "f": what was ordered; SoftLayer tells
	System      string            // "o": only once it is installed

	// more holds the members that a later version added.
	more map[string]json.RawMessage
}

const envelopeMark = "--os:"

// maxNotes is the length to which notes may grow, in characters. SoftLayer
// states no limit; this much is known to be kept.
const maxNotes = 1000

// splitNotes returns the people's text and the envelope, which is the last
// line that is one.
func splitNotes(notes string) (text string, e envelope) {
	for end := len(notes); end >= 0; {
		start := strings.LastIndexByte(notes[:end], '\n') + 1
		if e, ok := parseEnvelope(strings.TrimSuffix(notes[start:end], "\r")); ok {
			text := strings.TrimSuffix(notes[:start], "\n")
			if after := strings.TrimPrefix(notes[end:], "\n"); after != "" {
				text += "\n" + after
			}
			if !e.empty() || hasEnvelope(text) {
				return text, e
			}
		}
		end = start - 1
	}
	return notes, envelope{}
}

// joinNotes is the inverse of splitNotes.
func joinNotes(text string, e envelope) (string, error) {
	if e.empty() && !hasEnvelope(text) {
		return text, nil
	}
	notes := envelopeMark + string(e.encode())
	if text != "" {
		notes = text + "\n" + notes
	}
	if utf8.RuneCountInString(notes) > maxNotes {
		return "", jumpgate.Forbidden.New("Quota exceeded: the name, description and metadata of a server may take %d characters together in this cloud.", maxNotes)
	}
	return notes, nil
}

// hasEnvelope tells whether text by itself would be taken for notes with an
// envelope. An empty one has to be put behind it then.
func hasEnvelope(text string) bool {
	if !strings.Contains(text, envelopeMark) {
		return false
	}
	_, e := splitNotes(text)
	return !e.empty()
}

// parseEnvelope reads a line. Only what encode would write is an envelope.
func parseEnvelope(line string) (envelope, bool) {
	text, ok := strings.CutPrefix(line, envelopeMark)
	var e envelope
	if !ok || json.Unmarshal([]byte(text), &e.more) != nil {
		return envelope{}, false
	}
	for name, field := range e.fields() {
		if raw, ok := e.more[name]; ok {
			if json.Unmarshal(raw, field) != nil {
				return envelope{}, false
			}
			delete(e.more, name)
		}
	}
	if string(e.encode()) != text {
		return envelope{}, false
	}
	if len(e.more) == 0 {
		e.more = nil
	}
	return e, true
}

// fields returns e's members by their names in JSON.
func (e *envelope) fields() map[string]any {
	return map[string]any{
		"n": &e.Name, "h": &e.Hostname, "d": &e.Description, "m": &e.Metadata,
		"4": &e.AccessIPv4, "6": &e.AccessIPv6, "f": &e.Flavor, "o": &e.System,
	}
}

func (e *envelope) encode() []byte {
	all := make(map[string]any)
	for name, raw := range e.more {
		all[name] = raw
	}
	for name, field := range e.fields() {
		switch field := field.(type) {
		case *string:
			if *field != "" {
				all[name] = *field
			}
		case *map[string]string:
			if len(*field) > 0 {
				all[name] = *field
			}
		}
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if enc.Encode(all) != nil { // a member in more is no JSON: there is no such
		return nil
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

func (e *envelope) empty() bool {
	return len(e.more) == 0 && e.Name == "" && e.Hostname == "" && e.Description == "" && len(e.Metadata) == 0 &&
		e.AccessIPv4 == "" && e.AccessIPv6 == "" && e.Flavor == "" && e.System == ""
}

// name returns what the server is called. A host name that was changed in
// SoftLayer since wins over the name that was mapped to the old one.
func (e *envelope) name(hostname string) string {
	if e.Name != "" && e.Hostname == hostname {
		return e.Name
	}
	return hostname
}

// setName keeps name where hostname does not say it all.
func (e *envelope) setName(name, hostname string) {
	e.Name, e.Hostname = "", ""
	if name != hostname {
		e.Name, e.Hostname = name, hostname
	}
}
