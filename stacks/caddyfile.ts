/** The Caddy site of an app. Source: https://caddyserver.com/docs/caddyfile/directives/reverse_proxy */

/** Seconds for which Caddy tries a request again while its app does not answer. */
export const retrySeconds = 30;

/**
 * HTTPS with a certificate of its own and the redirect from HTTP are Caddy's defaults. What the app is told of its
 * visitor is Caddy's own word, for a proxy like Cloudflare's passes on what visitors made up; whose address is believed
 * the main Caddyfile says (components/server/prepare/caddy.sh). Several upstreams take requests in turn; one that does not answer is passed over.
 */
export function caddySite({ addresses, ports }: { addresses: readonly string[]; ports: readonly number[] }): string {
  const upstreams = ports.map((port) => `127.0.0.1:${port}`).join(' ');
  return `${addresses.join(', ')} {
	encode zstd gzip
	reverse_proxy ${upstreams} {
		header_up X-Real-IP {client_ip}
		header_up X-Forwarded-For {client_ip}
		header_up X-Forwarded-Host {hostport}
		header_up X-Forwarded-Proto {scheme}
		# Requests wait while the app restarts instead of failing.
		lb_try_duration ${retrySeconds}s
		lb_try_interval 250ms
		# WebSockets outlive a reload, whichever site it is for.
		stream_close_delay 5m${ports.length > 1 ? balancing : ''}
	}
}
`;
}

/** One that refused a connection is left alone for a moment. */
const balancing = `
		lb_policy round_robin
		fail_duration 5s`;
