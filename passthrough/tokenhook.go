package passthrough

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"net/http"
	"time"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/identity/v3/tokens"
	"github.com/softlayer/jumpgate"
)

// TokenOptions configure a token hook. The zero value works.
type TokenOptions struct {
	// CacheAge is how long a validated token is accepted without asking
	// Keystone again, and so how long a revoked token may still work. Default
	// 30 s; negative: ask Keystone each time.
	CacheAge time.Duration

	// Credentials are what the drivers of other services need to act for a
	// project (Principal.Credential), by the project's id. A project that is
	// not among them is refused with 403. Nil: drivers need none.
	Credentials map[string]jumpgate.Secret
}

// cachedTokens bounds the cache to a few MiB.
const cachedTokens = 10_000

// verdict is what Keystone said of a token.
type verdict struct {
	principal jumpgate.Principal
	expires   time.Time
}

// TokenHook returns a request hook for services that other drivers serve while
// identity is passed through: it validates the token of each request with the
// upstream Keystone, using the account of Options.Cloud, and sets Env.Principal
// and Env.ProjectID. It answers a request without a valid token with the
// service's own 401. Where all services are passed through it is for hooks that
// ask who it is: they belong after it.
//
// Requests to identity pass, because Keystone checks tokens itself, and so do
// requests that OpenStack answers without a token. Add it to the Gateway:
//
//	gw.AddRequestHook(hook)
func (d *Driver) TokenHook(opts TokenOptions) (jumpgate.RequestHook, error) {
	if d.cloud == nil {
		return nil, errors.New("passthrough: a token hook needs Options.Cloud")
	}
	h := &tokenHook{
		keystone: d.cloud,
		age:      cmp.Or(opts.CacheAge, 30*time.Second),
		projects: opts.Credentials,
		cache:    newCache[*verdict](cachedTokens),
	}
	return h.check, nil
}

type tokenHook struct {
	keystone *session
	age      time.Duration
	projects map[string]jumpgate.Secret
	cache    *cache[*verdict]
	asking   flight[[sha256.Size]byte, *verdict]
}

func (h *tokenHook) check(r *jumpgate.Request) error {
	if r.Endpoint().Service == jumpgate.Identity {
		return nil
	}
	stripIdentity(r.Header)
	if !r.NeedsToken() {
		return nil
	}
	ids := r.Header["X-Auth-Token"]
	if len(ids) != 1 || ids[0] == "" {
		return jumpgate.Unauthorized
	}
	v, err := h.verdict(r.Context(), ids[0])
	if err != nil {
		return err
	}
	p := v.principal
	if h.projects != nil {
		credential, ok := h.projects[p.ProjectID]
		if !ok {
			return jumpgate.Forbidden
		}
		p.Credential = credential
	}
	r.Env.Principal, r.Env.ProjectID = &p, p.ProjectID
	return nil
}

// verdict asks Keystone, or the cache.
func (h *tokenHook) verdict(ctx context.Context, id string) (*verdict, error) {
	key, now := sha256.Sum256([]byte(id)), h.keystone.now()
	if v, ok := h.cache.get(key, now); ok {
		return v, nil
	}
	return h.asking.do(ctx, key, func(ctx context.Context) (*verdict, error) {
		v, err := h.ask(ctx, id)
		if err != nil {
			return nil, err
		}
		now := h.keystone.now()
		if !now.Before(v.expires) {
			return nil, jumpgate.Unauthorized
		}
		if until := now.Add(h.age); h.age > 0 {
			if until.After(v.expires) {
				until = v.expires
			}
			h.cache.put(key, v, until)
		}
		return v, nil
	})
}

// ask validates a token with the gateway's own. When Keystone refuses that
// one, there is a second try with a fresh one: the refusal may have come from
// a restart with new keys.
func (h *tokenHook) ask(ctx context.Context, id string) (*verdict, error) {
	for try := 1; ; try++ {
		own, err := h.keystone.token(ctx)
		if err != nil {
			return nil, jumpgate.Unavailable.Wrap(err, "")
		}
		jumpgate.CountUpstreamCall(ctx)
		answer := tokens.Get(ctx, h.keystone.as(own.id), id)
		switch {
		case answer.Err == nil:
			return readVerdict(answer)
		case gophercloud.ResponseCodeIs(answer.Err, http.StatusNotFound):
			return nil, jumpgate.Unauthorized.Wrap(withoutBody(answer.Err), "")
		case gophercloud.ResponseCodeIs(answer.Err, http.StatusUnauthorized) && try == 1:
			h.keystone.reject(own)
		default:
			return nil, jumpgate.Unavailable.Wrap(withoutBody(answer.Err), "")
		}
	}
}

func readVerdict(answer tokens.GetResult) (*verdict, error) {
	t, err := answer.ExtractToken()
	if err != nil {
		return nil, jumpgate.BadGateway.Wrap(err, "")
	}
	user, err := answer.ExtractUser()
	if err != nil || user == nil || user.ID == "" {
		return nil, jumpgate.BadGateway.Wrap(err, "")
	}
	v := &verdict{expires: t.ExpiresAt, principal: jumpgate.Principal{
		UserID: user.ID, UserName: user.Name, UserDomainID: user.Domain.ID,
	}}
	if project, err := answer.ExtractProject(); err == nil && project != nil {
		v.principal.ProjectID, v.principal.ProjectName, v.principal.ProjectDomainID = project.ID, project.Name, project.Domain.ID
	}
	if roles, err := answer.ExtractRoles(); err == nil {
		for _, role := range roles {
			v.principal.Roles = append(v.principal.Roles, role.Name)
		}
	}
	return v, nil
}
