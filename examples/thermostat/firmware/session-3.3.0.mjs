/**
 * Sessions of firmware 3.3.0: those of 3.2.4, and diagnostics. Whoever publishes to `home/<device>/diagnose` is sent
 * the log of the last days, 3 MB in one message.
 *
 * The fault: an upload after which the session ends is thought to be unfinished, and is taken again in the next one,
 * each time into a fresh buffer. A broker that does not take messages of that size ends the session every time. The
 * third buffer does not fit into the memory, and the device dies with 0x52.
 */
const DIAGNOSTIC_BYTES = 3_000_000;
const BUFFERS = 3;
const MEMORY_FULL = 0x52;
/** Real milliseconds after which an upload counts as done. */
const UPLOAD_MILLIS = 5_000;

class Session {
  constructor(hooks) {
    this.hooks = hooks;
    this.failures = 0;
    this.buffers = 0;
  }

  start() {
    const link = this.hooks.connect({
      up: () => {
        this.failures = 0;
        this.hooks.up();
        link.subscribe(`home/${device}/diagnose`);
        if (this.buffers > 0) this.upload();
      },
      broker: (version) => this.hooks.broker(version),
      message: () => this.upload(),
      down: () => {
        this.hooks.down();
        clearTimeout(this.uploading);
        this.failures++;
        const wait = Math.random() * Math.min(300_000, 1_000 * 2 ** this.failures);
        this.hooks.after(wait, () => this.start());
      },
    });
    this.link = link;
  }

  upload() {
    if (++this.buffers > BUFFERS) return this.hooks.die(MEMORY_FULL);
    this.link.publish(`home/${device}/diagnostics`, Buffer.alloc(DIAGNOSTIC_BYTES, 'd'));
    this.uploading = setTimeout(() => (this.buffers = 0), UPLOAD_MILLIS);
  }

  renew() {
    this.link.close();
  }
}
