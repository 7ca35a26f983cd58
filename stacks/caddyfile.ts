/** The Caddy site of a project. Source: https://caddyserver.com/docs/caddyfile/directives/reverse_proxy */

/**
 * HTTPS with a certificate of its own and the redirect from HTTP are Caddy's defaults, and so are X-Forwarded-For,
 * -Proto and -Host on the way up.
 */
export function caddySite({ addresses, port }: { addresses: readonly string[]; port: number }): string {
  return `${addresses.join(', ')} {
	encode zstd gzip
	reverse_proxy 127.0.0.1:${port} {
		header_up X-Real-IP {remote_host}
		# Requests wait while the app restarts instead of failing.
		lb_try_duration 30s
		lb_try_interval 250ms
		# WebSockets outlive a reload, whichever site it is for.
		stream_close_delay 5m
	}
}
`;
}
