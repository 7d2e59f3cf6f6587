import { useCallback, useEffect, useRef, useState } from 'react';
import { call, isSignedOut } from './api.ts';
import { Overview } from './fleet/overview.tsx';
import { RolloutPage } from './rollouts/rollout-page.tsx';
import { routeOf, usePath } from './route.ts';
import { tokenIn } from './session/link-token.ts';
import { readSession, type Session, signIn } from './session/session.ts';
import type { Anchor } from './time.ts';
import { SignIn } from './session/sign-in.tsx';
import { Header } from './ui/header.tsx';
import { NoAnswer, Nowhere } from './ui/notices.tsx';

type Gate =
  | { kind: 'asking' }
  | { kind: 'out'; failure: unknown }
  | { kind: 'no-answer' }
  | { kind: 'in'; session: Session };

/** Milliseconds between two attempts to reach a server that has not answered yet. */
const AGAIN = 2_000;

export function App() {
  const [gate, setGate] = useState<Gate>({ kind: 'asking' });
  const asked = useRef(false);

  const look = useCallback(async () => {
    try {
      setGate({ kind: 'in', session: await readSession() });
    } catch (error) {
      setGate(isSignedOut(error) ? { kind: 'out', failure: undefined } : { kind: 'no-answer' });
    }
  }, []);

  useEffect(() => {
    const enter = async () => {
      const token = tokenIn(location.hash);
      if (token !== undefined) {
        // The token leaves the address, and with it the history, before anything is sent.
        history.replaceState(null, '', location.pathname);
        try {
          await signIn(token);
        } catch (failure) {
          return setGate({ kind: 'out', failure });
        }
      }
      await look();
    };
    const onHash = () => void enter();
    if (!asked.current) void enter();
    asked.current = true;
    addEventListener('hashchange', onHash);
    return () => removeEventListener('hashchange', onHash);
  }, [look]);

  useEffect(() => {
    const timer = gate.kind === 'no-answer' ? setTimeout(() => void look(), AGAIN) : undefined;
    return () => clearTimeout(timer);
  }, [gate, look]);

  const signedOut = useCallback((failure?: unknown) => setGate({ kind: 'out', failure }), []);
  const anchored = useCallback((anchor: Anchor) => {
    setGate((now) => (now.kind === 'in' ? { kind: 'in', session: { ...now.session, anchor } } : now));
  }, []);
  if (gate.kind === 'asking') return <main aria-busy="true" aria-label="Tuesday" />;
  if (gate.kind === 'no-answer') return <NoAnswer />;
  if (gate.kind === 'out') return <SignIn failure={gate.failure} onSignedIn={() => void look()} />;
  const leave = () => void call('signOut').finally(() => signedOut());
  return (
    <>
      <Header session={gate.session} onSignOut={leave} />
      <Screen session={gate.session} onAnchor={anchored} onSignedOut={signedOut} />
    </>
  );
}

interface ScreenProps {
  session: Session;
  onAnchor: (anchor: Anchor) => void;
  onSignedOut: (failure?: unknown) => void;
}

function Screen(props: ScreenProps) {
  const route = routeOf(usePath());
  if (route.screen === 'overview') return <Overview {...props} />;
  if (route.screen === 'rollout')
    return <RolloutPage key={route.rollout} rollout={route.rollout} {...props} />;
  return <Nowhere />;
}
