package simulator

import (
	"fmt"
	"net/http"
)

// Proxy is what may stand between a program and Notify, and answer instead: its Server header. Any other value makes a
// page like that of nginx, with that name.
type Proxy string

// Proxies, whose pages are HTML.
const (
	ProxyNginx      Proxy = "nginx"
	ProxyAWS        Proxy = "awselb/2.0" // Application Load Balancer, which stands in front of Notify
	ProxyCloudflare Proxy = "cloudflare"
)

// ProxyPage answers instead of the service, as a proxy does that can't reach it, with 502, 503 or 504: in HTML, and
// without Notify's headers.
func ProxyPage(by Proxy, status int) Fault {
	status = possible(status)
	text := fmt.Sprintf("%d by %s", status, by)
	return answering(text, func(*Simulator, *exchange) *response { return by.page(status) })
}

// page is nginx's error page, of which the others have their own: without its last line AWS, with their name in it
// Cloudflare.
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
