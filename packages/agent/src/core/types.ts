/**
 * The agent's core is one synchronous function, `advance(state, input, now, config, random)`. It touches
 * nothing: everything it wants done comes back as effects, everything it learns comes in as inputs.
 *
 * The contract with whoever runs it (the real ports, the simulator, the pretend device):
 * - Effects are carried out in order. `persist` and `set-boot` are durable before the next effect begins; if
 *   one cannot be made durable, none of the later ones is carried out and the device is woken again, with
 *   `storage` until writes succeed. The firmware runs on meanwhile.
 * - Everything else is started, not awaited: its result comes back later as an input.
 * - `reboot` is always the last effect and leaves the state null: every timer, download, staging and the
 *   application end with it. The next input is `woke`.
 * - Whatever asks for an answer gets one, within a time-out that the port keeps.
 * - A power cut is: throw the state away, run the boot loader, wake.
 * - A timer of the same name replaces the one before. Late or unknown inputs change nothing.
 */
import type {
  CheckIn,
  CheckInAnswer,
  DeviceId,
  Environment,
  ErrorCode,
  Instant,
  AmongNeighbours,
  Outcome,
  Progress,
  RefusalCode,
  SlotName,
  Taken,
  TargetCustom,
  TransportName,
  Trouble,
} from '@tuesday/protocol';
import type { Frame } from './frames.ts';
import type { Journal, SignedTarget } from './journal.ts';
import type { Past } from './past.ts';

/** What the boot loader keeps. Changed by `set-boot` and by the boot loader itself, in one atomic write. */
export interface BootControl {
  /** Boots when nothing is tried. */
  readonly defaultSlot: SlotName;
  /** Boots provisionally until confirmed or given up; null when nothing is tried. */
  readonly trialSlot: SlotName | null;
  /** Provisional boots so far. Stays where it is when the boot loader gives the trial up. */
  readonly attempts: number;
}

/**
 * Why the machine started, as far as it can tell. asked: the agent rebooted it. user: power button, or an
 * orderly reboot by a person. brown-out: the supply failed. watchdog: it hung. panic: its kernel gave up.
 */
export type ResetReason = 'asked' | 'user' | 'brown-out' | 'watchdog' | 'panic' | 'unknown';

export type TimerName =
  | 'check-in'
  | 'health'
  | 'probation'
  | 'step'
  | 'outcome'
  | 'restart'
  | 'unhealthy'
  | 'rescue'
  | 'well';

export type Effect =
  /** Write the journal, atomically. */
  | { readonly do: 'persist'; readonly journal: Journal }
  /** Write the boot control, atomically. */
  | { readonly do: 'set-boot'; readonly control: BootControl }
  /** Stop everything, run the boot loader (`bootLoader`), wake. */
  | { readonly do: 'reboot' }
  /** Start the firmware of this slot; answer `application-started` or `application-exited`. */
  | { readonly do: 'start-application'; readonly slot: SlotName }
  /** End the firmware if it runs. No answer. */
  | { readonly do: 'stop-application' }
  /** Run the health checks now; answer `health`. */
  | { readonly do: 'check-health' }
  /** Send; answer `checked-in` or `check-in-failed`. The same object comes again while nothing has changed. */
  | { readonly do: 'check-in'; readonly body: CheckIn }
  /** Send; answer `outcome-accepted`, or `outcome-failed`. */
  | { readonly do: 'send-outcome'; readonly outcome: Outcome }
  /** Send and forget. */
  | { readonly do: 'send-progress'; readonly progress: Progress }
  /** Refresh the signed metadata and look the target up; answer `verified`, `refused` or `step-failed`. */
  | { readonly do: 'verify'; readonly target: string }
  /**
   * Bring the bytes to the device, continuing where an earlier download of the same digest stopped; answer
   * `downloaded`, `refused` or `step-failed`. At once when the bytes are here already.
   */
  | DownloadEffect
  /**
   * Write the downloaded bytes to the slot and read them back against the digest, label last; answer
   * `staged`, `refused` or `step-failed`. The slot is marked bad already.
   */
  | { readonly do: 'stage'; readonly slot: SlotName; readonly target: string; readonly signed: SignedTarget }
  /** End a verification, download or staging that runs. What was downloaded stays, for another try. */
  | { readonly do: 'stop-work' }
  /**
   * Look for signed recovery releases: refresh the signed metadata from the server, or from whoever has it;
   * answer `rescue-found` or `rescue-not-found`.
   */
  | { readonly do: 'seek-rescue' }
  /** The demand of `woke` is in the journal: what made it need not be kept. No answer. */
  | { readonly do: 'forget-demand' }
  /** Throw away what was downloaded. */
  | { readonly do: 'drop-download' }
  /** Ask for the input `timer` after so many milliseconds. */
  | { readonly do: 'timer'; readonly name: TimerName; readonly delayMillis: number };

export interface DownloadEffect {
  readonly do: 'download';
  readonly target: string;
  readonly signed: SignedTarget;
  /** Addresses that serve the same targets as the server, best first. */
  readonly mirrors?: readonly string[];
  /** A recall, or a recovery release: hours and metered links hold up other updates, but not this one. */
  readonly urgent?: true;
  /** The slot that runs: its bytes may be what a delta starts from. */
  readonly from?: SlotName;
  /** From whoever has it: the server, then neighbours. */
  readonly rescue?: true;
}

export type Input =
  | WokeInput
  | { readonly is: 'timer'; readonly name: TimerName }
  /** `answer` has been parsed by `checkInAnswerSchema`, but for its offer; `transport` is the one that carried it. */
  | { readonly is: 'checked-in'; readonly answer: CheckInAnswer; readonly transport: TransportName }
  | {
      readonly is: 'check-in-failed';
      readonly because: string;
      /** The server sheds load: not before so many milliseconds. */
      readonly retryAfterMillis?: number | undefined;
    }
  | { readonly is: 'outcome-accepted'; readonly outcome: Outcome }
  /** `final`: the server understood and said no for good; repeating is pointless. */
  | {
      readonly is: 'outcome-failed';
      readonly outcome: Outcome;
      readonly final: boolean;
      readonly retryAfterMillis?: number | undefined;
    }
  /** The server asks everybody to check in within so many seconds. */
  | { readonly is: 'announced'; readonly checkInWithinSeconds: number }
  | { readonly is: 'verified'; readonly target: string; readonly signed: SignedTarget; readonly root: number }
  /** Percent of the download, 0 to 100; with a reason when it waits, or comes in another way than it began. */
  | {
      readonly is: 'progress';
      readonly target: string;
      readonly percent: number;
      readonly because?: string;
    }
  /** `road`: by which the bytes came; absent when they were here, or nobody knows. */
  | { readonly is: 'downloaded'; readonly target: string; readonly road?: Taken }
  | { readonly is: 'staged'; readonly target: string }
  /** A step met an expected no: the offer ends here. */
  | {
      readonly is: 'refused';
      readonly target: string;
      readonly code: RefusalCode;
      readonly because: string;
    }
  /**
   * A step could not be done now: it is tried again after a while. `download-failed` and `too-slow` mean that bytes or
   * metadata could not be had, and count for nothing; anything else (a full disk, wrong bytes from somebody while others
   * are away) is counted.
   */
  | {
      readonly is: 'step-failed';
      readonly target: string;
      readonly code: RefusalCode;
      readonly because: string;
    }
  /** Whom this device hears on the link; repeated now and then. */
  | { readonly is: 'neighbours'; readonly relay: AmongNeighbours }
  /** Verified metadata lists these recovery releases for this hardware; none is a finding, too. */
  | { readonly is: 'rescue-found'; readonly candidates: readonly Candidate[]; readonly root: number }
  /** Nobody who was asked has metadata that verifies. */
  | { readonly is: 'rescue-not-found'; readonly because: string }
  | { readonly is: 'application-started'; readonly slot: SlotName }
  | {
      readonly is: 'application-exited';
      readonly slot: SlotName;
      readonly exitCode: number | null;
      /** What the firmware raised before it went. */
      readonly errorCode?: ErrorCode | undefined;
    }
  | HealthInput;

/** The first input after power-on and after every `reboot`. */
export interface WokeInput {
  readonly is: 'woke';
  /** Absent: `unknown`. */
  readonly reset?: ResetReason;
  /** What the storage holds, parsed as JSON; undefined when there is nothing or it cannot be read. */
  readonly journal: unknown;
  /** As the boot loader left it. */
  readonly control: BootControl;
  /** The slot that runs now. */
  readonly booted: SlotName;
  /** The boot loader's memory made no sense, and `control` says only what runs: it proves nothing. */
  readonly controlLost?: boolean | undefined;
  /** The storage takes no writes: the device stands by until it is woken without this. */
  readonly storage?: Trouble;
  /** Somebody at the device wants a rescue: who, as a word. */
  readonly demand?: RescueDemand | undefined;
  /** Labels that the slots themselves carry; used only when the journal is lost. */
  readonly found?: Readonly<Record<SlotName, TargetCustom | null>>;
}

/** How a rescue is demanded: flag of the agent, kernel command line, or a file in the device's folder. */
export type RescueDemand = 'flag' | 'kernel' | 'file';

/** A recovery release that the signed metadata lists. */
export interface Candidate {
  /** TUF target path. */
  readonly target: string;
  readonly signed: SignedTarget;
}

/** Answers `check-health`; also sent unasked when something changes. */
export interface HealthInput {
  readonly is: 'health';
  readonly ok: boolean;
  /** Name of the first failing check, when not ok. */
  readonly failing?: string | undefined;
  /** What each declared check said, in declared order; absent from a port that tells only `ok`. */
  readonly checks?: readonly CheckResult[];
  /** Error codes that stand now. */
  readonly errors?: readonly ErrorCode[];
  /** What the device sees of its surroundings; absent when it could not look. */
  readonly environment?: Environment;
  /** Numbers that the firmware tells of itself. */
  readonly metrics?: Readonly<Record<string, number>>;
}

export interface CheckResult {
  readonly name: string;
  readonly ok: boolean;
  /** Asked for at the moment of confirming only. */
  readonly atConfirm?: true;
  /** A failure is weighed against what the device has known before. */
  readonly byPast?: true;
  /** The same look as was told before, not a new one. */
  readonly again?: true;
}

/** Full-jitter exponential back-off: a wait is uniform in [0, min(cap, base × 2^failures)). */
export interface BackOff {
  readonly baseMillis: number;
  readonly capMillis: number;
}

/** When a device looks for a recovery release by itself, and when it is well again. */
export interface RescueConfig {
  /** A device that is unwell for so long, and has no other slot to go to, enters rescue, milliseconds. */
  readonly afterMillis: number;
  /** So does one that is unwell and has not heard from its server for so long, milliseconds. */
  readonly unreachedMillis: number;
  /** So does one whose machine was reset so often by its watchdog or by a panic, on a confirmed version. */
  readonly resets: number;
  /** Healthy for so long without a break: the device is well, and leaves rescue, milliseconds. */
  readonly wellMillis: number;
  /** Between two looks for a recovery release. It never ends. */
  readonly backOff: BackOff;
  /** Probation of a recovery release, seconds: no server is there to say it. */
  readonly probationSeconds: number;
}

export interface AgentConfig {
  /** Version of the agent, as reported. */
  readonly agent: string;
  readonly device: DeviceId;
  readonly hardware: string;
  /** What the first report after waking names; later ones name what carried the last answer. */
  readonly transport: TransportName;
  /** Poll interval until the server has named one, seconds. */
  readonly pollSeconds: number;
  /** A poll comes at pollAfterSeconds × (1 ± spread); 0 to 1. */
  readonly pollSpread: number;
  /** The first check-in after waking comes at a random moment of this span, milliseconds. */
  readonly firstCheckInWithinMillis: number;
  readonly checkInBackOff: BackOff;
  /** So many failures in a row open the breaker: from then on one attempt per cap (± half). */
  readonly breakerAfter: number;
  /** Back-off of the steps of an update and of outcomes. */
  readonly stepBackOff: BackOff;
  /** Back-off of application restarts, outside of a trial. */
  readonly restartBackOff: BackOff;
  /** From the start of the application to the first health check that counts, milliseconds. */
  readonly settleMillis: number;
  /** Between health checks while a version is tried, milliseconds. */
  readonly trialHealthEveryMillis: number;
  /** Between health checks of a confirmed version, milliseconds; 0: only what the port sends unasked. */
  readonly healthEveryMillis: number;
  /** A confirmed version that fails its checks for so long is reported unhealthy, milliseconds. */
  readonly unhealthyAfterMillis: number;
  /** So do so many exits of the application without a day between them. */
  readonly exitsUntilUnhealthy: number;
  /** Provisional boots before the device goes back. */
  readonly bootAttempts: number;
  /** So often in one update a boot that a person or the supply ended does not count as an attempt. */
  readonly benignResets: number;
  /** A version is not confirmed before it has run without a restart for so long, milliseconds. */
  readonly survivalMillis: number;
  /** Steps of one update, repetitions included, before the device gives it up. */
  readonly stepLimit: number;
  /** An offer that was refused may be judged again after so long, milliseconds. */
  readonly judgeAgainAfterMillis: number;
  /** False: a device as in the incident, which boots a new version for good and never goes back by itself. */
  readonly deviceRollback: boolean;
  /** True: a confirmed version that turns unhealthy is left along its signed way back, if the spare holds it. */
  readonly rollbackAfterConfirm: boolean;
  /** null: a device without rescue. */
  readonly rescue: RescueConfig | null;
  /** False: a device as in the incident, which reaches the server through its application only. */
  readonly updatePathIndependent: boolean;
}

/**
 * What the core holds between inputs; null while the device is off or rebooting. Treat it as opaque but for
 * `journal`, `booted`, `control`, `health` and `errors`.
 */
export interface State {
  readonly journal: Journal;
  readonly control: BootControl;
  /** The slot that runs. */
  readonly booted: SlotName;
  readonly application: 'starting' | 'running' | 'down';
  /** The application has run for `settleMillis`: health checks count. */
  readonly settled: boolean;
  /** A health check has not answered yet. */
  readonly asked: boolean;
  readonly health: CheckIn['health'];
  readonly errors: readonly ErrorCode[];
  /** As last reported; a number that hardly moves stays. Absent until the firmware tells any. */
  readonly metrics?: Readonly<Record<string, number>>;
  readonly transport: TransportName;
  /** Whom it hears, as it was last told; absent from a device that does not relay. */
  readonly relay?: AmongNeighbours;
  /** The report as last built; replaced when anything in it changes. */
  readonly report: CheckIn;
  readonly pollSeconds: number;
  /** When an announcement wants a check-in that has not been sent yet. */
  readonly announcedFor?: Instant | undefined;
  /** Check-ins that failed in a row. */
  readonly checkInFailures: number;
  /** The span that holds the last attempt after a failure; see `frames.ts`. */
  readonly checkInFrame?: Frame;
  /** Outcomes that failed in a row. */
  readonly outcomeFailures: number;
  /** An outcome is on its way. */
  readonly sending: boolean;
  /** The present step is under way, or waits for its back-off. */
  readonly working: boolean;
  /** Failures of the present step in a row. */
  readonly stepFailures: number;
  /** The present step was begun again after a restart, which was counted, and has not answered yet. */
  readonly resumed: boolean;
  /** Tenths of the download that have been told. */
  readonly toldTenths: number;
  /** Of the version that is tried: not healthy yet, healthy, healthy for long enough. */
  readonly probation: 'waiting' | 'running' | 'over';
  /** How the checks went on confirmed versions; the journal has it as of the last write. */
  readonly past: Past;
  /** By check: failures in a row since the boot. */
  readonly inRow: Readonly<Record<string, number>>;
  /** Checks that fail and never worked here. */
  readonly excused: readonly string[];
  /** What stands in the way now, beside what the journal has to tell. */
  readonly trouble: readonly Trouble[];
  /** Exits of the application without a day between them. */
  readonly exits: number;
  readonly lastExitAt: Instant;
  /** Health checks of the confirmed version fail, and the `unhealthy` timer runs. */
  readonly failing: boolean;
  /** Why nothing can be remembered now; null when the storage works. */
  readonly standBy: Trouble | null;
  /** The confirmed version has been unhealthy, or has crashed, more than passes by itself. */
  readonly unwell: boolean;
  /** Health has held since the `well` timer was set. */
  readonly mending: boolean;
  /** When the server last answered; when the device woke, before that. */
  readonly heardAt: Instant;
  /** The offer that was waited for in vain when the device looked for a recovery release instead. */
  readonly heldUp?: string;
  /** A look for a recovery release has not answered yet. */
  readonly seeking: boolean;
  /** Looks that led nowhere, in a row. */
  readonly looks: number;
}

export interface Advance {
  readonly state: State | null;
  readonly effects: readonly Effect[];
}
