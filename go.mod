module github.com/softlayer/jumpgate

go 1.26

require (
	github.com/julienschmidt/httprouter v1.3.0
	github.com/softlayer/softlayer-go v1.1.7
)

require (
	github.com/google/go-cmp v0.7.0 // indirect
	github.com/gophercloud/gophercloud/v2 v2.15.0 // indirect
)
