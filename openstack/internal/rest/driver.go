package rest

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// Interface is an interface that a driver of a service may have, to be checked
// by CheckDriver.
func Interface[T any]() reflect.Type { return reflect.TypeFor[T]() }

// CheckDriver refuses a driver that a service could make nothing of: nil, one
// with none of its interfaces, and one with a method that is called as in one
// of them and has another signature, which the author would wait for in vain.
// Faults name the package and say what was expected.
func CheckDriver(pkg string, driver any, interfaces ...reflect.Type) error {
	if v := reflect.ValueOf(driver); !v.IsValid() || v.Kind() == reflect.Pointer && v.IsNil() {
		return fmt.Errorf("%s: the driver is nil", pkg)
	}
	t := reflect.TypeOf(driver)
	if !slices.ContainsFunc(interfaces, t.Implements) {
		names := make([]string, 0, 3)
		for _, i := range interfaces[:min(3, len(interfaces))] {
			names = append(names, i.String())
		}
		return fmt.Errorf("%s: %s has none of the interfaces of a driver, as %s are", pkg, t, strings.Join(names, ", "))
	}
	// Some names are those of several interfaces.
	wanted := make(map[string][]reflect.Method)
	for _, i := range interfaces {
		for n := range i.NumMethod() {
			m := i.Method(n)
			wanted[m.Name] = append(wanted[m.Name], m)
		}
	}
	var faults []error
	v := reflect.ValueOf(driver)
	for n := range t.NumMethod() {
		name, have := t.Method(n).Name, v.Method(n).Type()
		if want := wanted[name]; len(want) > 0 && !slices.ContainsFunc(want, func(m reflect.Method) bool { return m.Type == have }) {
			faults = append(faults, fmt.Errorf("%s: the method %s of %s is a %s; expected is a %s", pkg, name, t, have, want[0].Type))
		}
	}
	return errors.Join(faults...)
}
