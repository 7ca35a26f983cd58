package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"time"

	"github.com/coder/websocket"
	"github.com/redis/go-redis/v9"
)

// channel is where replicas tell one another what their clients say.
const channel = "room"

// answerWebSocket passes on what a client says to every client of every replica, by way of Redis.
func answerWebSocket(w http.ResponseWriter, r *http.Request) {
	client, err := redisClient()
	if err != nil {
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	defer client.Close()
	connection, err := websocket.Accept(w, r, nil)
	if err != nil {
		return
	}
	defer connection.CloseNow()
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	room := client.Subscribe(ctx, prefixed(channel))
	defer room.Close()
	if _, err := room.Receive(ctx); err != nil {
		connection.Close(websocket.StatusInternalError, "Redis does not answer")
		return
	}
	// The first message says which replica answers.
	if err := write(ctx, connection, "replica "+os.Getenv("PORT")); err != nil {
		return
	}
	go func() {
		defer cancel()
		for message := range room.Channel() {
			if write(ctx, connection, message.Payload) != nil {
				return
			}
		}
	}()
	for {
		_, text, err := connection.Read(ctx)
		if err != nil {
			return
		}
		if client.Publish(ctx, prefixed(channel), fmt.Sprintf("%s says %s", os.Getenv("PORT"), text)).Err() != nil {
			return
		}
	}
}

func write(ctx context.Context, connection *websocket.Conn, text string) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	return connection.Write(ctx, websocket.MessageText, []byte(text))
}

// redisClient reaches the Redis of REDIS_URL; its error never repeats the URL, which holds a password.
func redisClient() (*redis.Client, error) {
	options, err := redis.ParseURL(os.Getenv("REDIS_URL"))
	if err != nil {
		return nil, fmt.Errorf("REDIS_URL is missing or no URL of a Redis")
	}
	return redis.NewClient(options), nil
}

// prefixed is a key or a channel where this project may have one.
func prefixed(name string) string {
	return os.Getenv("REDIS_KEY_PREFIX") + name
}
