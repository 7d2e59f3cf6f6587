-- Which fleet each device id belongs to: an id is one device's in the whole installation, because MQTT topics
-- carry nothing but the id. Devices of fleets that are there already keep theirs.
CREATE TABLE installation.devices (
  device text PRIMARY KEY,
  fleet text NOT NULL REFERENCES installation.fleets
);

DO $$
BEGIN
  IF to_regclass('public.devices') IS NOT NULL THEN
    INSERT INTO installation.devices SELECT device, 'main' FROM public.devices;
  END IF;
END $$;
