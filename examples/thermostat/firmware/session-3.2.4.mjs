/**
 * Sessions of firmware 3.2.4: a renewal is one orderly disconnect and connect, with full-jitter back-off when
 * the broker does not answer.
 */
class Session {
  constructor(hooks) {
    this.hooks = hooks;
    this.failures = 0;
  }

  start() {
    this.link = this.hooks.connect({
      up: () => {
        this.failures = 0;
        this.hooks.up();
      },
      broker: (version) => this.hooks.broker(version),
      down: () => {
        this.hooks.down();
        this.failures++;
        const wait = Math.random() * Math.min(300_000, 1_000 * 2 ** this.failures);
        this.hooks.after(wait, () => this.start());
      },
    });
  }

  renew() {
    this.link.close();
  }
}
