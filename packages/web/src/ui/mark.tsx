/** Three stages, rising; the last one not yet open. */
export function Mark() {
  return (
    <svg viewBox="0 0 32 32" width="28" height="28" aria-hidden className="shrink-0">
      <rect width="32" height="32" rx="8" fill="#0b6b62" />
      <g fill="#fff">
        <rect x="7" y="18" width="4.5" height="7" rx="1.5" />
        <rect x="13.75" y="13" width="4.5" height="12" rx="1.5" />
        <rect x="20.5" y="7" width="4.5" height="18" rx="1.5" opacity=".45" />
      </g>
    </svg>
  );
}
