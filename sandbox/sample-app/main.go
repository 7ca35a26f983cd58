// Command sample-app is the application that the sandbox deploys: an HTTP server with a health check, which says what
// reached it. Version and behaviour are baked in at build time, so that each tag is an image of its own.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"
)

var (
	version = "dev"
	// behaviour is "serves", "exits" (at once, with status 1), "unhealthy" (answers 503 to every health check) or
	// "works" (takes jobs and serves nobody).
	behaviour = "serves"
)

const (
	dialTimeout  = time.Second
	drainTimeout = 5 * time.Second
)

type check struct {
	Reachable bool   `json:"reachable"`
	Error     string `json:"error,omitempty"`
}

type health struct {
	Status  string           `json:"status"`
	Version string           `json:"version"`
	Checks  map[string]check `json:"checks"`
}

func main() {
	port := valueOr(os.Getenv("PORT"), "3000")
	if len(os.Args) > 1 {
		os.Exit(command(os.Args[1:], port))
	}
	if behaviour == "exits" {
		fmt.Fprintln(os.Stderr, "sample-app: cannot start: this tag exits at once")
		os.Exit(1)
	}
	run := func() error { return serve(port) }
	if behaviour == "works" {
		run = work
	}
	os.Exit(status(run()))
}

// command is what the image does in place of serving.
func command(words []string, port string) int {
	argument := ""
	if len(words) > 1 {
		argument = words[1]
	}
	switch words[0] {
	case "healthcheck":
		return healthcheck(port)
	case "migrate":
		return status(migrate())
	case "probe":
		return probe(argument)
	case "show":
		return show(argument)
	default:
		return status(fmt.Errorf("unknown command %q: expected healthcheck, migrate, probe or show", words[0]))
	}
}

func status(err error) int {
	if err == nil {
		return 0
	}
	fmt.Fprintln(os.Stderr, "sample-app:", err)
	return 1
}

func serve(port string) error {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /api/health", answerHealth)
	mux.HandleFunc("GET /healthz", answerHealth)
	mux.HandleFunc("GET /ws", answerWebSocket)
	mux.HandleFunc("GET /{$}", answerRoot)
	server := &http.Server{Addr: ":" + port, Handler: mux, ReadHeaderTimeout: 10 * time.Second}

	stopping, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	failed := make(chan error, 1)
	go func() { failed <- server.ListenAndServe() }()
	fmt.Printf("sample-app %s listens on port %s\n", version, port)

	select {
	case err := <-failed:
		return fmt.Errorf("listen on port %s: %w", port, err)
	case <-stopping.Done():
		fmt.Println("sample-app: SIGTERM: finishing the requests that are open")
		draining, cancel := context.WithTimeout(context.Background(), drainTimeout)
		defer cancel()
		if err := server.Shutdown(draining); err != nil && !errors.Is(err, http.ErrServerClosed) {
			return fmt.Errorf("drain: %w", err)
		}
		return nil
	}
}

// answerHealth is 200 when every configured service is reachable, else 503 with the reason.
func answerHealth(w http.ResponseWriter, r *http.Request) {
	report := health{Status: "ok", Version: version, Checks: map[string]check{}}
	for name, fallbackPort := range map[string]string{"DATABASE_URL": "5432", "REDIS_URL": "6379"} {
		address := os.Getenv(name)
		if address == "" {
			continue
		}
		result := reach(r.Context(), address, fallbackPort)
		if !result.Reachable {
			report.Status = "degraded"
		}
		report.Checks[name] = result
	}
	if behaviour == "unhealthy" {
		report.Status = "unhealthy"
	}
	code := http.StatusOK
	if report.Status != "ok" {
		code = http.StatusServiceUnavailable
	}
	writeJSON(w, code, report)
}

// reach dials the service behind a URL; its error never repeats the URL, which holds a password.
func reach(ctx context.Context, address, fallbackPort string) check {
	parsed, err := url.Parse(address)
	if err != nil {
		return check{Error: "not a URL"}
	}
	network, target := endpoint(parsed, fallbackPort)
	connection, err := (&net.Dialer{Timeout: dialTimeout}).DialContext(ctx, network, target)
	if err != nil {
		return check{Error: err.Error()}
	}
	_ = connection.Close()
	return check{Reachable: true}
}

// endpoint is a Unix socket where the URL names one: Redis as unix:///path, PostgreSQL as ?host=/folder
// (https://www.postgresql.org/docs/15/libpq-connect.html, 34.1.1.2), else a host and a port.
func endpoint(address *url.URL, fallbackPort string) (network, target string) {
	port := valueOr(address.Port(), fallbackPort)
	if address.Scheme == "unix" {
		return "unix", address.Path
	}
	if folder := address.Query().Get("host"); strings.HasPrefix(folder, "/") {
		return "unix", folder + "/.s.PGSQL." + port
	}
	return "tcp", net.JoinHostPort(address.Hostname(), port)
}

func answerRoot(w http.ResponseWriter, r *http.Request) {
	forwarded := map[string]string{}
	for name, values := range r.Header {
		if strings.HasPrefix(name, "X-Forwarded-") || name == "X-Real-Ip" {
			forwarded[name] = strings.Join(values, ", ")
		}
	}
	writeJSON(w, http.StatusOK, map[string]any{
		"name":        valueOr(os.Getenv("CODEB_PROJECT"), "sample-app"),
		"version":     version,
		"environment": os.Getenv("CODEB_ENVIRONMENT"),
		"host":        r.Host,
		"forwarded":   forwarded,
		"replica":     os.Getenv("PORT"),
		"switches":    switches(),
	})
}

// switches are read for each request: they change while the app runs.
func switches() json.RawMessage {
	text, err := os.ReadFile(os.Getenv("CODEB_SWITCHES_FILE"))
	if err != nil || !json.Valid(text) {
		return json.RawMessage("{}")
	}
	return text
}

// healthcheck asks the running server from inside its container, which has no other program to ask with.
func healthcheck(port string) int {
	client := http.Client{Timeout: 3 * time.Second}
	response, err := client.Get("http://127.0.0.1:" + port + "/api/health")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	_ = response.Body.Close()
	if response.StatusCode != http.StatusOK {
		fmt.Fprintln(os.Stderr, response.Status)
		return 1
	}
	return 0
}

func writeJSON(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

func valueOr(value, fallback string) string {
	if value == "" {
		return fallback
	}
	return value
}
