/**
 * By which variables a project says where its errors go and who is told: data, no code. Source: PaintShare's operations
 * plan, 3; the names are the services' own: docs.sentry.io "DSN", opentelemetry.io "OTLP Exporter Configuration".
 */
export const observability = {
  'error tracking': ['SENTRY_DSN', 'NEXT_PUBLIC_SENTRY_DSN', 'OTEL_EXPORTER_OTLP_ENDPOINT'],
  'an alert channel': ['SLACK_WEBHOOK_URL', 'DISCORD_WEBHOOK_URL', 'PAGERDUTY_ROUTING_KEY'],
} as const;
