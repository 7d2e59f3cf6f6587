// Before the first paint, so that a chosen theme does not flash. A file of its own: nothing inline is allowed.
try {
  const chosen = localStorage.getItem('tuesday-theme');
  if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset.theme = chosen;
} catch {
  // Storage may be forbidden; the system's theme is right then.
}
