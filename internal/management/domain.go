package management

import (
	"fmt"
	"net"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync"
)

// hostName is a host of at least two labels.
var hostName = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)
})

const longestHost = 253

// BaseURL returns the address of the tenant with the given domain: a host name, and https always. "https://" in front and
// a slash at the end are ignored. For a loopback address a port is allowed, and plain http if it is written in front. What
// is wrong with domain is a *tenant.Invalid that says what to write instead.
func BaseURL(domain string) (*url.URL, error) {
	scheme, rest := "https", strings.TrimSpace(domain)
	if rest == "" {
		return nil, badDomain("the tenant's domain is missing; it looks like example.eu.auth0.com")
	}
	plain := false
	if before, after, found := strings.Cut(rest, "://"); found {
		if scheme = strings.ToLower(before); scheme != "http" && scheme != "https" {
			return nil, badDomain(fmt.Sprintf("it is a host name without scheme: write %s", suggestion(after)))
		}
		plain, rest = scheme == "http", after
	}
	rest = strings.TrimSuffix(rest, "/")
	if strings.ContainsAny(rest, "/?#@\\") {
		return nil, badDomain(fmt.Sprintf("it is a host name and nothing else: write %s", suggestion(rest)))
	}
	host, port, err := splitPort(rest)
	if err != nil {
		return nil, err
	}
	switch loopback := isLoopback(host); {
	case plain && !loopback:
		return nil, badDomain(fmt.Sprintf("plain http is for a loopback address only: write %s, and https is used", suggestion(rest)))
	case loopback:
		return &url.URL{Scheme: scheme, Host: joined(host, port)}, nil
	case port != "":
		return nil, badDomain(fmt.Sprintf("a port is for a loopback address only: write %s", suggestion(host)))
	}
	if host = strings.ToLower(host); len(host) > longestHost || !hostName().MatchString(host) {
		return nil, badDomain("it is no host name such as example.eu.auth0.com or login.example.com")
	}
	return &url.URL{Scheme: scheme, Host: host}, nil
}

// splitPort splits "HOST[:PORT]"; an IPv6 address with a port stands in brackets.
func splitPort(text string) (host, port string, err error) {
	if net.ParseIP(text) != nil || !strings.Contains(text, ":") {
		return text, "", nil
	}
	if inner, bracketed := strings.CutPrefix(text, "["); bracketed && strings.HasSuffix(inner, "]") {
		return strings.TrimSuffix(inner, "]"), "", nil
	}
	host, port, err = net.SplitHostPort(text)
	if err != nil {
		return "", "", badDomain("it is no host name such as example.eu.auth0.com")
	}
	if number, err := strconv.ParseUint(port, 10, 16); err != nil || number == 0 {
		return "", "", badDomain("its port is no number from 1 to 65535")
	}
	return host, port, nil
}

func joined(host, port string) string {
	if port != "" {
		return net.JoinHostPort(host, port)
	}
	if strings.Contains(host, ":") {
		return "[" + host + "]"
	}
	return host
}

func isLoopback(host string) bool {
	return strings.EqualFold(host, "localhost") || net.ParseIP(host).IsLoopback()
}

// suggestion returns the host of an invalid domain, or an example.
func suggestion(text string) string {
	if _, after, found := strings.Cut(text, "@"); found {
		text = after
	}
	if end := strings.IndexAny(text, "/?#\\"); end >= 0 {
		text = text[:end]
	}
	if host, _, err := splitPort(text); err == nil && isLoopback(host) {
		return strconv.Quote(text)
	}
	text, _, _ = strings.Cut(text, ":")
	if host := strings.ToLower(text); hostName().MatchString(host) {
		return strconv.Quote(host)
	}
	return "something like example.eu.auth0.com"
}

func badDomain(message string) error { return invalid(fieldDomain, message) }
