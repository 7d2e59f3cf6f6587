/**
 * Sessions of firmware 3.2.5, with the incident's fault. The new client carries a workaround for one broker
 * version: a session that is renewed there is thought to be stale and is taken anew at once. The new one is
 * stale by the same rule, so renewing never ends; and the dropped link keeps its entry in the socket pool.
 *
 * The renewal is noted on flash before it begins, so that it is continued after a reboot. That is why a
 * device that died of it dies again, seconds after every boot.
 */
const SOCKET_POOL = 24;
const STALE_AFTER_RENEWAL = ['mosquitto 2.0.18'];
const NETWORK_STACK_DEAD = 0x45;

class Session {
  constructor(hooks) {
    this.hooks = hooks;
    this.sockets = 0;
    this.renewing = hooks.recall('renewing') === true;
  }

  start() {
    if (++this.sockets > SOCKET_POOL) return this.hooks.die(NETWORK_STACK_DEAD);
    const link = this.hooks.connect({
      up: () => this.hooks.up(),
      broker: (version) => this.settle(link, version),
      down: () => {
        this.hooks.down();
        this.start();
      },
    });
    this.link = link;
  }

  /** The renewal is over when the broker has told its version, unless the workaround says otherwise. */
  settle(link, version) {
    this.hooks.broker(version);
    if (this.renewing && STALE_AFTER_RENEWAL.includes(version)) return link.close();
    this.renewing = false;
    this.hooks.remember('renewing', false);
    this.sockets = 1;
  }

  renew() {
    this.renewing = true;
    this.hooks.remember('renewing', true);
    this.link.close();
  }
}
