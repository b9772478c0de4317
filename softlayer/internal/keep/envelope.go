// Package keep is what the driver keeps: in SoftLayer beside what people wrote
// there (notes, tags, ids), and for a while in the process (caches, locks,
// sightings).
package keep

import (
	"bytes"
	"encoding/json"
	"maps"
	"reflect"
	"strings"
	"unicode/utf8"

	"github.com/softlayer/jumpgate"
)

// Envelope holds what Nova keeps of a server, and Glance of an image, and
// SoftLayer has no place for.
// It is a line of the notes, behind the text that people wrote
// there, which is never touched:
//
//	db master, ask Ann before reboot
//	--os:{"m":{"role":"db"},"n":"Master (blue)"}
//
// The JSON is in the form that encode gives it: compact, members sorted. Any
// other line is somebody's text, whatever it looks like.
type Envelope struct {
	Known

	// Tags are those that SoftLayer can't keep as they are. No notes have them:
	// they are in the record of the store.
	Tags []string

	// more holds the members that a later version added.
	more map[string]json.RawMessage
}

// Known are the members of an envelope, sorted by their names.
type Known struct {
	Boot        int               `json:"0,omitempty"` // GB of the disk, where the server was ordered to boot from a volume
	AccessIPv4  string            `json:"4,omitempty"`
	AccessIPv6  string            `json:"6,omitempty"`
	AutoDisk    bool              `json:"a,omitempty"`
	Reservation string            `json:"b,omitempty"` // by which the user may find what one order made
	Description string            `json:"d,omitempty"`
	Shelf       string            `json:"e,omitempty"` // of a template: the server that is shelved, of which it was made
	Flavor      string            `json:"f,omitempty"` // as ordered: SoftLayer tells only once
	Group       string            `json:"g,omitempty"` // the server group, where SoftLayer does not know it
	Hostname    string            `json:"h,omitempty"` // the host name that Name was mapped to
	Image       string            `json:"i,omitempty"` // of a template: the id that was promised for it
	DeviceTags  map[string]string `json:"j,omitempty"` // of volumes, by their keys
	MinDisk     int               `json:"k,omitempty"` // of a template, in GB
	LockReason  string            `json:"l,omitempty"` // of the lock that a tag marks
	Metadata    map[string]string `json:"m,omitempty"`
	Name        string            `json:"n,omitempty"` // where the host name can't hold it
	System      string            `json:"o,omitempty"` // as ordered: SoftLayer tells only once
	Protected   bool              `json:"p,omitempty"` // a template
	KeyName     string            `json:"q,omitempty"` // by which a key was ordered that has another label
	Request     string            `json:"r,omitempty"` // that made it, without "req-"; it goes when there is no room
	Shared      bool              `json:"s,omitempty"` // a template that may have members
	Ending      string            `json:"t,omitempty"` // of a key, which SoftLayer cuts off
	Unnamed     bool              `json:"u,omitempty"` // what has no name, though SoftLayer gives it one
	Volumes     []string          `json:"v,omitempty"` // that go with the server, by their keys; sorted
	MinRAM      int               `json:"w,omitempty"` // of a template, in MB
	Overflow    string            `json:"x,omitempty"` // the record of the store that has Description, Metadata and what else does not fit
	Hidden      bool              `json:"y,omitempty"` // a template
	Along       []Along           `json:"z,omitempty"` // volumes that are being made with the server
}

const EnvelopeMark = "--os:"

// maxNotes is the length to which notes may grow, in characters. SoftLayer
// states no limit; this much is known to be kept.
const maxNotes = 1000

// noEnvelope is the envelope that keeps nothing. Join puts it behind a text that
// would be taken for notes with an envelope.
const noEnvelope = EnvelopeMark + "{}"

// Split returns the people's text and the envelope, which is the last
// line that is one. One that keeps nothing is one where Join has put it: where
// what is left without it would be taken for notes with an envelope. So of those
// behind the last that keeps something, the last is one if they are odd in number.
func Split(notes string) (text string, e Envelope) {
	if !strings.Contains(notes, EnvelopeMark) {
		return notes, Envelope{}
	}
	last, empty := "", 0 // notes without the last of those that keep nothing, and how many they are
	for end := len(notes); end >= 0; {
		start := strings.LastIndexByte(notes[:end], '\n') + 1
		line := strings.TrimSuffix(notes[start:end], "\r")
		if line == noEnvelope {
			if empty++; empty == 1 {
				last = without(notes, start, end)
			}
		} else if e, ok := parseEnvelope(line); ok {
			if empty%2 == 1 {
				return last, Envelope{}
			}
			return without(notes, start, end), e
		}
		end = start - 1
	}
	return notes, Envelope{}
}

// without is notes without the line from start to end.
func without(notes string, start, end int) string {
	text := strings.TrimSuffix(notes[:start], "\n")
	if after := strings.TrimPrefix(notes[end:], "\n"); after != "" {
		text += "\n" + after
	}
	return text
}

// Join is the inverse of Split.
func Join(text string, e Envelope) (string, error) {
	if e.Empty() && !hasEnvelope(text) {
		return text, nil
	}
	notes := EnvelopeMark + string(e.encode())
	if text != "" {
		notes = text + "\n" + notes
	}
	switch tooLong := !Fits(notes); {
	case tooLong && e.Request != "":
		e.Request = ""
		return Join(text, e)
	case tooLong:
		return "", TooLong()
	}
	return notes, nil
}

// Fits tells whether notes are known to be kept whole.
func Fits(notes string) bool { return utf8.RuneCountInString(notes) <= maxNotes }

// TooLong is for what does not fit into notes.
func TooLong() error {
	return jumpgate.Forbidden.New("Quota exceeded: the name, description and metadata may take %d characters together in this cloud.", maxNotes)
}

// hasEnvelope tells whether text by itself would be taken for notes with an
// envelope. An empty one has to be put behind it then.
func hasEnvelope(text string) bool {
	_, e := Split(text)
	return !e.Empty()
}

// parseEnvelope reads a line, and tells whether it is an envelope: encode would
// write it so.
func parseEnvelope(line string) (e Envelope, ok bool) {
	text, ok := strings.CutPrefix(line, EnvelopeMark)
	if !ok {
		return e, false
	}
	if readPlain(text, &e.Known) {
		return e, true
	}
	return parseAny(text)
}

// parseAny is for the JSON of any envelope.
func parseAny(text string) (e Envelope, ok bool) {
	if json.Unmarshal([]byte(text), &e.Known) != nil {
		return e, false
	}
	if string(encode(&e.Known)) == text {
		return e, true
	}
	// It is somebody's text, or has members that nobody told us of.
	if json.Unmarshal([]byte(text), &e.more) != nil {
		return e, false
	}
	for field := range reflect.TypeFor[Known]().Fields() {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		delete(e.more, name)
	}
	return e, string(e.encode()) == text
}

func (e *Envelope) encode() []byte {
	b := encode(&e.Known)
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

// Empty tells whether e keeps nothing: encode would write {}.
func (e *Envelope) Empty() bool {
	fields := reflect.ValueOf(&e.Known).Elem()
	for i := range fields.NumField() {
		if f := fields.Field(i); !f.IsZero() && (f.Kind() != reflect.Map && f.Kind() != reflect.Slice || f.Len() > 0) {
			return false
		}
	}
	return len(e.more) == 0
}

// InGroup is in notes that have Group.
const InGroup = `"g":"`

// NamesKey is in notes that have KeyName.
const NamesKey = `"q":"`

// Overflows is in notes that have Overflow.
const Overflows = `"x":"`

// KeepsVolumes tells whether notes may have Volumes or Along, without reading
// them.
func KeepsVolumes(notes string) bool { return strings.Contains(notes, `"v":[`) || MakesVolumes(notes) }

// NameFor returns what the server is called. A host name that was changed in
// SoftLayer since wins over the name that was mapped to the old one.
func (e *Envelope) NameFor(hostname string) string {
	if e.Name != "" && e.Hostname == hostname {
		return e.Name
	}
	return hostname
}

// SetName keeps name where hostname does not say it all.
func (e *Envelope) SetName(name, hostname string) {
	e.Name, e.Hostname = "", ""
	if name != hostname {
		e.Name, e.Hostname = name, hostname
	}
}
