package jumpgate

import (
	"mime"
	"net/http"
	"regexp"
	"strconv"
	"strings"
)

// WebOb words the errors of Glance, and of most others what comes from below
// their own code.

// webobNoRoute is the answer to an unknown path.
func webobNoRoute(r *Request) fault {
	return r.webobFault(http.StatusNotFound, noRoute.Message, "")
}

// webobFault is WebOb's answer of most errors. Glance has no others.
func (r *Request) webobFault(status int, explanation, detail string) fault {
	return r.webob(status, func(escape func(string) string) string {
		return escape(explanation) + "<br /><br />\n" + escape(detail) + "\n\n"
	})
}

// webob is how WebOb words an HTTP error: in HTML, JSON or plain text by what
// the client accepts (webob.exc.WSGIHTTPException.generate_response). body is
// the same in all three, except for the escaping.
func (r *Request) webob(status int, body func(escape func(string) string) string) fault {
	title := http.StatusText(status)
	if status == http.StatusRequestedRangeNotSatisfiable {
		title = "Request Range Not Satisfiable"
	}
	code := strconv.Itoa(status) + " " + title
	plain := func(s string) string { return s }
	if r.Method == http.MethodHead {
		return fault{status, "text/html; charset=UTF-8", nil}
	}
	switch preferred(r.Header, "text/html", "application/json") {
	case "text/html":
		return fault{status, "text/html; charset=UTF-8", []byte("<html>\n <head>\n  <title>" + code +
			"</title>\n </head>\n <body>\n  <h1>" + code + "</h1>\n  " + body(escapeHTML.Replace) + "\n </body>\n</html>")}
	case "application/json":
		return jsonFault(status, Object{{"message", body(plain)}, {"code", code}, {"title", title}})
	}
	return fault{status, "text/plain; charset=UTF-8", []byte(code + "\n\n" + stripTags(body(plain)))}
}

var (
	escapeHTML   = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#x27;")
	lineBreakTag = regexp.MustCompile(`(?is)<br.*?>`)
	anyTag       = regexp.MustCompile(`(?s)<!--|-->|<.*?>`)
)

// stripTags is WebOb's strip_tags.
func stripTags(s string) string {
	s = strings.NewReplacer("\n", " ", "\r", "").Replace(s)
	return anyTag.ReplaceAllString(lineBreakTag.ReplaceAllString(s, "\n"), "")
}

// preferred picks the media type that a client likes best as WebOb does: the
// first wins a tie, "" is for a client that accepts none or says nothing.
func preferred(h http.Header, offers ...string) string {
	best, bestQ := "", 0.0
	for _, offer := range offers {
		q, specific := 0.0, 0
		for part := range strings.SplitSeq(strings.Join(h["Accept"], ","), ",") {
			media, params, err := mime.ParseMediaType(part)
			weight, weighed := params["q"]
			delete(params, "q")
			rank := 0
			switch {
			case err != nil || len(params) > 0: // a type of its own: "text/html;level=1"
			case media == offer:
				rank = 3
			case media == offer[:strings.IndexByte(offer, '/')+1]+"*":
				rank = 2
			case media == "*/*":
				rank = 1
			}
			if rank <= specific {
				continue
			}
			specific, q = rank, 1.0
			if weighed {
				q, _ = strconv.ParseFloat(weight, 64)
			}
		}
		if q > bestQ {
			best, bestQ = offer, q
		}
	}
	return best
}
