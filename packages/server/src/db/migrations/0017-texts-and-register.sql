-- Templates of the texts about incidents; a reader without a row, or without a text, has the product's own.
CREATE TABLE incident_templates (
  reader text PRIMARY KEY,
  text text,
  version integer NOT NULL,
  set_by text NOT NULL,
  set_at bigint NOT NULL
);

-- What people wrote for one incident. A text that was thrown away keeps its row, so that versions only rise.
CREATE TABLE incident_texts (
  incident text NOT NULL REFERENCES incidents ON DELETE CASCADE,
  reader text NOT NULL,
  text text,
  version integer NOT NULL,
  by_whom text NOT NULL,
  at bigint NOT NULL,
  -- What the placeholders stood for when it was written.
  facts jsonb NOT NULL,
  PRIMARY KEY (incident, reader)
);

-- Where devices stand and whom to call. Personal data: nothing of it goes into environments, counts or rehearsals,
-- and it outlives no device that it is about only because nobody has deleted it.
CREATE TABLE address_register (
  device text PRIMARY KEY,
  customer text,
  address text NOT NULL,
  contact text,
  imported_at bigint NOT NULL
);
