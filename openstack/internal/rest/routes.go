package rest

import "github.com/softlayer/jumpgate"

// Handler answers a request, as in jumpgate.Methods.
type Handler = func(*jumpgate.Request) (any, error)

// Routes collects the handlers of a service before its Dispatcher gets them,
// and reasons for what they refuse. The zero value has none.
type Routes struct {
	handlers map[string]jumpgate.Methods
	reasons  map[refusal]string
}

// refusal is what a reason is for.
type refusal struct{ method, endpoint string }

// One sets the handler of an endpoint, by its full name, for method.
func (t *Routes) One(method, name string, h Handler) {
	if t.handlers == nil {
		t.handlers = make(map[string]jumpgate.Methods)
	}
	if t.handlers[name] == nil {
		t.handlers[name] = make(jumpgate.Methods)
	}
	t.handlers[name][method] = h
}

// Handlers returns the handlers of an endpoint by method.
func (t *Routes) Handlers(name string) jumpgate.Methods { return t.handlers[name] }

// Explain says for the coverage why an endpoint answers less than OpenStack's;
// with "" that it does not.
func (t *Routes) Explain(method, name, reason string) {
	if reason == "" {
		delete(t.reasons, refusal{method, name})
		return
	}
	if t.reasons == nil {
		t.reasons = make(map[refusal]string)
	}
	t.reasons[refusal{method, name}] = reason
}

// Reason returns what Explain said, or "".
func (t *Routes) Reason(method, name string) string { return t.reasons[refusal{method, name}] }

// Register gives disp all that was collected.
func (t *Routes) Register(disp *jumpgate.Dispatcher) error {
	for name, methods := range t.handlers {
		if err := disp.SetHandler(name, methods); err != nil {
			return err
		}
	}
	for of, reason := range t.reasons {
		if t.handlers[of.endpoint] == nil {
			continue
		}
		if err := disp.Explain(of.endpoint, of.method, reason); err != nil {
			return err
		}
	}
	return nil
}
