#!/bin/bash
# Runs once, when the volume is empty: the protected database with a role that may do what agents
# need and no more, and the gateway's own database.
set -euo pipefail
orders_password=$(cat /run/secrets/orders_password)
state_password=$(cat /run/secrets/state_password)

psql -v ON_ERROR_STOP=1 -U postgres -v orders_password="$orders_password" \
  -v state_password="$state_password" <<'SQL'
CREATE ROLE countersign_gateway LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'orders_password';
CREATE ROLE countersign_state LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'state_password';
CREATE DATABASE orders;
CREATE DATABASE countersign OWNER countersign_state;
REVOKE CONNECT ON DATABASE countersign FROM PUBLIC;
SQL

psql -v ON_ERROR_STOP=1 -U postgres -d orders <<'SQL'
CREATE TABLE customers (
  id integer PRIMARY KEY, name text NOT NULL, email text NOT NULL, phone text NOT NULL,
  ssn text NOT NULL, notes text NOT NULL, created_at timestamptz NOT NULL);
CREATE TABLE orders (
  id integer PRIMARY KEY, customer_id integer NOT NULL REFERENCES customers,
  status text NOT NULL, total_cents bigint NOT NULL, created_at timestamptz NOT NULL);
CREATE TABLE payments (
  id integer PRIMARY KEY, order_id integer NOT NULL REFERENCES orders,
  card_number text NOT NULL, iban text NOT NULL, amount_cents bigint NOT NULL,
  paid_at timestamptz NOT NULL);
INSERT INTO customers VALUES
  (1, 'Ada Example', 'ada@example.com', '+1-555-0100', '900-10-0001', '', now()),
  (2, 'Omar Example', 'omar@example.org', '+1-555-0101', '900-10-0002', '', now());
INSERT INTO orders VALUES (1, 1, 'paid', 4200, now()), (2, 2, 'new', 990, now());
INSERT INTO payments VALUES (1, 1, '4000000000000002', 'DE36000000000000000001', 4200, now());
GRANT USAGE ON SCHEMA public TO countersign_gateway;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO countersign_gateway;
SQL
