package main

import (
	_ "embed"
	"html/template"
	"log/slog"
	"net/http"
	"slices"
	"strings"
)

//go:embed page.html
var pageText string

var pageTemplate = template.Must(template.New("page").Parse(pageText))

// forBrowsers shows browsers at path what is served. All others, who want JSON
// or do not say what they want, get next, as for every other path.
func forBrowsers(next http.Handler, path string, rows []coverageRow, log *slog.Logger) http.Handler {
	path = "/" + strings.Trim(path, "/")
	data := pageData(rows)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet || "/"+strings.Trim(r.URL.Path, "/") != path || !wantsHTML(r.Header.Get("Accept")) {
			next.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'")
		w.Header().Add("Vary", "Accept")
		if err := pageTemplate.Execute(w, data); err != nil && r.Context().Err() == nil { // else the browser has left
			log.Warn("write the page for browsers", "error", err)
		}
	})
}

// wantsHTML tells whether HTML is what a client asks for first. OpenStack's
// clients ask for JSON, or for anything.
func wantsHTML(accept string) bool {
	for kind := range strings.SplitSeq(accept, ",") {
		media, _, _ := strings.Cut(kind, ";")
		switch strings.TrimSpace(media) {
		case "text/html", "application/xhtml+xml":
			return true
		case "application/json", "*/*":
			return false
		}
	}
	return false
}

// pageService is a service as the page has it.
type pageService struct {
	Name, Summary string
	Rows          []pageRow
}

type pageRow struct{ Name, Version, Methods, Path, Served, Class string }

func pageData(rows []coverageRow) []pageService {
	var list []pageService
	for _, r := range rows {
		if i := len(list) - 1; i < 0 || list[i].Name != string(r.Service) {
			list = append(list, pageService{Name: string(r.Service), Summary: summary(rows, r.Service)})
		}
		s := &list[len(list)-1]
		class := "no"
		switch {
		case r.Served && len(r.Missing)+len(r.Reasons) > 0:
			class = "partly"
		case r.Served:
			class = "yes"
		}
		s.Rows = append(s.Rows, pageRow{r.Name, r.version(), strings.Join(r.Methods, " "), r.Path, r.served(), class})
	}
	return slices.Clip(list)
}
