package openapi

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
)

// Mistakes are what a description does not allow although the real service
// was recorded to do it: by operation and rule, a recording that shows it.
type Mistakes map[[2]string]string

// Mistakes holds the recordings in a folder against the description. In all
// that they contradict it, they are right.
func (d *Description) Mistakes(folder string) (Mistakes, error) {
	files, err := filepath.Glob(filepath.Join(folder, "*.json"))
	if err != nil || len(files) == 0 {
		return nil, errors.Join(fmt.Errorf("no recordings in %s", folder), err)
	}
	found := make(Mistakes)
	for _, file := range files {
		e, err := readRecording(file)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		violations, err := d.Check(e)
		if err != nil && !errors.Is(err, ErrUndescribed) {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		for _, v := range violations {
			found[[2]string{v.Operation, v.Rule}] = filepath.Base(file)
		}
	}
	return found, nil
}

// readRecording reads an exchange with a real service.
func readRecording(file string) (Exchange, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return Exchange{}, err
	}
	var recorded struct {
		Method, Path string
		Request      json.RawMessage `json:"request_body"`
		Status       int
		Header       [][2]string     `json:"response_headers"`
		Body         json.RawMessage `json:"response_body"`
	}
	if err := json.Unmarshal(text, &recorded); err != nil {
		return Exchange{}, err
	}
	path, _, _ := strings.Cut(recorded.Path, "?")
	e := Exchange{
		Method: recorded.Method, Path: path, Request: recorded.Request,
		Status: recorded.Status, Header: make(http.Header),
	}
	for _, field := range recorded.Header {
		e.Header.Add(field[0], field[1])
	}
	if body := string(recorded.Body); body != "null" && body != `""` {
		e.Body = recorded.Body
	}
	return e, nil
}
