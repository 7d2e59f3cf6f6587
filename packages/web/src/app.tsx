import { useCallback, useEffect, useRef, useState } from 'react';
import { call, isSignedOut, SIGNED_IN, SIGNED_OUT } from './api.ts';
import { usePath } from './route.ts';
import { Screens } from './screens.tsx';
import { tokenIn } from './session/link-token.ts';
import { readSession, type Session, signIn } from './session/session.ts';
import { SessionContext } from './session/context.ts';
import { SignIn } from './session/sign-in.tsx';
import { isStill, SignInAgain } from './session/sign-in-again.tsx';
import type { Anchor } from './time.ts';
import { Entering, NoAnswer } from './ui/notices.tsx';

type Gate =
  | { kind: 'asking' }
  | { kind: 'out'; failure: unknown }
  | { kind: 'no-answer' }
  | { kind: 'in'; session: Session };

/** Milliseconds between two attempts to reach a server that has not answered yet. */
const AGAIN = 2_000;

export function App() {
  const [gate, setGate] = useState<Gate>({ kind: 'asking' });
  const [expired, setExpired] = useState(false);
  const joining = usePath() === '/join';
  const asked = useRef(false);

  const look = useCallback(async () => {
    try {
      setGate({ kind: 'in', session: await readSession() });
      setExpired(false);
    } catch (error) {
      setGate(isSignedOut(error) ? { kind: 'out', failure: undefined } : { kind: 'no-answer' });
    }
  }, []);

  useEffect(() => {
    const enter = async () => {
      const token = tokenIn(location.hash);
      if (token !== undefined) {
        // The token leaves the address, and with it the history, before anything is sent.
        history.replaceState(null, '', `${location.pathname}${location.search}`);
        try {
          await signIn(token);
        } catch (failure) {
          return setGate({ kind: 'out', failure });
        }
      }
      await look();
    };
    const onHash = () => {
      if (tokenIn(location.hash) !== undefined) void enter();
    };
    if (!asked.current) void enter();
    asked.current = true;
    addEventListener('hashchange', onHash);
    return () => removeEventListener('hashchange', onHash);
  }, [look]);

  useEffect(() => {
    const onOut = () => setExpired(true);
    addEventListener(SIGNED_OUT, onOut);
    return () => removeEventListener(SIGNED_OUT, onOut);
  }, []);

  useEffect(() => {
    const timer = gate.kind === 'no-answer' ? setTimeout(() => void look(), AGAIN) : undefined;
    return () => clearTimeout(timer);
  }, [gate, look]);

  const onAnchor = useCallback((anchor: Anchor) => {
    setGate((now) => (now.kind === 'in' ? { kind: 'in', session: { ...now.session, anchor } } : now));
  }, []);
  /** A page that is open stays open whatever the answer is. */
  const renew = useCallback(async () => {
    const session = await readSession().catch(() => undefined);
    if (session) setGate({ kind: 'in', session });
  }, []);

  if (joining) return <Screens onJoined={look} />;
  if (gate.kind === 'asking') return <Entering />;
  if (gate.kind === 'no-answer') return <NoAnswer />;
  if (gate.kind === 'out') return <SignIn failure={gate.failure} onSignedIn={() => void look()} />;

  const { name } = gate.session.account;
  const goOn = async () => {
    if (!(await isStill(name))) return location.reload();
    setExpired(false);
    dispatchEvent(new Event(SIGNED_IN));
    await renew();
  };
  const leave = () =>
    void call('signOut').finally(() => {
      setExpired(false);
      setGate({ kind: 'out', failure: undefined });
    });
  return (
    <SessionContext value={{ session: gate.session, onAnchor, renew }}>
      <Screens onSignOut={leave} onJoined={look} />
      {expired && <SignInAgain name={name} onSignedIn={() => void goOn()} />}
    </SessionContext>
  );
}
