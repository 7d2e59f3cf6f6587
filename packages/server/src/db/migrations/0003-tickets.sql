-- Tickets of the help desk. `ticket` is the desk's own number: the same one twice counts once.
CREATE TABLE tickets (
  ticket text PRIMARY KEY,
  code text NOT NULL,
  device text,
  at bigint NOT NULL
);
CREATE INDEX tickets_by_time ON tickets (at);
