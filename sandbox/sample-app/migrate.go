package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sort"

	"github.com/jackc/pgx/v5"
)

// migrations is where the image keeps its .sql files, which run in the order of their names, each once.
const migrations = "/migrations"

func migrate() error {
	ctx := context.Background()
	connection, err := pgx.Connect(ctx, os.Getenv("DATABASE_URL"))
	if err != nil {
		return fmt.Errorf("the database of DATABASE_URL does not answer")
	}
	defer connection.Close(ctx)
	if _, err := connection.Exec(ctx, "CREATE TABLE IF NOT EXISTS migrated (name text PRIMARY KEY)"); err != nil {
		return err
	}
	files, err := filepath.Glob(migrations + "/*.sql")
	if err != nil {
		return err
	}
	sort.Strings(files)
	for _, file := range files {
		if err := migrateFile(ctx, connection, file); err != nil {
			return fmt.Errorf("%s: %w", filepath.Base(file), err)
		}
	}
	return nil
}

// migrateFile runs a file and notes it in one transaction.
func migrateFile(ctx context.Context, connection *pgx.Conn, file string) error {
	transaction, err := connection.Begin(ctx)
	if err != nil {
		return err
	}
	defer transaction.Rollback(ctx)
	noted, err := transaction.Exec(ctx, "INSERT INTO migrated VALUES ($1) ON CONFLICT DO NOTHING", filepath.Base(file))
	if err != nil || noted.RowsAffected() == 0 {
		return err
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	if _, err := transaction.Exec(ctx, string(text)); err != nil {
		return err
	}
	fmt.Println("sample-app: migrated by", filepath.Base(file))
	return transaction.Commit(ctx)
}
