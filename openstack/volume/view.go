package volume

import (
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
)

// The forms in which Cinder shows its things.
const (
	briefForm rest.Set = 1 << iota // in a list without details
	madeForm                       // briefForm of a backup that was just made
	basicForm                      // as the first microversion shows it
	fullForm                       // with details
	allForm                        // with what extensions of the API add to these
	oldForm                        // fullForm of version 1

	full  = basicForm | fullForm | allForm
	whole = full | oldForm
)

// What a caller may have a right to see.
const (
	adminSeer rest.Set = 1 << iota
	projectSeer
	migrationSeer
	hostSeer
	imageSeer
)

// answer is how r sees things in a form. rules are those that policy has for
// seeing some of their members.
func answer(r *jumpgate.Request, form rest.Set, rules map[rest.Set]string) rest.Answer {
	a := rest.Answer{Form: form, Version: minor(r)}
	if admin(r) {
		a.Rights = adminSeer
	}
	for right, rule := range rules {
		if may(r, rule) {
			a.Rights |= right
		}
	}
	return a
}

// date is a time as Cinder writes it, without a zone; null if there is none.
func date(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC().Format("2006-01-02T15:04:05.000000")
}

// links are the two links of a thing: its endpoint in the version that r uses,
// and the same without a version; or the error of making them.
func (s *service) links(r *jumpgate.Request, endpoint, variable, id string) any {
	name := "v3_" + endpoint
	if v := r.Endpoint().Version; v == "v2" || v == "v1" {
		name = v + "_" + endpoint
	}
	self, err := s.disp.EndpointURL(r, name, variable, id)
	if err != nil {
		return err
	}
	bookmark, err := s.disp.BookmarkURL(r, name, variable, id)
	return rest.OrError([]jumpgate.Object{rest.Link("self", self), rest.Link("bookmark", bookmark)}, err)
}
