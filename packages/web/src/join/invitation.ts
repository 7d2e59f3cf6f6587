/** The invitation in the link that an admin passes on: `/join#invitation=…`. */
export function invitationIn(hash: string): string | undefined {
  return new URLSearchParams(hash.replace(/^#/, '')).get('invitation') || undefined;
}

/** Reads it once; it leaves the address, and with it the history, before anything is sent. */
export function takeInvitation(): string | undefined {
  const invitation = invitationIn(location.hash);
  if (invitation !== undefined) history.replaceState(null, '', location.pathname);
  return invitation;
}
