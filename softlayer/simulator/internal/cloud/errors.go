package cloud

import (
	"fmt"
	"net/http"
)

// apiError is an answer in SoftLayer's error format.
type apiError struct {
	status int
	code   string // without the "SoftLayer_Exception" prefix; empty for the bare "SoftLayer_Exception_Public"
	text   string
}

func (e *apiError) Error() string { return e.text }

// exception is how most things fail: HTTP 500 and a code that tells them apart.
func exception(code, format string, args ...any) error {
	return &apiError{http.StatusInternalServerError, code, fmt.Sprintf(format, args...)}
}

// public is the exception SoftLayer uses where nothing more specific exists.
func public(format string, args ...any) error { return exception("Public", format, args...) }

func invalidValue(format string, args ...any) error {
	return exception("InvalidValue", format, args...)
}

func missingProperty(typ, name string) error {
	return exception("MissingCreationProperty",
		"The property '%s' must be set to create an instance of '%s%s'.", name, servicePrefix, typ)
}

// notFound answers for an object that does not exist, and in the same words for one of another account.
func notFound(init string) error {
	text := "Unable to find object with unknown identifier of '" + init + "'."
	if _, ok := parseInt(init); ok {
		text = "Unable to find object with id of '" + init + "'."
	}
	return &apiError{http.StatusNotFound, "ObjectNotFound", text}
}

func badRequest(text string) error {
	return &apiError{http.StatusBadRequest, "WebService_BadRequest", text}
}

func noSuchMethod(method string) error {
	return public("Function (%q) is not a valid method for this service.", method)
}

func activeTransaction(id int) error {
	return public("Unable to perform this operation: there is an active transaction on the virtual guest %d.", id)
}
