module github.com/softlayer/jumpgate/internal/openapi

go 1.26.0

replace github.com/softlayer/jumpgate => ../../

require (
	github.com/santhosh-tekuri/jsonschema/v6 v6.0.3
	github.com/softlayer/jumpgate v0.0.0-00010101000000-000000000000
	go.yaml.in/yaml/v4 v4.0.0
	golang.org/x/text v0.42.0
)

require (
	github.com/go-json-experiment/json v1.27.2 // indirect
	github.com/julienschmidt/httprouter v1.3.0 // indirect
	github.com/softlayer/softlayer-go v1.1.7 // indirect
	github.com/softlayer/xmlrpc v0.0.0-20200409220501-5f089df7cb7e // indirect
)
