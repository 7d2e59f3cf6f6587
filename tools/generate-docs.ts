import { writeDocs } from './docs/generate.ts';

writeDocs();
