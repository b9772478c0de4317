# examples/simple in a container:
#
#   docker build -t jumpgate . && docker run -p 127.0.0.1:5000:5000 jumpgate -driver memory
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -o /simple ./examples/simple
RUN mkdir -m 1777 -p /root/empty/tmp

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /simple /simple
COPY --from=build /root/empty/ /
USER 65534:65534
EXPOSE 5000
ENTRYPOINT ["/simple", "-listen", "0.0.0.0:5000"]
