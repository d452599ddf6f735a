package simulator

import (
	"fmt"
	"net/http"
)

// Proxy is a kind of proxy between a program and Notify, named by its Server header. Any other name stands for one that
// writes pages as nginx does.
type Proxy string

// Proxies.
const (
	ProxyNginx      Proxy = "nginx"
	ProxyAWS        Proxy = "awselb/2.0" // Application Load Balancer, which stands in front of Notify
	ProxyCloudflare Proxy = "cloudflare"
)

// ProxyPage answers as a proxy does that can't reach Notify, usually with 502, 503 or 504: in HTML, and without
// Notify's headers. Nothing is accepted.
func ProxyPage(by Proxy, status int) Fault {
	status = possible(status)
	text := fmt.Sprintf("%d by %s", status, by)
	return answering(text, func(*Simulator, *exchange) *response { return by.page(status) })
}

// page returns an error page. All are nginx's, but AWS leaves out the line with the name, and Cloudflare puts its own
// there.
func (by Proxy) page(status int) *response {
	reason := http.StatusText(status)
	switch status { // nginx and AWS have their own words
	case http.StatusServiceUnavailable:
		reason = "Service Temporarily Unavailable"
	case http.StatusGatewayTimeout:
		reason = "Gateway Time-out"
	}
	signed := ""
	if by != ProxyAWS {
		signed = "<hr><center>" + string(by) + "</center>\r\n"
	}
	return &response{
		status: status, contentType: "text/html", bare: true, header: http.Header{"Server": {string(by)}},
		body: fmt.Appendf(nil, "<html>\r\n<head><title>%d %[2]s</title></head>\r\n<body>\r\n"+
			"<center><h1>%[1]d %[2]s</h1></center>\r\n%s</body>\r\n</html>\r\n", status, reason, signed),
	}
}
