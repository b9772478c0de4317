package softlayer

import (
	"encoding/json"
	"strings"
	"unicode/utf8"

	"github.com/softlayer/jumpgate"
)

// envelope holds what Nova keeps of a server and SoftLayer has no place for.
// It lives in the last line of the server's notes, behind the text that
// people wrote there, which is never touched:
//
//	db master, ask Ann before reboot
//	--os:{"n":"Master (blue)","m":{"role":"db"}}
type envelope struct {
	Name        string            `json:"n,omitempty"` // where the host name can't hold it
	Hostname    string            `json:"h,omitempty"` // the host name that Name was mapped to
	Description string            `json:"d,omitempty"`
	Metadata    map[string]string `json:"m,omitempty"`
	AccessIPv4  string            `json:"4,omitempty"`
	AccessIPv6  string            `json:"6,omitempty"`
}

const envelopeMark = "--os:"

// maxNotes is the length to which notes may grow, in characters. SoftLayer
// states no limit; this much is known to be kept.
const maxNotes = 1000

// splitNotes returns the people's text and the envelope behind it. What only
// looks like an envelope is text.
func splitNotes(notes string) (text string, e envelope) {
	i := strings.LastIndex(notes, envelopeMark)
	if i < 0 || i > 0 && notes[i-1] != '\n' || json.Unmarshal([]byte(notes[i+len(envelopeMark):]), &e) != nil {
		return notes, envelope{}
	}
	return strings.TrimSuffix(notes[:i], "\n"), e
}

// joinNotes is the inverse of splitNotes.
func joinNotes(text string, e envelope) (string, error) {
	b, err := json.Marshal(e)
	if err != nil {
		return "", err
	}
	notes := text
	if string(b) != "{}" {
		if notes != "" {
			notes += "\n"
		}
		notes += envelopeMark + string(b)
	}
	if utf8.RuneCountInString(notes) > maxNotes {
		return "", jumpgate.Forbidden.New("Quota exceeded: the name, description and metadata of a server may take %d characters together in this cloud.", maxNotes)
	}
	return notes, nil
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

// hostnameFor maps a server's name to a host name that SoftLayer takes: up to
// 63 letters, digits and hyphens, with no hyphen at either end.
func hostnameFor(name string) string {
	var b strings.Builder
	for _, r := range name {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
		if b.Len() == 63 {
			break
		}
	}
	if hostname := strings.Trim(b.String(), "-"); hostname != "" {
		return hostname
	}
	return "server"
}

// validDomain tells whether s is made of at least two DNS labels.
func validDomain(s string) bool {
	labels := strings.Split(s, ".")
	for _, label := range labels {
		if label == "" || label != hostnameFor(label) {
			return false
		}
	}
	return len(labels) > 1 && len(s) <= 200
}
