package management_test

import "net/http"

// foreignResponse is what something between the provider and Auth0 responds, in the format of its kind.
type foreignResponse struct {
	name        string
	status      int
	contentType string
	server      string
	body        string
	valid       string // the method, or the HTTP method, for which this is a response of Auth0; empty: none
}

const (
	plainText = "text/plain"
	html      = "text/html; charset=utf-8"
	jsonType  = "application/json"
)

// foreignResponses lists responses that are not from Auth0.
func foreignResponses() []foreignResponse {
	return append(append(gatewayResponses(), frameworkResponses()...), strangeSuccesses()...)
}

func gatewayResponses() []foreignResponse {
	return []foreignResponse{
		{"Kong, no route", 404, jsonType, "kong/3.7.1", `{"message":"no Route matched with those values"}`, ""},
		{"Kong, no route with request id", 404, jsonType, "kong/3.9.0", `{"message":"no Route matched with those values","request_id":"8f31"}`, ""},
		{"Kong, no key", 401, jsonType, "kong/3.7.1", `{"message":"No API key found in request"}`, ""},
		{"Kong, rate limit", 429, jsonType, "kong/3.7.1", `{"message":"API rate limit exceeded"}`, ""},
		{"Kong, upstream", 502, jsonType, "kong/3.7.1", `{"message":"An invalid response was received from the upstream server"}`, ""},
		{"AWS API Gateway, no route", 404, jsonType, "", `{"message":"Not Found"}`, ""},
		{"AWS API Gateway, no token", 403, jsonType, "", `{"message":"Missing Authentication Token"}`, ""},
		{"AWS API Gateway, forbidden", 403, jsonType, "", `{"message":"Forbidden"}`, ""},
		{"AWS API Gateway, throttled", 429, jsonType, "", `{"message":"Too Many Requests"}`, ""},
		{"AWS API Gateway, timeout", 504, jsonType, "", `{"message":"Endpoint request timed out"}`, ""},
		{"AWS ALB, unavailable", 503, html, "awselb/2.0", "<html>\r\n<head><title>503 Service Temporarily Unavailable</title></head>\r\n</html>", ""},
		{"AWS ALB, fixed response", 404, plainText, "awselb/2.0", "Not found", ""},
		{"AWS CloudFront, blocked", 403, html, "CloudFront", "<!DOCTYPE HTML><HTML><HEAD><TITLE>ERROR: The request could not be satisfied</TITLE></HEAD></HTML>", ""},
		{"AWS S3, no key", 404, "application/xml", "AmazonS3", `<?xml version="1.0"?><Error><Code>NoSuchKey</Code></Error>`, ""},
		{"Azure API Management, no operation", 404, jsonType, "", `{ "statusCode": 404, "message": "Resource not found" }`, ""},
		{"Azure API Management, no key", 401, jsonType, "", `{ "statusCode": 401, "message": "Access denied due to missing subscription key. Make sure to include subscription key." }`, ""},
		{"Azure API Management, quota", 403, jsonType, "", `{ "statusCode": 403, "message": "Out of call volume quota. Quota will be replenished in 00:21:00." }`, ""},
		{"Azure API Management, rate", 429, jsonType, "", `{ "statusCode": 429, "message": "Rate limit is exceeded. Try again in 20 seconds." }`, ""},
		{"Azure API Management, failed", 500, jsonType, "", `{ "statusCode": 500, "message": "Internal server error", "activityId": "d5b6" }`, ""},
		{"Azure Application Gateway", 502, html, "Microsoft-Azure-Application-Gateway/v2", "<html><head><title>502 Bad Gateway</title></head></html>", ""},
		{"Azure Front Door, not found", 404, html, "", "<h2>Our services aren't available right now</h2>", ""},
		{"Cloudflare, challenge", 403, html, "cloudflare", "<!DOCTYPE html><html><head><title>Just a moment...</title></head></html>", ""},
		{"Cloudflare, unreachable", 522, html, "cloudflare", "<!DOCTYPE html><title>522: Connection timed out</title>", ""},
		{"Cloudflare, error as text", 403, plainText, "cloudflare", "error code: 1020", ""},
		{"Cloudflare Workers, not found", 404, html, "cloudflare", "", ""},
		{"nginx, not found", 404, "text/html", "nginx/1.25.3", "<html>\r\n<head><title>404 Not Found</title></head>\r\n<body>\r\n<center><h1>404 Not Found</h1></center>\r\n</body>\r\n</html>", ""},
		{"nginx, too large", 413, "text/html", "nginx", "<html>\r\n<head><title>413 Request Entity Too Large</title></head>\r\n</html>", ""},
		{"nginx, bad gateway", 502, "text/html", "nginx", "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n</html>", ""},
		{"Envoy, no route", 404, "", "envoy", "", ""},
		{"Envoy, RBAC", 403, plainText, "envoy", "RBAC: access denied", ""},
		{"Envoy, upstream", 503, plainText, "istio-envoy", "upstream connect error or disconnect/reset before headers. reset reason: connection failure", ""},
		{"Envoy, rate limit", 429, plainText, "envoy", "local_rate_limited", ""},
		{"Apigee, no proxy", 404, jsonType, "", `{"fault":{"faultstring":"Unable to identify proxy for host: default and url: /api/v2","detail":{"errorcode":"messaging.adaptors.http.flow.ApplicationNotFound"}}}`, ""},
		{"Apigee, no key", 401, jsonType, "", `{"fault":{"faultstring":"Failed to resolve API Key variable request.queryparam.apikey","detail":{"errorcode":"steps.oauth.v2.FailedToResolveAPIKey"}}}`, ""},
		{"HAProxy, forbidden", 403, "text/html", "", "<html><body><h1>403 Forbidden</h1>\nRequest forbidden by administrative rules.\n</body></html>", ""},
		{"HAProxy, no server", 503, "text/html", "", "<html><body><h1>503 Service Unavailable</h1>\nNo server is available to handle this request.\n</body></html>", ""},
		{"Traefik, not found", 404, "text/plain; charset=utf-8", "", "404 page not found\n", ""},
		{"Varnish, guru meditation", 503, html, "Varnish", "<!DOCTYPE html><html><head><title>503 Backend fetch failed</title></head></html>", ""},
		{"Squid, access denied", 403, html, "squid/5.7", "<!DOCTYPE html><html><head><title>ERROR: The requested URL could not be retrieved</title></head></html>", ""},
		{"Google Cloud load balancer", 404, html, "", "<!DOCTYPE html><html lang=en><title>Error 404 (Not Found)!!1</title>", ""},
	}
}

func frameworkResponses() []foreignResponse {
	return []foreignResponse{
		{"Auth0, a path it does not know", 404, jsonType, "", `{"statusCode":404,"error":"Not Found","message":"Not Found"}`, ""},
		{"Spring Boot", 404, jsonType, "", `{"timestamp":"2026-11-29T22:00:00.000+00:00","status":404,"error":"Not Found","path":"/api/v2/clients"}`, ""},
		{"Spring Boot, forbidden", 403, jsonType, "", `{"timestamp":1796000000000,"status":403,"error":"Forbidden","message":"Access Denied","path":"/oauth/token"}`, ""},
		{"problem details", 404, "application/problem+json", "Kestrel", `{"type":"https://tools.ietf.org/html/rfc9110#section-15.5.5","title":"Not Found","status":404}`, ""},
		{"NestJS", 404, jsonType, "", `{"message":"Cannot GET /api/v2/clients/job","error":"Not Found","statusCode":404}`, ""},
		{"Fastify", 404, jsonType, "", `{"message":"Route GET:/api/v2/clients/job not found","error":"Not Found","statusCode":404}`, ""},
		{"Express", 404, html, "", "<!DOCTYPE html><html><body><pre>Cannot GET /api/v2/clients/job</pre></body></html>", ""},
		{"Django REST framework", 404, jsonType, "gunicorn", `{"detail":"Not found."}`, ""},
		{"FastAPI", 404, jsonType, "uvicorn", `{"detail":"Not Found"}`, ""},
		{"Rails", 404, jsonType, "", `{"status":404,"error":"Not Found"}`, ""},
		{"IIS", 404, "text/html", "Microsoft-IIS/10.0", "<!DOCTYPE html><html><head><title>IIS 10.0 Detailed Error - 404.0 - Not Found</title></head></html>", ""},
		{"status in the body only", 404, jsonType, "", `{"statusCode":403,"error":"Forbidden","message":"no","errorCode":"inexistent_client"}`, ""},
		{"another code", 404, jsonType, "", `{"statusCode":404,"error":"Not Found","message":"no","errorCode":"invalid_uri"}`, "POST"},
		{"captive portal, redirect", 302, html, "", "<html>Sign in to the network</html>", ""},
		{"captive portal, network authentication", 511, html, "", "<html>Network Authentication Required</html>", ""},
		{"too early", 425, plainText, "", "Too Early", ""},
		{"not acceptable", 406, "", "mod_security", "", ""},
	}
}

func strangeSuccesses() []foreignResponse {
	return []foreignResponse{
		{"captive portal, page", 200, html, "", "<html><title>Welcome to the hotel</title></html>", ""},
		{"single-page application", 200, html, "nginx", "<!doctype html><html><body><div id=\"root\"></div></body></html>", ""},
		{"empty body", 200, jsonType, "", "", ""},
		{"white space", 200, jsonType, "", " \r\n", ""},
		{"health check", 200, jsonType, "", `{"status":"ok"}`, ""},
		{"an error with status 200", 200, jsonType, "", `{"statusCode":404,"error":"Not Found","message":"The client does not exist","errorCode":"inexistent_client"}`, ""},
		{"null", 200, jsonType, "", `null`, ""},
		{"empty object", 200, jsonType, "", `{}`, ""},
		{"empty array", 200, jsonType, "", `[]`, "Credentials.Of"},
		{"array of null", 200, jsonType, "", `[null]`, ""},
		{"text", 200, jsonType, "", `"ok"`, ""},
		{"number", 200, jsonType, "", `17`, ""},
		{"cut off", 200, jsonType, "", `{"client_id":"job","client_secret":"canary-of-the-body`, ""},
		{"two documents", 200, jsonType, "", `{"id":"1"}{"id":"1"}`, ""},
		{"members of other types", 200, jsonType, "", `{"id":1,"client_id":["job"],"identifier":{},"kid":null,"access_token":7,"keys":{}}`, ""},
		{"members that are empty", 200, jsonType, "", `{"id":"","client_id":"","identifier":"","kid":"","access_token":"","keys":[]}`, ""},
		{"lists that are null", 200, jsonType, "", `{"clients":null,"resource_servers":null,"client_grants":null,"keys":null}`, ""},
		{"accepted for later", http.StatusAccepted, jsonType, "", `{"id":"1"}`, ""},
		{"partial content", http.StatusPartialContent, jsonType, "", `{"id":"1"}`, ""},
	}
}
