import { bootContract } from './contract.ts';
import { BENCHES } from './testing/benches.ts';

for (const [name, make] of BENCHES) bootContract(name, make);
