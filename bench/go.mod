module github.com/softlayer/jumpgate/bench

go 1.26.0

replace github.com/softlayer/jumpgate => ../

require github.com/softlayer/jumpgate v0.0.0

require (
	github.com/go-chi/chi/v5 v5.5.0
	github.com/julienschmidt/httprouter v1.3.0 // indirect
)
