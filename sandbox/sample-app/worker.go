package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"time"
)

// work takes jobs, addresses to be dialled, from a list in Redis and says there what came of each.
func work() error {
	client, err := redisClient()
	if err != nil {
		return err
	}
	defer client.Close()
	fmt.Println("sample-app", version, "waits for jobs")
	for {
		job, err := client.BRPop(context.Background(), 0, prefixed("jobs")).Result()
		if err != nil {
			time.Sleep(time.Second)
			continue
		}
		if err := client.LPush(context.Background(), prefixed("results"), job[1]+" "+dialled(job[1])).Err(); err != nil {
			return fmt.Errorf("the result of a job cannot be told")
		}
	}
}

// probe dials an address from inside the container, which has no other program to do it with.
func probe(address string) int {
	answer := dialled(address)
	fmt.Println(answer)
	if answer == "reached" {
		return 0
	}
	return 1
}

func dialled(address string) string {
	connection, err := net.DialTimeout("tcp", address, dialTimeout)
	if err != nil {
		return err.Error()
	}
	_ = connection.Close()
	return "reached"
}

// show prints a file of the container, for the same reason.
func show(path string) int {
	text, err := os.ReadFile(path)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	_, _ = os.Stdout.Write(text)
	return 0
}
