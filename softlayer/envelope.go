package softlayer

import (
	"bytes"
	"encoding/json"
	"maps"
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
	known

	// more holds the members that a later version added.
	more map[string]json.RawMessage
}

// known are the members of an envelope, sorted by their names.
type known struct {
	AccessIPv4  string            `json:"4,omitempty"`
	AccessIPv6  string            `json:"6,omitempty"`
	AutoDisk    bool              `json:"a,omitempty"`
	Reservation string            `json:"b,omitempty"` // by which the user may find what one order made
	Description string            `json:"d,omitempty"`
	Flavor      string            `json:"f,omitempty"` // as ordered: SoftLayer tells only once
	Hostname    string            `json:"h,omitempty"` // the host name that Name was mapped to
	LockReason  string            `json:"l,omitempty"` // of the lock that a tag marks
	Metadata    map[string]string `json:"m,omitempty"`
	Name        string            `json:"n,omitempty"` // where the host name can't hold it
	System      string            `json:"o,omitempty"` // as ordered: SoftLayer tells only once
	Request     string            `json:"r,omitempty"` // that made it, without "req-"; it goes when there is no room
	Volumes     []string          `json:"v,omitempty"` // that go with the server, by their keys; sorted
}

const envelopeMark = "--os:"

// maxNotes is the length to which notes may grow, in characters. SoftLayer
// states no limit; this much is known to be kept.
const maxNotes = 1000

// splitNotes returns the people's text and the envelope, which is the last
// line that is one.
func splitNotes(notes string) (text string, e envelope) {
	if !strings.Contains(notes, envelopeMark) {
		return notes, envelope{}
	}
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
	switch tooLong := utf8.RuneCountInString(notes) > maxNotes; {
	case tooLong && e.Request != "":
		e.Request = ""
		return joinNotes(text, e)
	case tooLong:
		return "", jumpgate.Forbidden.New("Quota exceeded: the name, description and metadata may take %d characters together in this cloud.", maxNotes)
	}
	return notes, nil
}

// hasEnvelope tells whether text by itself would be taken for notes with an
// envelope. An empty one has to be put behind it then.
func hasEnvelope(text string) bool {
	_, e := splitNotes(text)
	return !e.empty()
}

// parseEnvelope reads a line. Only what encode would write is an envelope.
func parseEnvelope(line string) (envelope, bool) {
	text, ok := strings.CutPrefix(line, envelopeMark)
	if !ok {
		return envelope{}, false
	}
	var plain, e envelope
	if plain.readPlain(text) {
		return plain, true
	}
	if json.Unmarshal([]byte(text), &e.known) != nil {
		return envelope{}, false
	}
	if string(encode(&e.known)) == text {
		return e, true
	}
	// It is somebody's text, or has members that nobody told us of.
	if json.Unmarshal([]byte(text), &e.more) != nil {
		return envelope{}, false
	}
	for _, name := range knownNames {
		delete(e.more, name)
	}
	if string(e.encode()) != text {
		return envelope{}, false
	}
	return e, true
}

var knownNames = []string{"4", "6", "a", "b", "d", "f", "h", "l", "m", "n", "o", "r", "v"}

func (e *envelope) encode() []byte {
	b := encode(&e.known)
	if len(e.more) == 0 {
		return b
	}
	all := maps.Clone(e.more)
	if json.Unmarshal(b, &all) != nil { // never: it was just encoded
		return nil
	}
	return encode(all)
}

// encode writes v, which can't fail.
func encode(v any) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

func (e *envelope) empty() bool {
	return len(e.more) == 0 && !e.AutoDisk && e.AccessIPv4 == "" && e.AccessIPv6 == "" && e.Description == "" && e.Flavor == "" &&
		e.Hostname == "" && e.LockReason == "" && len(e.Metadata) == 0 && e.Name == "" && e.System == "" && e.Request == "" && e.Reservation == "" && len(e.Volumes) == 0
}

// keepsVolumes tells whether notes may have Volumes, without reading them.
func keepsVolumes(notes string) bool { return strings.Contains(notes, `"v":[`) }

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
