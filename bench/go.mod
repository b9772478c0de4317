module github.com/softlayer/jumpgate/bench

go 1.26.0

replace github.com/softlayer/jumpgate => ../

require github.com/softlayer/jumpgate v0.0.0

require (
	github.com/go-json-experiment/json v1.27.2 // indirect
	github.com/softlayer/softlayer-go v1.1.7 // indirect
	github.com/softlayer/xmlrpc v0.0.0-20200409220501-5f089df7cb7e // indirect
	golang.org/x/text v0.42.0 // indirect
)

require (
	github.com/go-chi/chi/v5 v5.5.0
	github.com/julienschmidt/httprouter v1.3.0 // indirect
)
