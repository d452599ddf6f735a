# notify-simulator, and nothing else. See docs/served.md.
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -o /notify-simulator ./cmd/notify-simulator

FROM scratch
# For callbacks to https.
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /notify-simulator /notify-simulator
# Nobody: it needs no rights, and writes nothing.
USER 65532:65532
EXPOSE 6011
HEALTHCHECK --interval=5s --timeout=6s --start-period=10s --start-interval=1s \
    CMD ["/notify-simulator", "-health", "http://127.0.0.1:6011"]
# Other machines can connect, or the container would be of no use. So the pages and the control API want the token in
# NOTIFY_SIMULATOR_TOKEN, or the one that is printed.
ENTRYPOINT ["/notify-simulator", "-listen", "0.0.0.0:6011", "-expose"]
