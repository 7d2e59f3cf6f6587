/**
 * The thermostat: connects to the household broker, reports a temperature, renews its session every one to
 * three hours. `Session` stands above, from the module of the version.
 *
 * Environment: BROKER_HOST, BROKER_PORT, DEVICE, DATA_DIR (survives updates), TIME_RATE (firmware
 * milliseconds per real millisecond, default 1), KEEP_ALIVE (seconds, default 60).
 */
const net = await import('node:net');
const fs = await import('node:fs');
const path = await import('node:path');

const rate = Number(process.env.TIME_RATE ?? '1');
const device = process.env.DEVICE ?? 'thermostat';
const memory = path.join(process.env.DATA_DIR ?? '.', 'session.json');

const HOUR = 3_600_000;
/** Real time. The broker drops a client after one and a half keep-alives; 0 turns it off (MQTT 3.1.1, clause 3.1.2.10). */
const KEEP_ALIVE_SECONDS = Number(process.env.KEEP_ALIVE ?? '60');

const print = (fact) => process.stdout.write(`${JSON.stringify(fact)}\n`);
const after = (millis, act) => setTimeout(act, millis / rate);

function readMemory() {
  try {
    return JSON.parse(fs.readFileSync(memory, 'utf8'));
  } catch {
    return {};
  }
}

function remember(key, value) {
  const all = readMemory();
  if (all[key] === value) return;
  fs.writeFileSync(`${memory}.new`, JSON.stringify({ ...all, [key]: value }));
  fs.renameSync(`${memory}.new`, memory);
}

/** Fixed header and body of an MQTT 3.1.1 packet (clause 2.2). */
function packet(type, flags, ...parts) {
  const body = Buffer.concat(parts);
  const length = [];
  let rest = body.length;
  do {
    length.push((rest % 128) | (rest >= 128 ? 0x80 : 0));
    rest = Math.floor(rest / 128);
  } while (rest > 0);
  return Buffer.concat([Buffer.from([(type << 4) | flags, ...length]), body]);
}

/** Length-prefixed UTF-8 (clause 1.5.3). */
function text(value) {
  const bytes = Buffer.from(value, 'utf8');
  const prefix = Buffer.alloc(2);
  prefix.writeUInt16BE(bytes.length);
  return Buffer.concat([prefix, bytes]);
}

function connectPacket() {
  const variable = Buffer.from([4, 2, KEEP_ALIVE_SECONDS >> 8, KEEP_ALIVE_SECONDS & 0xff]);
  return packet(1, 0, text('MQTT'), variable, text(device));
}

const subscribePacket = (topic) => packet(8, 2, Buffer.from([0, 1]), text(topic), Buffer.from([0]));
const publishPacket = (topic, value) => packet(3, 0, text(topic), Buffer.from(value));
const pingPacket = () => packet(12, 0);

/** Takes whole packets off the front of a buffer; returns what is left. */
function takePackets(buffer, each) {
  let at = 0;
  for (;;) {
    let length = 0;
    let shift = 1;
    let head = at + 1;
    for (;;) {
      if (head >= buffer.length) return buffer.subarray(at);
      const byte = buffer[head++];
      length += (byte & 0x7f) * shift;
      shift *= 128;
      if ((byte & 0x80) === 0) break;
    }
    if (head + length > buffer.length) return buffer.subarray(at);
    each(buffer[at] >> 4, buffer[at] & 0x0f, buffer.subarray(head, head + length));
    at = head + length;
  }
}

/** "mosquitto version 2.0.18" becomes "mosquitto 2.0.18". */
const brokerName = (announced) => announced.replace(' version ', ' ').trim();

/** One connection. `events`: up(), broker(version), down(). */
function connect(events) {
  const socket = net.connect(
    Number(process.env.BROKER_PORT ?? '1883'),
    process.env.BROKER_HOST ?? '127.0.0.1',
  );
  let left = Buffer.alloc(0);
  let ping;
  let answered = true;
  /** A ping that nobody answered means that the connection is only there on our side. */
  const pingOrGiveUp = () => {
    if (!answered) return socket.destroy();
    answered = false;
    socket.write(pingPacket());
  };
  socket.setNoDelay(true);
  socket.on('connect', () => socket.write(connectPacket()));
  socket.on('data', (data) => {
    left = takePackets(Buffer.concat([left, data]), (type, flags, body) => {
      if (type === 2 && body[1] === 0) {
        socket.write(subscribePacket('$SYS/broker/version'));
        if (KEEP_ALIVE_SECONDS > 0) ping = setInterval(pingOrGiveUp, (KEEP_ALIVE_SECONDS * 1_000) / 2);
        events.up();
      }
      if (type === 2 && body[1] !== 0) socket.destroy();
      if (type === 13) answered = true;
      if (type === 3) {
        const topicLength = body.readUInt16BE(0);
        const from = 2 + topicLength + ((flags & 6) === 0 ? 0 : 2);
        const topic = body.toString('utf8', 2, 2 + topicLength);
        if (topic === '$SYS/broker/version') events.broker(brokerName(body.toString('utf8', from)));
        else events.message?.(topic);
      }
    });
  });
  socket.on('error', () => undefined);
  socket.on('close', () => {
    clearInterval(ping);
    events.down();
  });
  return {
    subscribe: (topic) => socket.writable && socket.write(subscribePacket(topic)),
    publish: (topic, value) => socket.writable && socket.write(publishPacket(topic, value)),
    close: () => socket.end(packet(14, 0)),
  };
}

const session = new Session({
  connect,
  after,
  remember,
  recall: (key) => readMemory()[key],
  up: () => print({ mqtt: 'connected' }),
  broker: (version) => print({ broker: version }),
  down: () => print({ mqtt: 'lost' }),
  die: (code) => {
    print({ error: `0x${code.toString(16).toUpperCase()}` });
    process.exit(code);
  },
});

session.start();
setInterval(
  () => session.link?.publish(`home/${device}/temperature`, (20 + Math.random() * 2).toFixed(1)),
  HOUR / rate,
);
(function renewLater() {
  after((1 + 2 * Math.random()) * HOUR, () => {
    session.renew();
    renewLater();
  });
})();

process.stdin.on('end', () => process.exit(0));
process.stdin.on('error', () => process.exit(0));
process.stdin.resume();
