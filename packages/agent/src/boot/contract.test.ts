import { bootContract } from './testing/contract.ts';
import { BENCHES } from './testing/benches.ts';

for (const [name, make] of BENCHES) bootContract(name, make);
