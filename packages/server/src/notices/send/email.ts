/** E-mail by SMTP: plain text, so that nothing in it is markup. */
import { createTransport } from 'nodemailer';
import type { Config } from '../../config.ts';
import type { Message } from '../message.ts';
import { SendFailure } from './failure.ts';

type Mail = Pick<Config, 'smtpUrl' | 'mailFrom'>;

/** Why no e-mail can leave this server, or undefined. */
export function mailProblem({ smtpUrl, mailFrom }: Mail): string | undefined {
  return smtpUrl === undefined || mailFrom === undefined
    ? 'this server sends no e-mail: TUESDAY_SMTP_URL and TUESDAY_MAIL_FROM are not set'
    : undefined;
}

/** Real milliseconds for each step of the conversation; the whole has the signal's. */
const STEP = 10_000;

/**
 * @throws SendFailure; final where the mail server refuses for good (5xx, RFC 5321 section 4.2.1)
 */
export async function sendEmail(
  mail: Mail,
  addresses: readonly string[],
  message: Message,
  signal: AbortSignal,
): Promise<void> {
  const problem = mailProblem(mail);
  if (problem !== undefined) throw new SendFailure(problem);
  const transport = createTransport({
    url: mail.smtpUrl,
    connectionTimeout: STEP,
    greetingTimeout: STEP,
    socketTimeout: STEP,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const cut = () => transport.close();
  signal.addEventListener('abort', cut, { once: true });
  try {
    const sent = await Promise.race([
      transport.sendMail({
        from: mail.mailFrom,
        to: [...addresses],
        subject: message.subject,
        text: [...message.lines, ...(message.link === null ? [] : [message.link])].join('\n\n'),
        messageId: `<${message.id}@tuesday>`,
        headers: { 'auto-submitted': 'auto-generated', 'x-tuesday-kind': message.kind },
      }),
      aborted(signal),
    ]);
    if (sent.rejected.length > 0) throw partly(sent.rejected.map(String), sent.rejectedErrors ?? []);
  } catch (error) {
    throw error instanceof SendFailure ? error : mailFailure(error as Rejection);
  } finally {
    signal.removeEventListener('abort', cut);
    transport.close();
  }
}

interface Rejection extends Error {
  readonly responseCode?: number | undefined;
  readonly code?: string | undefined;
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(new SendFailure('no answer within the time limit')), {
      once: true,
    });
  });
}

/** A wrong password is ours to mend, so it is no reason to give up. */
function mailFailure({ message, responseCode, code }: Rejection): SendFailure {
  const final = responseCode !== undefined && responseCode >= 500 && code !== 'EAUTH';
  return new SendFailure(message, { final });
}

/** Some addresses took it. Those that may take it later are worth a second copy for the others. */
function partly(rejected: readonly string[], errors: readonly Rejection[]): SendFailure {
  const final = errors.every(({ responseCode = 0 }) => responseCode >= 500);
  return new SendFailure(`not taken for ${rejected.join(', ')}: ${errors[0]?.message ?? 'no reason given'}`, {
    final,
  });
}
