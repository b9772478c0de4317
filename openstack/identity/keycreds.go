package identity

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// credential is what /v3/credentials keeps for a user: a blob that means
// something to others, and to ec2tokens if its type is "ec2".
type credential struct {
	ID, UserID, ProjectID, Type, Blob string
	Extra                             map[string]any `json:",omitempty"`

	// Upstream is what the cloud needs to act for the user (jumpgate.Secret
	// would not be written), where the driver can't say it later. It is of
	// one's own "ec2" credentials alone.
	Upstream string `json:",omitempty"`
}

const ec2Type = "ec2"

func isEC2(kind string) bool { return strings.EqualFold(kind, ec2Type) }

var credentialMembers = []member{{"blob", stringField()}, {"project_id", stringField()}, {"type", stringField()}, {"user_id", stringField()}}

// credentialCreate is keystone.credential.schema's. What it wants of which type
// is looked at by hand: checkNew.
var credentialCreate = openObject(credentialMembers)

var credentialUpdate = changed(openObject(credentialMembers))

// checkNewCredential is the oneOf in Keystone's schema.
func checkNewCredential(body schema.Object) error {
	if err := credentialCreate.fault(body); err != nil {
		return err
	}
	for _, name := range []string{"blob", "type", "user_id", "project_id"} {
		if !body.Has(name) && (name != "project_id" || body.String("type") == ec2Type) {
			return badRequest(schema.Repr(name) + " is a required property")
		}
	}
	return nil
}

func (s *service) presentKey(r *jumpgate.Request, c *credential) (jumpgate.Object, error) {
	links, err := s.self(r, "v3_credentail", "credential_id", c.ID)
	return append(rest.Sorted(c.Extra),
		jumpgate.Member{Name: "id", Value: c.ID},
		jumpgate.Member{Name: "user_id", Value: c.UserID},
		jumpgate.Member{Name: "project_id", Value: rest.OrNil(c.ProjectID)},
		jumpgate.Member{Name: "type", Value: c.Type},
		jumpgate.Member{Name: "blob", Value: c.Blob},
		links), err
}

func (s *service) oneKey(r *jumpgate.Request, c *credential, status int) (any, error) {
	body, err := s.presentKey(r, c)
	return &jumpgate.Response{Status: status, Body: jumpgate.Object{{Name: "credential", Value: body}}}, err
}

// errDelegated refuses a token of an application credential or of a trust what
// is not of its project.
var errDelegated = jumpgate.Forbidden.New("You are not authorized to perform the requested action: Credential project does not match the project scope of the delegated token.")

// delegated tells whether t acts for a user in one project alone.
func (t *token) delegated() bool { return t.grant != nil || t.trust != "" }

// within refuses credentials of other projects than a delegated token's.
func (t *token) within(project string) error {
	if t.delegated() && project != t.principal.ProjectID {
		return errDelegated
	}
	return nil
}

func credentialTarget(userID string) jumpgate.Target {
	return jumpgate.Target{"target.credential.user_id": userID}
}

// listKeys is GET /v3/credentials (recording 082): those that the policy lets
// the caller see. Operators see those of all users that the driver lists.
func (s *service) listKeys(r *jumpgate.Request) (any, error) {
	t := tokenOf(r)
	p := &t.principal
	target := jumpgate.Target{}
	if p.SystemScope == "" {
		target = credentialTarget(p.UserID)
	}
	if err := s.allow(r, "list_credentials", target); err != nil {
		return nil, err
	}
	users := []string{p.UserID}
	if id := r.URL.Query().Get("user_id"); id != "" {
		users = []string{id}
	} else if s.userLister != nil && s.allow(r, "get_credential", jumpgate.Target{}) == nil {
		for u, err := range s.usersFor(r, UserQuery{}) {
			if err != nil {
				return nil, err
			}
			if !slices.Contains(users, u.ID) {
				users = append(users, u.ID)
			}
		}
	}
	var items []jumpgate.Object
	for _, id := range users {
		if s.allow(r, "get_credential", credentialTarget(id)) != nil {
			continue
		}
		for c, err := range s.keycreds.of(r.Context(), id) {
			if err != nil {
				return nil, err
			}
			if t.within(c.ProjectID) != nil {
				continue
			}
			item, err := s.presentKey(r, c)
			if err != nil {
				return nil, err
			}
			items = append(items, item)
		}
	}
	return s.list(r, "credentials", items, "user_id", "type")
}

// keyIn is the credential of the path, if the policy lets the caller do action
// with it.
func (s *service) keyIn(r *jumpgate.Request, id, action string) (*credential, error) {
	c, _, _, err := s.keycreds.find(r.Context(), id)
	if err != nil && !errors.Is(err, jumpgate.NotFound) {
		return nil, err
	}
	target := jumpgate.Target{}
	if err == nil {
		target = credentialTarget(c.UserID)
	}
	if denied := s.allow(r, action, target); denied != nil {
		return nil, denied
	}
	if err != nil {
		return nil, noKey(id)
	}
	return c, tokenOf(r).within(c.ProjectID)
}

func noKey(id string) error { return jumpgate.NotFound.New("Could not find credential: %s.", id) }

// showKey is GET /v3/credentials/{credential_id}.
func (s *service) showKey(r *jumpgate.Request) (any, error) {
	c, err := s.keyIn(r, r.Var("credential_id"), "get_credential")
	if err != nil {
		return nil, err
	}
	return s.oneKey(r, c, http.StatusOK)
}

// accessID is the id of an "ec2" credential: Keystone's hash of the access key.
func accessID(access string) string {
	sum := sha256.Sum256([]byte(access))
	return hex.EncodeToString(sum[:])
}

// accessBlob reads the blob of an "ec2" credential.
func accessBlob(text string) (*record, error) {
	v, err := schema.Parse([]byte(text))
	o, ok := v.(schema.Object)
	switch {
	case err != nil:
		return nil, badRequest("Invalid blob in credential")
	case !ok || len(o) == 0:
		return nil, quiet{expecting("blob", "credential")}
	case o.String("access") == "":
		return nil, quiet{expecting("access", "credential")}
	}
	return &record{o}, nil
}

// createKey is POST /v3/credentials.
func (s *service) createKey(r *jumpgate.Request) (any, error) {
	body, err := s.bodyFor(r, "credential")
	if err != nil {
		return nil, err
	}
	t := tokenOf(r)
	user := body.String("user_id")
	if err := s.allow(r, "create_credential", credentialTarget(user)); err != nil {
		return nil, err
	}
	if s.store == nil {
		return nil, forbidden("create_credential")
	}
	if err := checkNewCredential(body); err != nil {
		return nil, quiet{err}
	}
	c := &credential{ID: newID(), UserID: user, ProjectID: body.String("project_id"), Type: body.String("type"), Blob: body.String("blob")}
	var extra Attributes
	extra.set(body, "id", "user_id", "project_id", "type", "blob", "links", "options")
	c.Extra = extra.Extra
	if isEC2(c.Type) {
		if err := t.mayManage(); err != nil {
			return nil, err
		}
	}
	if err := t.within(c.ProjectID); err != nil {
		return nil, err
	}
	if isEC2(c.Type) {
		if err := t.bind(c); err != nil {
			return nil, err
		}
	}
	if err := s.keepKey(r, t, c); err != nil {
		return nil, err
	}
	return s.oneKey(r, c, http.StatusCreated)
}

// bind says in the blob which trust or application credential an access key
// was made with, so that it never reaches further.
func (t *token) bind(c *credential) error {
	blob, err := accessBlob(c.Blob)
	if err != nil {
		return err
	}
	c.ID = accessID(blob.String("access"))
	if t.trust != "" {
		blob.set("trust_id", t.trust)
	}
	if t.grant != nil {
		blob.set("app_cred_id", t.grant.hex())
	}
	if t.delegated() {
		text, err := blob.MarshalJSON()
		c.Blob = string(text)
		return err
	}
	return nil
}

// keepKey keeps a new credential.
func (s *service) keepKey(r *jumpgate.Request, t *token, c *credential) error {
	if isEC2(c.Type) && c.UserID == t.principal.UserID && !s.directory() {
		c.Upstream = string(t.principal.Credential)
	}
	err := s.keycreds.create(r.Context(), c.UserID, c.ID, c)
	var full *jumpgate.StoreFullError
	switch {
	case errors.As(err, &full):
		return jumpgate.Forbidden.Wrap(err, "Unable to create additional credentials, the maximum is already exceeded for user.")
	case errors.Is(err, jumpgate.Conflict):
		return jumpgate.Conflict.New("Conflict occurred attempting to store credential - Duplicate entry found with ID %s.", c.ID)
	}
	return err
}

// updateKey is PATCH /v3/credentials/{credential_id}. Nobody gives one to
// another user or, with a delegated token, to another project, and an access
// key is never bound to something else.
func (s *service) updateKey(r *jumpgate.Request) (any, error) {
	body, err := s.bodyFor(r, "credential")
	if err != nil {
		return nil, err
	}
	c, err := s.keyIn(r, r.Var("credential_id"), "update_credential")
	if err != nil {
		return nil, err
	}
	if err := credentialUpdate.fault(body); err != nil {
		return nil, quiet{err}
	}
	if err := sameID(body, c.ID); err != nil {
		return nil, err
	}
	if v, ok := body.Get("user_id"); ok && v != c.UserID {
		return nil, forbidden("update_credential")
	}
	changed, err := s.keycreds.values.update(r.Context(), ofUser(c.UserID), c.ID, func(c *credential) error {
		next := *c
		for name, into := range map[string]*string{"blob": &next.Blob, "type": &next.Type, "project_id": &next.ProjectID} {
			textOrNull(body, name, into)
		}
		if err := tokenOf(r).within(next.ProjectID); err != nil {
			return err
		}
		if isEC2(next.Type) {
			if err := sameBinding(c.Blob, next.Blob); err != nil {
				return err
			}
			if next.ProjectID == "" {
				return expecting("project_id", "credential")
			}
		}
		var extra Attributes
		extra.Extra = c.Extra
		extra.set(body, "id", "user_id", "project_id", "type", "blob", "links", "options")
		next.Extra = extra.Extra
		*c = next
		return nil
	})
	if err != nil {
		return nil, err
	}
	return s.oneKey(r, changed, http.StatusOK)
}

func sameBinding(before, after string) error {
	next, err := accessBlob(after)
	if err != nil {
		return err
	}
	was, err := accessBlob(before)
	if err != nil { // it was no access key
		was = &record{}
	}
	for _, name := range []string{"trust_id", "app_cred_id", "access_token_id", "access_id"} {
		if was.String(name) != next.String(name) {
			return badRequest(name + " can not be updated for credential")
		}
	}
	return nil
}

// deleteKey is DELETE /v3/credentials/{credential_id}.
func (s *service) deleteKey(r *jumpgate.Request) (any, error) {
	c, err := s.keyIn(r, r.Var("credential_id"), "delete_credential")
	if err != nil {
		return nil, err
	}
	return nil, s.keycreds.delete(r.Context(), c.UserID, c.ID)
}
