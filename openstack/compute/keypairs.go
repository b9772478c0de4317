package compute

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// keypairName accepts names of the given further characters.
func keypairName(special string) *schema.Schema {
	allowed := special + " 0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	return &schema.Schema{AllOf: []*schema.Schema{nameSchema, {Format: &schema.Format{
		Name: "keypair_name",
		Valid: func(v any) bool {
			s, _ := v.(string)
			return strings.Trim(s, allowed) == ""
		},
		Message: "An invalid 'name' value was provided. The name must be: Only expected characters: [" + allowed + "]",
	}}}}
}

var keypairBody = &versionedBody{
	name: "keypair",
	members: []bodyMember{
		{name: "name", schema: keypairName("_-"), legacy: spacedName, until: 92, required: 1},
		{name: "name", schema: keypairName("@._-"), since: 92, required: 92},
		{name: "type", schema: &schema.Schema{Type: stringType, Enum: []any{"ssh", "x509"}}, since: 2},
		{name: "public_key", schema: anyString, required: 92},
		{name: "user_id", schema: anyString, since: 10},
	},
}

// keypairFields are the members of a key pair; updateForm is the answer to the
// request that makes it.
var keypairFields = []rest.Field[keypairView]{
	{Name: "name", Value: func(v keypairView) any { return v.Name }},
	{Name: "public_key", Value: func(v keypairView) any { return v.PublicKey }},
	{Name: "fingerprint", Value: func(v keypairView) any { f, _ := fingerprintOf(v.PublicKey); return f }},
	{Name: "type", Since: 2, Value: func(v keypairView) any { return v.kind() }},
	{Name: "user_id", Forms: fullAnd, Value: func(v keypairView) any { return cmp.Or(v.UserID, v.user) }},
	{Name: "created_at", Forms: showForm, Value: func(v keypairView) any { return jumpgate.DateOrNil(v.Created, jumpgate.DateMicros) }},
	{Name: "deleted", Forms: showForm, Value: func(keypairView) any { return false }},
	{Name: "deleted_at", Forms: showForm, Value: func(keypairView) any { return nil }},
	{Name: "id", Forms: showForm, Value: func(v keypairView) any { return v.ID }},
	{Name: "updated_at", Forms: showForm, Value: func(keypairView) any { return nil }},
}

// keypairView is a key pair on its way to the user of that id.
type keypairView struct {
	*Keypair
	user string
}

func keypairObject(r *jumpgate.Request, k *Keypair, form rest.Set) jumpgate.Object {
	return rest.Show(keypairFields, rest.Answer{Form: form, Version: minor(r)}, keypairView{k, userID(r.Context())})
}

// keypairsOf are a user's key pairs: the principal's own, or those of a user
// whom policy let it name.
type keypairsOf struct {
	user   string
	others UserKeypairs // nil: the driver knows only the principal's
}

// foreign tells whether the key pairs are another user's.
func (o keypairsOf) foreign(ctx context.Context) bool { return o.user != "" && o.user != userID(ctx) }

func (o keypairsOf) list(ctx context.Context, d KeypairLister) ([]*Keypair, error) {
	switch {
	case !o.foreign(ctx):
		return d.Keypairs(ctx)
	case o.others == nil:
		return nil, jumpgate.NotImplemented.New(unsupported)
	}
	return o.others.KeypairsOf(ctx, o.user)
}

func keypairs(s *service, driver any, t *table) {
	others, _ := driver.(UserKeypairs)
	if d, ok := driver.(KeypairLister); ok {
		t.add(http.MethodGet, "os_keypairs", func(r *jumpgate.Request) (any, error) { return s.listKeypairs(r, d, others) })
		t.add(http.MethodGet, "os_keypair", func(r *jumpgate.Request) (any, error) { return showKeypair(r, d, others) })
	}
	if d, ok := driver.(KeypairCreator); ok {
		t.add(http.MethodPost, "os_keypairs", func(r *jumpgate.Request) (any, error) { return createKeypair(r, d, others) })
	}
	if d, ok := driver.(KeypairDeleter); ok {
		t.add(http.MethodDelete, "os_keypair", func(r *jumpgate.Request) (any, error) { return deleteKeypair(r, d, others) })
	}
}

func (s *service) listKeypairs(r *jumpgate.Request, d KeypairLister, others UserKeypairs) (any, error) {
	p, user, err := keypairQuery(r, keypairListParams, "index")
	if err != nil {
		return nil, err
	}
	all, err := keypairsOf{user, others}.list(r.Context(), d)
	if err != nil {
		return nil, err
	}
	all = slices.Clone(all)
	slices.SortFunc(all, func(a, b *Keypair) int { return cmp.Compare(a.Name, b.Name) })
	var next jumpgate.Object
	if minor(r) >= 35 {
		id := func(k *Keypair) string { return k.Name }
		if all, err = afterMarker(p, all, id, noMarker); err == nil {
			all, next, err = firstPage(r, p, all, id, "keypairs_links")
		}
		if err != nil {
			return nil, err
		}
	}
	list := make([]jumpgate.Object, len(all))
	for i, k := range all {
		list[i] = jumpgate.Object{{Name: "keypair", Value: keypairObject(r, k, briefForm)}}
	}
	return append(jumpgate.Object{{Name: "keypairs", Value: list}}, next...), nil
}

// keypairQuery reads and checks the parameters of an operation.
func keypairQuery(r *jumpgate.Request, allowed *querySchema, operation string) (p rest.Params, user string, err error) {
	p, err = readQuery(r, allowed)
	if err != nil {
		return p, "", err
	}
	if users := p.All("user_id"); len(users) > 0 && minor(r) >= 10 {
		user = users[0]
	}
	return p, user, foreignKeypairs(r, user, operation)
}

// foreignKeypairs refuses another user's key pairs, which an admin may name
// from 2.10 on.
func foreignKeypairs(r *jumpgate.Request, user, operation string) error {
	if user != "" && minor(r) >= 10 && user != userID(r.Context()) {
		return allow(r, "os_compute_api:os-keypairs:"+operation, jumpgate.Target{"user_id": user})
	}
	return nil
}

func showKeypair(r *jumpgate.Request, d KeypairLister, others UserKeypairs) (any, error) {
	_, user, err := keypairQuery(r, keypairParams, "show")
	if err != nil {
		return nil, err
	}
	all, err := keypairsOf{user, others}.list(r.Context(), d)
	if err != nil {
		return nil, err
	}
	name := r.Var("keypair_name")
	for _, k := range all {
		if k.Name == name {
			return jumpgate.Object{{Name: "keypair", Value: keypairObject(r, k, showForm)}}, nil
		}
	}
	return nil, noKeypair(r, user, nil)
}

func noKeypair(r *jumpgate.Request, user string, cause error) error {
	return jumpgate.NotFound.Wrap(cause, "Keypair %s not found for user %s", r.Var("keypair_name"), cmp.Or(user, userID(r.Context())))
}

func createKeypair(r *jumpgate.Request, d KeypairCreator, others UserKeypairs) (any, error) {
	body, err := readBody(r, keypairBody)
	if err != nil {
		return nil, err
	}
	in := body.Object("keypair")
	if err := foreignKeypairs(r, in.String("user_id"), "create"); err != nil {
		return nil, err
	}
	certificate := in.String("type") == "x509"
	name, public, private := strings.TrimSpace(in.String("name")), in.String("public_key"), ""
	if !in.Has("public_key") {
		generate := generateKey
		if certificate {
			generate = func() (string, string, error) { return generateCertificate(r.Env.Principal) }
		}
		if public, private, err = generate(); err != nil {
			return nil, err
		}
	}
	if _, err := fingerprintOf(public); err != nil || certificate != isCertificate(public) {
		return nil, errors.Join(InvalidKey(), err)
	}
	var k *Keypair
	switch of := (keypairsOf{in.String("user_id"), others}); {
	case minor(r) < 10 || !of.foreign(r.Context()):
		k, err = d.ImportKeypair(r.Context(), name, public)
	case others == nil:
		err = jumpgate.NotImplemented.New(unsupported)
	default:
		k, err = others.ImportKeypairFor(r.Context(), of.user, name, public)
	}
	if err != nil {
		if e := jumpgate.AsError(err); e.Kind == jumpgate.Conflict && e.Message == "" {
			err = jumpgate.Conflict.Wrap(err, "Key pair '%s' already exists.", name)
		}
		return nil, err
	}
	view := keypairObject(r, k, updateForm)
	if private != "" {
		view = append(view, jumpgate.Member{Name: "private_key", Value: private})
	}
	status := http.StatusOK
	if minor(r) >= 2 {
		status = http.StatusCreated
	}
	return &jumpgate.Response{Status: status, Body: jumpgate.Object{{Name: "keypair", Value: view}}}, nil
}

func deleteKeypair(r *jumpgate.Request, d KeypairDeleter, others UserKeypairs) (any, error) {
	_, user, err := keypairQuery(r, keypairParams, "delete")
	if err != nil {
		return nil, err
	}
	switch of := (keypairsOf{user, others}); {
	case !of.foreign(r.Context()):
		err = d.DeleteKeypair(r.Context(), r.Var("keypair_name"))
	case others == nil:
		err = jumpgate.NotImplemented.New(unsupported)
	default:
		err = others.DeleteKeypairOf(r.Context(), user, r.Var("keypair_name"))
	}
	if err != nil {
		if jumpgate.AsError(err).Kind == jumpgate.NotFound {
			err = noKeypair(r, user, err)
		}
		return nil, err
	}
	if minor(r) >= 2 {
		return empty(http.StatusNoContent), nil
	}
	return empty(http.StatusAccepted), nil
}
