import { speak } from './language/i18n.ts';
import './console.css';

// What has words is imported when the language is there, so that a table of words may stand at the top of a module.
void speak().then(async () => (await import('./begin.tsx')).begin());
